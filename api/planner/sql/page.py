"""分页 A Relay connection as SQL: keyset pages over one index scan per arm, merged by key under one LIMIT.

The page is read once, with just the columns its nodes use. Edges, cursors and what is told of the page are aggregates
over its rows, in one pass. `hasNextPage` and `hasPreviousPage` are exact: one probe each beyond the rows visible.
"""

from collections.abc import Callable
from dataclasses import dataclass

from api.access.subject import Subject
from api.planner.identifiers import cursor_sql, parse_cursor
from api.planner.plan.nodes import Page, PageItem
from api.planner.sql.context import Context, Row, where
from api.planner.sql.count import write_count
from api.planner.sql.json_expr import JsonExpr, Sql, between_quotes, joined, sql
from api.planner.sql.relation import size
from api.planner.sql.source import Source, related_source, root_sources
from api.planner.values import Value, Variables
from api.schema.paging import COUNT_BOUND, DEFAULT_PAGE


@dataclass(slots=True)
class PageQuery:
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
    def parts(self) -> set[str]:
        """Names of the page's selected fields, those inside page info among them."""
        inner = {name for item in self.page.items if item.name == "pageInfo" for _, name, _ in item.parts}
        return inner | {item.name for item in self.page.items}

    @property
    def direction(self) -> str:
        """The direction of the order as it is visible."""
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
        # a NULL would drop out of every comparison with a cursor; the index is on this very expression
        return column if order.nulls is None else f"coalesce({column},{order.nulls})"


_COUNTS = {"totalCount", "totalCountIsAtLeast"}


def write_page(page: Page, parent: Row | None, context: Context) -> JsonExpr:
    """A connection, at the root (over arms) or of a row (over its foreign key)."""
    query = _sheet(page, parent, context)
    piece = joined([(item.key, _item(item, query)) for item in page.items])
    # counted once for both fields, however the planner would weigh reading the CTE twice (decision 8)
    head = f"with {query.name} as materialized ({_count(query)}) " if query.parts >= _COUNTS else ""
    rows = f" from ({_rows(query)}) {query.row.alias}" if query.aggregated else ""
    return sql(f"({head}select {piece.text}{rows})")


def _sheet(page: Page, parent: Row | None, context: Context) -> PageQuery:
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
    return PageQuery(page, context, name, row, sources, limit)


def _rows(query: PageQuery) -> str:
    """The page's rows in the order they are read, with the columns its nodes use."""
    selects = [_select(query, source) for source in query.sources]
    if not selects:
        return _nothing(query)
    if len(selects) == 1:
        return selects[0]
    key = "u.k, " if query.page.paging.order.column else ""
    order = f"{key}u.id".replace(",", f" {query.reading},") + f" {query.reading}"
    # each arm has the page's own LIMIT: its index scan stops there, and the merge reads no row more (decision 4)
    union = " union all ".join(f"({select})" for select in selects)
    return f"select * from ({union}) u order by {order} limit {query.limit}"


def _select(query: PageQuery, source: Source) -> str:
    # rows of the page pass through the union and the aggregate: only columns that nodes use go with them
    columns = [f'{source.alias}."{name}"' for name in sorted(query.row.used | {"id"})]
    key = query.key(source.alias)
    if key:
        columns.append(f"{key} as k")
    if query.row.arm:
        columns.append(f"{source.arm or 0} as arm")
    conditions = [*source.conditions, *_keyset(query, source.alias)]
    order = ", ".join(f"{column} {query.reading}" for column in (key, f"{source.alias}.id") if column)
    table = query.page.permit.type.table
    return (
        f"select {', '.join(columns)} from {table} {source.alias}{where(conditions)}"
        f" order by {order} limit {query.limit}"
    )


def _nothing(query: PageQuery) -> str:
    empty = Source("t0", ("false",), "0")
    return _select(query, empty)


def _keyset(query: PageQuery, alias: str) -> list[str]:
    paging = query.page.paging
    forward, back = (">", "<") if query.direction == "asc" else ("<", ">")
    conditions = []
    if paging.after is not None:
        conditions.append(_beyond(query, alias, paging.after, forward))
    if paging.before is not None:
        conditions.append(_beyond(query, alias, paging.before, back))
    return conditions


def _beyond(query: PageQuery, alias: str, cursor: Value, sign: str) -> str:
    order = query.page.paging.order
    column = query.page.permit.type.by_column[order.column] if order.column else None
    scalar = column.scalar if column else None

    def number(variables: Variables, _: Subject) -> int:
        return parse_cursor(cursor.get(variables), order.name, scalar)[0]

    binder = query.context.binder
    at = binder.bind(number, "bigint", ("cursor", id(cursor)))
    key = query.key(alias)
    if key is None or scalar is None:
        return f"{alias}.id {sign} {at}"

    def value(variables: Variables, _: Subject) -> object:
        return parse_cursor(cursor.get(variables), order.name, scalar)[1]

    at_key = binder.bind(value, scalar.cast, ("cursor key", id(cursor)))
    # a row comparison is one range of the index; `key > … or (key = … and id > …)` would read from its start
    return f"({key}, {alias}.id) {sign} ({at_key}, {at})"


