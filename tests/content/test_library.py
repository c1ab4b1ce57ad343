"""What people are told by one school's content, and how it is replaced while people write."""

from dataclasses import replace
from datetime import datetime

import pytest

from content.hours import HELSINKI, parse
from content.library import Library, Shelf, UnknownText
from content.schema import Role
from intents.language import Language
from intents.risk import About, Kind, Level, Risk
from tests.content.conftest import Packs

FI, SV, EN = Language.FI, Language.SV, Language.EN
TOPICS = "common/topics/wellbeing.yaml"
SCHOOL_TOPICS = "school/topics.yaml"
NOON = datetime(2026, 11, 23, 12, tzinfo=HELSINKI)
EVENING = datetime(2026, 11, 23, 20, tzinfo=HELSINKI)


def ids(library: Library, topic: str = "anxiety", **asked: object) -> list[str]:
    who: dict[str, object] = {"campus": "kuopio", "role": Role.STUDENT, "language": FI}
    return [service.id for service in library.services_for(topic, **(who | asked))]  # type: ignore[arg-type] # a test's shorthand


class TestSaying:
    def test_a_text_in_each_language(self, library: Library) -> None:
        said = [library.say("hello", language=each, name="Aino", school="Sakky") for each in (FI, SV, EN)]

        assert said == [
            "Moi Aino, täällä Sakky.",
            "Moi Aino, täällä Sakky.",  # no Swedish: Finnish
            "Hi Aino, this is Sakky.",
        ]

    def test_a_value_with_braces_stays_as_it_is(self, library: Library) -> None:
        """What people write is passed on, and never read as a placeholder."""
        assert library.say("hello", language=FI, name="{school}", school="x") == "Moi {school}, täällä x."

    def test_an_unknown_text_is_named(self, library: Library) -> None:
        with pytest.raises(UnknownText, match=r"helo"):
            library.say("helo", language=FI)

    def test_a_missing_value_is_named(self, library: Library) -> None:
        with pytest.raises(UnknownText, match=r"hello.*school"):
            library.say("hello", language=FI, name="Aino")


class TestAnswering:
    @pytest.mark.parametrize(
        ("role", "language", "answer"),
        [
            (Role.STUDENT, FI, "Kerro kuraattorille."),
            (Role.STUDENT, SV, "Berätta för kuratorn."),
            (Role.STUDENT, Language.SO, "Kerro kuraattorille."),
            (Role.GUARDIAN, SV, "Ring kuratorn."),
            (Role.GUARDIAN, EN, "Soita kuraattorille."),
            (Role.STAFF, EN, "Tell the curator."),
        ],
    )
    def test_role_and_language(self, library: Library, role: Role, language: Language, answer: str) -> None:
        assert library.answer("anxiety", role=role, language=language) == answer

    def test_a_schools_answer_replaces_only_what_it_says(self, packs: Packs) -> None:
        packs.add(
            SCHOOL_TOPICS, "    answers: {student: {en: Come to room 5.}, staff: {fi: Kysy suoraan.}}\n"
        )

        library = packs.load()

        assert library.answer("anxiety", role=Role.STUDENT, language=EN) == "Come to room 5."
        assert library.answer("anxiety", role=Role.STUDENT, language=FI) == "Kerro kuraattorille."
        assert library.answer("anxiety", role=Role.STAFF, language=SV) == "Kysy suoraan."

    def test_names_of_topics(self, library: Library) -> None:
        assert library.topic_name("anxiety", EN) == "Anxiety"
        assert library.topic_name("sleep", EN) == "Uni"


