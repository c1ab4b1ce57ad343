"""How fast a channel is written to, by a clock that is set by hand."""

import pytest

from bot.pace import MANY_CHATS, Limit, Pace, unpaced

PERSON, GROUP = "telegram:7", "telegram:-100"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(overall=Limit(4, 1.0), person=Limit(2, 5.0), group=Limit(3, 60.0), clock=clock)


def test_a_person_may_be_written_to_in_short_bursts(pace: Pace, clock: Clock) -> None:
    pace.count("p", PERSON)
    assert pace.full() == set()
    clock.now += 2
    pace.count("p", PERSON)

    assert pace.full() == {"p"}
    clock.now += 3
    assert pace.full() == set()


def test_a_group_has_a_limit_of_its_own(pace: Pace, clock: Clock) -> None:
    for _ in range(3):
        pace.count("g", GROUP)

    clock.now += 59
    assert pace.full() == {"g"}
    clock.now += 1
    assert pace.full() == set()


def test_all_chats_together_have_a_limit(pace: Pace, clock: Clock) -> None:
    for number in range(3):
        pace.count(str(number), PERSON)

    assert pace.room(24) == 1
    pace.count("3", PERSON)
    assert pace.room(24) == 0
    clock.now += 1
    assert pace.room(24) == 4
    assert pace.room(2) == 2


def test_it_tells_when_to_look_again(pace: Pace, clock: Clock) -> None:
    assert pace.opens_in() is None
    for _ in range(2):
        pace.count("p", PERSON)
    clock.now += 4

    assert pace.opens_in() == pytest.approx(1)
    clock.now += 1
    assert pace.opens_in() is None


def test_quiet_chats_are_forgotten(clock: Clock) -> None:
    pace = Pace(overall=None, person=Limit(1, 5.0), clock=clock)
    for number in range(MANY_CHATS):
        pace.count(f"old {number}", PERSON)
    clock.now += 6

    pace.count("new", PERSON)

    assert pace.full() == {"new"}
    assert len(pace._sent) == 1


def test_without_limits_everything_may_go() -> None:
    pace = unpaced()
    for _ in range(100):
        pace.count("g", GROUP)

    assert (pace.full(), pace.room(24), pace.opens_in()) == (set(), 24, None)
