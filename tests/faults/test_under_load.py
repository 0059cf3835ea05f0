"""带载演练 What breaks while officials read and write: all is answered, nothing acknowledged is lost or doubled.

Each fault breaks something and returns once it is healed. In CI those of SHORT are tried, `make faults` tries all.
"""

import asyncio
import time

import pytest

from api.resolvers.time_limit import READ
from tests.support.faults.breaking import FAULTS, listen_lost, promoted
from tests.support.faults.ground import Ground
from tests.support.faults.matrix import SHORT
from tests.support.faults.report import is_long, report

SLACK = 2.0
"""Seconds that a busy machine may add to an answer."""
HEALING = 3.0

HARMLESS = ("slow_link", "renewed", "slow_clients")
LIMITS = {"backend_killed": 20.0, "failover": 1.0, "worker_stopped": 1.0}
"""Seconds after healing, where they are not HEALING: PostgreSQL itself recovers after the death of a process."""


@pytest.mark.parametrize("name", [name for name in FAULTS if is_long() or name in SHORT])
async def test_all_is_answered_and_nothing_acknowledged_is_lost_or_doubled(drilled: Ground, name: str) -> None:
    await asyncio.to_thread(drilled.serve.wait_until_ready)
    async with drilled.drill.running() as history:
        await asyncio.sleep(1)
        await FAULTS[name](drilled)
        healed = time.monotonic()
        await asyncio.sleep(HEALING + 2)
        for _ in range(100):  # until nothing has been ill for two seconds, where the limit is longer
            if LIMITS.get(name, HEALING) <= HEALING or not history.ill(time.monotonic() - 2):
                break
            await asyncio.sleep(0.2)
    if name == "failover":
        await promoted(drilled)
    lost, doubled = await drilled.drill.check(history)
    report(name, history.seen(), history.recovery(healed), lost=lost, doubled=doubled)
    assert (lost, doubled) == (0, 0)
    assert len(history.acknowledged) > 10
    reads = [call for call in history.calls if call.kind != "write"]
    assert max(call.ended - call.begun for call in reads) <= READ + SLACK
    assert history.longest() <= 30 + SLACK
    assert {call.status for call in history.calls if call.kind == "/livez"} <= ({200, 0} if "worker" in name else {200})
    late = history.ill(healed + LIMITS.get(name, HEALING))
    assert not late, late
    if name in HARMLESS:
        assert not history.ill()


async def test_links_of_listen_are_restored_and_what_was_said_meanwhile_is_obeyed(drilled: Ground) -> None:
    await asyncio.to_thread(drilled.serve.wait_until_ready)
    await listen_lost(drilled)
    owner = await drilled.logins.owner.connect()
    state = "update account set state = $1 where id = $2"
    token = drilled.drill._token("neighbour")
    try:
        assert await _status(drilled, token) == {200}
        await owner.execute(state, "DISABLED", drilled.accounts["neighbour"])
        begun = time.monotonic()
        while await _status(drilled, token) != {403}:
            assert time.monotonic() - begun < HEALING
            await asyncio.sleep(0.1)
        report("listen_lost", "every worker refused the account", time.monotonic() - begun)
    finally:
        await owner.execute(state, "ACTIVE", drilled.accounts["neighbour"])
        await owner.close()


async def _status(ground: Ground, token: str) -> set[int]:
    """What the workers answer to the token: a connection of its own for each of several requests."""
    import httpx

    headers = {"authorization": f"Bearer {token}", "accept": "application/graphql-response+json"}
    async with httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0)) as client:
        asking = [
            client.post(f"{ground.serve.address}/graphql", json={"query": "{ me { name } }"}, headers=headers)
            for _ in range(8)
        ]
        return {answer.status_code for answer in await asyncio.gather(*asking)}
