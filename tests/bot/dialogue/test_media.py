"""What is not words: kindly declined by the bot, carried to humans, with a yes where it tells who one is."""

from datetime import datetime, timedelta

import pytest

from bot.channel import Media, MediaKind
from bot.dialogue.state import Person, Relay
from tests.bot.dialogue.conftest import Talk, heard, labels

PHOTO = Media(MediaKind.PHOTO)
CARD = Media(MediaKind.CONTACT, tells=True)
FILE = Media(MediaKind.DOCUMENT, tells=True)
POLL = Media(MediaKind.OTHER)


@pytest.mark.parametrize("kind", MediaKind)
def test_bot_says_that_it_cannot_read_it(stranger: Person, talk: Talk, kind: MediaKind) -> None:
    step = talk(stranger, media=Media(kind))

    assert "botti" in heard(step)
    assert len(step.replies) == 1
    assert step.person.memory.introduced


def test_pictures_of_an_album_get_one_answer(person: Person, talk: Talk, noon: datetime) -> None:
    first = talk(person, media=PHOTO)
    second = talk(first.person, media=PHOTO, now=noon + timedelta(seconds=1))
    later = talk(second.person, media=PHOTO, now=noon + timedelta(minutes=1))

    assert second.replies == ()
    assert later.replies != ()


def test_caption_is_answered_and_the_picture_owned_up_to(person: Person, talk: Talk) -> None:
    step = talk(person, "mulla ei oo rahaa ruokaan", media=PHOTO)

    assert step.understood == "money-trouble"
    assert "Luin tekstisi" in heard(step)


def test_caption_that_says_nothing_is_answered_as_a_picture(person: Person, talk: Talk) -> None:
    assert "en osaa lukea" in heard(talk(person, "kato", media=PHOTO))


@pytest.mark.parametrize("mode", ["waiting", "with_human"])
def test_picture_goes_to_the_humans(mode: str, talk: Talk, request: pytest.FixtureRequest) -> None:
    assert talk(request.getfixturevalue(mode), media=PHOTO).relay == Relay("", PHOTO, "5")


def test_picture_in_a_waiting_case_is_acknowledged(waiting: Person, talk: Talk) -> None:
    assert "Välitin tämänkin" in heard(talk(waiting, media=PHOTO))


@pytest.mark.parametrize("media", [CARD, FILE], ids=["contact card", "file with a name"])
@pytest.mark.parametrize("text", ["", "tässä"], ids=["alone", "with a caption"])
def test_what_tells_who_one_is_waits_for_a_yes(
    with_human: Person, talk: Talk, media: Media, text: str
) -> None:
    """The words go on at once; the card or the file only with a yes."""
    step = talk(with_human, text, media=media)

    assert step.relay == (Relay(text, None, "5") if text else None)
    assert labels(step.replies[-1]) == ["Lähetä", "Älä lähetä"]
    assert step.person.memory.to_share == "5"


def test_danger_in_a_caption_does_not_send_the_file_by_the_way(with_human: Person, talk: Talk) -> None:
    step = talk(with_human, "haluan kuolla", media=FILE)

    assert step.is_safety
    assert step.relay == Relay("haluan kuolla", None, "5")
    assert labels(step.replies[-1]) == ["Lähetä", "Älä lähetä"]


def test_what_cannot_be_copied_is_refused_in_words(with_human: Person, talk: Talk) -> None:
    step = talk(with_human, media=POLL)

    assert step.relay is None
    assert "Kerro sama sanoilla" in heard(step)


@pytest.mark.parametrize("mode", ["person", "waiting", "with_human"])
def test_place_that_moves_says_nothing_more(mode: str, talk: Talk, request: pytest.FixtureRequest) -> None:
    step = talk(request.getfixturevalue(mode), media=Media(MediaKind.LOCATION, tells=True), is_edit=True)

    assert step.replies == ()
    assert step.relay is None


def test_changed_caption_is_passed_on_without_its_picture(with_human: Person, talk: Talk) -> None:
    step = talk(with_human, "siis tämä", media=PHOTO, is_edit=True)

    assert step.relay == Relay("siis tämä", None, "5", is_edit=True)
