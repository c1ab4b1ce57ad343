"""One open case a person, one holder a case, and no case for whom it is not."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, contacts, posts, reminders
from storage.cases import CLAIMED, CLOSED, NEW, Case, CaseOutOfReach
from storage.database import Database
from storage.posts import Direction
from tests.storage.case_scene import CONCERN, CRISIS, EMERGENCY, FALLBACK, KUOPIO, MINUTE, VARKAUS, open_case


class TestOpening:
    async def test_a_case_knows_whose_it_is_and_nobody_has_it(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        case, is_new = await open_case(session, noon)

        assert is_new
        assert (case.code, case.status, case.level, case.kind) == ("K-1", NEW, CRISIS, "self-harm")
        assert (case.contact_chat, case.language, case.campus) == ("telegram:42", "fi", "kuopio")
        assert (case.staff_chat, case.holder, case.claimed_by, case.thread) == (KUOPIO, None, None, None)
        assert await cases.open_of(session, case.contact_id) == case

    async def test_codes_count_on(self, session: AsyncSession, noon: datetime) -> None:
        opened = [await open_case(session, noon, f"telegram:{number}") for number in range(3)]

        assert [case.code for case, _ in opened] == ["K-1", "K-2", "K-3"]

    async def test_a_code_is_never_given_twice(self, session: AsyncSession, noon: datetime) -> None:
        case, _ = await open_case(session, noon)
        await contacts.forget(session, case.contact_id)

        another, _ = await open_case(session, noon, "telegram:43")

        assert another.code == "K-2"

    async def test_a_second_matter_joins_the_open_case(self, session: AsyncSession, noon: datetime) -> None:
        first, _ = await open_case(session, noon)

        second, is_new = await open_case(session, noon + MINUTE, kind="distress", level=CONCERN)

        assert not is_new
        assert second == first

    async def test_a_graver_matter_raises_the_case_and_its_reminders_begin_anew(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        await reminders.reminded(session, case.id, step=2, remind_at=noon + 60 * MINUTE)

        raised, _ = await open_case(
            session, noon, level=EMERGENCY, kind="suicide", remind_at=noon + 2 * MINUTE
        )

        assert (raised.id, raised.level, raised.kind) == (case.id, EMERGENCY, "suicide")
        assert (raised.remind_step, raised.remind_at) == (0, noon + 2 * MINUTE)

    async def test_a_graver_matter_in_a_taken_case_reminds_nobody(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        await cases.claim(session, case.id, by="7", holder="KN", at=noon)

        raised, _ = await open_case(session, noon, level=EMERGENCY)

        assert (raised.level, raised.status, raised.remind_at) == (EMERGENCY, CLAIMED, None)

    async def test_after_closing_the_next_matter_is_a_new_case(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        await cases.close(session, case.id, at=noon)

        another, is_new = await open_case(session, noon)

        assert is_new
        assert another.code == "K-2"

    async def test_two_quick_first_messages_make_one_case(self, database: Database, noon: datetime) -> None:
        async def write() -> tuple[Case, bool]:
            async with database.begin() as session:
                return await open_case(session, noon)

        opened = await asyncio.gather(*(write() for _ in range(5)))

        assert len({case.id for case, _ in opened}) == 1
        assert sorted(is_new for _, is_new in opened) == [False] * 4 + [True]

    async def test_many_people_at_once_get_codes_of_their_own(
        self, database: Database, noon: datetime
    ) -> None:
        async def write(number: int) -> Case:
            async with database.begin() as session:
                return (await open_case(session, noon, f"telegram:{number}"))[0]

        opened = await asyncio.gather(*(write(number) for number in range(12)))

        assert len({case.code for case in opened}) == 12
        assert [case.contact_chat for case in opened] == [f"telegram:{number}" for number in range(12)]

    async def test_without_a_staff_chat_there_is_a_case_all_the_same(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        case, _ = await open_case(session, noon, staff_chat=None)

        await cases.set_staff_chat(session, case.id, VARKAUS)

        assert case.staff_chat is None
        assert (await cases.access(session, case.code, staff_chat=VARKAUS)).staff_chat == VARKAUS


class TestAccess:
    @pytest.mark.parametrize("code", ["K-1", "k-1", " K-1 ", "1", 1])
    async def test_the_staff_chat_of_a_case_gets_it(
        self, session: AsyncSession, case: Case, code: str | int
    ) -> None:
        assert await cases.access(session, code, staff_chat=KUOPIO) == case

    @pytest.mark.usefixtures("case")
    @pytest.mark.parametrize(
        ("code", "chat"),
        [
            pytest.param("K-1", VARKAUS, id="another campus's case"),
            pytest.param("K-1", "telegram:42", id="the person's own chat"),
            pytest.param("K-2", KUOPIO, id="no such case"),
            pytest.param("K-0", KUOPIO, id="zero"),
            pytest.param("K--1", KUOPIO, id="negative"),
            pytest.param("K-99999999999999999999", KUOPIO, id="too large"),
            pytest.param("K-4294967297", KUOPIO, id="too large for a column"),
            pytest.param(2**40, KUOPIO, id="a number too large"),
            pytest.param("K-1; DROP TABLE cases", KUOPIO, id="more than a code"),
            pytest.param("K-١", KUOPIO, id="digits of another script"),
            pytest.param("", KUOPIO, id="nothing"),
            pytest.param("K-1\x00", KUOPIO, id="a null byte"),
        ],
    )
    async def test_a_case_out_of_reach_looks_like_none(
        self, session: AsyncSession, code: str | int, chat: str
    ) -> None:
        with pytest.raises(CaseOutOfReach):
            await cases.access(session, code, staff_chat=chat)

    async def test_a_chat_that_a_case_was_shown_in_gets_it_too(
        self, session: AsyncSession, case: Case
    ) -> None:
        """A reminder in the fallback chat takes nothing from the first one."""
        await posts.remember(session, case_id=case.id, chat=FALLBACK, ref="9", direction=Direction.TO_STAFF)

        assert (await cases.access(session, "K-1", staff_chat=FALLBACK)).id == case.id
        assert (await cases.access(session, "K-1", staff_chat=KUOPIO)).id == case.id

    async def test_the_person_does_not_get_it_by_what_was_sent_to_them(
        self, session: AsyncSession, case: Case
    ) -> None:
        await posts.remember(
            session, case_id=case.id, chat="telegram:42", ref="9", direction=Direction.TO_PERSON
        )

        with pytest.raises(CaseOutOfReach):
            await cases.access(session, "K-1", staff_chat="telegram:42")


class TestClaiming:
    async def test_the_first_gets_it_and_reminders_end(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        assert await cases.claim(session, case.id, by="telegram:7", holder="KN", at=noon + MINUTE)
        assert not await cases.claim(session, case.id, by="telegram:8", holder="AV", at=noon + MINUTE)

        claimed = await cases.access(session, case.code, staff_chat=KUOPIO)
        assert (claimed.status, claimed.claimed_by, claimed.holder) == (CLAIMED, "telegram:7", "KN")
        assert (claimed.claimed_at, claimed.remind_at) == (noon + MINUTE, None)

    async def test_of_many_at_once_one_gets_it(self, database: Database, noon: datetime) -> None:
        async with database.begin() as session:
            case, _ = await open_case(session, noon)

        async def press(name: str) -> bool:
            async with database.begin() as session:
                return await cases.claim(session, case.id, by=name, holder=name, at=noon)

        results = await asyncio.gather(*(press(name) for name in "abcdef"))

        assert results.count(True) == 1
        async with database.begin() as session:
            claimed = await cases.access(session, case.id, staff_chat=KUOPIO)
        assert claimed.holder == "abcdef"[results.index(True)]

    async def test_what_is_released_can_be_taken_again(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        await cases.claim(session, case.id, by="7", holder="KN", at=noon)

        assert await cases.release(session, case.id, remind_at=noon + MINUTE)
        assert not await cases.release(session, case.id, remind_at=noon + MINUTE)

        released = await cases.access(session, case.id, staff_chat=KUOPIO)
        assert (released.status, released.holder, released.claimed_by) == (NEW, None, None)
        assert released.remind_at == noon + MINUTE
        assert await cases.claim(session, case.id, by="8", holder="AV", at=noon)

    async def test_a_closed_case_cannot_be_taken_released_or_closed(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        assert await cases.close(session, case.id, at=noon)

        assert not await cases.close(session, case.id, at=noon + MINUTE)
        assert not await cases.claim(session, case.id, by="7", holder="KN", at=noon)
        assert not await cases.release(session, case.id, remind_at=None)
        closed = await cases.access(session, case.id, staff_chat=KUOPIO)
        assert (closed.status, closed.closed_at, closed.remind_at) == (CLOSED, noon, None)
        assert await cases.open_of(session, case.contact_id) is None


class TestPlaces:
    async def test_a_topic_leads_to_its_case_in_its_own_group_only(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        """Two groups count their topics separately."""
        other, _ = await open_case(session, noon, "telegram:43", staff_chat=VARKAUS)
        await cases.set_thread(session, case.id, "5")
        await cases.set_thread(session, other.id, "5")
        await cases.set_alert(session, case.id, "77")

        found = await cases.find_by_thread(session, KUOPIO, "5")
        elsewhere = await cases.find_by_thread(session, VARKAUS, "5")

        assert found is not None
        assert elsewhere is not None
        assert (found.id, found.thread, found.alert_ref) == (case.id, "5", "77")
        assert elsewhere.id == other.id
        assert await cases.find_by_thread(session, KUOPIO, "6") is None

    async def test_cases_follow_a_group_that_moved(self, session: AsyncSession, case: Case) -> None:
        """Its messages and topics have other names there."""
        await cases.set_thread(session, case.id, "5")
        await cases.set_alert(session, case.id, "77")

        await cases.move_chat(session, KUOPIO, "telegram:-100777")

        moved = await cases.access(session, "K-1", staff_chat="telegram:-100777")
        assert (moved.staff_chat, moved.thread, moved.alert_ref) == ("telegram:-100777", None, None)
        with pytest.raises(CaseOutOfReach):
            await cases.access(session, "K-1", staff_chat=KUOPIO)

    async def test_open_cases_of_a_chat_come_gravest_first(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        grave, _ = await open_case(session, noon, "telegram:43", level=EMERGENCY)
        closed, _ = await open_case(session, noon, "telegram:44")
        await cases.close(session, closed.id, at=noon)
        await open_case(session, noon, "telegram:45", staff_chat=VARKAUS)

        assert [one.id for one in await cases.open_in(session, KUOPIO)] == [grave.id, case.id]

    async def test_the_case_of_a_chat_is_known_without_opening_anything(
        self, database: Database, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        chat_key = database.keys.fingerprint(case.contact_chat)

        assert await cases.open_of_chat(session, chat_key) == case.code
        await cases.close(session, case.id, at=noon)
        assert await cases.open_of_chat(session, chat_key) is None


class TestPosts:
    async def test_a_message_leads_to_its_case(self, session: AsyncSession, case: Case) -> None:
        await posts.remember(
            session, case_id=case.id, chat=KUOPIO, ref="900", direction=Direction.TO_STAFF, origin_ref="45"
        )

        assert await posts.find(session, chat=KUOPIO, ref="900") == case.id
        assert await posts.find(session, chat=VARKAUS, ref="900") is None

    async def test_remembering_again_corrects(
        self, session: AsyncSession, case: Case, noon: datetime
    ) -> None:
        other, _ = await open_case(session, noon, "telegram:43")
        for one in (case, other):
            await posts.remember(
                session, case_id=one.id, chat=KUOPIO, ref="900", direction=Direction.TO_STAFF
            )

        assert await posts.find(session, chat=KUOPIO, ref="900") == other.id
