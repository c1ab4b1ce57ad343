"""Somebody writes in the chat: they are answered, once each, whatever their line does, and nobody sees their name."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channel import Copy
from bot.web.chat_limits import Limits
from storage import staff
from tests.bot.conftest import Small
from tests.bot.web.chat_scene import Browser, Scene, bubbles, new_key, playing
from tests.fakes import STAFF_ROOM, staff_writes

ANXIOUS = "mua ahdistaa tosi paljon mennä kouluun"
DANGER = "haluan tappaa itseni"


@pytest.fixture
async def scene(small: Small) -> AsyncIterator[Scene]:
    await small.binds(STAFF_ROOM)
    scene = Scene(small)
    async with small.database.begin() as session:
        scene.chats = await staff.chats(session)
    async with playing(scene):
        yield scene


async def taken_case(scene: Scene, browser: Browser) -> str:
    """Let somebody ask for a human, and staff take the case; return the ref of its alert."""
    await browser.sends("⚓ Haluan puhua ihmiselle")
    await scene.staff_channel.gets(STAFF_ROOM)
    ref = str(100 + len(scene.staff_channel.given))
    raw = staff_writes(STAFF_ROOM, "", press="claim:K-1", press_id="p1", ref=ref)
    await scene.staff_say(raw, STAFF_ROOM)
    await browser.hears("koulun aikui")
    await scene.staff_hear("Kaisla")
    return ref


class TestWriting:
    async def test_a_message_is_answered_in_place(self, scene: Scene) -> None:
        browser = scene.browser()

        answer = await browser.sends("moi")

        assert (answer.status_code, answer.json()["state"]) == (200, "sent")
        reply = await browser.hears("botti")
        assert "bot" in reply.kinds
        assert (await browser.said()) == ["moi"]

    async def test_sent_means_written_down(self, small: Small) -> None:
        """Nothing handles it yet; the page may call it sent all the same."""
        browser = Scene(small).browser()

        await browser.sends("moi")

        assert await small.waiting() == 1
        assert await browser.said() == ["moi"]

    async def test_sent_twice_under_one_key_it_is_one(self, scene: Scene) -> None:
        browser, key = scene.browser(), new_key()

        first = await browser.sends("moi", key=key)
        again = await browser.sends("moi", key=key)
        await browser.hears("botti")

        assert [first.status_code, again.status_code] == [200, 200]
        assert await browser.said() == ["moi"]

    async def test_first_words_sent_again_begin_no_second_conversation(self, scene: Scene) -> None:
        """The answer was lost, and with it the cookie; the form's token still says whose words these are."""
        browser, key = scene.browser(), new_key()
        await browser.opens()
        token = browser.token
        await browser.sends("moi", key=key)
        browser.client.cookies.clear()
        browser.token = token

        again = await browser.sends("moi", key=key)
        await browser.hears("botti")

        assert again.status_code == 200
        assert await browser.said() == ["moi"]

    async def test_one_key_in_two_conversations_is_two_messages(self, scene: Scene) -> None:
        one, other, key = scene.browser(), scene.browser(), new_key()

        await one.sends("moi", key=key)
        await other.sends("hei", key=key)

        assert (await one.said(), await other.said()) == (["moi"], ["hei"])

    @pytest.mark.parametrize("text", ["<b>moi</b>", "<script>alert(1)</script>", "**moi** https://x.fi 112"])
    async def test_markup_in_a_message_is_text(self, text: str, scene: Scene) -> None:
        browser = scene.browser()

        await browser.sends(text)

        [mine] = [each for each in await browser.sees() if "you" in each.kinds]
        assert mine.words == text
        assert "<" not in mine.html
        assert text not in await browser.opens() or "<" not in text

    async def test_what_is_half_a_character_is_kept_as_a_sign(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.opens()
        body = f'{{"token": "{browser.token}", "key": "{new_key()}", "text": "moi \\ud83d"}}'

        answer = await browser.client.post(
            "/chat/messages", content=body, headers={"Content-Type": "application/json"}
        )

        assert answer.status_code == 200
        assert await browser.said() == ["moi ?"]

    @pytest.mark.parametrize("text", ["", "  \n ", "\t"])
    async def test_an_empty_message_is_none(self, text: str, scene: Scene) -> None:
        browser = scene.browser()

        answer = await browser.sends(text)

        assert (answer.status_code, answer.json()["state"]) == (400, "empty")
        assert await browser.sees() == []

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"{", b"null", b'{"text": 5}', b"\xff\xfe", b"[" * 20_000],
        ids=["nothing", "a list", "half", "null", "a number", "no text at all", "very deep"],
    )
    async def test_what_no_page_of_ours_sends_breaks_nothing(self, body: bytes, scene: Scene) -> None:
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            answer = await scene.browser().client.post(
                "/chat/messages", content=body, headers={"Content-Type": kind}
            )
            assert answer.status_code in {400, 409}

    async def test_a_long_text_is_taken_and_one_beyond_all_measure_is_to_be_divided(
        self, scene: Scene
    ) -> None:
        browser = scene.browser()

        long = await browser.sends("koulu " * 1900)
        longer = await browser.sends("koulu " * 2100)

        assert (long.status_code, longer.status_code) == (200, 400)
        assert longer.json()["state"] == "too_long"

    async def test_danger_is_taken_at_any_length(self, scene: Scene) -> None:
        browser = scene.browser()

        answer = await browser.sends(f"{DANGER} " + "koulu " * 2100)

        assert answer.status_code == 200
        assert "saves" in (await browser.hears("112")).kinds


