"""关系 To-one relations and plain lists as SQL: correlated subqueries, one index probe each."""

from api.access.subject import Subject
from api.errors import Problem
from api.planner.errors import BAD_PAGE
from api.planner.plan.nodes import Listing, Single
from api.planner.sql.context import Context, Row, where
from api.planner.sql.json_expr import JsonExpr, array, sql
from api.planner.values import Value, Variables
from api.schema.catalogue import catalogue
from api.schema.paging import LARGEST_PAGE


def write_single(node: Single, row: Row, context: Context) -> JsonExpr:
    """The row a foreign key leads to, or null where there is none or it may not be read."""
    alias = context.binder.alias("o")
    along = f"{alias}.id = {row.column(node.relation.column)}"
    link = context.link(row, node.body.permit, alias, along, node.relation.column)
    target, conditions = context.related(node.body.permit, row, alias)
    body = context.write(node.body, target)
    table = catalogue()[node.relation.target].table
    # a correlated sub-select is one index probe a row; a join would let the planner reorder the page (decision 9)
    return sql(f"coalesce((select {body.text} from {table} {alias}{where([*link, *conditions])}),'null')")


def write_listing(node: Listing, row: Row, context: Context) -> JsonExpr:
    """The rows whose foreign key leads here, in order of their identifiers."""
    alias = context.binder.alias("m")
    along = f'{alias}."{node.relation.column}" = {row.column("id")}'
    link = context.link(row, node.body.permit, alias, along, node.relation.column)
    target, conditions = context.related(node.body.permit, row, alias)
    body = context.write(node.body, target)
    table = catalogue()[node.relation.target].table
    limit = "" if node.first is None else f" limit {size(node.first, 'first', context)}"
    select = f"select {body.text} from {table} {alias}{where([*link, *conditions])} order by {alias}.id{limit}"
    return array(select, unless=None if node.relation.absent is None else row.column(node.relation.absent))


def size(value: Value, name: str, context: Context) -> str:
    """A page size as a parameter; BAD_PAGE when a request's is negative or too large."""

    def read(variables: Variables, _: Subject) -> int:
        return checked_size(value.get(variables), name)

    return context.binder.bind(read, "int", (name, id(value)))


def checked_size(actual: int, name: str) -> int:
    """A page size from 0 to the largest; BAD_PAGE otherwise."""
    if not 0 <= actual <= LARGEST_PAGE:
        raise Problem(BAD_PAGE, expected=f"{name}: 0–{LARGEST_PAGE}")
    return actual
