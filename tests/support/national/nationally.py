"""A small country whose cases were identified and perhaps eliminated, its officials, and a request's way by plain SQL.

The workflow is not asked: rows of requests are written as the application's own role writes them, and the nation's
functions are called as the nation's role calls them. So what these tests hold, the database holds alone.
"""

import datetime
import itertools
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from api.access.signin.sessions import open_session, prove
from tests.support.planner.world import World

D = datetime.date
NOON = datetime.datetime(2026, 9, 1, 4, tzinfo=datetime.UTC)
TODAY = D(2026, 9, 1)
VILLAGE, CORPS_VILLAGE, WANSHENG_VILLAGE = "500110001201", "659001001201", "500110901201"
OFFICIALS = {
    "county": ("500110", "COUNTY", "HANDLER"),
    "province": ("50", "PROVINCE", "REVIEWER"),
    "reviewer": ("0", "NATIONAL", "REVIEWER"),
    "second_reviewer": ("0", "NATIONAL", "REVIEWER"),
    "operator": ("0", "NATIONAL", "OPERATOR"),
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Official:
    account: int
    person: int
    post: int


@dataclass
class Case:
    """A case with one risk, one measure under way, and the acts of its history by step."""

    household: int
    number: int
    acts: dict[str, int] = field(default_factory=dict)


class Nationally:
    """The connections of the three roles, and what officials do over them."""

    def __init__(self, world: World, owner: Any, app: Any, nation: Any) -> None:
        self.world, self.owner, self.app, self.nation = world, owner, app, nation
        self.officials: dict[str, Official] = {}

    async def appoint(self, name: str, unit: str, tier: str, duty: str, person: int | None = None, **post: Any) -> None:
        """A new official, or another account of a person there is."""
        number = next(_numbers)
        if person is None:
            person = await self.owner.fetchval("insert into person (name) values ($1) returning id", f"官员{number}")
        account = await self.owner.fetchval(
            "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", person, f"o{number}"
        )
        values = {
            "account": account, "unit": self.world.unit_id[unit], "tier": tier, "duty": duty,
            "department": "RURAL_REVITALIZATION", "since": D(2024, 1, 1), **self.world.units[unit], **post,
        }  # fmt: skip
        self.officials[name] = Official(account, person, await self.insert("post", **values))

    async def sign_in(self, name: str, connection: Any = None) -> str:
        """A session of the official, opened as the product opens it; on a connection, proven there."""
        who, session, now = self.officials[name], secrets.token_hex(32), datetime.datetime.now(datetime.UTC)
        await open_session(self.nation, session, who.account, who.post, now, now + datetime.timedelta(hours=8))
        if connection is not None:
            await prove(connection, session, lasting=True)
        return session

    async def insert(self, table: str, by: Any = None, /, **values: Any) -> int:
        names, marks = ", ".join(f'"{name}"' for name in values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
        sql = f'insert into "{table}" ({names}) values ({marks}) returning id'
        return int(await (by or self.owner).fetchval(sql, *values.values()))

    # -- cases

    async def household(self, village: str = VILLAGE) -> int:
        return await self.insert(
            "household", kind_of_household="GENERAL", head_name="测试户", people=3, unit=self.world.unit_id[village],
            jurisdiction="HUKOU", safety_net=False, relocated=False, registered_on=D(2020, 1, 1), version=1,
            updated_at=NOON, **self.world.units[village],
        )  # fmt: skip

    async def act(self, case: Case, step: str, day: D) -> None:
        case.acts[step] = await self.insert(
            "act", household=case.household, monitoring_case=case.number, step=step, taken_on=day, recorded_at=NOON,
            role="county:rural_revitalization:handler", account=1, person=1, post=1, arguments="{}",
        )  # fmt: skip

    async def identified(
        self, village: str = VILLAGE, household: int | None = None, previous: int | None = None
    ) -> Case:
        household = household or await self.household(village)
        number = await self.insert(
            "monitoring_case", household=household, previous=previous, category="MARGINAL", state="IDENTIFIED",
            identified_on=D(2026, 2, 1), safety_net=False, due_on=D(2026, 2, 11), version=1,
        )  # fmt: skip
        about = {"household": household, "monitoring_case": number}
        case = Case(household, number)
        await self.insert("risk", **about, kind="HOUSING", state="OPEN", found_on=D(2026, 1, 20))
        await self.act(case, "identification.approve", D(2026, 2, 1))
        await self.insert(
            "measure", **about, theme="EMPLOYMENT", kind="DEVELOPMENT", title="公益岗位", state="UNDER_WAY",
            started_on=D(2026, 3, 1), continuation="NONE", version=1,
        )  # fmt: skip
        await self.act(case, "assistance.start", D(2026, 3, 1))
        return case

    async def eliminated(self, village: str = VILLAGE) -> Case:
        """An identified case whose elimination was announced, with the update it then owes."""
        case = await self.identified(village)
        await self.owner.execute(
            "update risk set state = 'STABLE', eliminated_on = '2026-06-01' where monitoring_case = $1", case.number
        )
        await self.act(case, "elimination.eliminate_risk", D(2026, 6, 1))
        await self.owner.execute(
            "update monitoring_case set state = 'RISK_ELIMINATED', eliminated_on = '2026-06-10', due_on = null,"
            " version = version + 1 where id = $1", case.number,
        )  # fmt: skip
        await self.owner.execute(
            "update measure set state = 'COMPLETED', completed_on = '2026-06-10', version = version + 1"
            " where monitoring_case = $1", case.number,
        )  # fmt: skip
        await self.insert(
            "deadline", household=case.household, monitoring_case=case.number, kind="YEARLY_UPDATE",
            nature="AT_LATEST", effect="ALERT", length=364, runs_from=D(2027, 1, 1), due_on=D(2027, 12, 31),
        )  # fmt: skip
        await self.act(case, "elimination.announce", D(2026, 6, 10))
        return case

    async def row(self, table: str, number: int) -> dict[str, Any]:
        return dict(await self.owner.fetchrow(f'select * from "{table}" where id = $1', number))

    async def picture(self, case: Case) -> Any:
        return json.loads(await self.owner.fetchval("select case_picture($1)", case.number))

    # -- a request's way, as the workflow writes it

    async def proposed(self, case: Case, operation: str = "WITHDRAWAL", **target: Any) -> int:
        who = self.officials["county"]
        return await self.insert(
            "request_item", self.app, household=case.household, monitoring_case=case.number, operation=operation,
            grounds="误标", state="PROPOSED", proposed_on=TODAY, version=1, proposer_account=who.account,
            proposer_person=who.person, proposer_post=who.post, **target,
        )  # fmt: skip

    async def submitted(self, items: list[int], province: str = "50") -> int:
        """Reviewed and submitted by the province: the request."""
        who = self.officials["province"]
        request = await self.insert(
            "national_request", self.app, province=province, state="DRAFT", size=len(items), composed_on=TODAY,
            number="渝乡振函〔2026〕1号", dated=TODAY, grounds="确需开展", version=1,
        )  # fmt: skip
        await self.app.execute("select write_effects($1::bigint[])", items)
        await self.app.execute(
            "update request_item set request = $2, state = 'SUBMITTED',"
            " reviewed_on = $3, reviewer_account = $4, reviewer_person = $5, reviewer_post = $6"
            " where id = any($1::bigint[])", items, request, TODAY, who.account, who.person, who.post,
        )  # fmt: skip
        await self.app.execute(
            "update national_request set state = 'SUBMITTED', submitted_on = $2, submitter_account = $3,"
            " submitter_person = $4, submitter_post = $5 where id = $1",
            request, TODAY, who.account, who.person, who.post,
        )  # fmt: skip
        return request

    async def digests(self, items: list[int]) -> list[str]:
        return [await self.owner.fetchval("select request_digest($1)", item) for item in items]

    async def decide(
        self,
        request: int,
        items: list[int],
        *,
        approve: list[bool] | None = None,
        digests: list[str] | None = None,
        by: str = "reviewer",
        reason: str = "材料属实",
    ) -> Any:
        who, count = self.officials[by], len(items)
        return json.loads(await self.nation.fetchval(
            "select nation_decide($1, $2, $3, $4, $5, $6, $7, $8, 'v1', null)", who.account, who.post, request, items,
            approve or [True] * count, digests or await self.digests(items), [reason] * count, NOON,
        ))  # fmt: skip

    async def file(self, request: int, number: str = "备2026-1", by: str = "reviewer") -> Any:
        who = self.officials[by]
        return json.loads(await self.nation.fetchval(
            "select nation_file($1, $2, $3, $4, $5, 'v1', null)", who.account, who.post, request, number, NOON
        ))  # fmt: skip

    async def filed(self, items: list[int], province: str = "50") -> int:
        """Submitted, every item approved, filed."""
        request = await self.submitted(items, province)
        await self.decide(request, items)
        await self.file(request)
        return request

    async def begin(self, request: int, by: str = "operator") -> Any:
        who = self.officials[by]
        return json.loads(
            await self.nation.fetchval("select nation_begin($1, $2, $3, $4)", who.account, who.post, request, NOON)
        )

    async def parts(self, execution: int, size: int = 500) -> int:
        """Every part; how many items were executed."""
        last, done = 0, 0
        while last is not None:
            values = json.loads(
                await self.nation.fetchval("select nation_part($1, $2, $3, 'v1', null)", execution, last, size)
            )
            done, last = done + values["done"], values["last"]
        return done

    async def end(self, execution: int) -> None:
        await self.nation.fetchval("select nation_end($1, 'v1', null)", execution)

    async def execute(self, request: int, by: str = "operator", size: int = 500) -> Any:
        """The whole execution, in one transaction."""
        async with self.nation.transaction():
            begun = await self.begin(request, by)
            if not begun["already"]:
                await self.parts(begun["execution"], size)
                await self.end(begun["execution"])
        return begun

    async def stale(self, request: int, by: str = "operator") -> Any:
        who = self.officials[by]
        return json.loads(await self.nation.fetchval(
            "select nation_stale($1, $2, $3, $4, 'v1', null)", who.account, who.post, request, NOON
        ))  # fmt: skip

    async def everything(self) -> Any:
        """Every row that a request can touch."""
        return {
            table: [tuple(row) for row in await self.owner.fetch(f'select * from "{table}" order by id')]
            for table in _TOUCHED
        }


_TOUCHED = (
    "household", "monitoring_case", "risk", "measure", "proceeding", "plan", "deadline", "act", "event", "message",
    "national_request", "request_item", "national_decision", "national_filing", "national_execution", "executed_item",
)  # fmt: skip
