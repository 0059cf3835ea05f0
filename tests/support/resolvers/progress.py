"""National requests whose execution a subscriber watches."""

import asyncio
import json
from typing import Any

from api.workflow.requests.progress_signature import sign


def request_of(service: Any, province: str) -> int:
    return int(next(row["id"] for row in service.world.tables["national_request"] if row["province"] == province))


async def report(service: Any, app: Any, request: Any, done: Any, total: Any = 10, *, signature: Any = None) -> None:
    """Notify as a worker does, signed with the key of its installation unless another signature is given."""
    key = service.application._endpoint.worker.progress.key
    stand = {"request": request, "done": done, "total": total}
    stand["mac"] = sign(key, (request, done, total)) if signature is None else signature
    text = json.dumps(stand).replace("'", "''")
    await app.execute(f"notify progress, '{text}'")  # the reader may notify by command, though not by function


async def watched(service: Any, request: int, count: int = 1) -> None:
    """So many watch it in the worker."""
    progress = service.application._endpoint.worker.progress
    for _ in range(500):
        watcher = progress._watched.get(request)
        if (watcher.watchers if watcher else 0) == count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody watches")
