"""数据库对象 Functions, triggers and views of api/database/sql, created again when their text changed. DESIGN §7

A file holds `create function`, `create view` and `create [constraint] trigger` statements, each beginning in the first
column and ending where the next one, or a comment in the first column, begins. The digest of each statement is kept as
the comment of its object, so a release finds what differs, whatever release the database comes from. Objects of
others (an extension's, an administrator's) have no such comment and are left alone.

Functions are replaced in place when their arguments and result are the same; everything else is dropped and made anew.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from api.database.connection import Connection

FOLDER = Path(__file__).parent / "sql"
STATEMENT = re.compile(r"^create .*?;(?=\n*(?:^create |^--|\Z))", re.MULTILINE | re.DOTALL)
HEAD = re.compile(r"create (?:constraint )?(?P<kind>function|view|trigger) (?P<name>\w+)")
TABLE = re.compile(r"\s(?:before|after|instead of)\s.*?\son (\w+)\b", re.DOTALL)
KINDS = ("function", "view", "trigger")  # the order in which they are created; dropped in the other one
MARK = "shouwang sql"
EXISTING = f"""
select k.kind, k.name, k.signature, split_part(k.comment, ' ', 3) as shape, split_part(k.comment, ' ', 4) as digest,
  starts_with(coalesce(k.comment, ''), '{MARK} ') as ours
from (
  select 'function' as kind, p.proname::text as name, p.oid::regprocedure::text as signature,
    obj_description(p.oid, 'pg_proc') as comment
  from pg_proc p where p.pronamespace = 'public'::regnamespace
  union all
  select 'view', c.relname, quote_ident(c.relname), obj_description(c.oid, 'pg_class')
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
  union all
  select 'trigger', c.relname || '.' || t.tgname, quote_ident(t.tgname) || ' on ' || quote_ident(c.relname),
    obj_description(t.oid, 'pg_trigger')
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace = 'public'::regnamespace and not t.tgisinternal) k
order by k.kind, k.name, k.signature
"""  # noqa: S608 - what is put in is a constant of this module


@dataclass(frozen=True)
class SqlObject:
    """A function, view or trigger as its file creates it."""

    kind: str
    name: str  # of a trigger: table.trigger
    text: str

    @cached_property
    def digest(self) -> str:
        """Digest of the statement."""
        return _digest(self.text)

    @cached_property
    def shape(self) -> str:
        """Digest of what can't be replaced in place: arguments and result of a plpgsql function, else everything."""
        return _digest(self.text.partition("\nlanguage")[0]) if self.is_replaceable else self.digest

    @property
    def is_replaceable(self) -> bool:
        """Whether `create or replace` changes it without a look at what depends on it."""
        return self.kind == "function" and "\nlanguage plpgsql" in self.text

    @property
    def runs_as_definer(self) -> bool:
        """Whether it has the rights of its owner, whoever calls it."""
        return "security definer" in self.text.partition("\nas ")[0]

    def mentions(self, names: Iterable[str]) -> bool:
        """Whether one of the names is a word of its text."""
        return not set(re.findall(r"\w+", self.text)).isdisjoint(names)


@dataclass(frozen=True, slots=True)
class Existing:
    """A function, view or trigger of the database, ours or not."""

    kind: str
    name: str
    signature: str  # as DROP names it
    shape: str
    digest: str
    ours: bool


def declared() -> dict[tuple[str, str], SqlObject]:
    """Every object of the files by kind and name, in the order in which they are created."""
    objects = {}
    for path in sorted(FOLDER.rglob("*.sql")):
        for text in STATEMENT.findall(path.read_text(encoding="utf-8")):
            item = _object(text)
            if (item.kind, item.name) in objects:
                raise ValueError(f"{path}: {item.kind} {item.name} is declared twice")
            objects[item.kind, item.name] = item
    return dict(sorted(objects.items(), key=lambda pair: KINDS.index(pair[0][0])))


async def drop_changed(connection: Connection) -> list[str]:
    """Drop what the files no longer declare, or declare in a form that can't be replaced in place; what was dropped.

    Run inside the transaction that creates the rest again. Whatever else depends on a dropped object is an error.
    """
    wanted = declared()
    existing = await _existing(connection)
    dropped = {item.signature: item for item in existing if _is_outdated(item, wanted.get((item.kind, item.name)))}
    while True:
        names = {item.name for item in dropped.values()}
        dependents = [item for item in existing if item.signature not in dropped and _depends(item, wanted, names)]
        if not dependents:
            break
        dropped |= {item.signature: item for item in dependents}
    for kind in reversed(KINDS):
        signatures = [item.signature for item in dropped.values() if item.kind == kind]
        if kind == "trigger":
            for signature in signatures:
                await connection.execute(f"drop trigger {signature}")
        elif signatures:
            await connection.execute(f"drop {kind} {', '.join(signatures)}")
    return sorted(item.name for item in dropped.values())


async def create_changed(connection: Connection) -> list[str]:
    """Create what the files declare and the database has not, or has otherwise; the names of what was created.

    A SECURITY DEFINER function may be executed by nobody until `api.grants` says by whom.
    """
    existing = {(item.kind, item.name): item.digest for item in await _existing(connection)}
    changed = {key: item for key, item in declared().items() if existing.get(key) != item.digest}
    for item in changed.values():
        replacing = item.text.replace("create function", "create or replace function", 1)
        await connection.execute(replacing if item.is_replaceable else item.text)
    for row in await _existing(connection) if changed else []:
        created = changed.get((row.kind, row.name))
        if created is not None:
            mark = f"{MARK} {created.shape} {created.digest}"
            await connection.execute(f"comment on {row.kind} {row.signature} is '{mark}'")
            if created.runs_as_definer:
                await connection.execute(f"revoke all on function {row.signature} from public")
    return [item.name for item in changed.values()]


def _object(text: str) -> SqlObject:
    head = HEAD.match(text)
    if head is None:
        raise ValueError(f"neither a function nor a view nor a trigger: {text.splitlines()[0]}")
    name = head["name"]
    if head["kind"] == "trigger":
        table = TABLE.search(text)
        if table is None:
            raise ValueError(f"the trigger {name} names no table")
        name = f"{table[1]}.{name}"
    return SqlObject(head["kind"], name, text)


def _is_outdated(item: Existing, wanted: SqlObject | None) -> bool:
    return item.ours if wanted is None else item.shape != wanted.shape


def _depends(item: Existing, wanted: dict[tuple[str, str], SqlObject], names: set[str]) -> bool:
    """Whether an object must be created again with the dropped ones: PostgreSQL knows what views and triggers use."""
    declaration = wanted.get((item.kind, item.name))
    return declaration is not None and not declaration.is_replaceable and declaration.mentions(names)


async def _existing(connection: Connection) -> list[Existing]:
    return [Existing(**row) for row in await connection.fetch(EXISTING)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
