"""Button data: what goes out comes back, and whatever else comes back harms nothing."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Message, PressAnswer, Turn
from bot.dialogue import presses
from bot.dialogue.presses import DATA_LIMIT, Press, Verb
from bot.dialogue.respond import respond
from bot.dialogue.state import Mode, Person, Relay
from content.library import Library, load
from content.schema import Role
from intents.language import Language
from intents.risk import Level
from tests.bot.dialogue.conftest import CHAT, Talk, heard

LIBRARY = load("sakky")
NOON = datetime.fromisoformat("2026-11-23T12:00:00+02:00")
WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz-_0123456789", max_size=20), max_size=3)


@given(st.sampled_from(Verb), WORDS)
def test_what_is_written_is_read_again(verb: Verb, words: list[str]) -> None:
    text = ":".join((verb, *words))
    if len(text.encode()) <= DATA_LIMIT:
        assert presses.read(presses.data(verb, *words)) == Press(verb, tuple(words))


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    press = presses.read(text)

    assert press is None or press.verb in Verb


def test_data_that_no_button_can_hold_is_a_bug() -> None:
    with pytest.raises(ValueError, match="at most 64"):
        presses.data(Verb.TOPIC, "ä" * 40)


def test_every_topic_fits_on_every_button(sakky: Library, sskky: Library) -> None:
    longest = [
        presses.data(verb, topic, presses.YES)
        for library in (sakky, sskky)
        for topic in library.topics
        for verb in Verb
    ]

    assert max(len(each.encode()) for each in longest) <= DATA_LIMIT


STATES = st.builds(
    Person,
    chat=st.just(CHAT),
    language=st.sampled_from([Language.FI, Language.SV, Language.EN]),
    role=st.none() | st.sampled_from(Role),
    campus=st.none() | st.sampled_from([*LIBRARY.campuses, "gone"]),
    mode=st.sampled_from(Mode),
)
FORGED = st.one_of(
    st.text(min_size=1, max_size=64),
    st.builds(lambda verb, words: ":".join([verb, *words]), st.sampled_from(Verb), WORDS),
    st.builds(
        lambda verb, word, answer: f"{verb}:{word}:{answer}",
        st.sampled_from(Verb),
        st.sampled_from([*LIBRARY.topics, *LIBRARY.groups, "yes", "no", "-", ""]),
        st.sampled_from(["yes", "no", "-", "5"]),
    ),
)


@settings(max_examples=300, deadline=None)
@given(STATES, FORGED)
def test_any_press_in_any_state_is_answered_once_and_deletes_and_shows_nothing(
    person: Person, data: str
) -> None:
    """Nobody asked for a deletion, nothing waits to be shown: no data can bring either about."""
    turn = Turn(CHAT, ref="5", press=data, press_id="q1")

    step = respond(person, turn, LIBRARY, now=NOON)

    assert [reply for reply in step.replies if isinstance(reply, PressAnswer)] == [step.replies[0]]
    assert any(isinstance(reply, Message) for reply in step.replies) or step.handoff or step.ends_case
    assert not step.forgets
    assert not step.exports
    assert step.relay is None
    assert step.handoff is None or step.handoff.level <= Level.CONCERN


@pytest.mark.parametrize("data", ["junk", "topic:gone", "share:yes:4", "end", "after:", "claim:K-1"])
def test_stale_press_says_so_and_begins_anew(person: Person, talk: Talk, data: str) -> None:
    step = talk(person, press=data, press_id="q1")

    assert step.replies[0] == PressAnswer(CHAT, "q1", "Nappi on vanhentunut")
    assert "Tuo nappi on jo vanha" in heard(step)


@pytest.mark.parametrize(
    ("data", "topic", "helped"),
    [
        ("helped:anxiety:yes", "anxiety", True),
        ("helped:anxiety:no", "anxiety", False),
        ("not-meant:anxiety", "anxiety", False),
    ],
)
def test_feedback_is_counted_by_topic(
    person: Person, talk: Talk, data: str, topic: str, helped: bool
) -> None:
    assert talk(person, press=data).helpful == (topic, helped)


def test_yes_to_a_human_brings_one_however_late(person: Person, talk: Talk) -> None:
    step = talk(person.remembering(topic="low-mood"), press="concern:yes")

    assert step.handoff is not None
    assert step.handoff.level is Level.CONCERN
    assert step.handoff.understood == "low-mood"


def test_yes_to_forgetting_counts_only_right_after_the_question(person: Person, talk: Talk) -> None:
    asked = talk(person, command="unohda").person
    wrote_on = talk(asked, "moi").person

    assert talk(asked, press="forget:yes").forgets
    again = talk(wrote_on, press="forget:yes")
    assert not again.forgets
    assert "Poistetaanko kaikki" in heard(again)


def test_no_to_forgetting_keeps_everything(person: Person, talk: Talk) -> None:
    asked = talk(person, command="unohda").person

    kept = talk(asked, press="forget:no")

    assert not talk(kept.person, press="forget:yes").forgets


def test_each_question_about_sharing_has_its_own_yes(with_human: Person, talk: Talk) -> None:
    """Two contact cards, two questions: a yes to the first must not show the second."""
    both = with_human.remembering(to_share="4 5")

    step = talk(both, press="share:yes:4")

    assert step.relay is not None
    assert step.relay.ref == "4"
    assert step.person.memory.to_share == "5"
    assert isinstance(step.relay, Relay)


def test_sharing_twice_shows_once(with_human: Person, talk: Talk) -> None:
    first = talk(with_human.remembering(to_share="4"), press="share:yes:4")

    assert talk(first.person, press="share:yes:4").relay is None


@pytest.mark.parametrize(("data", "role"), [("role:guardian", Role.GUARDIAN), ("role:staff", Role.STAFF)])
def test_role_is_taken_and_the_last_matter_answered_anew(
    person: Person, talk: Talk, data: str, role: Role
) -> None:
    step = talk(person.remembering(topic="absence"), press=data)

    assert step.person.role is role
    assert len(step.replies) == 3  # the end of the waiting, "all right", the answer


def test_choice_with_a_human_answers_nothing_anew(with_human: Person, talk: Talk) -> None:
    step = talk(with_human.remembering(topic="absence"), press="campus:kuopio")

    assert step.person.campus == "kuopio"
    assert len(step.replies) == 2


def test_language_is_kept_once_chosen(person: Person, talk: Talk) -> None:
    step = talk(person, press="language:sv")

    assert step.person.language is Language.SV
    assert step.person.language_chosen


def test_topic_that_was_deleted_since_is_not_answered_anew(person: Person, talk: Talk) -> None:
    step = talk(replace(person.remembering(topic="gone")), press="campus:kuopio")

    assert len(step.replies) == 2