class TestServices:
    def test_the_schools_come_first(self, library: Library) -> None:
        assert ids(library) == [
            "curator-kuopio",
            "curator-everywhere",
            "crisis-line",
            "chat",
            "crisis-line-sv",
        ]

    def test_a_topic_may_put_common_first(self, packs: Packs) -> None:
        packs.add(SCHOOL_TOPICS, "    services_first: common\n")

        assert ids(packs.load())[:2] == ["crisis-line", "chat"]

    def test_a_service_of_both_is_shown_once(self, packs: Packs) -> None:
        packs.edit(SCHOOL_TOPICS, "[curator-kuopio,", "[chat, curator-kuopio,")

        assert ids(packs.load()) == [
            "chat",
            "curator-kuopio",
            "curator-everywhere",
            "crisis-line",
            "crisis-line-sv",
        ]

    def test_another_campus(self, library: Library) -> None:
        assert ids(library, campus="iisalmi")[0] == "curator-everywhere"

    def test_without_a_campus_only_what_is_on_all(self, library: Library) -> None:
        """A person in Iisalmi isn't sent to Kuopio."""
        assert ids(library, campus=None)[0] == "curator-everywhere"

    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            (SV, ["curator-kuopio", "curator-everywhere", "crisis-line-sv", "crisis-line", "chat"]),
            (EN, ["curator-kuopio", "curator-everywhere", "chat", "crisis-line", "crisis-line-sv"]),
        ],
    )
    def test_who_does_not_speak_the_language_comes_last(
        self, library: Library, language: Language, expected: list[str]
    ) -> None:
        assert ids(library, language=language) == expected

    def test_a_page_in_another_language_makes_no_service_of_the_school_foreign(self, packs: Packs) -> None:
        """Its people are met at school: the curator whose page is in Finnish comes before a line in English."""
        packs.edit("school/services.yaml", "languages: [fi, sv, en]", "languages: [fi]")

        library = packs.load()

        found = [ids(library, campus="iisalmi", language=each)[0] for each in (FI, SV, EN)]
        assert found == ["curator-everywhere"] * 3

    def test_a_page_in_another_language_says_nothing_of_finnish(self, packs: Packs) -> None:
        lines = packs.read("common/services/lines.yaml").replace("languages: [fi, en]", "languages: [en]")
        packs.write("common/services/lines.yaml", lines)
        packs.edit("common/services/lines.yaml", "type: chat, value:", "type: web, value:")
        packs.edit(
            "common/services/lines.yaml",
            "hours: null, languages: [fi]}",
            "hours: null, languages: [en], verified: false}",
        )

        assert ids(packs.load())[-2:] == ["chat", "crisis-line-sv"]

    def test_a_group_names_who_answers_at_night(self, packs: Packs) -> None:
        packs.edit(TOPICS, "group: wellbeing", "group: wellbeing\nat_night: [crisis-line-sv]")

        library = packs.load()

        assert ids(library, "sleep") == ["crisis-line", "crisis-line-sv"]
        assert library.is_spare(library.services["crisis-line-sv"], "sleep")
        assert not library.is_spare(library.services["crisis-line-sv"], "anxiety")

    def test_what_is_not_verified_is_shown_to_nobody(self, library: Library) -> None:
        """Design, section 4: it never shows a contact that nobody has proved."""
        assert not any("not-yet-verified" in ids(library, role=role) for role in Role)

    @pytest.mark.parametrize("change", ["verified: false", "verified: true\n    status: closed"])
    def test_what_is_closed_or_loses_its_proof_disappears(self, packs: Packs, change: str) -> None:
        text = packs.read("common/services/lines.yaml")
        head, chat = text.split("  - id: chat")
        packs.write(
            "common/services/lines.yaml", f"{head}  - id: chat{chat.replace('verified: true', change)}"
        )

        assert "chat" not in ids(packs.load())

    def test_a_service_for_guardians_is_not_shown_to_students(self, packs: Packs) -> None:
        packs.edit(
            "common/services/lines.yaml", "  - id: chat\n", "  - id: chat\n    roles: [guardian, staff]\n"
        )

        library = packs.load()

        assert "chat" not in ids(library)
        assert "chat" in ids(library, role=Role.GUARDIAN)

    @pytest.mark.parametrize(
        ("language", "values"),
        [
            (FI, ["https://chat.example.fi", "029 123 4567", "https://example.fi"]),
            (EN, ["https://chat.example.fi", "https://example.fi"]),  # the phone speaks Finnish only
            (SV, ["https://chat.example.fi", "029 123 4567", "https://example.fi"]),  # better than nothing
        ],
    )
    def test_ways_to_reach_it_by_language(
        self, library: Library, language: Language, values: list[str]
    ) -> None:
        """Unverified and unknown ones never; a line in another language only if there is none in theirs."""
        channels = library.services["chat"].shown_channels(language)

        assert [channel.value for channel in channels] == values


class TestSafety:
    @pytest.mark.parametrize(
        ("risk", "entry"),
        [
            (Risk(Level.CRISIS, Kind.SUICIDE), "suicide-self"),
            (Risk(Level.EMERGENCY, Kind.SELF_HARM), "suicide-self"),
            (Risk(Level.CONCERN, Kind.SUICIDE), "anything"),
            (Risk(Level.CRISIS, Kind.SUICIDE, About.CHILD), "anything"),
            (Risk(Level.CRISIS, Kind.UNKNOWN), "anything"),
        ],
    )
    def test_the_first_entry_that_fits(self, library: Library, risk: Risk, entry: str) -> None:
        reply = library.safety_reply(risk, language=FI, campus=None, now=EVENING)

        assert reply.id == entry

    def test_every_risk_has_a_reply(self, library: Library) -> None:
        risks = [Risk(level, kind, about) for level in Level for kind in Kind for about in About]
        replies = [
            library.safety_reply(risk, language=language, campus=campus, now=NOON, role=role)
            for risk in risks
            for language in Language
            for campus in (None, "kuopio")
            for role in (None, *Role)
        ]

        assert all(reply.text and reply.services for reply in replies)

    def test_who_is_closed_now_comes_last(self, library: Library) -> None:
        """The crisis line answers from 18 to 24; at noon it must not stand first."""
        risk = Risk(Level.CRISIS, Kind.SUICIDE)
        orders = [
            [service.id for service in library.safety_reply(risk, language=FI, campus=None, now=now).services]
            for now in (EVENING, NOON)
        ]

        assert orders == [["crisis-line", "emergency-112"], ["emergency-112", "crisis-line"]]

    @pytest.mark.parametrize(
        ("role", "language", "text"),
        [
            (Role.GUARDIAN, FI, "Soita 112 lapselle."),
            (Role.GUARDIAN, SV, "Ring 112."),  # their language counts more than their role
            (Role.STUDENT, FI, "Soita 112."),
            (None, EN, "Call 112."),
        ],
    )
    def test_guardians_have_their_own_words(
        self, library: Library, role: Role | None, language: Language, text: str
    ) -> None:
        risk = Risk(Level.CRISIS, Kind.VIOLENCE, About.CHILD)

        assert library.safety_reply(risk, language=language, campus=None, now=NOON, role=role).text == text


