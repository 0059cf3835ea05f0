"""根字段 Root nodes as SQL: one row by a condition, rows by global identifiers, every row of a small table."""

from typing import Any

from api.access.subject import Subject
from api.planner.identifiers import parse_id, parse_ids
from api.planner.plan.nodes import AllRows, Body, RowByCondition, RowsByIds
from api.planner.sql.context import Context, Row, where
from api.planner.sql.json_expr import JsonExpr, array, sql
from api.planner.values import Variables


def write_found(node: RowByCondition, _: Row | None, context: Context) -> JsonExpr:
    """One row by the condition of its root field, or null."""
    alias = context.binder.alias("r")
    condition = node.where.replace("{t}", alias)
    for name, (read, cast) in node.values.items():
        condition = condition.replace(f"{{{name}}}", context.binder.bind(read, cast, ("root", name, id(node))))
    row, conditions = context.fresh(node.body.permit, alias)
    body = context.write(node.body, row)
    order = f" order by {node.order.replace('{t}', alias)} limit 1" if node.order else ""
    table = node.body.permit.type.table
    return sql(f"coalesce((select {body.text} from {table} {alias}{where([condition, *conditions])}{order}),'null')")


def write_all(node: AllRows, _: Row | None, context: Context) -> JsonExpr:
    """Every visible row of a small table, as a list."""
    alias = context.binder.alias("r")
    row, conditions = context.fresh(node.body.permit, alias)
    body = context.write(node.body, row)
    table = node.body.permit.type.table
    order = node.order.replace("{t}", alias)
    return array(f"select {body.text} from {table} {alias}{where(conditions)} order by {order}")


def write_nodes(node: RowsByIds, _: Row | None, context: Context) -> JsonExpr:
    """Rows by global identifiers, in the order asked for; null for each that is not there for the subject."""
    if node.single:
        return _single(node, context)
    numbers = context.binder.bind(_numbers(node), "bigint[]", ("nodes", id(node)))
    kinds = context.binder.bind(_kinds(node), "text[]", ("kinds", id(node)))
    cases = "".join(f" when '{body.permit.type.name}' then {_by_id(body, 'x.number', context)}" for body in node.bodies)
    chosen = f"case x.kind{cases} else 'null' end" if cases else "'null'"
    return array(
        f"select {chosen} from unnest({numbers}, {kinds}) with ordinality as x(number, kind, place) order by x.place"
    )


def _single(node: RowsByIds, context: Context) -> JsonExpr:
    if not node.bodies:
        return JsonExpr(("null",))

    def number(variables: Variables, _: Subject) -> int:
        return parse_id(node.value.get(variables))[1]

    return sql(_by_id(node.bodies[0], context.binder.bind(number, "bigint", ("node", id(node))), context))


def _by_id(body: Body, number: str, context: Context) -> str:
    alias = context.binder.alias("r")
    row, conditions = context.fresh(body.permit, alias)
    text = context.write(body, row).text
    table = body.permit.type.table
    return f"coalesce((select {text} from {table} {alias}{where([f'{alias}.id = {number}', *conditions])}),'null')"


def _numbers(node: RowsByIds) -> Any:
    return lambda variables, _: [number for _, number in parse_ids(node.value.get(variables))]


def _kinds(node: RowsByIds) -> Any:
    return lambda variables, _: [kind for kind, _ in parse_ids(node.value.get(variables))]
