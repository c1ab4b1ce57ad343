"""Who wants which bulletins, until they say otherwise."""

from datetime import datetime, timedelta

from storage import contacts, subscriptions
from storage.database import Database
from storage.retention import RETENTION, forget_due
from storage.subscriptions import EVERY_CAMPUS, Subscription

ANNA, BEN = "telegram:1", "telegram:2"
GUARDIANS = Subscription("guardian", "kuopio")


async def wishes(database: Database, chat: str) -> list[tuple[str, str]]:
    async with database.begin() as session:
        return [(each.audience, each.campus) for each in await subscriptions.of(session, chat)]


async def subscribe(
    database: Database, chat: str, wish: Subscription, at: datetime, language: str = "fi"
) -> None:
    async with database.begin() as session:
        await subscriptions.subscribe(session, chat, wish, language=language, at=at)


async def test_subscribing_again_is_one_subscription_that_lasts_longer(
    database: Database, noon: datetime
) -> None:
    later = noon + timedelta(days=100)
    await subscribe(database, ANNA, GUARDIANS, noon)
    await subscribe(database, ANNA, GUARDIANS, later)

    async with database.begin() as session:
        [known] = await subscriptions.of(session, ANNA)

    assert known.ends_at == later + RETENTION["subscriptions"].keep


async def test_one_subscription_ends_or_all_do(database: Database, noon: datetime) -> None:
    students = Subscription("student", EVERY_CAMPUS)
    for chat in (ANNA, BEN):
        await subscribe(database, chat, GUARDIANS, noon)
        await subscribe(database, chat, students, noon)

    async with database.begin() as session:
        await subscriptions.unsubscribe(session, ANNA, GUARDIANS)
        await subscriptions.unsubscribe(session, BEN)

    assert await wishes(database, ANNA) == [("student", "*")]
    assert await wishes(database, BEN) == []


async def test_readers_are_counted_once_however_many_ways_they_subscribed(
    database: Database, noon: datetime
) -> None:
    await subscribe(database, ANNA, GUARDIANS, noon)
    await subscribe(database, ANNA, Subscription("guardian"), noon)
    await subscribe(database, BEN, Subscription("guardian", "varkaus"), noon)

    async with database.begin() as session:
        of_kuopio = await subscriptions.count_readers(session, "x", ["guardian"], ["kuopio"])
        of_all = await subscriptions.count_readers(session, "x", ["guardian", "student"], [])
        of_staff = await subscriptions.count_readers(session, "x", ["staff"], ["kuopio"])

    assert (of_kuopio, of_all, of_staff) == (1, 2, 0)


async def test_who_is_forgotten_has_subscribed_to_nothing(database: Database, noon: datetime) -> None:
    await subscribe(database, ANNA, GUARDIANS, noon)
    await subscribe(database, BEN, GUARDIANS, noon)

    async with database.begin() as session:
        anna = await contacts.load(session, ANNA, now=noon)
        kept = await contacts.everything(session, anna.id)
        await contacts.forget(session, anna.id)

    assert [each["campus"] for each in kept["subscriptions"]] == ["kuopio"]
    assert await wishes(database, ANNA) == []
    assert await wishes(database, BEN) == [("guardian", "kuopio")]


async def test_a_subscription_outlives_its_contact_and_then_ends_by_itself(
    database: Database, noon: datetime
) -> None:
    """A guardian who never writes gets the spring's news all the same."""
    async with database.begin() as session:
        await contacts.load(session, ANNA, now=noon)
    await subscribe(database, ANNA, GUARDIANS, noon)

    async with database.begin() as session:
        await forget_due(session, now=noon + timedelta(days=399))
        assert await contacts.find(session, ANNA) is None
    in_between = await wishes(database, ANNA)
    async with database.begin() as session:
        await forget_due(session, now=noon + timedelta(days=400))

    assert in_between == [("guardian", "kuopio")]
    assert await wishes(database, ANNA) == []
