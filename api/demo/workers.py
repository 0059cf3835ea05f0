"""并行 Chunks made by several processes, handed over in order; the same bytes however many there are."""

import asyncio
import gc
from collections import deque
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from api.demo.chunk_plan import Chunk
from api.demo.household_builder import HouseholdBuilder
from api.demo.world import Plan, World

AHEAD = 2
"""Chunks that each process may be ahead of the database."""

_world: World | None = None


def _begin(plan: Plan) -> None:
    global _world
    _world = World(plan)
    gc.freeze()  # what is drawn beforehand lives as long as the process: no use in looking at it again and again


def _make(chunk: Chunk) -> dict[str, bytes]:
    assert _world is not None
    return HouseholdBuilder(_world, chunk).tables()


async def build_chunks(
    plan: Plan, chunks: Iterable[Chunk], processes: int
) -> AsyncIterator[tuple[Chunk, dict[str, bytes]]]:
    """Build each chunk's lines by table, in order. With one process it runs in this one."""
    if processes < 2:
        world = World(plan)
        for chunk in chunks:
            yield chunk, HouseholdBuilder(world, chunk).tables()
            await asyncio.sleep(0)
        return
    keys = replace(plan.keys, data=dict(plan.keys.data))  # a view of a mapping goes to no other process
    plan = replace(plan, keys=keys)
    # spawned, not forked: the caller may have threads
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (plan,)) as pool:
        waiting: deque[tuple[Chunk, asyncio.Future[dict[str, bytes]]]] = deque()
        loop, rest = asyncio.get_running_loop(), iter(chunks)
        for chunk in rest:
            waiting.append((chunk, loop.run_in_executor(pool, _make, chunk)))
            if len(waiting) >= processes * AHEAD:
                yield waiting[0][0], await waiting[0][1]
                waiting.popleft()
        while waiting:
            yield waiting[0][0], await waiting[0][1]
            waiting.popleft()
