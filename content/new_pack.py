"""A pack for another school: valid at once, with comments that say what to fill in."""

import re
from pathlib import Path
from typing import Final

from content.library import PACKS_DIR
from content.sources import COMMON, pack_names

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PackRefused(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """A pack of this name cannot be made; the message says why and what to do."""


def make(name: str, packs_dir: Path = PACKS_DIR) -> list[Path]:
    """Write a school's pack and return its files; never writes over one that is there."""
    if not _NAME.fullmatch(name) or name == COMMON:
        raise PackRefused(
            f'"{name}" cannot be a pack; take small letters a-z and digits, with "-" between words'
        )
    folder = packs_dir / name
    if folder.exists():
        raise PackRefused(f"{folder} is there already; take another name, or edit its files")
    if not (packs_dir / COMMON).is_dir():
        known = ", ".join(pack_names(packs_dir)) or "none"
        raise PackRefused(f"{packs_dir} has no pack common (packs: {known}); name the folder of the packs")
    folder.mkdir()
    title = " ".join(word.capitalize() for word in name.split("-"))
    files = {
        "pack.yaml": _PACK,
        "services.yaml": _SERVICES,
        "topics.yaml": _TOPICS,
        "ladder.yaml": _LADDER,
        "events/events.yaml": _EVENTS,
        "news/news.yaml": _NEWS,
    }
    for file, text in files.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text.replace("@NAME@", name).replace("@TITLE@", title), encoding="utf-8")
    return [folder / file for file in files]


_PACK: Final = """\
# Uuden koulun tiedot. Kohdat, jotka pitää täyttää, on merkitty sanalla TÄYTÄ. Ohje: docs/content.md
# A new school. What has to be filled in is marked TÄYTÄ. Guide: docs/content.md
#
# Rivit, jotka alkavat ristikolla (#), ovat muistiinpanoja: botti ei lue niitä. Tarkista lopuksi: matala check

institution:
  # TÄYTÄ: koulun nimi kolmella kielellä, niin kuin koulu sen itse kirjoittaa.
  name: {fi: "@TITLE@", sv: "@TITLE@", en: "@TITLE@"}
  # TÄYTÄ: lyhyt nimi, jota opiskelijat käyttävät.
  short: "@TITLE@"
  # TÄYTÄ: koulun kotisivu. Poista ristikko rivin alusta ja vaihda osoite.
  # site: "https://www.koulu.fi"
  # TÄYTÄ: alueen poliisilaitos.
  # police: Itä-Suomen poliisilaitos

# TÄYTÄ: kampukset. Jokaisella on oma tunnus (id: pieniä kirjaimia a-z), nimi, muoto "missä" ja sanat, joista botti
# tunnistaa sen viestistä. Kopioi koko lohko uutta kampusta varten. Tunnusta ei kannata enää myöhemmin muuttaa.
campuses:
  - id: kampus
    name: {fi: "Kampus", sv: "Campus", en: "Campus"}
    in: {fi: "kampuksella", sv: "på campus", en: "on campus"}
    aliases: [kampus, campus]

# TÄYTÄ: milloin koulun henkilökunta vastaa Matalassa. "default" koskee kaikkia kampuksia, joilla ei ole omaa riviä.
# Päivät: Mon Tue Wed Thu Fri Sat Sun; PH on pyhäpäivä; off on kiinni. KOULUN VAHVISTETTAVA ENNEN KÄYTTÖÖNOTTOA.
duty:
  default: "Mon-Fri 8-16; PH off"
  # kampus: "Mon-Thu 8-16; Fri 8-14; PH off"

# Kuinka monen päivän päästä palvelun tiedot tarkistetaan uudestaan, ja kuka sen tekee: matala check --stale
review:
  days: 365
  # TÄYTÄ: tehtävä tai tiimi, ei nimeä.
  owner: sisällöstä vastaava
"""

