"""对象 An object as SQL: literals and values in order, for one `concat()`, measured cheapest of all ways to JSON."""

from api.access.formula.formula import FALSE, TRUE, Formula
from api.planner.identifiers import id_sql
from api.planner.plan.nodes import Body, Cell, Literal
from api.planner.sql.context import Context, Row
from api.planner.sql.json_expr import JsonExpr, between_quotes, joined, sql
from api.schema.catalogue import Field
from api.schema.declare import TIER_COLUMNS
from api.schema.scalars import FLAG


def write_literal(node: Literal, _: Row | None, __: Context) -> JsonExpr:
    """JSON text known before the database is asked."""
    return JsonExpr((node.text,))


def write_body(node: Body, row: Row, context: Context) -> JsonExpr:
    """An object over a row."""
    return joined([(key, context.write(item, row)) for key, item in node.items])


def write_cell(node: Cell, row: Row, context: Context) -> JsonExpr:
    """A scalar; where only some rows show it, the others get null."""
    piece = _scalar(node.field, row)
    conditions = [_visible(node.visible, row, context)]
    if node.veiled is not None:
        conditions.append(_unveiled(_visible(node.veiled, row, context), row))
    needed = [condition for condition in conditions if condition != "true"]
    if not needed:
        return piece
    return sql(f"case when {' and '.join(needed)} then {piece.concat_short} else 'null' end")


def _visible(formulas: tuple[Formula, ...], row: Row, context: Context) -> str:
    """The rows on which something is visible, as SQL; `true` when on all."""
    if any(formula not in (TRUE, FALSE) for formula in formulas):
        row.used.update(place_columns(row))
    return context.place(row.permit, row.alias).visible(formulas, row.arm)


def _unveiled(visible: str, row: Row) -> str:
    """The condition that a row lies outside its type's veil, or shows what is under it."""
    if visible == "true":
        return visible
    veil = row.condition(row.permit.type.veil or "false")
    return f"(not {veil} or {visible})"


def _scalar(field: Field, row: Row) -> JsonExpr:
    if field.scalar.form == "global_id":
        return between_quotes(id_sql(row.permit.type.name, row.column("id")))
    value = row.field(field)
    match field.scalar.form:
        case "quoted" if not field.nullable:
            return between_quotes(value)
        case "quoted":
            return sql(f"coalesce('\"'||{value}||'\"','null')")
        case "plain" if field.scalar is FLAG:
            return sql(f"case {value} when true then 'true' when false then 'false' else 'null' end")
        case "plain":
            return sql(f"coalesce(({value})::text,'null')" if field.nullable else value)
        case "array":
            return sql(f"coalesce(array_to_json({value})::text,'null')")
        case _:
            return sql(f"coalesce(to_json({value})::text,'null')" if field.nullable else f"to_json({value})")


def place_columns(row: Row) -> list[str]:
    """The columns that conditions on a row's place may ask for."""
    wanted = (*TIER_COLUMNS, "id", "household", "monitoring_case", "state", "monitoring_state")
    return [name for name in row.permit.type.by_column if name in wanted or name.startswith("cooperating_")]
