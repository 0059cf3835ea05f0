"""测试 The command line against a test's database, in a thread because commands run an event loop of their own."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from click.testing import CliRunner, Result

from api.cli import main
from api.database import Dsn
from api.roles import Logins


def url(dsn: Dsn) -> str:
    """The login as a libpq URL, its password too."""
    login = f"{quote(dsn.user)}:{quote(dsn.password)}"
    return f"postgresql://{login}@/{dsn.database}?host={quote(dsn.host, safe='')}&port={dsn.port}"


async def shouwang(database: Logins, home: Path, *arguments: str, typed: str | None = None, **more: str) -> Result:
    """Run `shouwang ARGUMENTS` with that home folder; `typed` answers its prompts, `more` is further environment."""
    environment = {
        "SHOUWANG_HOME": str(home),
        "DATABASE_URL": url(database.owner),
        "DATABASE_URL_APP": url(database.app),
        "DATABASE_URL_READER": url(database.reader),
        "DATABASE_URL_NATION": url(database.nation),
        **more,
    }
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, typed, env=environment)
