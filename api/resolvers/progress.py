"""进度 Progress of executions of national requests, as the database reports it on the channel `progress`. Q40

Any login of the database can notify: progress is believed when it is signed with the key that the workers share.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import orjson

from api.workflow.requests.progress_signature import is_signed

CHANNEL = "progress"


@dataclass(frozen=True, slots=True)
class Stand:
    """Progress of one execution."""

    request: int
    done: int
    total: int


@dataclass(slots=True)
class _Watched:
    watchers: int = 0
    stand: Stand | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Progress:
    """The executions somebody watches in this worker; of each only the latest stand is kept."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._watched: dict[int, _Watched] = {}

    async def heard(self, payload: str | None) -> None:
        """A stand was told: `{"request": id, "done": n, "total": m, "mac": text}`. What is none is let go."""
        stand = self._stand(payload)
        watched = self._watched.get(stand.request) if stand else None
        if watched is not None:
            watched.stand = stand
            news, watched.news = watched.news, asyncio.Event()
            news.set()

    async def of(self, request: int) -> AsyncGenerator[Stand, None]:
        """The stands of one execution as they come, the latest when several came at once, until all is done."""
        watched = self._watched.setdefault(request, _Watched())
        watched.watchers += 1
        last: Stand | None = None
        try:
            while last is None or last.done < last.total:
                news = watched.news
                if watched.stand == last or watched.stand is None:
                    await news.wait()
                    continue
                last = watched.stand
                yield last
        finally:
            watched.watchers -= 1
            if not watched.watchers:
                self._watched.pop(request, None)

    def _stand(self, payload: str | None) -> Stand | None:
        try:
            content = orjson.loads(payload or "null")
            stand = Stand(content["request"], content["done"], content["total"])
            signature = content["mac"]
        except (orjson.JSONDecodeError, TypeError, KeyError):
            return None
        whole = all(type(number) is int for number in (stand.request, stand.done, stand.total))
        return stand if whole and is_signed(self.key, (stand.request, stand.done, stand.total), signature) else None