class TestPresses:
    async def test_a_button_is_pressed_and_shown_as_what_was_chosen(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends("/kieli")
        asked = await browser.hears("kiel")

        answer = await browser.presses(asked.picks["Svenska"])

        assert answer.status_code == 200
        await browser.hears("svenska")
        assert any("press" in each.kinds and "Svenska" in each.words for each in await browser.sees())

    @pytest.mark.parametrize("press", ["", "1-1-0", "999-1-0", "1-2-77", "x", "1-2-" + "9" * 50])
    async def test_a_button_that_was_never_shown_does_nothing(self, press: str, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends("/unohda")
        await browser.hears("poist")

        answer = await browser.presses(press)

        assert (answer.status_code, answer.json()["state"]) == (400, "old_button")
        assert await browser.said() == ["/unohda"]

    async def test_nobody_presses_the_buttons_of_another(self, scene: Scene) -> None:
        one, other = scene.browser(), scene.browser()
        await one.sends("/unohda")
        asked = await one.hears("poist")
        await other.sends("moi")

        answer = await other.presses(next(iter(asked.picks.values())))

        assert answer.status_code == 400


class TestCorrecting:
    async def test_what_is_corrected_stands_corrected_in_its_place(self, scene: Scene) -> None:
        browser, key = scene.browser(), new_key()
        await browser.sends("moi", key=key)
        await browser.hears("botti")

        await browser.sends(ANXIOUS, of=key)

        assert await browser.said() == [ANXIOUS]
        assert "muokattu" in await browser.opens()

    async def test_danger_that_a_correction_brings_is_answered(self, scene: Scene) -> None:
        browser, key = scene.browser(), new_key()
        await browser.sends("moi", key=key)
        await browser.hears("botti")

        await browser.sends(DANGER, of=key)

        assert "saves" in (await browser.hears("112")).kinds

    async def test_staff_see_the_correction(self, scene: Scene) -> None:
        browser, key = scene.browser(), new_key()
        await taken_case(scene, browser)
        await browser.sends("tulen yhdeltä", key=key)

        await browser.sends("tulen kahdelta", of=key)

        await scene.staff_hear("tulen kahdelta")


class TestHumans:
    async def test_staff_answer_and_are_told_from_the_bot(self, scene: Scene) -> None:
        browser = scene.browser()
        ref = await taken_case(scene, browser)

        line = staff_writes(
            STAFF_ROOM, "Moi, täällä <Kaisla>. **Jutellaan** https://x.fi", reply_to=ref, ref="77"
        )
        await scene.staff_say(line, STAFF_ROOM)

        heard = await browser.hears("Jutellaan")
        assert "staff" in heard.kinds
        assert heard.words == "Moi, täällä <Kaisla>. **Jutellaan** https://x.fi", "their words, to the letter"
        assert "<a" not in heard.html
        assert "Koulun aikuinen" in await browser.opens()

    async def test_staff_hear_what_the_person_writes_but_not_who_they_are(self, scene: Scene) -> None:
        browser = scene.browser()
        await taken_case(scene, browser)

        await browser.sends("oon tosi väsynyt")

        await scene.staff_hear("väsynyt")
        assert not any("web:" in text for text in scene.staff_channel.texts(STAFF_ROOM))

    async def test_a_picture_from_staff_does_not_get_lost_in_silence(self, scene: Scene) -> None:
        """The page shows words only; whoever sent it hears so."""
        picture = Copy("web:aa", from_chat=STAFF_ROOM, ref="78", origin="78", carries_for=STAFF_ROOM)

        await scene.small.posts(picture, chat="web:aa")
        scene.delivery.wake()

        await scene.staff_hear("vain tekstin")

    async def test_the_button_to_humans_is_always_in_sight(self, scene: Scene) -> None:
        browser = scene.browser()

        assert "⚓ Haluan puhua ihmiselle" in await browser.opens()
        assert "⚓ Jag vill prata med en människa" in await scene.browser(language="sv").opens()

    async def test_without_any_staff_chat_the_person_is_told_so(self, small: Small) -> None:
        async with playing(Scene(small)) as scene:
            browser = scene.browser()
            await browser.sends("⚓ Haluan puhua ihmiselle")

            assert "112" in (await browser.hears("aikui")).words


class TestDanger:
    async def test_what_saves_stands_out_and_can_be_called(self, scene: Scene) -> None:
        browser = scene.browser()

        await browser.sends(DANGER)

        reply = await browser.hears("112")
        assert "saves" in reply.kinds
        assert '<a href="tel:112">112</a>' in reply.html
        await scene.staff_channel.gets(STAFF_ROOM)

    async def test_danger_past_every_limit_is_taken(self, small: Small) -> None:
        frozen = Limits(clock=lambda: 0.0)
        await small.binds(STAFF_ROOM)
        async with playing(Scene(small, limits=frozen)) as scene:
            browser = scene.browser()
            answers = [await browser.sends(f"moi {each}") for each in range(17)]

            assert [each.status_code for each in answers] == [200] * 15 + [429] * 2
            assert int(answers[-1].headers["Retry-After"]) >= 1
            assert "hetken" in answers[-1].json()["text"]
            assert (await browser.sends(DANGER)).status_code == 200
            assert (await browser.sends("en jaksa enää mitään, kaikki on turhaa")).status_code == 200
            await browser.hears("112")

    async def test_what_was_put_off_is_taken_later_under_the_same_key(self, small: Small) -> None:
        now = [0.0]
        scene, key = Scene(small, limits=Limits(clock=lambda: now[0])), new_key()
        browser = scene.browser()
        for each in range(15):
            await browser.sends(f"moi {each}")
        busy = await browser.sends("vielä yksi", key=key)

        now[0] += float(busy.headers["Retry-After"])
        later = await browser.sends("vielä yksi", key=key)

        assert (busy.status_code, later.status_code) == (429, 200)
        assert (await browser.said()).count("vielä yksi") == 1


async def test_twenty_people_at_once_hear_their_own_answers(scene: Scene) -> None:
    browsers = [scene.browser() for _ in range(20)]

    await asyncio.gather(*(each.sends(f"moi, olen numero {at}") for at, each in enumerate(browsers)))
    await asyncio.gather(*(each.hears("botti") for each in browsers))

    for at, each in enumerate(browsers):
        assert await each.said() == [f"moi, olen numero {at}"]


class TestWithoutScript:
    async def test_a_form_is_sent_and_the_page_shows_the_answer(self, scene: Scene) -> None:
        browser = scene.browser()

        answer = await browser.fills_in("/chat/messages", text="moi\r\nvaan")
        page = await browser.client.get(answer.headers["Location"])

        assert answer.status_code == 303
        words = [each.words for each in bubbles(page.text)]
        assert words[0] == "moi\nvaan"
        assert any("botti" in each for each in words[1:])

    async def test_the_same_form_sent_twice_is_one_message_and_filled_in_anew_another(
        self, scene: Scene
    ) -> None:
        """Reloaded, it is the same; gone back to, with other words in it, it must not be dropped."""
        browser, key = scene.browser(), new_key()
        for text in ("moi", "moi", "mua ahdistaa"):
            await browser.fills_in("/chat/messages", text=text, key=key)
            await browser.opens()

        assert await browser.said() == ["moi", "mua ahdistaa"]

    async def test_a_button_works(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.fills_in("/chat/messages", text="/kieli")
        await browser.opens()
        asked = await browser.hears("kiel")

        answer = await browser.fills_in("/chat/presses", press=asked.picks["English"])

        assert answer.status_code == 303
        await browser.hears("English")

    async def test_a_stale_form_is_answered_kindly_and_the_words_are_kept(self, scene: Scene) -> None:
        browser = scene.browser()
        browser.token = "old"

        answer = await browser.fills_in("/chat/messages", text="tärkeä <asia>")

        assert answer.status_code == 409
        assert "tärkeä &lt;asia&gt;</textarea>" in answer.text
        assert "vielä kerran" in answer.text

    async def test_danger_is_taken_from_a_stale_form_too(self, scene: Scene) -> None:
        browser = scene.browser()
        browser.token = "old"

        answer = await browser.fills_in("/chat/messages", text=DANGER)

        assert answer.status_code == 303
        assert "saves" in (await browser.hears("112")).kinds