def _item(item: PageItem, query: PageQuery) -> JsonExpr:
    match item.name:
        case "edges":
            return _page_json(query, _edge(item, query))
        case "nodes":
            body = item.parts[0][2]
            return _page_json(query, query.context.write(body, query.row))
        case "pageInfo":
            return joined([(key, _page_info(name, query)) for key, name, _ in item.parts])
        case "totalCount":
            return sql(f"(select least(n, {COUNT_BOUND}) from {_counted(query)})")
        case "totalCountIsAtLeast":
            return sql(f"(select (n > {COUNT_BOUND})::text from {_counted(query)})")
        case _:
            return JsonExpr((f'"{query.page.permit.type.name}Connection"',))


def _counted(query: PageQuery) -> str:
    """The count's row: of the CTE when it is asked for twice."""
    return query.name if query.parts >= _COUNTS else f"({_count(query)}) {query.name}"


def _count(query: PageQuery) -> str:
    return write_count(query.page.permit.type.table, [(source.alias, source.conditions) for source in query.sources])


def _edge(item: PageItem, query: PageQuery) -> JsonExpr:
    pieces = []
    for key, name, body in item.parts:
        if name == "cursor":
            key_of = f"{query.row.alias}.k" if query.page.paging.order.column else None
            pieces.append((key, between_quotes(_cursor(query, f"{query.row.alias}.id", key_of))))
        elif body is not None:
            pieces.append((key, query.context.write(body, query.row)))
        else:
            pieces.append((key, JsonExpr((f'"{query.page.permit.type.name}Edge"',))))
    return joined(pieces)


def _cursor(query: PageQuery, number: str, key: str | None) -> str:
    return cursor_sql(query.page.paging.order.name, number, key)


def _page_json(query: PageQuery, body: JsonExpr) -> JsonExpr:
    """The texts of the page's rows in the order visible."""
    query.aggregated = True
    # rows come in the order they are read; one aggregate that asks for another order would change that for all
    order = f" order by {_order(query, query.direction)}" if query.backward or query.page.paging.order.column else ""
    return JsonExpr(("[", Sql(f"string_agg({body.text},','{order})"), "]"))


def _order(query: PageQuery, direction: str) -> str:
    names = ("k", "id") if query.page.paging.order.column else ("id",)
    return ", ".join(f"{query.row.alias}.{name} {direction}" for name in names)


def _end(query: PageQuery, name: str, *, last: bool) -> str:
    """The identifier or the key of the first or last row visible; NULL when none is."""
    query.aggregated = True
    ascending = (query.direction == "asc") is not last
    if query.page.paging.order.column is None:
        # min and max take part in the one pass over the page; array_agg would sort it once more
        return f"{'min' if ascending else 'max'}({query.row.alias}.{name})"
    return f"(array_agg({query.row.alias}.{name} order by {_order(query, 'asc' if ascending else 'desc')}))[1]"


def _page_info(name: str, query: PageQuery) -> JsonExpr:
    if name == "__typename":
        return JsonExpr(('"PageInfo"',))
    if name in ("startCursor", "endCursor"):
        return sql(_end_cursor(query, last=name == "endCursor"))
    forward = name == "hasNextPage"
    if forward is not query.backward:
        return sql(_any_more(query))
    cursor = query.page.paging.before if forward else query.page.paging.after
    if cursor is None:
        return JsonExpr(("false",))
    return sql(_any_beyond(query, cursor, forward=forward))


def _end_cursor(query: PageQuery, *, last: bool) -> str:
    number = _end(query, "id", last=last)
    key = _end(query, "k", last=last) if query.page.paging.order.column else None
    return f"case when {number} is null then 'null' else '\"'||{_cursor(query, number, key)}||'\"' end"


def _any_more(query: PageQuery) -> str:
    """SQL that tells whether rows follow the last one read; with a page of none, whether there are any."""
    far, sign = not query.backward, ">" if query.reading == "asc" else "<"

    def beyond(alias: str) -> str:
        key, number = query.key(alias), _end(query, "id", last=far)
        return (
            f"({key}, {alias}.id) {sign} ({_end(query, 'k', last=far)}, {number})"
            if key
            else f"{alias}.id {sign} {number}"
        )

    empty = _is_empty(query)
    return _exists(query, lambda alias: [*_keyset(query, alias), *([] if empty else [beyond(alias)])], query.reading)


def _is_empty(query: PageQuery) -> bool:
    value = query.page.paging.last or query.page.paging.first
    if value is None or value.fixed:
        return value is not None and value.now == 0
    get = value.get
    return bool(query.context.decide(lambda variables, _: get(variables) == 0))


def _any_beyond(query: PageQuery, cursor: Value, *, forward: bool) -> str:
    ascending = (query.direction == "asc") is forward
    sign, direction = (">=", "asc") if ascending else ("<=", "desc")
    return _exists(query, lambda alias: [_beyond(query, alias, cursor, sign)], direction)


def _exists(query: PageQuery, more: Callable[[str], list[str]], direction: str) -> str:
    """SQL that tells whether a row meets the conditions: the first in the page's order, by an index.

    Of a bare EXISTS the planner believes that reading the table from its start will soon meet one.
    """
    parts = []
    for source in query.sources:
        conditions = where([*source.conditions, *more(source.alias)])
        keys = [key for key in (query.key(source.alias), f"{source.alias}.id") if key]
        order = ", ".join(f"{key} {direction}" for key in keys)
        table = f"{query.page.permit.type.table} {source.alias}"
        parts.append(f"(select true from {table}{conditions} order by {order} limit 1) is not null")
    return f"({' or '.join(parts) or 'false'})::text"
