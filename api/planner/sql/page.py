"""分页 A Relay connection as SQL: keyset pages over one index scan per arm, merged by key under one LIMIT.

The page is read once, with just the columns its nodes use. Edges, cursors and what is told of the page are aggregates
over its rows, in one pass. `hasNextPage` and `hasPreviousPage` are exact: one probe each beyond the rows shown.
"""

from collections.abc import Callable
from dataclasses import dataclass

from api.access.subject import Subject
from api.planner.identifiers import cursor_sql, parse_cursor
from api.planner.plan.nodes import Page, PageItem
from api.planner.sql.context import Context, Row, where
from api.planner.sql.count import write_count
from api.planner.sql.json_expr import Piece, Sql, between_quotes, joined, sql
from api.planner.sql.relation import size
from api.planner.sql.source import Source, related_source, root_sources
from api.planner.values import Value, Variables
from api.schema.paging import COUNT_BOUND, DEFAULT_PAGE


@dataclass(slots=True)
class Sheet:
    """A page being written: the name of its count, the row its nodes are written from, and the sources of its rows."""

    page: Page
    context: Context
    name: str
    row: Row
    sources: list[Source]
    limit: str
    aggregated: bool = False
    """Whether anything of its rows is needed."""

    @property
    def backward(self) -> bool:
        """Whether the page is counted from the end."""
        return self.page.paging.last is not None

    @property
    def asked(self) -> set[str]:
        """What is asked of the page: the names of its fields, those inside page info among them."""
        inner = {name for item in self.page.items if item.name == "pageInfo" for _, name, _ in item.parts}
        return inner | {item.name for item in self.page.items}

    @property
    def direction(self) -> str:
        """The direction of the order as it is shown."""
        return "desc" if self.page.paging.descending else "asc"

    @property
    def reading(self) -> str:
        """The direction in which rows are read: backwards when the page is counted from the end."""
        return self.direction if not self.backward else ("asc" if self.direction == "desc" else "desc")

    def key(self, alias: str) -> str | None:
        """The order's key over an alias of the table; None when the identifier alone orders."""
        order = self.page.paging.order
        if order.column is None:
            return None
        column = f'{alias}."{order.column}"'
        return column if order.nulls is None else f"coalesce({column},{order.nulls})"


_COUNTS = {"totalCount", "totalCountIsAtLeast"}


def write_page(page: Page, parent: Row | None, context: Context) -> Piece:
    """A connection, at the root (over arms) or of a row (over its foreign key)."""
    sheet = _sheet(page, parent, context)
    piece = joined([(item.key, _item(item, sheet)) for item in page.items])
    head = f"with {sheet.name} as materialized ({_count(sheet)}) " if sheet.asked >= _COUNTS else ""
    rows = f" from ({_rows(sheet)}) {sheet.row.alias}" if sheet.aggregated else ""
    return sql(f"({head}select {piece.text}{rows})")


def _sheet(page: Page, parent: Row | None, context: Context) -> Sheet:
    name, alias = context.binder.alias("c"), context.binder.alias("q")
    paging = page.paging
    if paging.last is not None:
        limit = size(paging.last, "last", context)
    elif paging.first is not None:
        limit = size(paging.first, "first", context)
    else:
        limit = str(DEFAULT_PAGE)
    if page.relation is None or parent is None:
        sources, several = root_sources(page, context), len(page.permit.arms) > 1
    else:
        sources = related_source(page, page.relation, parent, context)
        several = sources[0].arm is not None
    row = Row(alias, page.permit, f"{alias}.arm" if several else None)
    return Sheet(page, context, name, row, sources, limit)


def _rows(sheet: Sheet) -> str:
    """The page's rows in the order they are read, with the columns its nodes use."""
    selects = [_select(sheet, source) for source in sheet.sources]
    if not selects:
        return _nothing(sheet)
    if len(selects) == 1:
        return selects[0]
    key = "u.k, " if sheet.page.paging.order.column else ""
    order = f"{key}u.id".replace(",", f" {sheet.reading},") + f" {sheet.reading}"
    union = " union all ".join(f"({select})" for select in selects)
    return f"select * from ({union}) u order by {order} limit {sheet.limit}"


