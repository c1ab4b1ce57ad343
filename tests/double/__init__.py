"""A Bot API double: Telegram's side of the wire over real HTTP, with people who write and staff who answer.

async with Double.started() as telegram:
    anna = telegram.person("Anna")
    ...                                  # start the program with MATALA_TELEGRAM_API=telegram.url
    await anna.writes("moi")
    await anna.hears("Moi")
    assert telegram.violations == []
"""

from tests.double.driver import TOKEN, Broken, Double
from tests.double.faults import How
from tests.double.leaks import Leak
from tests.double.people import Person, Press
from tests.double.places import Group, NotHeard, Place
from tests.double.seen import Button, CallSeen, Seen, TopicSeen

__all__ = [
    "TOKEN",
    "Broken",
    "Button",
    "CallSeen",
    "Double",
    "Group",
    "How",
    "Leak",
    "NotHeard",
    "Person",
    "Place",
    "Press",
    "Seen",
    "TopicSeen",
]
