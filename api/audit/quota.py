"""每日限额 Limits how often an account may search or reveal sealed identifiers in a day of Asia/Shanghai. Q38 (ours)"""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

from api.clock import SHANGHAI, Clock, today
from api.database import Connection
from api.errors import Problem, code

QUOTA_EXCEEDED = code(
    "QUOTA_EXCEEDED",
    429,
    zh="今日查询与查看证件等信息的次数已达上限 {limit} 次",
    en="the daily limit of {limit} searches and reveals is used up",
    next_zh="明日再试；确有需要时请主管单位调高限额",
    next_en="try again tomorrow, or ask the unit above to raise the limit",
    question="Q38",
)

_LOCK = "SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE"
_COUNT = "SELECT count(*) FROM event WHERE account = $1 AND action = ANY($2::text[]) AND at >= $3 AND at < $4"


async def take(connection: Connection, account: int, actions: Collection[str], limit: int, clock: Clock) -> int:
    """Spend one of the day's uses; returns how many remain. QUOTA_EXCEEDED when none was left.

    Call it in the transaction that then appends the event: until it ends, no other search of the account can count.
    """
    await connection.execute(_LOCK, account)
    begins, ends = day_bounds(clock)
    used = int(await connection.fetchval(_COUNT, account, sorted(actions), begins, ends))
    if used >= limit:
        raise Problem(QUOTA_EXCEEDED, limit=limit)
    return limit - used - 1


def day_bounds(clock: Clock) -> tuple[datetime, datetime]:
    """The first moment of today in Asia/Shanghai and of tomorrow, in UTC."""
    day = today(clock)
    midnights = (datetime.combine(day + timedelta(days=after), time(), SHANGHAI) for after in (0, 1))
    begins, ends = (midnight.astimezone(UTC) for midnight in midnights)
    return begins, ends
