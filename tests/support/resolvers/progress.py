"""National requests whose execution a subscriber watches."""

import asyncio
import json
from typing import Any


def request_of(service: Any, province: str) -> int:
    return int(next(row["id"] for row in service.world.tables["national_request"] if row["province"] == province))


async def report(app: Any, request: Any, done: Any, total: Any = 10) -> None:
    await app.execute(
        "select pg_notify('progress', $1)", json.dumps({"request": request, "done": done, "total": total})
    )


async def watched(service: Any, request: int, count: int = 1) -> None:
    """So many watch it in the worker."""
    progress = service.application._endpoint.worker.progress
    for _ in range(500):
        watcher = progress._watched.get(request)
        if (watcher.watchers if watcher else 0) == count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody watches")
