"""What staff said is out of date waits for its keeper."""

from datetime import datetime, timedelta

from storage import flags
from storage.database import Database
from storage.flags import Flag


async def test_what_is_flagged_is_listed_until_it_was_looked_at(database: Database, noon: datetime) -> None:
    later = noon + timedelta(days=1)
    async with database.begin() as session:
        await flags.put_up(session, "kela", "service", note="numero ei vastaa", at=noon)
        await flags.put_up(session, "sleep", "topic", at=noon)
        await flags.put_up(session, "kela", "service", at=later)
        listed = await flags.flagged(session)
        gone = [await flags.take_down(session, "sleep") for _ in range(2)]
        left = await flags.flagged(session)

    assert listed == [
        Flag("sleep", "topic", 1, "", noon),
        Flag("kela", "service", 2, "numero ei vastaa", later),
    ]
    assert gone == [True, False]
    assert [each.subject for each in left] == ["kela"]
