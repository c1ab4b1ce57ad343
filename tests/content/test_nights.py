"""Who answers at night: whoever writes at three finds somebody, and nobody's nearest help moves away for it."""

from datetime import datetime

import pytest

from content.hours import HELSINKI
from content.nights import answers, answers_at_night, ending_at_night, is_night
from content.schema import Service
from intents.language import Language

FI, SV = Language.FI, Language.SV


def service(
    name: str, hours: str | None, *, by: str = "phone", languages: tuple[str, ...] = ("fi",)
) -> Service:
    value = {"phone": "044 123 4567", "web": "https://example.fi", "email": "apu@example.fi"}[by]
    channel = {"type": by, "value": value, "hours": hours, "languages": languages}
    return Service.model_validate(
        {"id": name, "name": {"fi": name}, "what_for": {"fi": name}, "channels": [channel], "verified": True}
    )


DAY = [service(f"day-{number}", "Mon-Fri 9-15") for number in range(4)]
ALWAYS = service("always", "24/7")
ALWAYS_SV = service("always-sv", "24/7", languages=("sv",))
SPARE = service("spare", "24/7")


@pytest.mark.parametrize(
    ("one", "does"),
    [
        pytest.param(ALWAYS, True, id="a line around the clock"),
        pytest.param(service("evening", "daily 17-01"), False, id="until one"),
        pytest.param(service("weekend", "Fri-Sun 22-06"), False, id="on some nights"),
        pytest.param(service("unknown", None), False, id="hours that nobody knows"),
        pytest.param(service("page", "24/7", by="web"), False, id="a page"),
        pytest.param(service("mail", "24/7", by="email"), False, id="mail, which is read in the morning"),
    ],
)
def test_who_answers_at_night(one: Service, *, does: bool) -> None:
    assert answers_at_night(one, FI) is does


def test_of_unknown_hours_nobody_is_sure_at_noon_either() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=HELSINKI)

    assert [answers(each, FI, noon) for each in (DAY[0], service("unknown", None))] == [True, False]


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        pytest.param([], ["spare"], id="nothing else"),
        pytest.param(DAY[:1], ["day-0", "spare"], id="nobody of its own at night"),
        pytest.param([ALWAYS, *DAY[:2]], ["day-0", "day-1", "always"], id="all seen at once"),
        pytest.param([ALWAYS, *DAY], ["always", "day-0", "day-1", "day-2", "day-3", "spare"], id="in front"),
        pytest.param([*DAY[:3], ALWAYS, DAY[3]], ["day-0", "day-1", "day-2", "day-3", "always"], id="behind"),
        pytest.param(
            [*DAY[:3], ALWAYS, ALWAYS_SV],
            ["day-0", "day-1", "day-2", "always-sv", "always"],
            id="by language",
        ),
        pytest.param([SPARE, *DAY], ["day-0", "day-1", "day-2", "day-3", "spare"], id="the spare is theirs"),
    ],
)
def test_the_last_one_answers_at_night(services: list[Service], expected: list[str]) -> None:
    assert [each.id for each in ending_at_night(services, [SPARE], FI)] == expected


def test_without_a_spare_the_order_stays() -> None:
    assert ending_at_night(DAY, [], FI) == DAY


@pytest.mark.parametrize(("hour", "expected"), [(21, False), (22, True), (3, True), (6, False)])
def test_night_is_from_ten_to_six(hour: int, *, expected: bool) -> None:
    assert is_night(datetime(2026, 11, 24, hour, tzinfo=HELSINKI)) is expected