def _select(sheet: Sheet, source: Source) -> str:
    columns = [f'{source.alias}."{name}"' for name in sorted(sheet.row.used | {"id"})]
    key = sheet.key(source.alias)
    if key:
        columns.append(f"{key} as k")
    if sheet.row.arm:
        columns.append(f"{source.arm or 0} as arm")
    conditions = [*source.conditions, *_keyset(sheet, source.alias)]
    order = ", ".join(f"{one} {sheet.reading}" for one in (key, f"{source.alias}.id") if one)
    table = sheet.page.permit.type.table
    return (
        f"select {', '.join(columns)} from {table} {source.alias}{where(conditions)}"
        f" order by {order} limit {sheet.limit}"
    )


def _nothing(sheet: Sheet) -> str:
    empty = Source("t0", ("false",), "0")
    return _select(sheet, empty)


def _keyset(sheet: Sheet, alias: str) -> list[str]:
    paging = sheet.page.paging
    forward, back = (">", "<") if sheet.direction == "asc" else ("<", ">")
    conditions = []
    if paging.after is not None:
        conditions.append(_beyond(sheet, alias, paging.after, forward))
    if paging.before is not None:
        conditions.append(_beyond(sheet, alias, paging.before, back))
    return conditions


def _beyond(sheet: Sheet, alias: str, cursor: Value, sign: str) -> str:
    order = sheet.page.paging.order
    column = sheet.page.permit.type.by_column[order.column] if order.column else None
    scalar = column.scalar if column else None

    def number(variables: Variables, _: Subject) -> int:
        return parse_cursor(cursor.get(variables), order.name, scalar)[0]

    binder = sheet.context.binder
    at = binder.bind(number, "bigint", ("cursor", id(cursor)))
    key = sheet.key(alias)
    if key is None or scalar is None:
        return f"{alias}.id {sign} {at}"

    def value(variables: Variables, _: Subject) -> object:
        return parse_cursor(cursor.get(variables), order.name, scalar)[1]

    at_key = binder.bind(value, scalar.cast, ("cursor key", id(cursor)))
    return f"({key}, {alias}.id) {sign} ({at_key}, {at})"


def _item(item: PageItem, sheet: Sheet) -> Piece:
    match item.name:
        case "edges":
            return _shown(sheet, _edge(item, sheet))
        case "nodes":
            body = item.parts[0][2]
            return _shown(sheet, sheet.context.write(body, sheet.row))
        case "pageInfo":
            return joined([(key, _page_info(name, sheet)) for key, name, _ in item.parts])
        case "totalCount":
            return sql(f"(select least(n, {COUNT_BOUND}) from {_counted(sheet)})")
        case "totalCountIsAtLeast":
            return sql(f"(select (n > {COUNT_BOUND})::text from {_counted(sheet)})")
        case _:
            return Piece((f'"{sheet.page.permit.type.name}Connection"',))


def _counted(sheet: Sheet) -> str:
    """The count's row: of the CTE when it is asked for twice."""
    return sheet.name if sheet.asked >= _COUNTS else f"({_count(sheet)}) {sheet.name}"


def _count(sheet: Sheet) -> str:
    return write_count(sheet.page.permit.type.table, [(one.alias, one.conditions) for one in sheet.sources])


def _edge(item: PageItem, sheet: Sheet) -> Piece:
    pieces = []
    for key, name, body in item.parts:
        if name == "cursor":
            key_of = f"{sheet.row.alias}.k" if sheet.page.paging.order.column else None
            pieces.append((key, between_quotes(_cursor(sheet, f"{sheet.row.alias}.id", key_of))))
        elif body is not None:
            pieces.append((key, sheet.context.write(body, sheet.row)))
        else:
            pieces.append((key, Piece((f'"{sheet.page.permit.type.name}Edge"',))))
    return joined(pieces)


def _cursor(sheet: Sheet, number: str, key: str | None) -> str:
    return cursor_sql(sheet.page.paging.order.name, number, key)


