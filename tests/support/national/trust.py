"""信任 Databases of tests that write as the app's login in the name of officials who never signed in.

Guards ask these functions who is signed in; tests of the lock itself let them answer truly.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from api.database.objects import declared
from tests.support.databases import mark_as_tests, unmark_as_tests

GUARDS_ASK = {
    "is_signed_in": "",
    "is_own": "what text, number bigint",
    "acts_in": "the_account bigint, the_person bigint, the_post bigint, the_role text, moment timestamptz",
    "acts_for_nation": "",
    "stands_above": "target bigint, duties text[], moment timestamptz",
}


async def trust(owner: Any) -> None:
    """Let guards believe the app's login."""
    for name, arguments in GUARDS_ASK.items():
        await owner.execute(
            f"create or replace function {name}({arguments}) returns boolean language plpgsql stable"
            " set search_path = public, pg_temp as $$ begin return true; end $$"
        )


async def distrust(owner: Any) -> None:
    """Let guards ask who is signed in, as everywhere but in tests."""
    for name in GUARDS_ASK:
        await owner.execute(declared()["function", name].text.replace("create function", "create or replace function"))


@asynccontextmanager
async def in_earnest(owner: Any, database: str) -> AsyncIterator[None]:
    """The database is one of officials while the block runs: sessions, times and persons are looked at."""
    await distrust(owner)
    await unmark_as_tests(owner, database)
    yield
    await mark_as_tests(owner, database)
    await trust(owner)
