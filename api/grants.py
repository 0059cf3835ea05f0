"""授权 Grants of each database role, in one table; `check` refuses to run when a role may do more. DESIGN §7

A table belongs to one class; PRIVILEGES says what each role may do with that class, and nothing else is granted.
Sealed columns are never granted to the reader: the planner's statements cannot read them by any mistake. Q38
"""

from enum import Enum

from api.database import LONG, Connection, Dsn, Row, fetch_only, problems
from api.errors import Problem, Term, code
from api.roles import Logins, quoted

ROLE_TOO_STRONG = code(
    "ROLE_TOO_STRONG",
    500,
    zh="数据库登录角色 {role} 的权限超出规定：{found}；服务不启动",
    en="the database role {role} may do too much: {found}",
    next_zh="{mend}",
    next_en="{mend}",
)


class TableClass(Enum):
    """The class of a table, as far as privileges go."""

    ORDINARY = "rows come, change and stay"
    APPEND_ONLY = "rows come and stay as they are"
    NATIONAL = "the nation's functions alone write, once"
    BY_FUNCTIONS = "rows are written by the database's own functions alone"
    BOOKKEEPING = "the migrations' own"
    PRIVATE = "the app's alone, but for what it may not read"
    SESSIONS = "functions of the database alone write and read"
    WAITING = "rows live only inside the transaction of an import"
    OWNED = "the owner's commands alone write"
    ERASABLE = "rows come, change and are deleted"
    VIEW = "only read"


APPEND_ONLY = {"act", "assessment", "event", "evidence", "note", "policy_whole", "survey"}
NATIONAL = {"national_decision", "national_filing", "national_execution", "executed_item"}
BY_FUNCTIONS = {"account_change", "seal", "sealing", "request_effect"}
SESSIONS = {"session"}
OWNED = {"unit", "code_list", "code_item"}
ERASABLE = {"policy_row", "policy_case", "policy_ack", "idempotency"}
BOOKKEEPING = {"migration"}
PRIVATE = {"password_code"}
WAITING = {"intake_row"}
_TABLES = {
    TableClass.APPEND_ONLY: APPEND_ONLY,
    TableClass.NATIONAL: NATIONAL,
    TableClass.BY_FUNCTIONS: BY_FUNCTIONS,
    TableClass.BOOKKEEPING: BOOKKEEPING,
    TableClass.PRIVATE: PRIVATE,
    TableClass.SESSIONS: SESSIONS,
    TableClass.WAITING: WAITING,
    TableClass.OWNED: OWNED,
    TableClass.ERASABLE: ERASABLE,
}
PRIVILEGES: dict[str, dict[TableClass, str]] = {
    "app": {
        TableClass.ORDINARY: "SELECT, INSERT, UPDATE",
        TableClass.ERASABLE: "SELECT, INSERT, UPDATE, DELETE",
        TableClass.OWNED: "SELECT",
        TableClass.APPEND_ONLY: "SELECT, INSERT",
        TableClass.NATIONAL: "SELECT",
        TableClass.BY_FUNCTIONS: "SELECT",
        TableClass.BOOKKEEPING: "SELECT",
        TableClass.PRIVATE: "SELECT, INSERT, UPDATE",
        TableClass.WAITING: "SELECT, INSERT, UPDATE, DELETE",
        TableClass.VIEW: "SELECT",
    },
    "reader": {
        TableClass.ORDINARY: "SELECT",
        TableClass.ERASABLE: "SELECT",
        TableClass.OWNED: "SELECT",
        TableClass.APPEND_ONLY: "SELECT",
        TableClass.NATIONAL: "SELECT",
        TableClass.BY_FUNCTIONS: "SELECT",
        TableClass.VIEW: "SELECT",
    },
    "nation": {},
}
HIDDEN_FROM_READER = {"password_hash", "person_key"}
HIDDEN_FROM_APP = {("password_code", "digest")}  # of a half: its letters could be tried out
WRITES = "INSERT, UPDATE, DELETE, TRUNCATE"
# what would be too much on tables only functions or the owner write, on append-only ones, on those whose rows stay, on
# all others; and on any of their columns
TOO_MUCH = {"app": (WRITES, "UPDATE, DELETE, TRUNCATE", "DELETE, TRUNCATE", "TRUNCATE")}
TOO_MUCH_OF_A_COLUMN = {"app": ("INSERT, UPDATE", "UPDATE", None, None)}
NATION_FUNCTIONS = "nation_"  # SECURITY DEFINER functions with this prefix are the nation's, the others the owner's
# but these, which judge by themselves or lock rows that the app may not change
APP_FUNCTIONS = {
    *("change_numbers", "choose_password", "hold_numbers", "lock_layer", "seal_events", "signed_in", "write_effects"),
}

