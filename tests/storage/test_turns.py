"""What was said can be found again by the message that said it."""

from datetime import datetime

from storage import contacts, turns
from storage.database import Database


async def test_the_wordings_of_one_message_come_in_their_order(database: Database, noon: datetime) -> None:
    """An edit is said anew under the number of the first."""
    async with database.begin() as session:
        contact = await contacts.load(session, "telegram:1", now=noon)
        other = await contacts.load(session, "telegram:2", now=noon)
        await turns.add_all(
            session, contact.id, [("person", "haluun kuolla"), ("bot", "112")], at=noon, ref="5"
        )
        await turns.add_all(session, contact.id, [("person", "toinen viesti")], at=noon, ref="6")
        await turns.add_all(session, contact.id, [("person", "haluun kuolla nauruun")], at=noon, ref="5")
        await turns.add_all(session, other.id, [("person", "jonkun muun")], at=noon, ref="5")

        found = await turns.wordings(session, contact.id, "5")

    assert found == ["haluun kuolla", "haluun kuolla nauruun"]


async def test_only_the_persons_turns_have_a_message(database: Database, noon: datetime) -> None:
    """The bot answers with messages of its own numbers."""
    async with database.begin() as session:
        contact = await contacts.load(session, "telegram:1", now=noon)
        await turns.add_all(session, contact.id, [("person", "moi"), ("bot", "Moi.")], at=noon, ref="5")

        said = await turns.last(session, contact.id, 2)

    assert [(turn.by, turn.ref) for turn in said] == [("person", "5"), ("bot", None)]
