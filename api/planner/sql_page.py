"""分页 A Relay connection as SQL: keyset pages over one index scan per arm, merged by key under one LIMIT.

The page is read once, one row longer than asked, with just the columns its nodes use; edges, page info and
cursors are then written from it. Both `hasNextPage` and `hasPreviousPage` are exact.
"""

from dataclasses import dataclass

from api.access.subject import Subject
from api.planner.context import Context, Piece, Row, array, where
from api.planner.identifiers import cursor_sql, parse_cursor
from api.planner.nodes import Page, PageItem
from api.planner.sql_count import write_count
from api.planner.sql_object import joined
from api.planner.sql_relation import size
from api.planner.sql_source import Source, related_source, root_sources
from api.planner.values import Value, Variables
from api.schema.paging import DEFAULT_PAGE


@dataclass(slots=True)
class Sheet:
    """A page being written: its CTE, the row its nodes are written from, and the sources of its rows."""

    page: Page
    context: Context
    name: str
    row: Row
    sources: list[Source]
    limit: str

    @property
    def backward(self) -> bool:
        """Whether the page is counted from the end."""
        return self.page.paging.last is not None

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


def write_page(page: Page, parent: Row | None, context: Context) -> Piece:
    """A connection, at the root (over arms) or of a row (over its foreign key)."""
    sheet = _sheet(page, parent, context)
    items = [(item.key, _item(item, sheet)) for item in page.items]
    ctes = []
    if sheet.row.used or any(item.name in ("edges", "nodes", "pageInfo") for item in page.items):
        ctes.append(f"{sheet.name} as materialized ({_rows(sheet)})")
    if any(item.name.startswith("totalCount") for item in page.items):
        ctes.append(
            write_count(f"{sheet.name}c", page.permit.type.table, [(s.alias, s.conditions) for s in sheet.sources])
        )
    head = f"with {', '.join(ctes)} " if ctes else ""
    return Piece(f"({head}select {joined(items)})")


def _sheet(page: Page, parent: Row | None, context: Context) -> Sheet:
    name, alias = context.binder.alias("p"), context.binder.alias("q")
    paging = page.paging
    if paging.last is not None:
        limit = size(paging.last, "last", context)
    elif paging.first is not None:
        limit = size(paging.first, "first", context)
    else:
        limit = str(DEFAULT_PAGE)
    if page.relation is None:
        sources, several = root_sources(page, context), len(page.permit.arms) > 1
    else:
        sources = related_source(page, parent, context)
        several = sources[0].arm is not None
    row = Row(alias, page.permit, f"{alias}.arm" if several else None)
    return Sheet(page, context, name, row, sources, limit)


def _rows(sheet: Sheet) -> str:
    """The page's rows, one more than asked, with the columns its nodes use."""
    selects = [_select(sheet, source) for source in sheet.sources]
    if not selects:
        return _nothing(sheet)
    if len(selects) == 1:
        return selects[0]
    key = "u.k, " if sheet.page.paging.order.column else ""
    order = f"{key}u.id".replace(",", f" {sheet.reading},") + f" {sheet.reading}"
    union = " union all ".join(f"({select})" for select in selects)
    return f"select * from ({union}) u order by {order} limit {sheet.limit} + 1"


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
        f" order by {order} limit {sheet.limit} + 1"
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
            return Piece(array(_shown(sheet, _edge(item, sheet))))
        case "nodes":
            body = item.parts[0][2]
            return Piece(array(_shown(sheet, sheet.context.write(body, sheet.row).text)))
        case "pageInfo":
            return Piece(joined([(key, _page_info(name, sheet)) for key, name, _ in item.parts]))
        case "totalCount":
            return Piece(f"(select least(n, bound) from {sheet.name}c)")
        case "totalCountIsAtLeast":
            return Piece(f"(select (n > bound)::text from {sheet.name}c)")
        case _:
            return Piece(f'"{sheet.page.permit.type.name}Connection"', literal=True)


def _edge(item: PageItem, sheet: Sheet) -> str:
    pieces = []
    for key, name, body in item.parts:
        if name == "cursor":
            pieces.append((key, Piece(_cursor(sheet, sheet.row.alias), quote=True)))
        elif body is not None:
            pieces.append((key, sheet.context.write(body, sheet.row)))
        else:
            pieces.append((key, Piece(f'"{sheet.page.permit.type.name}Edge"', literal=True)))
    return joined(pieces)


def _cursor(sheet: Sheet, alias: str) -> str:
    key = f"{alias}.k" if sheet.page.paging.order.column else None
    return cursor_sql(sheet.page.paging.order.name, f"{alias}.id", key)


def _order(sheet: Sheet, alias: str, direction: str) -> str:
    keys = [f"{alias}.k"] if sheet.page.paging.order.column else []
    return ", ".join(f"{one} {direction}" for one in (*keys, f"{alias}.id"))


def _shown(sheet: Sheet, body: str) -> str:
    """A SELECT of one text per row of the page, in the order shown, without the extra row."""
    alias = sheet.row.alias
    order = _order(sheet, alias, sheet.direction)
    if not sheet.backward:
        return f"select {body} from {sheet.name} {alias} order by {order} limit {sheet.limit}"
    kept = f"(select * from {sheet.name} {alias} order by {_order(sheet, alias, sheet.reading)} limit {sheet.limit})"
    return f"select {body} from {kept} {alias} order by {order}"


def _page_info(name: str, sheet: Sheet) -> Piece:
    if name == "__typename":
        return Piece('"PageInfo"', literal=True)
    more = f"((select count(*) from {sheet.name}) > {sheet.limit})::text"
    if name in ("startCursor", "endCursor"):
        return Piece(f"coalesce('\"'||({_end_cursor(sheet, first=name == 'startCursor')})||'\"','null')")
    forward = name == "hasNextPage"
    if forward is not sheet.backward:
        return Piece(more)
    cursor = sheet.page.paging.before if forward else sheet.page.paging.after
    if cursor is None:
        return Piece("false", literal=True)
    return Piece(_any_beyond(sheet, cursor, forward=forward))


def _end_cursor(sheet: Sheet, *, first: bool) -> str:
    kept = f"(select * from {sheet.name} z order by {_order(sheet, 'z', sheet.reading)} limit {sheet.limit})"
    direction = sheet.direction if first else ("desc" if sheet.direction == "asc" else "asc")
    return f"select {_cursor(sheet, 'y')} from {kept} y order by {_order(sheet, 'y', direction)} limit 1"


def _any_beyond(sheet: Sheet, cursor: Value, *, forward: bool) -> str:
    ascending = (sheet.direction == "asc") is forward
    sign = ">=" if ascending else "<="
    table = sheet.page.permit.type.table
    parts = [
        f"exists (select 1 from {table} {source.alias}"
        f"{where([*source.conditions, _beyond(sheet, source.alias, cursor, sign)])})"
        for source in sheet.sources
    ]
    return f"({' or '.join(parts) or 'false'})::text"
