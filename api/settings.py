"""设置 The environment, read once into one frozen value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.errors import Problem, code

BAD_SETTING = code(
    "BAD_SETTING",
    500,
    zh="环境变量 {name} 应为 {expected}，实为 {found}",
    en="environment variable {name}: expected {expected}, found {found}",
    next_zh="改正该变量后重新启动",
    next_en="correct the variable and start again",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set. Every default serves the embedded database on one machine.

    `database` names the embedded server's database; `clock` counts only in one made by `shouwang testdb`.
    `identifiers_a_day` is how often an account may search or reveal sealed identifiers in a day.
    """

    home: Path
    host: str
    port: int
    workers: int
    pool_size: int
    database: str
    clock: datetime | None
    database_url: str | None
    app_url: str | None
    reader_url: str | None
    nation_url: str | None
    postgres_bin: Path | None
    keys_file: Path | None
    identifiers_a_day: int
    oidc_issuer: str | None
    oidc_audience: str
    oidc_jwks_url: str | None
    otlp_endpoint: str | None
    webhook_url: str | None
    notifications: bool
    documents: Path | None
    documents_mode: str
    introspection: str


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; BAD_SETTING names the variable that cannot be read."""
    return Settings(
        home=Path(environment.get("SHOUWANG_HOME", ".shouwang")).expanduser().absolute(),
        host=environment.get("SHOUWANG_HOST", "127.0.0.1"),
        port=_number(environment, "SHOUWANG_PORT", 8000, 1, 65535),
        workers=_number(environment, "SHOUWANG_WORKERS", 1, 1, 64),
        pool_size=_number(environment, "SHOUWANG_POOL", 4, 1, 64),
        database=environment.get("SHOUWANG_DATABASE", "shouwang"),
        clock=_moment(environment, "SHOUWANG_CLOCK"),
        database_url=environment.get("DATABASE_URL") or None,
        app_url=environment.get("DATABASE_URL_APP") or None,
        reader_url=environment.get("DATABASE_URL_READER") or None,
        nation_url=environment.get("DATABASE_URL_NATION") or None,
        postgres_bin=_path(environment, "SHOUWANG_POSTGRES_BIN"),
        keys_file=_path(environment, "SHOUWANG_KEYS_FILE"),
        identifiers_a_day=_number(environment, "SHOUWANG_IDENTIFIERS_A_DAY", 100, 0, 100_000),
        oidc_issuer=environment.get("SHOUWANG_OIDC_ISSUER") or None,
        oidc_audience=environment.get("SHOUWANG_OIDC_AUDIENCE", "shouwang"),
        oidc_jwks_url=environment.get("SHOUWANG_OIDC_JWKS_URL") or None,
        otlp_endpoint=environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        webhook_url=_address(environment, "SHOUWANG_WEBHOOK_URL"),
        notifications=_switch(environment, "SHOUWANG_NOTIFICATIONS"),
        documents=_path(environment, "SHOUWANG_DOCUMENTS"),
        documents_mode=_one_of(environment, "SHOUWANG_DOCUMENTS_MODE", "off", ("off", "log", "enforce")),
        introspection=environment.get("SHOUWANG_INTROSPECTION", "everyone"),
    )


def _switch(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "on"
    if text not in ("on", "off"):
        raise Problem(BAD_SETTING, name=name, expected="on / off", found="something else")
    return text == "on"


def _address(environment: Mapping[str, str], name: str) -> str | None:
    text = environment.get(name) or None
    if text is not None and text != "log:" and not text.startswith(("http://", "https://")):
        raise Problem(BAD_SETTING, name=name, expected="http://…, https://… or log:", found="something else")
    return text


def _one_of(environment: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    text = environment.get(name) or default
    if text not in allowed:
        raise Problem(BAD_SETTING, name=name, expected=" / ".join(allowed), found=repr(text))
    return text


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]).expanduser().absolute() if environment.get(name) else None


def _moment(environment: Mapping[str, str], name: str) -> datetime | None:
    text = environment.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Problem(BAD_SETTING, name=name, expected="a moment like 2023-05-01T08:00:00+08:00", found=repr(text))
    return moment


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Problem(BAD_SETTING, name=name, expected=f"a whole number from {least} to {most}", found=repr(text))
    return int(text)
