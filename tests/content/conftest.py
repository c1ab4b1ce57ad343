"""A pack small enough to read and complete enough to load; a test changes one thing in it."""

import textwrap
from pathlib import Path

import pytest

from content.faults import ContentError
from content.library import Library, check, load

FILES = {
    "common/catalogue.yaml": """\
        groups:
          wellbeing:
            - {id: anxiety, name: Ahdistus}
            - {id: sleep, name: Uni}
        """,
    "common/topics/wellbeing.yaml": """\
        group: wellbeing
        topics:
          - id: anxiety
            name: {fi: Ahdistus, sv: Ångest, en: Anxiety}
            about: worry that won't stop
            near: [sleep]
            answers:
              student: {fi: Kerro kuraattorille., sv: Berätta för kuratorn., en: Tell the curator.}
              guardian: {fi: Soita kuraattorille., sv: Ring kuratorn.}
            services: [crisis-line, crisis-line-sv, chat]
          - id: sleep
            name: {fi: Uni}
            about: cannot sleep
            answers:
              student: {fi: Puhu terveydenhoitajalle.}
            services: [crisis-line]
        """,
    "common/phrases/anxiety.yaml": """\
        topic: anxiety
        phrases:
          fi: [ahdistaa, jännittää, pelottaa koulu, paniikki iskee, sydän hakkaa, en saa henkeä,
               käsiä palelee, murehdin kaikkea, puristaa rinnasta, nolottaa aina, tärisen taas, huolettaa]
          sv: [ångest, jag är orolig]
          en: [anxious, panic attack]
        """,
    "common/phrases/sleep.yaml": """\
        topic: sleep
        phrases:
          fi: [en saa unta, valvon yöt, nukun huonosti, herään neljältä, unirytmi sekaisin, väsyttää,
               uni ei tule, painajaisia, nukahdan tunnilla, yöt ja päivät, univelkaa, unettomuus]
        """,
    "common/services/lines.yaml": """\
        services:
          - id: emergency-112
            name: {fi: Hätänumero, sv: Nödnumret, en: Emergency number}
            what_for: {fi: Kun on hengenvaara.}
            channels:
              - {type: phone, value: "112", hours: "24/7", languages: [fi, sv, en], cost: free}
            source: https://112.fi
            checked: "2026"
            verified: true
          - id: crisis-line
            name: {fi: Kriisipuhelin}
            what_for: {fi: Kun on paha olla.}
            channels:
              - {type: phone, value: "09 2525 0111", hours: "daily 18-24", languages: [fi], cost: local}
            source: https://mieli.fi
            checked: "2026"
            verified: true
          - id: crisis-line-sv
            name: {fi: Kriisipuhelin ruotsiksi}
            what_for: {fi: Kun on paha olla.}
            channels:
              - {type: phone, value: "09 2525 0112", hours: "24/7", languages: [sv], cost: local}
            source: https://mieli.fi
            checked: "2026"
            verified: true
          - id: chat
            name: {fi: Chat}
            what_for: {fi: Kun haluaa kirjoittaa.}
            channels:
              - {type: chat, value: "https://chat.example.fi", hours: null, languages: [fi, en]}
              - {type: phone, value: "029 123 4567", hours: null, languages: [fi]}
              - {type: phone, value: "029 123 4568", hours: null, languages: [fi, en], verified: false}
              - {type: web, value: "https://example.fi", hours: null, languages: [fi]}
              - {type: email, value: null, hours: null, languages: [fi, en]}
            source: https://example.fi
            checked: "2026"
            verified: true
        """,
    "common/texts.yaml": """\
        texts:
          group.wellbeing: {fi: Hyvinvointi, sv: Välmående, en: Wellbeing}
          hello: {fi: "Moi {name}, täällä {school}.", en: "Hi {name}, this is {school}."}
        """,
    "common/safety.yaml": """\
        safety:
          - id: suicide-self
            kinds: [suicide, self-harm]
            about: [self]
            levels: [crisis, emergency]
            text: {fi: Soita 112 heti., sv: Ring 112 genast., en: Call 112 at once.}
            services:
              fi: [crisis-line, emergency-112]
              sv: [emergency-112, crisis-line-sv]
              en: [emergency-112]
          - id: anything
            text: {fi: Soita 112., sv: Ring 112., en: Call 112.}
            guardian: {fi: Soita 112 lapselle.}
            services: {fi: [emergency-112], sv: [emergency-112], en: [emergency-112]}
        """,
    "common/risk/words.yaml": """\
        kind: suicide
        sets:
          filler: mä
          negator: en
          negation-filler: oo
          first-person: minä
          third-person: hän
          friend: kaveri
          child: poika
          student: oppilas
          alarm: tappaa
        rules:
          - id: suicide.wish
            level: crisis
            patterns: [haluan kuolla]
            examples: [haluan kuolla]
        """,
    "school/pack.yaml": """\
        institution:
          name: {fi: Koulu, sv: Skolan, en: The school}
          short: Koulu
          site: https://koulu.example.fi
          police: Itä-Suomen poliisilaitos
        campuses:
          - id: kuopio
            name: {fi: Kuopio}
            in: {fi: Kuopiossa}
            aliases: [kuopio, savilahti]
          - id: iisalmi
            name: {fi: Iisalmi}
            in: {fi: Iisalmessa}
            aliases: [iisalmi]
        duty:
          default: "Mon-Fri 8-16; PH off"
          kuopio: "Mon-Fri 9-15"
        """,
    "school/services.yaml": """\
        services:
          - id: curator-kuopio
            name: {fi: Kuraattori}
            what_for: {fi: Kun on jotain kerrottavaa.}
            campuses: [kuopio]
            address: Haapamäentie 1
            channels: []
            source: https://koulu.example.fi
            checked: "2026"
            verified: true
          - id: curator-everywhere
            name: {fi: Kuraattorit}
            what_for: {fi: Kun on jotain kerrottavaa.}
            campuses: [iisalmi, kuopio]
            channels:
              - {type: web, value: "https://koulu.example.fi", hours: "24/7", languages: [fi, sv, en]}
            source: https://koulu.example.fi
            checked: "2026"
            verified: true
          - id: not-yet-verified
            name: {fi: Palvelupiste}
            what_for: {fi: Tule käymään.}
            channels:
              - {type: phone, value: "017 214 3000", hours: null, languages: [fi]}
            verified: false
        """,
    "school/topics.yaml": """\
        topics:
          - id: anxiety
            services: [curator-kuopio, curator-everywhere, not-yet-verified]
        """,
}


class Packs:
    """A folder of packs that tests write in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for file, text in FILES.items():
            self.write(file, textwrap.dedent(text))

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace the first place where a text stands."""
        text = self.read(file)
        assert old in text
        self.write(file, text.replace(old, new, 1))

    def add(self, file: str, text: str) -> None:
        self.write(file, self.read(file) + text)

    def delete(self, file: str) -> None:
        (self.folder / file).unlink()

    def load(self) -> Library:
        return load("school", self.folder)

    def faults(self) -> list[str]:
        """Return why the pack does not load, as `file:line: message`, files relative to the folder."""
        try:
            self.load()
        except ContentError as error:
            return [self.shown(str(fault)) for fault in error.faults]
        return []

    def check(self) -> list[str]:
        return [self.shown(str(fault)) for fault in check(self.folder)]

    def shown(self, text: str) -> str:
        return text.replace(f"{self.folder}/", "")


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    return Packs(tmp_path)


@pytest.fixture
def library(packs: Packs) -> Library:
    return packs.load()
