"""Somebody to talk with, and short ways to say things."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.channel import Message, Outgoing, Turn
from bot.dialogue.respond import respond
from bot.dialogue.state import Mode, Person, Step, words_of
from content.library import Library
from intents.language import Language

CHAT = "telegram:77"
Talk = Callable[..., Step]


@pytest.fixture
def stranger() -> Person:
    """Somebody who has never written before."""
    return Person(CHAT, Language.FI)


@pytest.fixture
def person(stranger: Person) -> Person:
    """Somebody who knows by now what this is."""
    return stranger.remembering(introduced=True)


@pytest.fixture
def waiting(person: Person) -> Person:
    """Somebody whose case nobody has taken yet."""
    return replace(person, mode=Mode.WAITING)


@pytest.fixture
def with_human(person: Person) -> Person:
    """Somebody who talks with a member of staff."""
    return replace(person, mode=Mode.HUMAN)


@pytest.fixture
def talk(sakky: Library, noon: datetime) -> Talk:
    """Say or press something, at noon unless told."""

    def say(person: Person, text: str = "", *, now: datetime = noon, **more: Any) -> Step:
        return respond(person, Turn(CHAT, ref=more.pop("ref", "5"), text=text, **more), sakky, now=now)

    return say


def heard(step: Step) -> str:
    """Return all that a step says."""
    return words_of(step.replies)


def labels(reply: Outgoing) -> list[str]:
    """Return the labels of a message's buttons."""
    assert isinstance(reply, Message)
    return [button.label for row in reply.buttons for button in row]
