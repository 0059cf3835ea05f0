"""连接 Every part of a connection is told; PG* variables never matter; no password is ever shown."""

import ssl

import pytest

from api.database import Dsn, Reader
from api.errors import Problem
from api.roles import Logins

PLAIN = Dsn("db.example", 5432, "me", "p@ss:/?#", "shouwang")
HOSTILE = {
    "PGHOST": "/nowhere",
    "PGPORT": "9999",
    "PGUSER": "nobody",
    "PGPASSWORD": "wrong",
    "PGDATABASE": "nothing",
    "PGSSLMODE": "verify-full",
    "PGSSLNEGOTIATION": "direct",
    "PGTARGETSESSIONATTRS": "standby",
    "PGPASSFILE": "/nowhere",
    "PGSERVICE": "nowhere",
    "PGSERVICEFILE": "/nowhere",
    "PGKRBSRVNAME": "x",
    "PGGSSLIB": "x",
}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://me:p%40ss%3A%2F%3F%23@db.example/shouwang", PLAIN),
        ("postgres://me:p%40ss%3A%2F%3F%23@db.example:5432/shouwang", PLAIN),
        ("postgresql://me@/d?host=/run/postgresql&port=6543", Dsn("/run/postgresql", 6543, "me", "", "d")),
        ("postgresql://h/d?user=me&password=x&sslmode=disable", Dsn("h", 5432, "me", "x", "d", "disable")),
        ("postgresql://m@[::1]:1/d?sslrootcert=/ca", Dsn("::1", 1, "m", "", "d", sslrootcert="/ca")),
    ],
)
def test_urls(url: str, expected: Dsn) -> None:
    assert Dsn.from_url(url) == expected


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("mysql://me:secret@h/d", "the scheme"),
        ("postgresql://me:secret@/d", "no host"),
        ("postgresql://h/d", "no user"),
        ("postgresql://me:secret@h", "no database"),
        ("postgresql://me:secret@h:99999/d", "the port"),
        ("postgresql://me:secret@h/d?port=x", "the port"),
        ("postgresql://me:secret@h/d?sslmode=maybe", "sslmode"),
        ("postgresql://me:secret@h/d?sslmod=disable", "unknown parameter"),
        ("nonsense", "the scheme"),
    ],
)
def test_what_is_wrong_with_a_url_is_told_without_its_password(url: str, wrong: str) -> None:
    with pytest.raises(Problem, match="BAD_DATABASE_URL") as caught:
        Dsn.from_url(url)
    assert wrong in caught.value.facts["found"].en
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.extensions())


def test_no_form_shows_the_password() -> None:
    assert "p@ss" not in repr(PLAIN)
    assert PLAIN.url == "postgresql://me@db.example:5432/shouwang"
    assert Dsn("/a b", 1, "me", "x", "d").url == "postgresql://me@/d?host=%2Fa%20b&port=1"
    assert Dsn.from_url(Dsn("/a b", 1, "me", "", "d").url) == Dsn("/a b", 1, "me", "", "d")


def test_tls_modes() -> None:
    def context(mode: str) -> object:
        return Dsn("h", 1, "u", "p", "d", mode).arguments()["ssl"]

    assert context("disable") is False
    assert context("prefer") == "prefer"
    expected = {"require": (ssl.CERT_NONE, False), "verify-ca": (ssl.CERT_REQUIRED, False)}
    expected["verify-full"] = (ssl.CERT_REQUIRED, True)
    for mode, (verified, named) in expected.items():
        settings = context(mode)
        assert isinstance(settings, ssl.SSLContext)
        assert (settings.verify_mode, settings.check_hostname) == (verified, named)
    assert Dsn("/run", 1, "u", "p", "d", "verify-full").arguments()["ssl"] is False


async def test_the_environment_changes_nothing(database: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    reader = Reader(database.reader, 1)
    await reader.open()
    assert await reader.fetch("SELECT to_json(current_user)::json", []) == b'"shouwang_reader"'
    await reader.close()


def test_no_connection_argument_is_left_to_the_environment() -> None:
    """An empty password must not send asyncpg to a password file either."""
    arguments = [Dsn("h", 1, "u", password, "d").arguments() for password in ("", "p")]
    assert all(value is not None for mapping in arguments for value in mapping.values())
    assert set(arguments[0]) >= {"host", "port", "user", "password", "database", "ssl", "direct_tls"}
