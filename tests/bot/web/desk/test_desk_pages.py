"""What staff see at the desk."""

from datetime import timedelta

from tests.bot.web.desk.conftest import Office

MINUTE = timedelta(minutes=1)


async def test_the_queue_shows_the_gravest_first_then_who_has_waited_longest(office: Office) -> None:
    young = await office.opens(person="web:1", at=office.now - MINUTE)
    old = await office.opens(person="web:2", at=office.now - 9 * MINUTE)
    grave = await office.opens(person="web:3", level=3, kind="suicide")
    kaisa = await office.visitor()

    page = await kaisa.sees()

    places = [page.index(f">{case.code}<") for case in (grave, old, young)]
    assert places == sorted(places)
    assert "9 min" in page
