"""The one door: what is judged, answered, asked, passed on, in which order."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channel import Media, MediaKind, Message
from bot.dialogue.state import Person, Relay
from content.schema import Role
from intents.language import Language
from intents.risk import Level
from tests.bot.dialogue.conftest import Talk, heard, labels

A_SATURDAY = timedelta(days=5)


def test_stranger_hears_the_answer_and_then_what_this_is(stranger: Person, talk: Talk) -> None:
    step = talk(stranger, "mulla ei oo rahaa ruokaan")

    assert [reply.anchor != "" for reply in step.replies if isinstance(reply, Message)][:2] == [False, True]
    assert "botti" in heard(step)
    assert step.person.memory.introduced
    assert step.understood == "money-trouble"


def test_one_who_knows_is_not_told_again(person: Person, talk: Talk) -> None:
    assert "botti" not in heard(talk(person, "mulla ei oo rahaa ruokaan"))


@pytest.mark.parametrize(
    "text",
    ["", "\u200b", "🙂🙂🙂", "...", "?!", "🙃" * 1000],
    ids=["nothing", "unseen", "emojis", "dots", "marks", "many"],
)
def test_text_without_words_gets_the_menu_and_is_no_miss(person: Person, talk: Talk, text: str) -> None:
    step = talk(person, text)

    assert "En saanut tuosta sanoja" in heard(step)
    assert step.person.memory.misses == 0


@pytest.mark.parametrize("mode", ["person", "waiting", "with_human"])
@pytest.mark.parametrize(
    "more",
    [{}, {"command": "apua"}, {"command": "unohda"}, {"is_edit": True}, {"media": Media(MediaKind.PHOTO)}],
    ids=["text", "after help", "after forgetting", "edit", "caption"],
)
def test_danger_is_answered_first_in_every_state(
    mode: str, more: dict[str, object], talk: Talk, request: pytest.FixtureRequest
) -> None:
    step = talk(request.getfixturevalue(mode), "haluan kuolla", **more)

    assert step.is_safety
    assert "112" in heard(step)
    assert step.handoff is not None
    assert step.handoff.level is Level.CRISIS
    assert not step.forgets


def test_danger_reaches_the_humans_of_an_open_case_too(with_human: Person, talk: Talk) -> None:
    assert talk(with_human, "haluan kuolla").relay == Relay("haluan kuolla", None, "5")


def test_words_after_the_anchor_are_judged(person: Person, talk: Talk) -> None:
    assert talk(person, "⚓ haluan kuolla").is_safety


@pytest.mark.parametrize(
    "text",
    ["⚓", "⚓ Haluan puhua ihmiselle", "⚓ I want to talk to a human", " ⚓ Jag vill prata med en människa"],
)
def test_anchor_in_any_language_asks_for_a_human(person: Person, talk: Talk, text: str) -> None:
    step = talk(person, text)

    assert step.handoff is not None
    assert step.handoff.is_asked
    assert step.handoff.level is Level.NONE
    assert step.person.language is Language.FI


def test_anchor_with_words_in_a_case_passes_the_words_on(waiting: Person, talk: Talk) -> None:
    step = talk(waiting, "⚓ onko siellä joku")

    assert step.relay == Relay("⚓ onko siellä joku", None, "5")
    assert step.handoff is not None


def test_stranger_who_wants_a_human_hears_first_who_calls_one(stranger: Person, talk: Talk) -> None:
    step = talk(stranger, "⚓")

    assert "Minä olen botti" in heard(step)
    assert step.handoff is not None


@pytest.mark.parametrize(
    ("command", "text"),
    [("en", "jaksa enää haluan kuolla"), ("en_jaksa", "haluan kuolla"), ("haluan", "kuolla")],
)
def test_mistyped_command_is_read_whole(person: Person, talk: Talk, command: str, text: str) -> None:
    assert talk(person, text, command=command).is_safety


def test_asking_for_a_human_in_words_asks_for_one(person: Person, talk: Talk) -> None:
    step = talk(person, "haluan puhua ihmiselle")

    assert step.handoff is not None
    assert step.handoff.is_asked


def test_concern_is_answered_and_a_human_is_offered(person: Person, talk: Talk) -> None:
    """By concern a case is opened on the person's yes alone."""
    step = talk(person, "en jaksa enää mitään")

    assert step.handoff is None
    assert "Kyllä, saa kirjoittaa" in labels(step.replies[-1])