_SERVICES: Final = """\
# Koulun omat palvelut ja alueen apu. Valtakunnalliset (112, kriisipuhelimet, Kela) ovat jo mukana kaikilla kouluilla.
# The school's own services and the region's. National ones are there already, in common.
#
# Opiskelija näkee palvelun vasta, kun siinä lukee "verified: true". Ennen sitä: soita numeroon tai katso se koulun
# sivulta, kirjoita "source" (mistä tieto on) ja "checked" (päivä, jona katsoit), ja vaihda sitten false -> true.
services:
  # TÄYTÄ: kuraattori. Vaihda value-kohtaan numero lainausmerkkeihin, esimerkiksi "044 123 4567".
  - id: @NAME@-curator
    name: {fi: "Kuraattori", sv: "Kurator", en: "School social worker"}
    what_for:
      fi: "Kun jokin asia painaa: jaksaminen, kaverit, koti, poissaolot. Voit tulla pienenkin asian kanssa."
      sv: "När något tynger: orken, kompisar, hemmet, frånvaro. Du kan komma också med en liten sak."
      en: "When something weighs on you: coping, friends, home, absences. You can come with a small matter too."
    campuses: [kampus]
    channels:
      - type: phone          # phone, sms, chat, web tai email
        value: null          # TÄYTÄ; null tarkoittaa: ei tiedossa, ei näytetä
        hours: null          # TÄYTÄ, esimerkiksi "Mon-Fri 9-15; PH off"; null: ei luvata mitään
        languages: [fi]
    # source: "https://www.koulu.fi/yhteystiedot"
    # checked: "22.11.2026"
    verified: false

  # TÄYTÄ: psykologi. Kopioi tästä lohko jokaista uutta palvelua varten.
  - id: @NAME@-psychologist
    name: {fi: "Koulupsykologi", sv: "Skolpsykolog", en: "School psychologist"}
    what_for:
      fi: "Kun mieli on raskas, ahdistaa tai oppiminen ei suju."
      sv: "När sinnet är tungt, du har ångest eller det är svårt att lära sig."
      en: "When your mind is heavy, you are anxious, or learning is hard."
    campuses: [kampus]
    channels:
      - type: phone
        value: null
        hours: null
        languages: [fi]
    verified: false
"""

_TOPICS: Final = """\
# Mitä tämä koulu lisää yhteisiin aiheisiin. Aiheet, vastaukset ja fraasit ovat jo mukana (common); tähän kirjoitetaan
# vain, mitkä koulun omat palvelut kuhunkin aiheeseen kuuluvat, lähin ja helpoin ensin, ja mitä koulu sanoo toisin.
# What this school adds to the topics of common: its own services, nearest first, and what it says otherwise.
topics:
  - id: curator
    services: [@NAME@-curator]
  - id: psychologist
    services: [@NAME@-psychologist, @NAME@-curator]
  - id: low-mood
    services: [@NAME@-curator, @NAME@-psychologist]
  - id: anxiety
    services: [@NAME@-curator, @NAME@-psychologist]
  - id: absence
    services: [@NAME@-curator]
  # TÄYTÄ: muut aiheet samalla tavalla. Aiheiden tunnukset: content/packs/common/catalogue.yaml
  # Koulun oma vastaus tulee yhteisen tilalle näin:
  # - id: meals
  #   answers:
  #     student: {fi: "Ruokala on B-talossa. ..."}
"""

_LADDER: Final = """\
# Mitä koulu tekee, kun poissaoloja kertyy: portaat huoltajien ja henkilökunnan sanoin, napin takana.
# What the school does when absences grow, in the words of guardians and of staff.
#
# TÄYTÄ: koulun omat portaat. Rajat (montako tuntia, missä ajassa) kuuluvat vain kohtaan "at", jos niitä on:
#   at: {fi: "kymmenen tuntia jaksossa", sv: "tio timmar i perioden", en: "ten hours in a term"}
steps:
  - id: welfare
    name: {fi: "Kuraattori mukaan", sv: "Kuratorn med", en: "The school social worker joins"}
    guardian:
      fi: "Voit pyytää kuraattorin mukaan. Keskustelun saa viimeistään seitsemäntenä työpäivänä."
      sv: "Du kan be kuratorn vara med. Samtalet ordnas senast den sjunde arbetsdagen."
      en: "You can ask the school social worker (kuraattori) to join. The talk comes by the seventh working day."
    staff:
      fi: "Ota kuraattoriin yhteyttä yhdessä opiskelijan kanssa."
      sv: "Kontakta kuratorn tillsammans med den studerande."
      en: "Contact the school social worker (kuraattori) together with the student."
# TÄYTÄ: mistä portaat ovat (osoite), milloin ne katsottiin, ja true, kun ne ovat oikein. Ennen sitä niitä ei näytetä.
sources: ["https://www.finlex.fi/fi/laki/ajantasa/2013/20131287"]
checked: "ei vielä"
verified: false
"""

