"""What a keeper should care for, though it stops no start: told by `matala check` alone."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from content.checking_phrases import Phrase, misled
from content.checkup import Checkup, examine
from content.faults import Subject
from content.sources import gather
from tests.content.conftest import Packs
from tests.content.slips import (
    LINES,
    PACK,
    SCHOOL_SERVICES,
    SCHOOL_TOPICS,
    SLEEP,
    TEXTS,
    TOPICS,
)

TODAY = date(2026, 11, 22)


def checkup(packs: Packs, **more: object) -> Checkup:
    return examine(packs.folder, packs.folder / "cache", today=TODAY, **more)  # type: ignore[arg-type]


def warnings(packs: Packs, subject: Subject) -> list[str]:
    return [packs.shown(str(each)) for each in checkup(packs).faults if each.subject is subject]


class Neglect(NamedTuple):
    """A change of a file, what it is about, and what is said of it."""

    file: str
    old: str
    new: str
    subject: Subject
    warning: str


NEGLECTS = [
    Neglect(TOPICS, "sv: Ångest, ", "", Subject.LANGUAGE, f"{TOPICS}:4: warning: not in sv"),
    Neglect(
        TEXTS, ', en: "Hi {name}', ', sv: "Hej {name}', Subject.LANGUAGE, f"{TEXTS}:3: warning: not in en"
    ),
    Neglect(
        SCHOOL_TOPICS,
        "id: anxiety",
        "id: anxiety\n    answers: {student: {fi: Kerro Leenalle.}}",
        Subject.LANGUAGE,
        f"{SCHOOL_TOPICS}:3: warning: the school's own answer is not in sv and en",
    ),
    Neglect(
        PACK,
        "name: {fi: Kuopio}",
        "name: {fi: Kuopio, sv: Kuopio}",
        Subject.LANGUAGE,
        f"{PACK}:8: warning: not in en",
    ),
    Neglect(
        TOPICS,
        "      guardian: {fi: Soita kuraattorille., sv: Ring kuratorn.}\n",
        "",
        Subject.ROLE,
        f"{TOPICS}:7: warning: no answer for guardians",
    ),
    Neglect(
        TOPICS,
        "[crisis-line, crisis-line-sv, chat]",
        "[crisis-line, crisis-line-sv]",
        Subject.REACH,
        f'{LINES}:26: warning: no topic leads to "chat"; list it in a topic',
    ),
    Neglect(
        TOPICS,
        "[crisis-line, crisis-line-sv, chat]",
        "[crisis-line, chat]",
        Subject.NIGHT,
        f'{TOPICS}:10: warning: "anxiety" leads to nobody who answers at night',
    ),
    Neglect(
        LINES,
        'checked: "2026"',
        'checked: "page undated; number seen 3/2024"',
        Subject.OVERDUE,
        f"{LINES}:8: warning: last checked 2024-03-31, more than 365 days ago",
    ),
    Neglect(
        LINES,
        'checked: "2026"',
        "checked: undated page",
        Subject.UNDATED,
        f"{LINES}:8: warning: no date of checking",
    ),
    Neglect(
        LINES,
        "what_for: {fi: Kun on hengenvaara.}",
        "what_for: {fi: Kun on hengenvaara. Tai soita 040 123 4567.}",
        Subject.CONTACT,
        f'{LINES}:4: warning: "040 123 4567" stands in a text, but no shown service has it',
    ),
    Neglect(
        TEXTS,
        "Moi {name}, ",
        f"Moi {{name}}, {'pitkästi ' * 500}",
        Subject.LENGTH,
        f"{TEXTS}:3: warning: 4528 of the 4096 signs",
    ),
]


@pytest.mark.parametrize("neglect", NEGLECTS, ids=lambda each: f"{each.subject.name} {each.warning[:40]}")
def test_what_is_neglected_is_told_with_file_and_line(packs: Packs, neglect: Neglect) -> None:
    packs.edit(neglect.file, neglect.old, neglect.new)

    told = warnings(packs, neglect.subject)

    assert [each for each in told if each.startswith(neglect.warning)], told


def test_a_contact_that_a_shown_service_proves_may_be_said(packs: Packs) -> None:
    packs.edit(LINES, "Kun on hengenvaara.", '"Tai soita 09 25250111."')

    assert warnings(packs, Subject.CONTACT) == []


def test_texts_for_staff_need_no_translation(packs: Packs) -> None:
    packs.add(TEXTS, "  staff.claimed: {fi: Otettu.}\n")
    packs.edit(
        TEXTS,
        'fi: "Moi {name}, täällä {school}."',
        'fi: "Moi {name}, täällä {school}.", sv: "{name} {school}"',
    )

    assert [each for each in warnings(packs, Subject.LANGUAGE) if TEXTS in each] == []


def test_a_service_of_common_that_another_school_leads_to_is_reached(packs: Packs) -> None:
    packs.edit(TOPICS, "[crisis-line, crisis-line-sv, chat]", "[crisis-line, crisis-line-sv]")
    for file in ("pack.yaml", "services.yaml", "topics.yaml"):
        packs.write(f"academy/{file}", packs.read(f"school/{file}"))
    packs.edit("academy/topics.yaml", "services: [", "services: [chat, ")

    assert [each for each in warnings(packs, Subject.REACH) if '"chat"' in each] == []


def test_who_speaks_a_language_that_is_only_recognised_is_reached_by_it(packs: Packs) -> None:
    """Who writes in Ukrainian reads who serves in Ukrainian (`services_speaking`)."""
    packs.edit(TOPICS, "[crisis-line, crisis-line-sv, chat]", "[crisis-line, crisis-line-sv]")
    packs.edit(LINES, "hours: null, languages: [fi, en]", "hours: null, languages: [fi, uk]")
    before = [each for each in warnings(packs, Subject.REACH) if '"chat"' in each]

    packs.add(TEXTS, "  foreign.uk: {fi: Я бот.}\n")

    assert len(before) == 1
    assert [each for each in warnings(packs, Subject.REACH) if '"chat"' in each] == []


def test_a_phrase_that_another_topic_answers_is_told(packs: Packs) -> None:
    library, file = packs.load(), gather("school", packs.folder).phrases[1]
    assert file.content.topic == "sleep"
    own, strange = (
        Phrase(text, "sleep", file.document, ("phrases", "fi", 0)) for text in ("valvon yöt", "ahdistaa")
    )

    found, seen = misled(library.reader.matcher, [own, strange], lambda: True)

    (told,) = (packs.shown(str(each)) for each in found)
    assert told.startswith(f'{SLEEP}:3: warning: "ahdistaa" of "sleep" is answered by "anxiety"')
    assert seen == 2


def test_phrases_are_tried_for_as_long_as_there_is_time(packs: Packs) -> None:
    """Thirty thousand of them take a minute, which nobody waits for at each check."""
    moments = iter([True] * 10)

    found = checkup(packs, is_time_left=lambda: next(moments, False))

    assert found.seen == 10 < found.phrases


def test_errors_come_alone(packs: Packs) -> None:
    """They may be the cause of the rest."""
    packs.edit(SCHOOL_TOPICS, "id: anxiety", "id: anxeity")
    packs.edit(SCHOOL_SERVICES, 'checked: "2026"', "checked: undated")

    found = checkup(packs)

    assert [each.is_warning for each in found.faults] == [False]
    assert found.packs == ()
    assert Path(found.faults[0].file).name == "topics.yaml"