COLUMNS = """
SELECT c.relname AS relation, c.relkind IN ('v', 'm') AS is_view,
  array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
GROUP BY c.oid ORDER BY c.relname
"""
DEFINER_FUNCTIONS = """
SELECT oid::regprocedure::text AS signature, proname::text AS name FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1
"""
OWNS_DATABASE = "SELECT pg_has_role(current_user, datdba, 'MEMBER') FROM pg_database WHERE datname = current_database()"
OWNS_SCHEMA = "SELECT pg_has_role(current_user, nspowner, 'MEMBER') FROM pg_namespace WHERE nspname = 'public'"
STRENGTHS = """
SELECT r.rolsuper AS superuser, r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS attributes,
  EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS member,
  EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)
    OR EXISTS (SELECT FROM pg_proc p WHERE p.proowner = r.oid)
    OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspowner = r.oid)
    OR EXISTS (SELECT FROM pg_database d WHERE d.datdba = r.oid) AS owner,
  has_schema_privilege(r.oid, 'public', 'CREATE') OR has_database_privilege(r.oid, current_database(), 'CREATE') AS ddl,
  has_database_privilege(r.oid, current_database(), 'TEMP') AS temporary,
  (SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class c
   CROSS JOIN LATERAL (SELECT CASE WHEN c.relname = ANY($1) THEN 1 WHEN c.relname = ANY($2) THEN 2
     WHEN c.relname <> ALL($8) THEN 3 ELSE 4 END) k (kind)
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
     AND (has_table_privilege(r.oid, c.oid, ($3::text[])[kind])
       OR has_any_column_privilege(r.oid, c.oid, ($4::text[])[kind]))) AS writes,
  (SELECT string_agg(p.proname, ', ' ORDER BY p.proname) FROM pg_proc p
   WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
     AND NOT ($5 AND starts_with(p.proname, $6)) AND p.proname <> ALL($7::text[])) AS runs
FROM pg_roles r WHERE r.rolname = current_user
"""


def table_class(name: str, is_view: bool = False) -> TableClass:
    """The class a table belongs to."""
    if is_view:
        return TableClass.VIEW
    return next((kind for kind, tables in _TABLES.items() if name in tables), TableClass.ORDINARY)


def readable(columns: list[str]) -> list[str]:
    """The columns the reader may see: no ciphertext, no blind index of one or of a person, no password hash.

    >>> readable(["id", "phone_sealed", "phone_index", "phone_masked", "price_index"])
    ['id', 'phone_masked', 'price_index']
    """
    sealed = {name.removesuffix("_sealed") for name in columns if name.endswith("_sealed")}
    hidden = {f"{name}_{part}" for name in sealed for part in ("sealed", "index")} | HIDDEN_FROM_READER
    return [name for name in columns if name not in hidden]


async def grant(owner: Dsn, logins: Logins) -> None:
    """Give every role what the table says and take everything else, in one transaction; run after each migration."""
    with problems():
        connection = await owner.connect(command_timeout=LONG)
    try:
        async with connection.transaction():
            for statement in await _statements(connection, logins):
                await connection.execute(statement)
    finally:
        await connection.close()


async def check(logins: Logins) -> None:
    """ROLE_TOO_STRONG when the app, reader or nation role may do more than it should, with what to do about it."""
    names = [login.user for login in (logins.owner, logins.app, logins.reader, logins.nation)]
    for name in names:
        if names.count(name) > 1:
            raise Problem(ROLE_TOO_STRONG, role=name, found=_TWICE[0], mend=_TWICE[1])
    for role in PRIVILEGES:
        await _check(role, getattr(logins, role))


