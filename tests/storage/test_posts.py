"""Which message belongs to which case, and of what it is a copy."""

from datetime import datetime

from storage import cases, contacts, posts
from storage.database import Database
from storage.posts import Direction

STAFF = "telegram:-1"


async def test_a_press_on_an_alert_does_not_forget_whose_words_it_shows(
    database: Database, noon: datetime
) -> None:
    """A press only says once more that the message is of this case."""
    async with database.begin() as session:
        contact = await contacts.load(session, "telegram:1", now=noon)
        case, _ = await cases.open(
            session,
            contact=contact,
            level=2,
            kind="suicide",
            campus=None,
            staff_chat=STAFF,
            remind_at=noon,
            at=noon,
        )
        alert = {"case_id": case.id, "chat": STAFF, "ref": "7", "direction": Direction.TO_STAFF}
        await posts.remember(session, **alert, origin_ref="5")

        await posts.remember(session, **alert)

        assert await posts.origin(session, chat=STAFF, ref="7") == "5"