_EVENTS: Final = """\
# Mitä koulussa tapahtuu: /tapahtumat näyttää viikon, ja kalenterisyöte (/calendar/KAMPUS.ics) kaiken.
# What happens at school. Nothing is here yet: write only what the school has confirmed. Times are Finnish time.
#
# TÄYTÄ: koulun tapahtumat. Alla on ESIMERKKI, jota kukaan ei näe, koska sen rivit alkavat ristikolla. Kopioi se, poista
# rivien alusta ristikot ja kohdasta "events: []" merkit [], ja kirjoita omat tiedot. Tarkista lopuksi: matala check
events: []
#  - id: kahvit-kirjastossa                # oma tunnus: pienet kirjaimet a-z, numerot, väliviiva; enintään 40 merkkiä
#    title: {fi: "Kahvit kirjastossa", sv: "Kaffe i biblioteket", en: "Coffee in the library"}
#    about: {fi: "Tule juttelemaan, saat ottaa kaverin mukaan.", sv: "Kom och prata.", en: "Come and talk."}
#    place: {fi: "Kirjasto, 2. kerros", sv: "Biblioteket, våning 2", en: "Library, 2nd floor"}
#    campuses: [kampus]                    # jätä pois, jos koskee kaikkia kampuksia
#    audience: [student, guardian]         # student, guardian, staff; jätä pois, jos kaikille
#    languages: [fi, en]                   # millä kielillä siellä puhutaan
#    starts: "2027-01-12 11:00"            # koko päivän tapahtumassa pelkkä päivä: "2027-01-12"
#    ends: "2027-01-12 11:45"
#    repeats: "FREQ=WEEKLY;BYDAY=TU"       # toistuu: joka tiistai. FREQ=MONTHLY;BYDAY=1MO on kuun ensimmäinen maanantai
#    until: "2027-05-25"                   # viimeinen päivä
#    not_on: ["2027-03-02"]                # näinä päivinä ei ole
#    also_on: ["2027-03-04"]               # ja näinä on lisäksi, samaan aikaan
#    link: "https://example.fi/kahvit"
#    source: "opiskelijapalvelut 8.1.2027" # kuka vahvisti
"""

_NEWS: Final = """\
# Tiedotteet huoltajille, opiskelijoille tai henkilökunnalle. Tiedote lähtee vasta, kun henkilökunta on katsonut sen
# ryhmässään komennolla /tiedote TUNNUS ja painanut Lähetä. Opiskelijoiden ja huoltajien tiedotteet saa kuka tahansa,
# joka tilaa ne (/tilaa): älä kirjoita mitään salaista. Henkilökunnan tiedote tulee vain henkilökunnan ryhmiin.
# Bulletins. None yet. They go out only after staff have seen them in their chat and pressed Lähetä.
#
# TÄYTÄ: koulun tiedotteet. Alla on ESIMERKKI, jota kukaan ei näe, koska sen rivit alkavat ristikolla. Kopioi se, poista
# rivien alusta ristikot ja kohdasta "news: []" merkit []. Uusi tiedote tarvitsee aina uuden tunnuksen.
news: []
#  - id: vanhempainilta-tammi-2027         # oma tunnus, enintään 40 merkkiä
#    title: {fi: "Vanhempainilta 19.1.", sv: "Föräldrakväll 19.1", en: "Parents' evening on 19 January"}
#    text:                                 # enintään 3000 merkkiä, **näin** saa lihavoinnin
#      fi: "Tervetuloa juttelemaan kevään opinnoista. Paikan päällä ovat ryhmänohjaajat ja kuraattori."
#      sv: "Välkommen att prata om vårens studier. Grupphandledarna och kuratorn är på plats."
#      en: "Welcome to talk about the spring's studies. Group tutors and the curator are there."
#    audience: [guardian]                  # student, guardian, staff
#    campuses: [kampus]                    # jätä pois, jos koskee kaikkia kampuksia
#    valid_from: "2027-01-08"              # ensimmäinen ja
#    valid_until: "2027-01-19"             # viimeinen päivä, jona tiedotteen voi lähettää tai näyttää
#    link: "https://example.fi/vanhempainilta"
#    source: "rehtori 7.1.2027"            # kuka vahvisti; pakollinen, jos tekstissä on yhteystieto
"""