class TestDuty:
    def test_hours_by_campus(self, library: Library) -> None:
        assert library.duty("kuopio") == parse("Mon-Fri 9-15")
        assert library.duty("iisalmi") == library.duty(None) == parse("Mon-Fri 8-16; PH off")


class TestTopics:
    def test_groups_in_the_order_of_the_catalogue(self, library: Library) -> None:
        assert library.groups == {"wellbeing": ("anxiety", "sleep")}

    def test_a_schools_own_topic(self, packs: Packs) -> None:
        phrases = ", ".join(f"asuntola{number}" for number in range(12))
        packs.add(
            SCHOOL_TOPICS,
            "  - id: dormitory\n    group: wellbeing\n    name: {fi: Asuntola}\n    about: living there\n"
            "    near: [sleep]\n"
            "    answers: {student: {fi: Kysy ohjaajalta.}}\n    services: [chat]\n",
        )

        packs.write("school/phrases/dormitory.yaml", f"topic: dormitory\nphrases: {{fi: [{phrases}]}}\n")

        library = packs.load()

        assert library.groups == {"wellbeing": ("anxiety", "sleep", "dormitory")}
        assert library.answer("dormitory", role=Role.GUARDIAN, language=EN) == "Kysy ohjaajalta."
        assert ids(library, "dormitory") == ["chat"]
        assert library.reader.understand("asuntola3").topic == "dormitory"

    def test_a_schools_phrases_are_understood(self, packs: Packs) -> None:
        packs.write(
            "school/phrases/anxiety.yaml", "topic: anxiety\nphrases: {fi: [toivalan bussissa hirvittää]}\n"
        )

        found = packs.load().reader.understand("toivalan bussissa hirvittää")

        assert found.topic == "anxiety"

    def test_risk_is_read_from_the_packs(self, library: Library) -> None:
        assert library.reader.understand("mä haluan kuolla").risk.level is Level.CRISIS


class TestReloading:
    def test_a_good_pack_replaces_the_library(self, packs: Packs) -> None:
        shelf = Shelf(packs.load(), packs.folder)
        old = shelf.library
        packs.edit(TOPICS, "Kerro kuraattorille.", "Kerro jollekin.")

        faults = shelf.reload()

        assert faults == []
        assert shelf.library.answer("anxiety", role=Role.STUDENT, language=FI) == "Kerro jollekin."
        assert old.answer("anxiety", role=Role.STUDENT, language=FI) == "Kerro kuraattorille."
        assert shelf.library.version != old.version

    @pytest.mark.parametrize("slip", ["about: worry", "group: wellbeing", "services: [crisis-line]"])
    def test_a_bad_pack_never_replaces_a_good_one(self, packs: Packs, slip: str) -> None:
        """Design, section 4: content errors stop at the door."""
        shelf = Shelf(packs.load(), packs.folder)
        old = shelf.library
        packs.edit(TOPICS, slip, f"{slip}\t!: {{")

        faults = shelf.reload()

        assert [packs.shown(fault.file) for fault in faults] == [TOPICS]
        assert shelf.library is old

    def test_the_version_tells_states_apart(self, packs: Packs) -> None:
        first = packs.load().version
        again = packs.load().version
        packs.edit("common/risk/words.yaml", "filler: mä", "filler: mää")

        assert first == again
        assert packs.load().version != first

    def test_a_pack_that_vanishes_leaves_the_library(self, packs: Packs) -> None:
        shelf = Shelf(packs.load(), packs.folder)
        packs.delete("school/pack.yaml")

        (fault,) = shelf.reload()

        assert 'there is no pack "school"' in fault.message
        assert shelf.library.pack == "school"


def test_who_gets_a_list_of_services_may_change_it(library: Library) -> None:
    """It is remembered for whoever asks next; what one caller does with its own must not reach them."""
    asked = {"campus": "kuopio", "role": Role.STUDENT, "language": FI}
    before = ids(library)

    library.services_for("anxiety", **asked).clear()  # type: ignore[arg-type]  # a test's shorthand

    assert ids(library) == before != []


def test_a_library_does_not_change(library: Library) -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        library.version = "other"  # type: ignore[misc] # that is the point

    assert replace(library, version="other").version == "other"
