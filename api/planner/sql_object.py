"""对象 An object as SQL: one `concat()` of its literals and values, measured cheapest of all ways to JSON."""

from collections.abc import Sequence

from api.access.formula import FALSE, TRUE
from api.planner.binder import quoted
from api.planner.context import Context, Piece, Row
from api.planner.identifiers import id_sql
from api.planner.nodes import Body, Cell, Literal
from api.schema.catalogue import Field
from api.schema.declare import TIER_COLUMNS
from api.schema.scalars import FLAG


def write_literal(node: Literal, _: Row | None, __: Context) -> Piece:
    """JSON text known before the database is asked."""
    return Piece(node.text, literal=True)


def write_body(node: Body, row: Row, context: Context) -> Piece:
    """An object over a row."""
    return Piece(joined([(key, context.write(item, row)) for key, item in node.items]))


def write_cell(node: Cell, row: Row, context: Context) -> Piece:
    """A scalar; where only some rows show it, the others get null."""
    piece = _scalar(node.field, row)
    if all(formula == TRUE for formula in node.shown):
        return piece
    if any(formula not in (TRUE, FALSE) for formula in node.shown):
        row.used.update(place_columns(row))
    shown = context.place(row.permit, row.alias).shown(node.shown, row.arm)
    text = f"""('"'||{piece.text}||'"')""" if piece.quote else f"({piece.text})::text"
    return Piece(f"case when {shown} then {text} else 'null' end")


def joined(items: Sequence[tuple[str, Piece]]) -> str:
    """One `concat()` call: NULL-safe, and a single pass over native output functions, unlike `||`."""
    arguments: list[str] = []
    text = "{"
    for index, (key, piece) in enumerate(items):
        text += f'{"," if index else ""}"{key}":'
        if piece.literal:
            text += piece.text
            continue
        arguments += [quoted(text + ('"' if piece.quote else "")), piece.text]
        text = '"' if piece.quote else ""
    text += "}"
    return f"concat({','.join([*arguments, quoted(text)])})" if arguments else quoted(text)


def _scalar(field: Field, row: Row) -> Piece:
    if field.scalar.form == "global_id":
        return Piece(id_sql(row.permit.type.name, row.column("id")), quote=True)
    value = row.field(field)
    match field.scalar.form:
        case "quoted" if not field.nullable:
            return Piece(value, quote=True)
        case "quoted":
            return Piece(f"coalesce('\"'||{value}||'\"','null')")
        case "plain" if field.nullable:
            return Piece(f"coalesce(({value})::text,'null')")
        case "plain":
            return Piece(f"({value})::text" if field.scalar is FLAG else value)
        case "array":
            return Piece(f"coalesce(array_to_json({value})::text,'null')")
        case _:
            return Piece(f"coalesce(to_json({value})::text,'null')" if field.nullable else f"to_json({value})")


def place_columns(row: Row) -> list[str]:
    """The columns that conditions on a row's place may ask for."""
    wanted = (*TIER_COLUMNS, "id", "household", "monitoring_case", "state", "monitoring_state")
    return [name for name in row.permit.type.by_column if name in wanted or name.startswith("cooperating_")]
