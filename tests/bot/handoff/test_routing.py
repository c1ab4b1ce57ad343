"""Which group hears of a matter."""

import pytest

from bot.handoff.routing import bound, fallback, route
from storage.staff import StaffChat

KUOPIO = StaffChat("telegram:-1", "kuopio", is_forum=True)
VARKAUS = StaffChat("telegram:-2", "varkaus", is_forum=False)
ALL = StaffChat("telegram:-3", "*", is_forum=True)
NEWER_KUOPIO = StaffChat("telegram:-4", "kuopio", is_forum=True)


@pytest.mark.parametrize(
    ("chats", "campus", "found"),
    [
        pytest.param([KUOPIO, VARKAUS, ALL], "varkaus", VARKAUS, id="the campus's own"),
        pytest.param([KUOPIO, VARKAUS, ALL], "iisalmi", ALL, id="a campus without one"),
        pytest.param([KUOPIO, VARKAUS, ALL], None, ALL, id="campus not known"),
        pytest.param([KUOPIO, VARKAUS], None, KUOPIO, id="nobody for all: any humans are better than none"),
        pytest.param([KUOPIO, ALL, NEWER_KUOPIO], "kuopio", NEWER_KUOPIO, id="the one bound last"),
        pytest.param([], "kuopio", None, id="none at all"),
    ],
)
def test_a_matter_goes_to_the_nearest_humans(
    chats: list[StaffChat], campus: str | None, found: StaffChat | None
) -> None:
    assert route(chats, campus) == found


@pytest.mark.parametrize(
    ("chats", "besides", "found"),
    [
        pytest.param([KUOPIO, VARKAUS, ALL], KUOPIO, ALL, id="the one for all"),
        pytest.param([KUOPIO, VARKAUS, ALL], ALL, KUOPIO, id="the one for all itself is silent"),
        pytest.param([KUOPIO, VARKAUS], KUOPIO, VARKAUS, id="another campus"),
        pytest.param([KUOPIO], KUOPIO, None, id="no other"),
    ],
)
def test_who_does_not_answer_is_followed_by_somebody_else(
    chats: list[StaffChat], besides: StaffChat, found: StaffChat | None
) -> None:
    assert fallback(chats, besides.chat) == found


def test_a_group_is_a_staff_chat_only_if_it_was_bound() -> None:
    assert bound([KUOPIO], KUOPIO.chat) == KUOPIO
    assert bound([KUOPIO], "telegram:-9") is None
