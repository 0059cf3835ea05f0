"""Whoever holds the password of the app's login: draws statements over all that the catalogue names.

Each statement is one that the login may try: rows changed, copied and deleted in every table and column, through
cursors, prepared statements, DO blocks and COPY; functions called with hostile arguments, settings and roles set,
locks taken, objects made. What PostgreSQL refuses is part of the game.
"""

import contextlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from api.database import Connection, Row

_COLUMNS = """
select c.relname::text as relation, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') order by 1, a.attnum"""
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
    "set constraints all immediate", "set time zone 'Pacific/Kiritimati'", "set datestyle = 'German'",
    "set transform_null_equals = on", "set plan_cache_mode = force_custom_plan", "set lc_messages = 'C'",
    "set local enable_indexscan = off", "set transaction isolation level repeatable read", "discard plans",
    "set standard_conforming_strings = off", "set bytea_output = 'escape'", "set intervalstyle = 'sql_standard'",
    "set extra_float_digits = 0", "set default_transaction_deferrable = on", "set event_triggers = off",
    "set allow_system_table_mods = on", "set default_tablespace = ''", "set client_encoding = 'SQL_ASCII'",
)  # fmt: skip
SETTINGS = ("shouwang.session", "shouwang.account", "session.id", "search_path", "role", "session_authorization")
OBJECTS = (
    "create temporary table appointment (id int)", "create table public.act (id int)", "create schema mine",
    "create function public.owner_signed_in(int) returns boolean language sql as 'select true'",
    "create or replace function owner_signed_in() returns boolean language plpgsql as 'begin return true; end'",
    "create or replace function is_signed_in() returns boolean language plpgsql as 'begin return true; end'",
    "alter table post disable trigger all", "drop trigger guard on unit", "comment on table unit is 'mine'",
    "comment on database {database} is 'shouwang testdb'", "grant all on unit to public", "truncate act cascade",
    "select setval('event_id_seq', 1)", "select nextval('event_id_seq')", "lock table monitoring_case in share mode",
    "select pg_advisory_lock(1)", "select pg_advisory_unlock_all()", "listen policy", "unlisten *",
    "select set_config('session_replication_role', 'replica', false)", "copy unit from stdin", "notify policy, 'x'",
    "select lo_create(0)", "alter role current_user superuser", "alter sequence event_id_seq restart 1",
    "alter function guard_case() owner to current_user", "alter database {database} set search_path = pg_temp",
    "alter role shouwang_app in database {database} set shouwang.session = 'x'", "copy account to program 'cat'",
    "create rule r as on insert to event do instead nothing", "create policy p on act using (true)",
    "create view public.v as select * from account", "create extension dblink", "security label on table act is 'x'",
    "create event trigger e on ddl_command_start execute function guard_case()", "reindex table act", "analyze act",
    "create type mine as enum ('x')", "create cast (text as bigint) without function", "vacuum act", "cluster act",
    "merge into act a using act b on a.id = b.id when matched then update set step = 'x'", "checkpoint",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'shouwang_owner'", "reset role",
    "create publication p for table act", "select pg_read_file('PG_VERSION')", "select digest from session",
    "table password_code", "refresh materialized view act", "import foreign schema x from server y into public",
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
        self._names = 0

    def sequence(self) -> list[str]:
        """One to six statements."""
        return [self.statement() for _ in range(self._random.randint(1, 6))]

    def statement(self) -> str:
        """One statement of any kind."""
        changes: tuple[Callable[[], str], ...] = (self._update, self._update, self._copy, self._copy, self._delete)
        ways = (self._plain, self._plain, self._plain, self._prepared, self._block, self._cursor, self._with)
        if self._random.random() < 0.7:
            return self._random.choice(ways)(self._random.choice(changes)())
        return self._random.choice((self._call, self._call, self._other, self._setting, self._lock))()

    def table(self) -> str:
        """The name of a table."""
        return self._random.choice(sorted(self._catalogue.columns))

    def _plain(self, sql: str) -> str:
        return sql

    def _prepared(self, sql: str) -> str:
        self._names += 1
        return f"prepare p{self._names} as {sql}; execute p{self._names}; deallocate p{self._names}"

    def _block(self, sql: str) -> str:
        return f"do $do$ begin execute $sql${sql}$sql$; exception when division_by_zero then null; end $do$"

    def _cursor(self, _: str) -> str:
        self._names += 1
        name, (table, columns) = f"c{self._names}", self._columns()
        column, kind = self._random.choice(columns)
        return (
            f'do $do$ declare {name} cursor for select * from "{table}" for update; r record; begin open {name};'
            f' fetch {name} into r; update "{table}" set "{column}" = {self._value(table, column, kind)}'
            f" where current of {name}; end $do$"
        )

    def _with(self, sql: str) -> str:
        other = self._update()
        return f"with a as ({sql} returning 1), b as ({other} returning 1) select count(*) from a, b"

    def _update(self) -> str:
        table, columns = self._columns()
        names = self._random.sample(columns, min(len(columns), self._random.choice((1, 1, 1, 2, 3))))
        sets = ", ".join(f'"{name}" = {self._value(table, name, kind)}' for name, kind in names)
        return f'update "{table}" set {sets} {self._where(table)}'

    def _copy(self) -> str:
        table, columns = self._columns()
        columns = [pair for pair in columns if pair[0] != "id" or self._random.random() < 0.2]
        changed = {name for name, _ in self._random.sample(columns, min(len(columns), self._random.randint(0, 3)))}
        values = ", ".join(self._value(table, *pair) if pair[0] in changed else f'"{pair[0]}"' for pair in columns)
        names = ", ".join(f'"{name}"' for name, _ in columns)
        return f'insert into "{table}" ({names}) select {values} from "{table}" {self._where(table)}'

    def _delete(self) -> str:
        table, _ = self._columns()
        return f'delete from "{table}" {self._where(table)}'

    def _call(self) -> str:
        function = self._random.choice(self._catalogue.functions)
        arguments = ", ".join(self._constant(kind) for kind in function["types"])
        return f'select "{function["name"]}"({arguments})'

    def _other(self) -> str:
        return self._random.choice(SESSION + OBJECTS).format(database=self._database)

    def _setting(self) -> str:
        value = self._random.choice(("'x'", "''", "repeat('0', 64)", "(select digest::text from session limit 1)"))
        return (
            f"select set_config('{self._random.choice(SETTINGS)}', {value}, {self._random.choice(('true', 'false'))})"
        )

    def _lock(self) -> str:
        mode = self._random.choice(("access share", "row share", "row exclusive", "share", "exclusive"))
        rows = self._random.choice(("for update", "for share", "for key share", "for no key update"))
        if self._random.random() < 0.5:
            return f'lock table "{self.table()}" in {mode} mode nowait'
        return f'select * from "{self.table()}" limit 2 {rows} skip locked'

    def _columns(self) -> tuple[str, list[tuple[str, str]]]:
        table = self.table()
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
            "bigint": ("1", "2", "3", "7", "2147483647", "(select max(id) from request_item)", "-1"),
            "integer": ("0", "1", "2", "-1"), "boolean": ("true", "false"),
            "date": ("'2099-12-31'", "'2020-01-01'", "current_date"), "jsonb": ("'{}'", "'{\"case\": {}}'"),
            "timestamp with time zone": ("now()", "'2099-12-31'", "'2001-01-01'"), "bytea": ("''", "'\\x00'"),
            "text": ("'NATIONAL'", "'0'", "'50'", "'WITHDRAWN'", "'IDENTIFIED'", "'APPROVED'", "'ACTIVE'", "'x'",
                     "'SUBMITTED'", "'PROPOSED'", "'SENT_BACK'", "'PUBLISHED'"),
            "interval": ("'1 day'",),
        }  # fmt: skip
        return f"{self._random.choice(pool.get(kind, ('null',)))}::{kind}"


class Intruder:
    """A connection of the app's login that an adversary uses, perhaps with the session of an official it is."""

    def __init__(self, app: asyncpg.Connection, session: str = "") -> None:
        self._app, self._session = app, session

    async def attempt(self, statements: list[str], *, together: bool) -> int:
        """Run the statements, in one transaction or each by itself; how many PostgreSQL took."""
        await self._app.execute("select set_config('shouwang.session', $1, false)", self._session)
        taken = 0
        if together:
            await self._app.execute("begin")
        for sql in statements:
            try:
                if together:
                    await self._app.execute("savepoint before")
                await self._app.execute(sql, timeout=5)
                taken += 1
            except (asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                if together:
                    await self._app.execute("rollback to savepoint before")
        if together:
            try:
                await self._app.execute("commit")
            except asyncpg.PostgresError:
                taken = 0
        await self._app.execute("reset all; select pg_advisory_unlock_all()")
        return taken

    async def stream(self, table: str, rows: bytes) -> int:
        """Send rows by COPY, as they were read from the table; 1 when PostgreSQL took them."""

        with contextlib.suppress(asyncpg.PostgresError):
            await self._app.copy_to_table(table, source=io.BytesIO(rows))
            return 1
        return 0