def test_students_worry_about_a_friend_is_answered_as_worry(person: Person, talk: Talk) -> None:
    assert talk(person, "kaveri laitto mulle et se ei jaksa enää").understood == "guardian-worry"


def test_students_own_trouble_is_not_taken_for_worry_about_another(person: Person, talk: Talk) -> None:
    assert talk(person, "jag mår jättedåligt").understood == "low-mood"


def test_bare_cry_for_help_gets_112_and_the_offer_of_a_human(person: Person, talk: Talk) -> None:
    """It may be anything: what saves is said, and who writes back."""
    step = talk(person, "apua")

    assert "112" in heard(step)
    assert "Kyllä, saa kirjoittaa" in labels(step.replies[-1])


def test_second_offer_is_not_the_first_word_for_word(person: Person, talk: Talk) -> None:
    first = talk(person, "apua")

    assert heard(talk(first.person, "auttakaa mua")) != heard(first)


def test_guardians_matter_keeps_its_topic(person: Person, talk: Talk) -> None:
    guardian = replace(person, role=Role.GUARDIAN)

    assert talk(guardian, "lapseni ei jaksa enää").understood != ""


def test_language_that_is_not_read_gets_112_and_a_human(person: Person, talk: Talk) -> None:
    step = talk(person, "Мені потрібна допомога з навчанням у школі")

    assert step.person.language is Language.EN
    assert "112" in heard(step)
    assert "⚓ To a human" in labels(step.replies[0])


def test_unclear_text_is_asked_about_once_and_then_declined(person: Person, talk: Talk) -> None:
    first = talk(person, "can i talk to somebody about the flat and the money thing")
    second = talk(first.person, "can i talk to somebody about the flat and the money thing")

    assert "Did you mean" in heard(first)
    assert "a human understands better" in heard(second).casefold()


def test_understood_matter_forgets_the_misses(person: Person, talk: Talk) -> None:
    assert talk(person.remembering(misses=2), "mua ahdistaa").person.memory.misses == 0


# ---------------------------------------------------------------- edits


def test_corrected_typo_says_nothing(person: Person, talk: Talk) -> None:
    answered = talk(person, "mua ahistaaa").person

    assert talk(answered, "mua ahistaa", is_edit=True).replies == ()


def test_edit_that_becomes_a_worry_is_answered_once(person: Person, talk: Talk) -> None:
    answered = talk(person, "mua väsyttää").person

    first = talk(answered, "en jaksa enää mitään", is_edit=True)
    second = talk(first.person, "en jaksa enää mitään!", is_edit=True)

    assert "Kyllä, saa kirjoittaa" in labels(first.replies[-1])
    assert second.replies == ()


# ---------------------------------------------------------------- while humans talk


def test_in_duty_hours_the_bot_leaves_the_word_to_humans(waiting: Person, talk: Talk) -> None:
    step = talk(waiting, "mulla ei oo rahaa ruokaan")

    assert "Välitin tämänkin" in heard(step)
    assert len(step.replies) == 1


def test_when_nobody_is_there_the_bot_goes_on_answering(waiting: Person, talk: Talk, noon: datetime) -> None:
    step = talk(waiting, "mulla ei oo rahaa ruokaan", now=noon + A_SATURDAY)

    assert step.relay is not None
    assert "raha" in heard(step)


