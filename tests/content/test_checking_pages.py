"""What stands beside answers: a question, pages, the ladder of early support. A slip in one never goes out."""

import pytest

from content.schema import Role
from intents.language import Language
from tests.content.conftest import Packs
from tests.content.slips import TOPICS, Slip

PAGES = "common/pages/wellbeing.yaml"
LADDER = "school/ladder.yaml"
ASKED = """\
      follow_up:
        question: {fi: Kumpi?, sv: Vilken?, en: Which?}
        choices:
          - id: tonight
            label: {fi: Tänä yönä, sv: I natt, en: Tonight}
            answers: {student: {fi: Soita., sv: Ring., en: Call.}}
            services: [chat]
          - id: worry
            label: {fi: Murehdin, sv: Jag oroar mig, en: I worry}
            topic: anxiety
      pages: [rest]
      ladder: true
      sources: [https://example.fi/uni]
"""
PAGE = """\
pages:
  - id: rest
    title: {fi: Lepo, sv: Vila, en: Rest}
    student: {fi: Lepää., sv: Vila., en: Rest.}
    sources: [HE 173/2020]
    services: [chat]
"""
STEPS = """\
steps:
  - id: first
    name: {fi: Huomataan, sv: Märks, en: Noticed}
    at: {fi: 10 tuntia, sv: 10 timmar, en: 10 hours}
    guardian: {fi: Soitamme., sv: Vi ringer., en: We call.}
    staff: {fi: Soita., sv: Ring., en: Call.}
sources: [https://example.fi/lasna]
checked: "2026"
verified: true
"""


@pytest.fixture
def furnished(packs: Packs) -> Packs:
    """The small pack, with a question, a page and a ladder."""
    indented = ASKED.replace("\n  ", "\n").removeprefix("  ")
    packs.edit(TOPICS, "    services: [crisis-line]\n", indented + "    services: [crisis-line]\n")
    packs.write(PAGES, PAGE)
    packs.write(LADDER, STEPS)
    return packs


def test_what_stands_beside_answers_is_loaded(furnished: Packs) -> None:
    library = furnished.load()
    topic = library.topics["sleep"]

    assert topic.follow_up is not None
    assert [each.id for each in topic.follow_up.choices] == ["tonight", "worry"]
    assert library.pages["rest"].text(Role.STUDENT) is not None
    assert library.pages["rest"].text(Role.GUARDIAN) is None
    assert topic.has_ladder
    assert library.ladder is not None
    assert library.ladder.has_numbers


def test_services_of_a_choice_come_before_those_of_the_topic(furnished: Packs) -> None:
    library = furnished.load()
    follow_up = library.topics["sleep"].follow_up
    assert follow_up is not None

    found = library.services_for_choice(
        "sleep", follow_up.choices[0], campus=None, role=Role.STUDENT, language=Language.FI
    )

    assert [each.id for each in found] == ["chat", "crisis-line"]


def test_a_ladder_that_nobody_confirmed_is_shown_to_nobody(furnished: Packs) -> None:
    furnished.edit(LADDER, "verified: true", "verified: false")

    assert furnished.load().ladder is None


SLIPS = [
    Slip(TOPICS, "pages: [rest]", "pages: [rset]", 'wellbeing.yaml:26: there is no page "rset"'),
    Slip(TOPICS, "pages: [rest]", "pages: [rest, rest]", 'wellbeing.yaml:26: "rest" stands twice'),
    Slip(TOPICS, "topic: anxiety", "topic: anxeity", 'wellbeing.yaml:25: there is no topic "anxeity"'),
    Slip(TOPICS, "topic: anxiety", "topic: sleep", "wellbeing.yaml:25: it would lead to the same answer"),
    Slip(TOPICS, "services: [chat]", "services: [chta]", 'wellbeing.yaml:22: there is no service "chta"'),
    Slip(TOPICS, "id: worry", "id: tonight", 'wellbeing.yaml:23: "tonight" stands twice'),
    Slip(TOPICS, "id: worry", f"id: {'w' * 50}", "wellbeing.yaml:23: with the topic's id 55 signs"),
    Slip(TOPICS, "fi: Murehdin", "fi: tänä yönä", "wellbeing.yaml:18: two choices say the same in fi"),
    Slip(TOPICS, "fi: Murehdin", f"fi: {'M' * 33}", 'wellbeing.yaml:24: "fi": 33 signs'),
    Slip(TOPICS, "sv: Jag oroar mig, ", "", 'wellbeing.yaml:24: "sv" is missing; add it'),
    Slip(TOPICS, "            topic: anxiety\n".removeprefix("  "), "", "a choice has either"),
    Slip(TOPICS, "question: {fi: Kumpi?", "question: {fi: Soita 0401234567?", "looks like a contact"),
    Slip(TOPICS, "{fi: Soita., sv", "{fi: Soita 09 2525 0111., sv", "wellbeing.yaml:21: "),
    Slip(TOPICS, "sources: [https://example.fi/uni]", "sources: [kirja]", "kirja is not a web address"),
    Slip(TOPICS, "ladder: true", "ladder: yes", 'wellbeing.yaml:27: "ladder" is neither true nor false'),
    Slip(PAGES, "id: rest", "id: unnamed", 'wellbeing.yaml:2: no topic names the page "unnamed"'),
    Slip(PAGES, "services: [chat]", "services: [cat]", 'wellbeing.yaml:6: there is no service "cat"'),
    Slip(PAGES, "fi: Lepää.", "fi: Katso https://uni.fi", "wellbeing.yaml:4: "),
    Slip(PAGES, "fi: Lepää.", 'fi: "Lepää {nyt}"', "wellbeing.yaml:4: answers have no {placeholders}"),
    Slip(PAGES, "    student: {fi: Lepää., sv: Vila., en: Rest.}\n", "", "nobody could read it"),
    Slip(PAGES, "studen", "studet", 'unknown key "studett"; did you mean "student"?'),
    Slip(LADDER, "fi: Soitamme.", "fi: Soitamme 20 tunnista.", "school/ladder.yaml:5: "),
    Slip(LADDER, "sources: [https://example.fi/lasna]\n", "", '"sources" is missing; add it'),
    Slip(LADDER, "fi: 10 tuntia", "fi: 040 1234567", "school/ladder.yaml:4: "),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.fault[:50])
def test_a_slip_is_told_with_its_file_and_line(furnished: Packs, slip: Slip) -> None:
    furnished.edit(slip.file, slip.old, slip.new)

    faults = furnished.faults()

    assert any(slip.fault in fault for fault in faults), faults


@pytest.mark.parametrize("number", [1, 5])
def test_a_question_has_two_to_four_choices(furnished: Packs, number: int) -> None:
    before, rest = furnished.read(TOPICS).split("      choices:\n")
    choices = "".join(
        f"        - {{id: c{at}, label: {{fi: N{at}, sv: N{at}, en: N{at}}}, topic: anxiety}}\n"
        for at in range(number)
    )
    furnished.write(TOPICS, f"{before}      choices:\n{choices}    pages:{rest.split('    pages:')[1]}")

    faults = furnished.faults()

    assert any(f"{number} choices; a question has 2 to 4" in fault for fault in faults), faults


def test_a_school_may_do_without_a_ladder_and_common_without_pages(packs: Packs) -> None:
    library = packs.load()

    assert library.ladder is None
    assert library.pages == {}
