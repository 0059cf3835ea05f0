"""设置 The environment, read once into one frozen value. The fields of `Settings` are the table that all derives from.

Reading, checking, docs/settings.md and `shouwang where` take each variable's name, type, bounds, default and meaning
from its field. No error holds a value: a login or an address may carry a password.
"""

import dataclasses
import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, overload

from api.errors import Problem, code
from api.setting_types import (
    DATABASE_NAME,
    FILE,
    FOLDER,
    LOGIN,
    MOMENT,
    NETWORKS,
    SECURE,
    SHARE,
    SWITCH,
    TEXT,
    WEB,
    WEBHOOK,
    Network,
    Type,
    whole,
    word,
)

PREFIX = "SHOUWANG_"
BAD_SETTING = code(
    "BAD_SETTING",
    500,
    zh="环境变量 {name} 的值不合要求，应为{expected_zh}",
    en="environment variable {name}: expected {expected}",
    next_zh="改正该变量后重新启动",
    next_en="correct the variable and start again",
)
UNKNOWN_SETTING = code(
    "UNKNOWN_SETTING",
    500,
    zh="没有名为 {name} 的环境变量，最接近的是 {nearest}",
    en="there is no environment variable {name}; the nearest is {nearest}",
    next_zh="改正名称或删除该变量后重新启动；全部变量见 docs/settings.md",
    next_en="correct its name or unset it and start again; docs/settings.md lists all variables",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable: its name, the field of `Settings` that holds it, its type, default and meaning."""

    name: str
    field: str
    type: Type[Any]
    default: str | None
    zh: str
    en: str

    def value(self, text: str | None) -> Any:
        """The value of that text; without a text the default, or None where there is no default. BAD_SETTING."""
        text = text or self.default
        if text is None:
            return None
        try:
            return self.type.parse(text)
        except ValueError:
            raise bad_setting(self.name, self.type) from None


def bad_setting(name: str, expected: Type[Any]) -> Problem:
    """BAD_SETTING for that variable."""
    return Problem(BAD_SETTING, name=name, expected=expected.en, expected_zh=expected.zh)


@overload
def setting(name: str, type_: Type[T], default: str, zh: str, en: str) -> T: ...
@overload
def setting(name: str, type_: Type[T], default: None, zh: str, en: str) -> T | None: ...
def setting(name: str, type_: Type[Any], default: str | None, zh: str, en: str) -> Any:
    """Declare one setting: its variable, type with bounds, default as it would be written there, and meaning."""
    return dataclasses.field(metadata={"variable": (name, type_, default, zh, en)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of an operator. Every default serves the embedded database on one machine."""

    home: Path = setting(
        "SHOUWANG_HOME",
        FOLDER,
        ".shouwang",
        "数据目录：内嵌数据库、口令、密钥",
        "Data folder: embedded database, passwords, keys.",
    )
    host: str = setting("SHOUWANG_HOST", TEXT, "127.0.0.1", "监听地址", "Address to listen on.")
    port: int = setting("SHOUWANG_PORT", whole(1, 65535), "8000", "监听端口", "Port to listen on.")
    workers: int = setting("SHOUWANG_WORKERS", whole(1, 64), "1", "工作进程数", "Number of worker processes.")
    pool_size: int = setting(
        "SHOUWANG_POOL",
        whole(1, 64),
        "4",
        "每个进程的读连接数，写连接至多为其两倍",
        "Connections per worker for reads; twice as many at most for writes.",
    )
    database: str = setting(
        "SHOUWANG_DATABASE",
        DATABASE_NAME,
        "shouwang",
        "内嵌数据库的库名",
        "Name of the embedded server's database.",
    )
    clock: datetime | None = setting(
        "SHOUWANG_CLOCK",
        MOMENT,
        None,
        "固定时刻；只对 `shouwang testdb` 建立的库有效",
        "A moment to stand still at; only for a database made by `shouwang testdb`.",
    )
    database_url: str | None = setting(
        "DATABASE_URL",
        LOGIN,
        None,
        "以表的所有者登录的 PostgreSQL（15 及以上）；不设则用内嵌数据库",
        "A PostgreSQL, 15 or newer, as the owner of the tables; the embedded server when unset.",
    )
    app_url: str | None = setting("DATABASE_URL_APP", LOGIN, None, "写入角色的登录", "Login of the role that writes.")
    reader_url: str | None = setting(
        "DATABASE_URL_READER", LOGIN, None, "读取角色的登录", "Login of the role that reads."
    )
    nation_url: str | None = setting(
        "DATABASE_URL_NATION", LOGIN, None, "国家角色的登录", "Login of the nation's role."
    )
    postgres_bin: Path | None = setting(
        "SHOUWANG_POSTGRES_BIN",
        FOLDER,
        None,
        "另一套 initdb、postgres 所在目录",
        "Folder of another pair of initdb and postgres for the embedded server.",
    )
    keys_file: Path | None = setting(
        "SHOUWANG_KEYS_FILE",
        FILE,
        None,
        "密封密钥文件，须已存在；不设则为数据目录下的 keys.json",
        "Keys of sealed identifiers; must exist. When unset, keys.json of the data folder, made at first start.",
    )
    identifiers_a_day: int = setting(
        "SHOUWANG_IDENTIFIERS_A_DAY",
        whole(0, 100_000),
        "100",
        "每个账号每日可查找、查看证件等的次数",
        "How often an account may search or reveal sealed identifiers in a day. Q38",
    )
    oidc_issuer: str | None = setting(
        "SHOUWANG_OIDC_ISSUER",
        SECURE,
        None,
        "统一身份认证的签发方；设置后本机账号不再签发令牌",
        "The OIDC issuer to trust; once set, local accounts get no tokens.",
    )
    oidc_audience: str = setting(
        "SHOUWANG_OIDC_AUDIENCE", TEXT, "shouwang", "令牌的受众", "Audience a token must name."
    )
    oidc_jwks_url: str | None = setting(
        "SHOUWANG_OIDC_JWKS_URL",
        SECURE,
        None,
        "公钥地址；不设则由签发方公布",
        "Address of its keys; discovered when unset.",
    )
    otlp_endpoint: str | None = setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        WEB,
        None,
        "追踪数据的去处；不设则不发送",
        "Where traces go; nowhere when unset.",
    )
    webhook_url: str | None = setting(
        "SHOUWANG_WEBHOOK_URL",
        WEBHOOK,
        None,
        "办理消息的去处：网址，或 `log:` 写入日志；不设则只存不发",
        "Where messages about steps go: an address, or `log:`; kept and not sent when unset. Q24",
    )
    notifications: bool = setting(
        "SHOUWANG_NOTIFICATIONS",
        SWITCH,
        "on",
        "`off` 时各进程不听数据库通知，只靠每秒询问",
        "`off`: workers do not hear the database's notifications and ask every second instead.",
    )
    documents: Path | None = setting(
        "SHOUWANG_DOCUMENTS",
        FOLDER,
        None,
        "可信文档清单所在目录（*.json）",
        "Folder of manifests of trusted documents (`*.json`).",
    )
    documents_mode: str = setting(
        "SHOUWANG_DOCUMENTS_MODE",
        word("off", "log", "enforce"),
        "off",
        "`off` 任何文档皆可；`log` 记录不在清单中的；`enforce` 只执行清单中的",
        "`off`: any document runs; `log`: those of no manifest are logged by digest; `enforce`: only trusted ones run.",
    )
    introspection: str = setting(
        "SHOUWANG_INTROSPECTION",
        TEXT,
        "everyone",
        "谁可内省接口：`everyone`、`nobody`，或逗号分隔的角色词（层级、部门、职责或整个角色）",
        "Who may introspect: `everyone`, `nobody`, or words of roles by comma: a tier, department, duty or whole role.",
    )
    trusted_proxies: tuple[Network, ...] = setting(
        "SHOUWANG_TRUSTED_PROXIES",
        NETWORKS,
        "",
        "可信代理的网段，以逗号分隔；只有它们的 X-Forwarded-For 被采信，登录限速按其中的地址计",
        "Networks of trusted proxies, by comma: theirs alone is the X-Forwarded-For that sign-in is throttled by.",
    )
    rate: int = setting(
        "SHOUWANG_RATE",
        whole(0, 10_000_000),
        "5000",
        "每个账号每秒可用的查询成本，同一主机各进程合计；`0` 不限",
        "Cost that an account may spend a second, over all workers of this host; `0`: no limit.",
    )
    rate_burst: int = setting(
        "SHOUWANG_RATE_BURST",
        whole(20_000, 100_000_000),
        "100000",
        "每个账号一次可积累的查询成本",
        "Cost that an account may save up and spend at once.",
    )
    shadow_reads: float = setting(
        "SHOUWANG_SHADOW_READS",
        SHARE,
        "0",
        "读取的权限裁决由 Casbin 再裁决一次的比例；结果不一致时告警，不改变结果",
        "Share of decisions on reads that Casbin decides again; a difference raises an alarm and changes no answer.",
    )
    shadow_steps: float = setting(
        "SHOUWANG_SHADOW_STEPS",
        SHARE,
        "0.001",
        "办理环节的权限裁决由 Casbin 再裁决一次的比例；锁定的动作一律再裁决，不受此限",
        "Share of decisions on steps that Casbin decides again; locked actions are all decided twice, whatever it is.",
    )
    idempotency_days: int = setting(
        "SHOUWANG_IDEMPOTENCY_DAYS",
        whole(7, 3650),
        "30",
        "幂等键的回答保存天数",
        "Days that the answer to an idempotency key is kept.",
    )
    property_tests: str = setting(
        "SHOUWANG_HYPOTHESIS",
        word("default", "soak"),
        "default",
        "性质测试的强度；只有测试读取",
        "How long the property tests draw; only the tests read it.",
    )


@cache
def variables() -> Mapping[str, Variable]:
    """Every environment variable that the product reads, by name, in the order of `Settings`."""
    declared = [(field.name, field.metadata["variable"]) for field in dataclasses.fields(Settings)]
    return {name: Variable(name, field, *rest) for field, (name, *rest) in declared}


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. UNKNOWN_SETTING for a variable of ours that nothing reads, BAD_SETTING for a wrong value."""
    table = variables()
    for name in environment:
        if name.upper().startswith(PREFIX) and name not in table:
            (nearest,) = difflib.get_close_matches(name.upper(), table, n=1, cutoff=0)
            raise Problem(UNKNOWN_SETTING, name=name, nearest=nearest)
    return Settings(**{variable.field: variable.value(environment.get(name)) for name, variable in table.items()})
