"""保存期 Answered idempotency keys go after some days: nobody repeats a request after that. (ours)

The database's own functions keep national executions idempotent without them.
"""

from datetime import datetime, timedelta

from api.database import Connection

# short transactions: a deletion of all at once would hold back vacuum and fill the log in one go
BATCH = 1000
# ids grow with time: the oldest rows come first, and the first one that is too young ends the round
# what was only judged may have been done: nobody knows yet
_OLDEST = """select id, at, coalesce(not reply ? 'judged', false) as answered from idempotency
where id > $1 order by id limit $2"""
_DELETE = "delete from idempotency where id = any($1::bigint[]) and not reply ? 'judged'"


async def purge_answered_keys(connection: Connection, now: datetime, days: int) -> int:
    """Delete the answered keys that are older than so many days, a batch a statement; how many those were.

    A key without an answer stays: only its request knows what became of it.
    """
    # by the earlier of two clocks: one that jumped ahead must not make keys old
    now = min(now, await connection.fetchval("select clock_timestamp()"))
    before, last, purged = now - timedelta(days=days), 0, 0
    while True:
        rows = await connection.fetch(_OLDEST, last, BATCH)
        old = [row["id"] for row in rows if row["at"] < before and row["answered"]]
        if old:
            await connection.execute(_DELETE, old)
        purged += len(old)
        if len(rows) < BATCH or rows[-1]["at"] >= before:
            return purged
        last = rows[-1]["id"]