async def _statements(connection: Connection, logins: Logins) -> list[str]:
    names = {role: quoted(getattr(logins, role).user) for role in PRIVILEGES}
    everyone = ", ".join(names.values())
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {everyone}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {everyone}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {names['app']}",
    ]
    if await connection.fetchval(OWNS_SCHEMA):
        statements.append("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        statements.append(f"GRANT USAGE ON SCHEMA public TO {everyone}")
    if await connection.fetchval(OWNS_DATABASE):
        database = quoted(logins.owner.database)
        statements += [
            f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {database} TO {everyone}",
        ]
    for relation, is_view, columns in await connection.fetch(COLUMNS):
        kind = table_class(relation, is_view)
        for role, privileges in PRIVILEGES.items():
            if kind in privileges:
                what = privileges[kind]
                if role == "reader" and len(readable(columns)) < len(columns):
                    what = _columns("SELECT", readable(columns))
                seen = [name for name in columns if (relation, name) not in HIDDEN_FROM_APP]
                if role == "app" and len(seen) < len(columns):
                    what = what.replace("SELECT", _columns("SELECT", seen))
                statements.append(f"GRANT {what} ON {quoted(relation)} TO {names[role]}")
    for signature, name in await connection.fetch(DEFINER_FUNCTIONS):
        statements.append(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC, {everyone}")
        if name.startswith(NATION_FUNCTIONS):
            statements.append(f"GRANT EXECUTE ON FUNCTION {signature} TO {names['nation']}")
        if name in APP_FUNCTIONS:
            statements.append(f"GRANT EXECUTE ON FUNCTION {signature} TO {names['app']}")
    return statements


def _columns(privilege: str, names: list[str]) -> str:
    return f"{privilege} ({', '.join(map(quoted, names))})"


async def _check(role: str, login: Dsn) -> None:
    with problems():
        connection = await login.connect(command_timeout=LONG)
    try:
        strengths = await fetch_only(
            connection,
            STRENGTHS,
            sorted(NATIONAL | BY_FUNCTIONS | OWNED | SESSIONS),
            sorted(APPEND_ONLY),
            TOO_MUCH.get(role, (WRITES,) * 4),
            TOO_MUCH_OF_A_COLUMN.get(role, ("INSERT, UPDATE",) * 4),
            role == "nation",
            NATION_FUNCTIONS,
            sorted(APP_FUNCTIONS) if role == "app" else [],
            sorted(ERASABLE | WAITING),
        )
    finally:
        await connection.close()
    for strength, (excess, mend) in _mends(login, strengths).items():
        if strengths[strength]:
            raise Problem(ROLE_TOO_STRONG, role=login.user, found=excess, mend=mend)


_TWICE = (
    Term("one login plays two roles", "同一登录角色兼作两种用途", "one login plays two roles"),
    Term("use four logins", "为四种用途分别设置登录角色", "use four logins"),
)


def _mends(login: Dsn, strengths: Row) -> dict[str, tuple[Term, Term]]:
    """Terms for each strength and for what takes it away."""
    user, database = quoted(login.user), quoted(login.database)
    migrate = ("执行 shouwang migrate，重新授予各角色权限", "run `shouwang migrate`, which sets the privileges again")
    texts = {
        "superuser": ("为超级用户", "it is superuser", *_sql(f"ALTER ROLE {user} NOSUPERUSER;")),
        "attributes": (
            "可创建角色或数据库、复制数据，或绕过行级安全策略",
            "it may create roles or databases, replicate, or bypass row security",
            *_sql(f"ALTER ROLE {user} NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS;"),
        ),
        "member": (
            "为其他角色的成员",
            "it is a member of another role",
            f"由数据库管理员执行 REVOKE 该角色 FROM {user};",
            f"REVOKE <that role> FROM {user};",
        ),
        "owner": (
            "拥有数据表、函数、模式或数据库",
            "it owns tables, functions, a schema or a database",
            f"由数据库管理员执行 REASSIGN OWNED BY {user} TO 所有者角色;",
            f"REASSIGN OWNED BY {user} TO <the owner>;",
        ),
        "ddl": (
            "可创建数据库对象",
            "it may create objects",
            *_sql(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {user};"),
        ),
        "temporary": (
            "可创建临时表，临时表会先于同名数据表被访问",
            "it may create temporary tables, which stand before the tables of the same name",
            *_sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {user};"),
        ),
        "writes": (f"可修改数据表 {strengths['writes']}", f"it may change {strengths['writes']}", *migrate),
        "runs": (f"可执行函数 {strengths['runs']}", f"it may run {strengths['runs']}", *migrate),
    }
    return {
        strength: (Term(excess_en, excess_zh, excess_en), Term(mend_en, mend_zh, mend_en))
        for strength, (excess_zh, excess_en, mend_zh, mend_en) in texts.items()
    }


def _sql(statement: str) -> tuple[str, str]:
    return f"由数据库管理员执行 {statement}", statement
