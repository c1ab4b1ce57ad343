"""A page may trust its numbers: none is missing, none comes late, and nothing stands twice that was sent once."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import web_chats
from storage.database import Database
from storage.models import WEB_CHATS, WEB_POSTS
from storage.web_chats import Place

CHAT, OTHER = "web:aa", "web:bb"


async def bodies(session: AsyncSession, chat: str, after: int = 0) -> list[tuple[int, str]]:
    found = await web_chats.find(session, chat)
    if found is None:
        return []
    return [(post.number, post.body) for post in await web_chats.posts(session, found.id, after=after)]


async def test_posts_are_numbered_by_conversation(session: AsyncSession, noon: datetime) -> None:
    for chat, body in ((CHAT, "moi"), (OTHER, "hej"), (CHAT, "hei 🙂")):
        await web_chats.append(session, chat, body, at=noon)

    assert await bodies(session, CHAT) == [(1, "moi"), (2, "hei 🙂")]
    assert await bodies(session, CHAT, after=1) == [(2, "hei 🙂")]
    assert await bodies(session, OTHER) == [(1, "hej")]


async def test_many_are_found_at_once(session: AsyncSession, noon: datetime) -> None:
    for chat in (CHAT, OTHER, CHAT):
        await web_chats.append(session, chat, "moi", at=noon)

    found = await web_chats.find_all(session, [CHAT, "web:nobody"])

    assert found == {CHAT: await web_chats.find(session, CHAT)}
    assert found[CHAT].last == 2
    assert await web_chats.find_all(session, []) == {}


async def test_what_comes_again_under_its_name_stands_once(session: AsyncSession, noon: datetime) -> None:
    """The browser did not hear that it had arrived; or we were killed before we had noted that it went."""
    first = await web_chats.append(session, CHAT, "moi", at=noon, sent_as="a1")
    await web_chats.append(session, CHAT, "vastaus", at=noon)

    again = await web_chats.append(session, CHAT, "moi", at=noon, sent_as="a1")
    elsewhere = await web_chats.append(session, OTHER, "moi", at=noon, sent_as="a1")
    await web_chats.append(session, CHAT, "loppu", at=noon)

    assert (again.number, again.is_new) == (first.number, False)
    assert elsewhere.is_new
    assert await bodies(session, CHAT) == [(1, "moi"), (2, "vastaus"), (3, "loppu")]


async def test_twenty_at_once_leave_no_gap(database: Database, noon: datetime) -> None:
    async def write(name: int) -> Place:
        async with database.begin() as session:
            return await web_chats.append(session, CHAT, f"rivi {name}", at=noon, sent_as=f"n{name % 10}")

    places = await asyncio.gather(*map(write, range(20)))

    async with database.begin() as session:
        assert [number for number, _ in await bodies(session, CHAT)] == list(range(1, 11))
        found = await web_chats.find(session, CHAT)
    assert sum(place.is_new for place in places) == 10
    assert found is not None
    assert found.last == 10


async def test_a_number_is_seen_only_when_all_below_it_are(database: Database, noon: datetime) -> None:
    """Else a page that asks for what comes after the last one it knows would never see the earlier one."""
    is_taken, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.begin() as session:
            await web_chats.append(session, CHAT, "hidas", at=noon)
            is_taken.set()
            await may_end.wait()

    async def quick() -> None:
        async with database.begin() as session:
            await web_chats.append(session, CHAT, "nopea", at=noon)

    writing = asyncio.create_task(slow())
    await is_taken.wait()
    overtaking = asyncio.create_task(quick())
    _, waiting = await asyncio.wait({overtaking}, timeout=0.2)
    assert waiting

    may_end.set()
    await asyncio.gather(writing, overtaking)

    async with database.begin() as session:
        assert await bodies(session, CHAT) == [(1, "hidas"), (2, "nopea")]


async def test_what_was_undone_takes_no_number(database: Database, noon: datetime) -> None:
    async def fail() -> None:
        async with database.begin() as session:
            await web_chats.append(session, CHAT, "ei", at=noon)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.begin() as session:
        place = await web_chats.append(session, CHAT, "moi", at=noon)

    assert place.number == 1


async def test_a_forgotten_conversation_begins_anew_under_another_id(
    session: AsyncSession, noon: datetime
) -> None:
    """A page that knows it up to number 2 must see that 1 is another 1."""
    old = await web_chats.append(session, CHAT, "moi", at=noon, sent_as="a1")
    await web_chats.append(session, OTHER, "hej", at=noon)

    await web_chats.forget(session, CHAT)
    new = await web_chats.append(session, CHAT, "moi", at=noon, sent_as="a1")

    assert new.number == 1
    assert new.is_new
    assert new.chat_id != old.chat_id
    assert await bodies(session, OTHER) == [(1, "hej")]


async def test_forgetting_leaves_nothing(session: AsyncSession, noon: datetime) -> None:
    await web_chats.append(session, CHAT, "moi", at=noon)

    await web_chats.forget(session, CHAT)

    assert await web_chats.find(session, CHAT) is None
    for table in (WEB_CHATS, WEB_POSTS):
        assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_two_conversations_become_one_and_nothing_is_lost(
    session: AsyncSession, noon: datetime
) -> None:
    await web_chats.append(session, CHAT, "moi", at=noon, sent_as="a1")
    await web_chats.append(session, OTHER, "hej", at=noon, sent_as="b1")
    await web_chats.append(session, OTHER, "svar", at=noon)

    await web_chats.join(session, OTHER, CHAT)

    assert await bodies(session, CHAT) == [(1, "moi"), (2, "hej"), (3, "svar")]
    assert await web_chats.find(session, OTHER) is None


async def test_posts_are_found_by_number_and_by_name(session: AsyncSession, noon: datetime) -> None:
    place = await web_chats.append(session, CHAT, "moi", at=noon, sent_as="a1")

    by_number = await web_chats.numbered(session, place.chat_id, 1)
    by_name = await web_chats.named(session, place.chat_id, "a1")

    assert by_number == by_name
    assert by_name is not None
    assert (by_name.body, by_name.at) == ("moi", noon)
    assert await web_chats.numbered(session, place.chat_id, 2) is None
    assert await web_chats.named(session, place.chat_id, "a2") is None
