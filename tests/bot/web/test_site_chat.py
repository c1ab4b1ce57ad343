"""From the box into the chat: words go along, and who is in danger reaches staff with one press."""

import re
from collections.abc import AsyncIterator

import pytest

from storage import staff
from tests.bot.conftest import Small
from tests.bot.web.chat_scene import Scene, playing
from tests.fakes import STAFF_ROOM

DANGER = {"key": "site", "language": "fi", "text": "haluun kuolla"}  # as templates/danger.html sends it


@pytest.fixture
async def scene(small: Small) -> AsyncIterator[Scene]:
    """A chat whose staff hear of danger."""
    await small.binds(STAFF_ROOM)
    scene = Scene(small)
    async with small.database.begin() as session:
        scene.chats = await staff.chats(session)
    async with playing(scene):
        yield scene


async def test_words_from_the_box_stand_ready_in_the_chat_unsent(scene: Scene) -> None:
    """To send them is up to who wrote them."""
    browser = scene.browser()

    page = await browser.client.post("/fi/chat", data={"text": "poika ei mene <kouluun>"})

    assert page.status_code == 200
    assert re.search(r'<textarea id="chat-text"[^>]*>poika ei mene &lt;kouluun&gt;</textarea>', page.text)
    assert await browser.said() == []
    assert "set-cookie" not in page.headers


async def test_danger_from_the_box_reaches_staff_with_one_press(scene: Scene) -> None:
    """No form to fill in once more, no page that is too old."""
    browser = scene.browser()

    await browser.client.post("/chat/messages", data=DANGER)
    await browser.client.post("/chat/messages", data=DANGER)

    assert await browser.said() == ["haluun kuolla"]
    assert "haluun kuolla" in await scene.staff_hear("haluun kuolla")
