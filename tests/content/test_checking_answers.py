"""Answers are short, and where somebody may come to harm they name who answers late."""

import pytest

from content.checking_answers import sentences
from content.faults import Subject
from tests.content.conftest import Packs
from tests.content.slips import LINES, TOPICS
from tests.content.test_checking_care import warnings

PHRASES = "common/phrases/anxiety.yaml"
STUDENT = "student: {fi: Kerro kuraattorille., sv: Berätta för kuratorn., en: Tell the curator.}"
NAMED = (
    "student: {fi: Kerro kuraattorille. Yöllä soita Kriisipuhelimeen.,"
    " sv: Berätta för kuratorn. Kriisipuhelin svarar på finska.,"
    " en: Tell the curator. Kriisipuhelin answers in Finnish.}"
)
GUARDIAN = "guardian: {fi: Soita kuraattorille., sv: Ring kuratorn.}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Kerro kuraattorille.", 1),
        ("Kerro. Onko kiire? Soita 112!", 3),
        ("Kerro kuraattorille\n\nTule ilman aikaa", 2),
        ("Kysy joltakulta, esim. opolta. Klo 8.30 on hyvä aika.", 2),
        ('Yksi lause riittää: "moi. voidaanko jutella?" ja se on siinä.', 1),
        ('Write: "Can we talk?" You need no reason.', 2),
        ("Vaara: soita 112.\n1. Juttele kahden kesken.\n2. Sovi päivä.", 3),
        ("Se säilyy. **/tiedot** näyttää sen. (Eikö?) ⚓-napista pääset.", 4),
    ],
)
def test_sentences_are_counted_as_a_reader_would(text: str, number: int) -> None:
    assert sentences(text) == number


def test_an_answer_has_two_to_five_sentences(packs: Packs) -> None:
    packs.edit(TOPICS, STUDENT, "student: {fi: Yksi. Kaksi., sv: A. B. C. D. E. F., en: One. Two.}")

    told = [each for each in warnings(packs, Subject.SENTENCES) if each.startswith(f"{TOPICS}:8:")]

    assert told == [f"{TOPICS}:8: warning: 6 sentences; an answer has 2 to 5"]


def test_who_answers_late_is_named_where_a_topic_is_heavy(packs: Packs) -> None:
    assert warnings(packs, Subject.ALONE) == []

    packs.edit(PHRASES, "topic: anxiety", "topic: anxiety\nheaviest: concern")
    packs.edit(TOPICS, STUDENT, NAMED)
    told = warnings(packs, Subject.ALONE)

    assert {each.partition(" warning: ")[0] for each in told} == {f"{TOPICS}:9:"}
    assert all("names nobody who answers late; name Kriisipuhelin" in each for each in told)

    packs.edit(TOPICS, GUARDIAN, NAMED.replace("student", "guardian"))
    assert warnings(packs, Subject.ALONE) == []


def test_who_answers_in_another_language_is_said_to(packs: Packs) -> None:
    packs.edit(PHRASES, "topic: anxiety", "topic: anxiety\nheaviest: any")
    packs.edit(TOPICS, STUDENT, NAMED.replace(" in Finnish", ""))
    packs.edit(TOPICS, GUARDIAN, NAMED.replace("student", "guardian"))

    assert warnings(packs, Subject.ALONE) == [
        f'{TOPICS}:8: warning: who is named answers in another language; say so ("Finnish")'
    ]


def test_somebody_who_closes_early_is_nobody_to_name(packs: Packs) -> None:
    packs.edit(PHRASES, "topic: anxiety", "topic: anxiety\nheaviest: any")
    packs.edit(TOPICS, "[crisis-line, crisis-line-sv, chat]", "[crisis-line, chat]")
    packs.edit(TOPICS, STUDENT, NAMED)
    packs.edit(TOPICS, GUARDIAN, NAMED.replace("student", "guardian"))
    packs.edit(LINES, "daily 18-24", "daily 9-16")

    told = warnings(packs, Subject.ALONE)

    assert told
    assert all("nobody who answers late; add one and name it" in each for each in told)
