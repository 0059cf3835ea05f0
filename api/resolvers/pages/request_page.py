"""申请记录页 GET /requests/{id}: a national request as it is kept on paper: items, decisions, filing, who by post. Q40

Read under the caller's rights, page by page; offices are named, persons are not.
"""

from collections.abc import AsyncIterator, Mapping
from functools import cache
from html import escape
from typing import Any

import orjson
from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response

from api.audit.heads import ChainHead, heads
from api.database import Row
from api.errors import Problem, code
from api.planner.document.document import Documents, Operation
from api.planner.errors import BAD_ID
from api.planner.identifiers import parse_id
from api.planner.plan.roots import PLANNED
from api.resolvers.execution import OperationContext, deadline, read_operation
from api.resolvers.pages.change_words import change_line
from api.resolvers.pages.printable import printed
from api.resolvers.schema import core
from api.resolvers.worker import Worker
from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState, RequestState
from api.rules.words.vocabulary import Department, Duty, Tier

NO_REQUEST = code(
    "NO_REQUEST",
    404,
    zh="没有这一申请",
    en="there is no such request",
    next_zh="核对标识",
    next_en="check its identifier",
    question="Q40",
)
READ = """query Record($id: ID!, $after: String) { node(id: $id) { ... on NationalRequest {
  number dated grounds state reason size submittedOn decidedOn filingNumber filedOn executedOn
  items(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes {
    operation state grounds decisionReason returnReason targetMark targetAct { takenOn }
    household { number unit { name } } effects { objectType field before after } evidence { name sha256 } } } } } }"""
_OFFICES = """
with acts as (
select 'submit' as act, submitter_post as post from national_request where id = $1 and submitter_post is not null
union select 'decide', post from national_decision where request = $1
union select 'file', post from national_filing where request = $1
union select 'execute', post from national_execution where request = $1)
select a.act, u.name, p.tier, p.department, p.duty from acts a
join post p on p.id = a.post join unit u on u.id = p.unit order by a.act, p.id"""
_ACTS = {"submit": "上报", "decide": "决定", "file": "备案", "execute": "执行"}
_COLUMNS = ("户编号", "责任单位", "操作", "事由与佐证", "变更对照", "状态与理由")
_STYLE = """
body { font: 11pt/1.6 "Songti SC", SimSun, serif; margin: 2em auto; max-width: 60em; color: #000; background: #fff }
h1 { text-align: center; font-size: 18pt } table { width: 100%; border-collapse: collapse }
td, th { border: 1px solid #000; padding: .2em .4em; text-align: left; vertical-align: top; overflow-wrap: anywhere }
thead { display: table-header-group } tr { break-inside: avoid }
@page { size: A4 landscape; margin: 15mm } @media print { body { margin: 0; max-width: none } }
"""


@cache
def _reading(schema: GraphQLSchema) -> Operation:
    return Documents(schema, PLANNED).find(READ).operation(None)


async def sheet(request: Request) -> Response:
    """The record of a request; NO_REQUEST also for what the caller may not see."""
    return await printed(request, _STYLE, _page)


async def _page(request: Request) -> str:
    worker: Worker = request.app.state.worker
    subject = await worker.tokens.authenticate(request.headers.get("authorization"))
    identifier = request.path_params["id"]
    type_name, number = parse_id(identifier)
    if type_name != "NationalRequest":
        raise Problem(BAD_ID)
    ctx = OperationContext(
        worker, core(), subject, worker.head.current, _reading(core()), {"id": identifier}, deadline()
    )
    pages = [page async for page in _pages(ctx)]
    if not pages:
        raise Problem(NO_REQUEST)
    async with worker.writing() as connection:
        offices = await connection.fetch(_OFFICES, number)
        province = await connection.fetchval("select province from national_request where id = $1", number)
        head = next((chain_head for chain_head in await heads(connection) if chain_head.chain == province), None)
    return page_of(pages, offices, head)


async def _pages(ctx: OperationContext) -> AsyncIterator[Mapping[str, Any]]:
    after: str | None = None
    while True:
        ctx.variables = {**ctx.variables, "after": after}
        ctx.cost, ctx.deadline = 0, deadline()
        node = orjson.loads(await read_operation(ctx))["node"]
        if node is None:
            return
        yield node
        info = node["items"]["pageInfo"]
        if not info["hasNextPage"]:
            return
        after = info["endCursor"]


def page_of(pages: list[Mapping[str, Any]], offices: list[Row], sealed: ChainHead | None) -> str:
    """The page: what was applied for, each item with what it changes and what was decided, who did what.

    `sealed` is the head of the province's audit chain when it was printed: the paper proves the ledger behind it.
    """
    head = pages[0]
    facts = (
        ("文号", head["number"]),
        ("申请日期", head["dated"]),
        ("确需开展的理由", head["grounds"]),
        ("状态", RequestState[head["state"]].zh),
        ("退回或取代理由", head["reason"]),
        ("事项数", head["size"]),
        ("上报", head["submittedOn"]),
        ("决定", head["decidedOn"]),
        ("备案号", head["filingNumber"]),
        ("备案", head["filedOn"]),
        ("执行", head["executedOn"]),
        *((_ACTS[office["act"]], _office(office)) for office in offices),
        ("审计链头", sealed.line() if sealed else None),
    )
    lines = "".join(f"<tr><th>{name}</th><td>{_text(value)}</td></tr>\n" for name, value in facts if value is not None)
    rows = "".join(_row(item) for page in pages for item in page["items"]["nodes"])
    heads = "".join(
        f"<th>{name}</th>" for name in ("户编号", "责任单位", "操作", "事由与佐证", "变更对照", "状态与理由")
    )
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>报国家同意备案申请记录</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>报国家同意备案申请记录</h1>\n<table>{lines}</table>\n"
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n</body>\n</html>\n"
    )


def _office(row: Row) -> str:
    return f"{row['name']} {Tier[row['tier']].zh}级{Department[row['department']].zh}·{Duty[row['duty']].zh}"


def _row(item: Mapping[str, Any]) -> str:
    household = item["household"] or {"number": None, "unit": None}
    effects = [escape(change_line(effect)) for effect in item["effects"]]
    evidence = [f"{_text(document['name'])} ({document['sha256'][:16]})" for document in item["evidence"]]
    reasons = [_text(item[name]) for name in ("decisionReason", "returnReason") if item[name]]
    cells = (
        _text(household["number"]),
        _text((household["unit"] or {}).get("name")),
        NationalOperation[item["operation"]].zh + _target(item),
        "<br>".join([_text(item["grounds"]), *evidence]),
        "<br>".join(effects),
        "<br>".join([ItemState[item["state"]].zh, *reasons]),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _target(item: Mapping[str, Any]) -> str:
    if item["targetAct"] is not None:
        return f"至 {item['targetAct']['takenOn']} 办理后"
    return "" if item["targetMark"] is None else ("（标识）" if item["targetMark"] else "（取消标识）")


def _text(value: Any) -> str:
    return "—" if value is None else escape(str(value))
