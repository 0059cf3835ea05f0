"""Whoever holds the password of the app's login: draws statements over all that the catalogue names.

Each statement is one that the login may try: rows changed, copied and deleted in every table and column, functions
called, settings and roles set, objects made. What PostgreSQL refuses is part of the game.
"""

import random
from dataclasses import dataclass

import asyncpg

from api.database import Connection, Row

_COLUMNS = """
select c.relname::text as relation, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1, a.attnum"""
_FUNCTIONS = """
select proname::text as name, coalesce(array_agg(format_type(t.type, null) order by t.place)
  filter (where t.type is not null), '{}') as types
from pg_proc p left join unnest(p.proargtypes) with ordinality t (type, place) on true
where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype
group by p.oid, proname order by p.oid"""
SESSION = (
    "set search_path = pg_temp, public", "set session_replication_role = replica", "set role shouwang_owner",
    "set session authorization shouwang_nation", "set row_security = off", "set check_function_bodies = off",
    "set default_transaction_isolation = 'serializable'", "reset all", "set constraints all deferred",
    "set time zone 'Pacific/Kiritimati'", "set datestyle = 'German'", "set transform_null_equals = on",
    "set plan_cache_mode = force_custom_plan", "set lc_messages = 'C'", "set local enable_indexscan = off",
)  # fmt: skip
OBJECTS = (
    "create temporary table appointment (id int)", "create table public.act (id int)", "create schema mine",
    "create function public.owner_signed_in(int) returns boolean language sql as 'select true'",
    "create or replace function owner_signed_in() returns boolean language plpgsql as 'begin return true; end'",
    "alter table post disable trigger all", "drop trigger guard on unit", "comment on table unit is 'mine'",
    "comment on database {database} is 'shouwang testdb'", "grant all on unit to public", "truncate act cascade",
    "select setval('event_id_seq', 1)", "select nextval('event_id_seq')", "lock table monitoring_case in share mode",
    "do $$ begin update unit set county = '500110'; end $$", "select pg_advisory_lock(1)", "listen policy",
    "select set_config('session_replication_role', 'replica', false)", "copy unit from stdin", "notify policy, 'x'",
    "select lo_create(0)", "alter role current_user superuser", "alter sequence event_id_seq restart 1",
    "alter function guard_case() owner to current_user", "alter database {database} set search_path = pg_temp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tables with their columns and types, and the functions with the types of their arguments."""

    columns: dict[str, list[tuple[str, str]]]
    functions: list[Row]

    @classmethod
    async def read(cls, connection: Connection) -> "Catalogue":
        """As the database has it."""
        columns: dict[str, list[tuple[str, str]]] = {}
        for row in await connection.fetch(_COLUMNS):
            columns.setdefault(row["relation"], []).append((row["name"], row["type"]))
        return cls(columns, await connection.fetch(_FUNCTIONS))


class Adversary:
    """Draws sequences of statements from a seed."""

    def __init__(self, catalogue: Catalogue, database: str, seed: int) -> None:
        self._catalogue, self._database, self._random = catalogue, database, random.Random(seed)

    def sequence(self) -> list[str]:
        """One to six statements."""
        return [self.statement() for _ in range(self._random.randint(1, 6))]

    def statement(self) -> str:
        """One statement of any kind."""
        kinds = (self._update, self._update, self._copy, self._copy, self._delete, self._call, self._other)
        return self._random.choice(kinds)()

    def _update(self) -> str:
        table, columns = self._table()
        names = self._random.sample(columns, min(len(columns), self._random.choice((1, 1, 1, 2, 3))))
        sets = ", ".join(f'"{name}" = {self._value(table, name, kind)}' for name, kind in names)
        return f'update "{table}" set {sets} {self._where(table)}'

    def _copy(self) -> str:
        table, columns = self._table()
        columns = [pair for pair in columns if pair[0] != "id" or self._random.random() < 0.2]
        changed = {name for name, _ in self._random.sample(columns, min(len(columns), self._random.randint(0, 3)))}
        values = ", ".join(self._value(table, *pair) if pair[0] in changed else f'"{pair[0]}"' for pair in columns)
        names = ", ".join(f'"{name}"' for name, _ in columns)
        return f'insert into "{table}" ({names}) select {values} from "{table}" {self._where(table)}'

    def _delete(self) -> str:
        table, _ = self._table()
        return f'delete from "{table}" {self._where(table)}'

    def _call(self) -> str:
        function = self._random.choice(self._catalogue.functions)
        arguments = ", ".join(self._constant(kind) for kind in function["types"])
        return f'select "{function["name"]}"({arguments})'

    def _other(self) -> str:
        return self._random.choice(SESSION + OBJECTS).format(database=self._database)

    def _table(self) -> tuple[str, list[tuple[str, str]]]:
        table = self._random.choice(sorted(self._catalogue.columns))
        return table, self._catalogue.columns[table]

    def _where(self, table: str) -> str:
        if self._random.random() < 0.1 or not any(name == "id" for name, _ in self._catalogue.columns[table]):
            return ""
        return f'where id = (select id from "{table}" order by id offset {self._random.randint(0, 9)} limit 1)'

    def _value(self, table: str, name: str, kind: str) -> str:
        if self._random.random() < 0.5:  # what another row holds: a word that the column's CHECK lets pass
            place = self._random.randint(0, 9)
            return f'(select "{name}" from "{table}" offset {place} limit 1)'
        return self._constant(kind)

    def _constant(self, kind: str) -> str:
        if self._random.random() < 0.1:
            return f"null::{kind}"
        if kind.endswith("[]"):
            return f"array[{self._constant(kind[:-2])}]::{kind}"
        pool = {
            "bigint": ("1", "2", "3", "7", "2147483647"),
            "integer": ("0", "1", "2", "-1"), "boolean": ("true", "false"),
            "date": ("'2099-12-31'", "'2020-01-01'", "current_date"), "jsonb": ("'{}'", "'{\"case\": {}}'"),
            "timestamp with time zone": ("now()", "'2099-12-31'", "'2001-01-01'"), "bytea": ("''", "'\\x00'"),
            "text": ("'NATIONAL'", "'0'", "'50'", "'WITHDRAWN'", "'IDENTIFIED'", "'APPROVED'", "'ACTIVE'", "'x'"),
            "interval": ("'1 day'",),
        }  # fmt: skip
        return f"{self._random.choice(pool.get(kind, ('null',)))}::{kind}"


async def attempt(app: asyncpg.Connection, statements: list[str], *, together: bool) -> int:
    """Run the statements, in one transaction or each by itself; how many PostgreSQL took."""
    taken = 0
    if together:
        await app.execute("begin")
    for sql in statements:
        try:
            if together:
                await app.execute("savepoint before")
            await app.execute(sql, timeout=5)
            taken += 1
        except (asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            if together:
                await app.execute("rollback to savepoint before")
    if together:
        try:
            await app.execute("commit")
        except asyncpg.PostgresError:
            taken = 0
    await app.execute("reset all")
    return taken