def _shown(sheet: Sheet, body: Piece) -> Piece:
    """The texts of the page's rows in the order shown."""
    sheet.aggregated = True
    # rows come in the order they are read; one aggregate that asks for another order would change that for all
    order = f" order by {_order(sheet, sheet.direction)}" if sheet.backward or sheet.page.paging.order.column else ""
    return Piece(("[", Sql(f"string_agg({body.text},','{order})"), "]"))


def _order(sheet: Sheet, direction: str) -> str:
    names = ("k", "id") if sheet.page.paging.order.column else ("id",)
    return ", ".join(f"{sheet.row.alias}.{name} {direction}" for name in names)


def _end(sheet: Sheet, name: str, *, last: bool) -> str:
    """The identifier or the key of the first or last row shown; NULL when none is."""
    sheet.aggregated = True
    ascending = (sheet.direction == "asc") is not last
    if sheet.page.paging.order.column is None:
        return f"{'min' if ascending else 'max'}({sheet.row.alias}.{name})"
    return f"(array_agg({sheet.row.alias}.{name} order by {_order(sheet, 'asc' if ascending else 'desc')}))[1]"


def _page_info(name: str, sheet: Sheet) -> Piece:
    if name == "__typename":
        return Piece(('"PageInfo"',))
    if name in ("startCursor", "endCursor"):
        return sql(_end_cursor(sheet, last=name == "endCursor"))
    forward = name == "hasNextPage"
    if forward is not sheet.backward:
        return sql(_any_more(sheet))
    cursor = sheet.page.paging.before if forward else sheet.page.paging.after
    if cursor is None:
        return Piece(("false",))
    return sql(_any_beyond(sheet, cursor, forward=forward))


def _end_cursor(sheet: Sheet, *, last: bool) -> str:
    number = _end(sheet, "id", last=last)
    key = _end(sheet, "k", last=last) if sheet.page.paging.order.column else None
    return f"case when {number} is null then 'null' else '\"'||{_cursor(sheet, number, key)}||'\"' end"


def _any_more(sheet: Sheet) -> str:
    """Whether there are rows beyond the last one read; with a page of none, whether there are any."""
    far, sign = not sheet.backward, ">" if sheet.reading == "asc" else "<"

    def beyond(alias: str) -> str:
        key, number = sheet.key(alias), _end(sheet, "id", last=far)
        return (
            f"({key}, {alias}.id) {sign} ({_end(sheet, 'k', last=far)}, {number})"
            if key
            else f"{alias}.id {sign} {number}"
        )

    empty = _is_empty(sheet)
    return _exists(sheet, lambda alias: [*_keyset(sheet, alias), *([] if empty else [beyond(alias)])], sheet.reading)


def _is_empty(sheet: Sheet) -> bool:
    value = sheet.page.paging.last or sheet.page.paging.first
    if value is None or value.fixed:
        return value is not None and value.now == 0
    get = value.get
    return bool(sheet.context.decide(lambda variables, _: get(variables) == 0))


def _any_beyond(sheet: Sheet, cursor: Value, *, forward: bool) -> str:
    ascending = (sheet.direction == "asc") is forward
    sign, direction = (">=", "asc") if ascending else ("<=", "desc")
    return _exists(sheet, lambda alias: [_beyond(sheet, alias, cursor, sign)], direction)


def _exists(sheet: Sheet, more: Callable[[str], list[str]], direction: str) -> str:
    """Whether a row meets the conditions: the first in the page's order, for which an index is walked.

    Of a bare EXISTS the planner believes that reading the table from its start will soon meet one.
    """
    parts = []
    for source in sheet.sources:
        conditions = where([*source.conditions, *more(source.alias)])
        keys = [one for one in (sheet.key(source.alias), f"{source.alias}.id") if one]
        order = ", ".join(f"{one} {direction}" for one in keys)
        table = f"{sheet.page.permit.type.table} {source.alias}"
        parts.append(f"(select true from {table}{conditions} order by {order} limit 1) is not null")
    return f"({' or '.join(parts) or 'false'})::text"