def test_in_danger_nothing_else_is_answered_while_waiting(
    waiting: Person, talk: Talk, noon: datetime
) -> None:
    """An answer about money would push the numbers out of sight."""
    saturday = noon + A_SATURDAY
    in_danger = talk(waiting, "haluan kuolla", now=saturday).person

    step = talk(in_danger, "mulla ei oo rahaa ruokaan", now=saturday + timedelta(minutes=1))

    assert len(step.replies) == 1
    assert "Välitin tämänkin" in heard(step)


def test_passing_on_is_said_once_in_a_case(waiting: Person, talk: Talk) -> None:
    first = talk(waiting, "se on monimutkasta")
    second = talk(first.person, "en tiiä mistä alottaisin")

    assert "Välitin tämänkin" in heard(first)
    assert second.replies == ()
    assert second.relay is not None


def test_with_a_human_the_bot_is_silent(with_human: Person, talk: Talk) -> None:
    step = talk(with_human, "mulla ei oo rahaa ruokaan")

    assert step.replies == ()
    assert step.relay == Relay("mulla ei oo rahaa ruokaan", None, "5")


def test_worry_with_a_human_makes_the_case_graver_without_a_word(with_human: Person, talk: Talk) -> None:
    step = talk(with_human, "en jaksa enää mitään")

    assert step.handoff is not None
    assert step.handoff.level is Level.CONCERN
    assert step.replies == ()


def test_words_after_a_command_reach_the_humans(with_human: Person, talk: Talk) -> None:
    step = talk(with_human, "en tajuu tätä", command="tietosuoja")

    assert step.relay == Relay("en tajuu tätä", None, "5")


def test_payload_of_a_link_reaches_nobody(with_human: Person, talk: Talk) -> None:
    assert talk(with_human, "kuopio", command="start").relay is None


def test_what_was_learnt_in_an_ended_case_is_put_aside(person: Person, talk: Talk) -> None:
    """The next case begins with its own words."""
    step = talk(person.remembering(acknowledged=True, to_share="4"), "moi")

    assert not step.person.memory.acknowledged
    assert step.person.memory.to_share == ""


def test_deleted_campus_is_no_campus(person: Person, talk: Talk) -> None:
    assert talk(replace(person, campus="helsinki"), "moi").person.campus is None


# ---------------------------------------------------------------- several matters, other languages


def test_second_matter_of_a_message_is_offered_below_the_answer_to_the_first(
    person: Person, talk: Talk
) -> None:
    step = talk(person, "Mua ahdistaa koulussa koko ajan. Mistä näen mun lukujärjestyksen?")

    assert step.understood == "anxiety"
    assert any(label.startswith("Kysyit myös: ") for label in labels(step.replies[0]))


FOREIGN = [
    pytest.param("Мне нужна помощь с учебой, пожалуйста", "Я бот", id="Russian"),
    pytest.param("Мені потрібна допомога з навчанням, будь ласка", "Я бот", id="Ukrainian"),
    pytest.param("أحتاج إلى مساعدة في دراستي من فضلك", "أنا روبوت", id="Arabic"),
    pytest.param("waxaan u baahanahay caawimaad waxbarasho fadlan", "Waxaan ahay bot", id="Somali"),
    pytest.param("kas keegi saab mind kooliga aidata, palun", "Olen bot", id="Estonian"),
]


@pytest.mark.parametrize(("text", "own"), FOREIGN)
def test_a_language_that_is_only_recognised_is_answered_with_what_exists_in_it(
    stranger: Person, talk: Talk, text: str, own: str
) -> None:
    """A sentence in their own words, 112 and the way to a human, before what is said in English."""
    said = heard(talk(stranger, text))

    assert said.startswith(own)
    assert "112" in said.split("\n")[0]
    assert "I cannot read other languages" in said


def test_danger_in_another_language_begins_with_112_in_it(stranger: Person, talk: Talk) -> None:
    step = talk(stranger, "я хочу умереть, помогите")

    assert step.is_safety
    assert heard(step).startswith("Звоните **112**")
