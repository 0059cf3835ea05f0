"""普通写法 Plain Strawberry with DataLoaders over asyncpg: the usual way, without sign-in, policy, masks or tracing."""

import base64
import datetime
import decimal
import json
import os
from typing import Any

import asyncpg
import orjson
import strawberry
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from api.planner.identifiers import global_id
from api.rules.words.vocabulary import CaseState, Category

_pool: Any = None
_CATEGORY, _STATE = strawberry.enum(Category), strawberry.enum(CaseState)
Date = datetime.date


async def pool() -> Any:
    """The connections, made at the first request."""
    global _pool
    if _pool is None:
        dsn = json.loads(os.environ["BENCH_DSN"])
        _pool = await asyncpg.create_pool(**dsn, min_size=8, max_size=8, server_settings={"jit": "off"})
    return _pool


def _typed(cls: Any, row: Any) -> Any:
    values = {name: row[name] for name in cls.columns}
    return cls(id=global_id(cls.__name__, row["id"]), row=row["id"], **values)


def _loader(cls: Any, table: str, key: str) -> DataLoader[int, list[Any]]:
    names = ", ".join(("id", key, *cls.columns))

    async def load(keys: list[int]) -> list[list[Any]]:
        rows = await (await pool()).fetch(f"select {names} from {table} where {key} = any($1) order by id", keys)
        by_key: dict[int, list[Any]] = {key: [] for key in keys}
        for row in rows:
            by_key[row[key]].append(_typed(cls, row))
        return [by_key[key] for key in keys]

    return DataLoader(load)


@strawberry.type
class Member:
    columns = ("name", "relation", "sex", "birth_date", "ethnicity", "education", "labour", "hukou")
    row: strawberry.Private[int]
    id: strawberry.ID
    name: str
    relation: str
    sex: str
    birth_date: Date | None
    ethnicity: str | None
    education: str | None
    labour: str | None
    hukou: str | None


@strawberry.type
class Measure:
    columns = ("title", "kind", "funding", "state", "theme", "started_on", "ends_on")
    row: strawberry.Private[int]
    id: strawberry.ID
    title: str
    kind: str
    funding: str | None
    state: str
    theme: str
    started_on: Date | None
    ends_on: Date | None


@strawberry.type
class Risk:
    columns = ("kind", "state", "found_on", "eliminated_on")
    row: strawberry.Private[int]
    id: strawberry.ID
    kind: str
    state: str
    found_on: Date
    eliminated_on: Date | None


@strawberry.type
class Survey:
    columns = (
        "year", "revision", "surveyed_on", "counted", "wages", "business", "transfers", "property", "business_expense",
    )  # fmt: skip
    row: strawberry.Private[int]
    id: strawberry.ID
    year: int
    revision: int
    surveyed_on: Date
    counted: int
    wages: decimal.Decimal
    business: decimal.Decimal
    transfers: decimal.Decimal
    property: decimal.Decimal
    business_expense: decimal.Decimal


@strawberry.type
class MonitoringCase:
    columns = ("category", "state", "identified_on", "eliminated_on", "safety_net")
    row: strawberry.Private[int]
    id: strawberry.ID
    category: str | None
    state: str
    identified_on: Date | None
    eliminated_on: Date | None
    safety_net: bool

    @strawberry.field
    async def risks(self, info: strawberry.Info) -> list[Risk]:
        return await info.context["risks"].load(self.row)

    @strawberry.field
    async def measures(self, info: strawberry.Info) -> list[Measure]:
        return await info.context["measures"].load(self.row)


@strawberry.type
class SurveyConnection:
    nodes: list[Survey]


@strawberry.type
class Household:
    columns = (
        "number", "kind_of_household", "head_name", "people", "monitoring_state", "category", "registered_on",
    )  # fmt: skip
    row: strawberry.Private[int]
    id: strawberry.ID
    number: str | None
    kind_of_household: str | None
    head_name: str | None
    people: int
    monitoring_state: str | None
    category: str | None
    registered_on: Date

    @strawberry.field
    async def members(self, info: strawberry.Info) -> list[Member]:
        return await info.context["members"].load(self.row)

    @strawberry.field
    async def cases(self, info: strawberry.Info) -> list[MonitoringCase]:
        return await info.context["cases"].load(self.row)

    @strawberry.field
    async def surveys(self, info: strawberry.Info, first: int) -> SurveyConnection:
        return SurveyConnection(nodes=(await info.context["surveys"].load(self.row))[:first])


@strawberry.type
class Edge:
    cursor: str
    node: Household


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class HouseholdConnection:
    edges: list[Edge]
    page_info: PageInfo
    where: strawberry.Private[str]
    values: strawberry.Private[list[Any]]

    @strawberry.field
    async def total_count(self) -> int:
        return await (await pool()).fetchval(f"select count(*) from household where {self.where}", *self.values)


@strawberry.input
class HouseholdFilter:
    region: str
    state: list[_STATE] | None = None  # type: ignore[valid-type]
    category: list[_CATEGORY] | None = None  # type: ignore[valid-type]


_COLUMNS = ", ".join(("id", *Household.columns))


@strawberry.type
class Query:
    @strawberry.field
    async def household(self, id: strawberry.ID) -> Household | None:
        number = int(base64.urlsafe_b64decode(id + "==").decode().partition(":")[2])
        row = await (await pool()).fetchrow(
            f"select {_COLUMNS} from household where id = $1 and county = $2", number, os.environ["BENCH_COUNTY"]
        )
        return _typed(Household, row) if row else None

    @strawberry.field
    async def households(self, first: int, filter: HouseholdFilter, after: str | None = None) -> HouseholdConnection:
        where, values = ["county = $1"], [filter.region]
        for column, wanted in (("monitoring_state", filter.state), ("category", filter.category)):
            if wanted:
                values.append([column.name for column in wanted])
                where.append(f"{column} = any(${len(values)})")
        condition, arguments = " and ".join(where), list(values)
        if after:
            arguments.append(int(base64.urlsafe_b64decode(after + "==").decode().partition("|")[2]))
            where.append(f"id > ${len(arguments)}")
        rows = await (await pool()).fetch(
            f"select {_COLUMNS} from household where {' and '.join(where)} order by id limit {first + 1}", *arguments
        )
        edges = [Edge(cursor=global_id("ID", row["id"]), node=_typed(Household, row)) for row in rows[:first]]
        info = PageInfo(has_next_page=len(rows) > first, end_cursor=edges[-1].cursor if edges else None)
        return HouseholdConnection(edges=edges, page_info=info, where=condition, values=values)


class View(GraphQL[Any, Any]):
    """Strawberry's ASGI view with fresh DataLoaders per request, and orjson."""

    async def get_context(self, request: Any, response: Any) -> Any:
        return {
            "members": _loader(Member, "member", "household"),
            "cases": _loader(MonitoringCase, "monitoring_case", "household"),
            "surveys": _loader(Survey, "survey", "household"),
            "risks": _loader(Risk, "risk", "monitoring_case"),
            "measures": _loader(Measure, "measure", "monitoring_case"),
        }

    def encode_json(self, data: Any) -> bytes:
        return orjson.dumps(data)

    def decode_json(self, data: Any) -> Any:
        return orjson.loads(data)


_view = View(
    strawberry.Schema(Query, extensions=[lambda: ParserCache(maxsize=512), lambda: ValidationCache(maxsize=512)]),
    graphql_ide=None,
)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await pool()
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await _view(scope, receive, send)
