"""测试服务 The product on a free port over the small world of the Python tests, until standard input ends.

Prints one line of JSON: its address, a token per official, an account with its password, and a sealed ID number.
Everything lives in a temporary folder, which goes with the process.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from api.access.signin.local_issuer import LocalIssuer  # noqa: E402
from api.access.signin.passwords import hash_password  # noqa: E402
from api.clock import SystemClock  # noqa: E402
from api.cluster import Cluster, cluster  # noqa: E402
from api.rules.privacy.identity_number import check_character  # noqa: E402
from api.sealing import Sealer  # noqa: E402
from api.settings import Settings, read  # noqa: E402
from tests.support.planner.world import World  # noqa: E402
from tests.support.product import running  # noqa: E402
from tests.support.resolvers.service import insert_officials  # noqa: E402

PASSWORD = "a village of sixteen families"
FIRST_17 = "50011019800506001"
VILLAGE = "500110001201"
SEAL = """update member set id_number_sealed = $2, id_number_index = $3, id_number_masked = $4 where id =
  (select min(id) from member where household = $1) returning id"""


async def plant(database: Cluster, settings: Settings) -> tuple[dict[str, int], str]:
    """Fill the database; the accounts, and the ID number of one member in the village."""
    await database.prepare()
    world = World(households=120)
    owner = await database.logins.owner.connect()
    try:
        await world.insert(owner)
        accounts = await insert_officials(world, owner)
        await owner.execute("update account set password_hash = $1", hash_password(PASSWORD))
        number = FIRST_17 + check_character(FIRST_17)
        await _seal(owner, Sealer.of(settings.home, settings.keys_file), number)
    finally:
        await owner.close()
    return accounts, number


async def _seal(owner: Any, sealer: Sealer, number: str) -> None:
    household = await owner.fetchval("select min(id) from household where village = $1", VILLAGE)
    member = await owner.fetchval("select min(id) from member where household = $1", household)
    sealed = sealer.seal("member", "id_number", member, number)
    await owner.execute(SEAL, household, sealed.sealed, sealed.index, sealed.masked)


async def serve(settings: Settings, accounts: dict[str, int], number: str) -> None:
    """Serve until standard input ends."""
    issuer = LocalIssuer.of(settings.home, SystemClock())
    async with running(settings) as (_, address):
        facts = {
            "address": address,
            "tokens": {name: issuer.issue(account, None) for name, account in accounts.items()},
            "account": f"village@{VILLAGE}",
            "password": PASSWORD,
            "village": VILLAGE,
            "idNumber": number,
        }
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="shouwang-web-"))
    home.chmod(0o711)  # the account that runs the database passes through
    settings = read({"SHOUWANG_HOME": str(home / "home"), "PATH": os.environ.get("PATH", "")})
    try:
        with cluster(settings) as database:
            accounts, number = asyncio.run(plant(database, settings))
            asyncio.run(serve(settings, accounts, number))
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
