"""约束 CHECK constraints that follow from the declarations: words of closed vocabularies, codes, unit codes by tier.

They are brought up to date after each migration, so that a vocabulary is said once, in Python.
"""

from collections.abc import Iterator

from api.database import Connection
from api.rules.units import TIER_BY_LENGTH
from api.schema.bounds import Items
from api.schema.catalogue import entities
from api.schema.declare import Entity, spec_of
from api.schema.entities.household.involvement import Involvement

# what needs no escaping in JSON: the planner relies on it
CODE = "^[A-Z0-9_]+$"
LINE = r'^[^\x01-\x1f"\\]*$'
_SUFFIX = "_declared"
_EXISTING = """
select c.relname as relation, n.conname as name, pg_get_constraintdef(n.oid) as definition,
  obj_description(n.oid, 'pg_constraint') as condition
from pg_constraint n join pg_class c on c.oid = n.conrelid
where c.relnamespace = 'public'::regnamespace and n.conname like '%\\_declared'
"""


def declared() -> Iterator[tuple[str, str, str]]:
    """Every declared constraint as (table, name, condition)."""
    tables: list[type[Entity]] = [*entities().values(), Involvement]
    for entity in tables:
        if not entity.view:
            yield from _of(entity)


def _of(entity: type[Entity]) -> Iterator[tuple[str, str, str]]:
    table = entity._meta.tablename
    for column in entity._meta.columns:
        spec, name = spec_of(column), column._meta.name
        if spec.words is not None:
            words = ",".join(f"'{word.name}'" for word in spec.words)
            yield table, f"{table}_{name}{_SUFFIX}", f'"{name}" in ({words})'
        elif spec.line or (spec.codes is not None and column.value_type is str):
            yield table, f"{table}_{name}{_SUFFIX}", f"\"{name}\" ~ '{LINE if spec.line else CODE}'"
        elif spec.bound is not None and not isinstance(spec.bound, Items):
            yield table, f"{table}_{name}{_SUFFIX}", spec.bound.condition(f'"{name}"')
    if table == "unit":
        cases = " ".join(f"when {length} then '{tier.name}'" for length, tier in sorted(TIER_BY_LENGTH.items()))
        yield table, f"unit_code{_SUFFIX}", f"tier = case length(code) {cases} end"


async def constrain(connection: Connection) -> list[str]:
    """Bring the constraints of a database up to date, as the owner of its tables; the names of those changed."""
    wanted = {(table, name): condition for table, name, condition in declared()}
    existing = {(row["relation"], row["name"]): row["condition"] for row in await connection.fetch(_EXISTING)}
    changed = []
    for key in sorted(existing.keys() | wanted.keys()):
        table, name = key
        if existing.get(key) == wanted.get(key):
            continue
        if key in existing:
            await connection.execute(f'alter table "{table}" drop constraint "{name}"')
        if key in wanted:
            # the condition is kept as a comment, because PostgreSQL rewrites the definition it is given
            quoted = wanted[key].replace("'", "''")
            await connection.execute(f'alter table "{table}" add constraint "{name}" check ({wanted[key]})')
            await connection.execute(f'comment on constraint "{name}" on "{table}" is \'{quoted}\'')
        changed.append(name)
    return changed
