"""测试 Accounts and posts in memory, in the form `Accounts` asks for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api.access.signin.accounts import BY_ACCOUNT


class Table:
    """Posts of accounts as the joined rows of `Accounts`, changed by the test as a database would be."""

    def __init__(self) -> None:
        self.held: list[dict[str, Any]] = []
        self.queries = 0

    def add(self, account: int, post: int | None, **changes: Any) -> None:
        row: dict[str, Any] = {
            "account": account,
            "person": account + 100,
            "state": "ACTIVE",
            "tokens_from": None,
            "subject": f"subject-{account}",
            "post": post,
            "department": "HEALTH",
            "duty": "HANDLER",
            "since": date(2020, 1, 1),
            "until": None,
            "unit": 9,
            "tier": "COUNTY",
            "province": "50",
            "city": None,
            "county": "500110",
            "township": None,
            "village": None,
        }
        self.held.append({**row, **changes})

    async def rows(self, sql: str, args: Sequence[Any] = ()) -> Sequence[Mapping[str, Any]]:
        self.queries += 1
        holder, post = args
        name = "account" if sql == BY_ACCOUNT else "subject"
        mine = [row for row in self.held if row[name] == holder]
        matching = [row for row in mine if post is None or row["post"] == post]
        return matching or [{**row, "post": None} for row in mine[:1]]
