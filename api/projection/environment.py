"""设置页 Every environment variable with its default and its meaning, as docs/settings.md shows them."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from api import settings
from api.projection.places import Place
from api.projection.tables import code, page, table

MEANINGS = {
    "SHOUWANG_HOME": ("数据目录：内嵌数据库、口令、密钥", "Data folder: embedded database, passwords, keys."),
    "SHOUWANG_HOST": ("监听地址", "Address to listen on."),
    "SHOUWANG_PORT": ("监听端口", "Port to listen on."),
    "SHOUWANG_WORKERS": ("工作进程数", "Number of worker processes."),
    "SHOUWANG_POOL": (
        "每个进程的读连接数，写连接为其两倍",
        "Connections per worker for reads; twice as many at most for writes.",
    ),
    "SHOUWANG_DATABASE": ("内嵌数据库的库名", "Name of the embedded server's database."),
    "SHOUWANG_CLOCK": (
        "固定时刻；只对 `shouwang testdb` 建立的库有效",
        "A moment to stand still at; only for a database made by `shouwang testdb`.",
    ),
    "DATABASE_URL": (
        "以表的所有者登录的 PostgreSQL（15 及以上）；不设则用内嵌数据库",
        "A PostgreSQL, 15 or newer, as the owner of the tables; the embedded server when unset.",
    ),
    "DATABASE_URL_APP": ("写入角色的登录", "Login of the role that writes."),
    "DATABASE_URL_READER": ("读取角色的登录", "Login of the role that reads."),
    "DATABASE_URL_NATION": ("国家角色的登录", "Login of the nation's role."),
    "SHOUWANG_POSTGRES_BIN": (
        "另一套 initdb、postgres 所在目录",
        "Folder of another pair of initdb and postgres for the embedded server.",
    ),
    "SHOUWANG_KEYS_FILE": (
        "密封密钥文件，须已存在；不设则为数据目录下的 keys.json",
        "Keys of sealed identifiers; must exist. When unset, keys.json of the data folder, made at first start.",
    ),
    "SHOUWANG_IDENTIFIERS_A_DAY": (
        "每个账号每日可查找、查看证件等的次数",
        "How often an account may search or reveal sealed identifiers in a day. Q38",
    ),
    "SHOUWANG_OIDC_ISSUER": (
        "统一身份认证的签发方；设置后本机账号不再签发令牌",
        "The OIDC issuer to trust; once set, local accounts get no tokens.",
    ),
    "SHOUWANG_OIDC_AUDIENCE": ("令牌的受众", "Audience a token must name."),
    "SHOUWANG_OIDC_JWKS_URL": ("公钥地址；不设则由签发方公布", "Address of its keys; discovered when unset."),
    "SHOUWANG_NOTIFICATIONS": (
        "`off` 时各进程不听数据库通知，只靠每秒询问",
        "`off`: workers do not hear the database's notifications and ask every second instead.",
    ),
    "SHOUWANG_WEBHOOK_URL": (
        "办理消息的去处：网址，或 `log:` 写入日志；不设则只存不发",
        "Where messages about steps go: an address, or `log:`; kept and not sent when unset. Q24",
    ),
    "SHOUWANG_DOCUMENTS": (
        "可信文档清单所在目录（*.json）",
        "Folder of manifests of trusted documents (`*.json`).",
    ),
    "SHOUWANG_DOCUMENTS_MODE": (
        "`off` 任何文档皆可；`log` 记录不在清单中的；`enforce` 只执行清单中的",
        "`off`: any document runs; `log`: those of no manifest are logged by digest; `enforce`: only trusted ones run.",
    ),
    "SHOUWANG_INTROSPECTION": (
        "谁可内省接口：`everyone`、`nobody`，或逗号分隔的角色词（层级、部门、职责或整个角色）",
        "Who may introspect: `everyone`, `nobody`, or words of roles by comma: a tier, department, duty or whole role.",
    ),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("追踪数据的去处；不设则不发送", "Where traces go; nowhere when unset."),
}


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable as `api/settings.py` reads it; `default` and `bounds` as written there."""

    name: str
    field: str
    default: str
    bounds: str
    place: Place


@cache
def variables() -> dict[str, Variable]:
    """Every variable that `settings.read` reads, in its order."""
    return {one.name: one for one in _variables()}


def _variables() -> Iterator[Variable]:
    lines, first = inspect.getsourcelines(settings.read)
    for keyword in (node for node in ast.walk(ast.parse("".join(lines))) if isinstance(node, ast.keyword)):
        call = next((one for one in ast.walk(keyword.value) if isinstance(one, ast.Call) and _constants(one)), None)
        if call is not None and keyword.arg is not None:
            name, *rest = _constants(call)
            default, bounds = str(rest[0]) if rest else "", " – ".join(map(str, rest[1:]))
            yield Variable(name, keyword.arg, default, bounds, Place("api/settings.py", first + keyword.lineno - 1))


def _constants(call: ast.Call) -> list[str]:
    return [str(one.value) for one in call.args if isinstance(one, ast.Constant)]


def setting_page() -> str:
    """The page."""
    rows = ([code(one.name), code(one.default), one.bounds, *MEANINGS[one.name]] for one in variables().values())
    return page(
        "设置 Settings",
        "取自 `api/settings.py`：全部环境变量，启动时读取一次；读不懂的以 BAD_SETTING 拒绝启动。",
        "Every environment variable, read once at start; one that can't be read stops it with BAD_SETTING.",
        table(("变量 Variable", "默认 Default", "范围 Bounds", "含义", "Meaning"), rows),
    )
