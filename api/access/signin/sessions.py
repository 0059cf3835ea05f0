"""会话 Sessions: tells the database who is signed in, so that it takes rows in no other name. RULES §4 (ours)

    proof of a token → nation_open_session (nation's login) → transactions of the app's login set the proof

The proof is derived from the token and signs nobody in over HTTP. The database keeps its digest alone.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from api.access.signin.cache import Cache
from api.access.subject import Subject
from api.clock import Clock
from api.database import Connection, Dsn, problems

_OPEN = "select nation_open_session($1, $2, $3, $4, $5)"
_PROVE = "select set_config('shouwang.session', $1, not $2)"
LONGEST = timedelta(days=1)
"""How long a session is good at most, then it is opened again."""
BRIEF = timedelta(minutes=1)
"""How long a session for a single change is good."""
SKEW = 60
"""Seconds by which the issuer's clock and ours may differ."""


def session_proof(token: str) -> str:
    """The proof of a token: whoever reads it can't work out the token.

    >>> len(session_proof("a.b.c")), session_proof("a.b.c") == session_proof("a.b.d")
    (64, False)
    """
    return hashlib.sha256(b"shouwang session " + token.encode("ascii")).hexdigest()


async def prove(connection: Connection, session: str, *, lasting: bool = False) -> None:
    """Prove a session to the database until the transaction ends; `lasting`: for as long as the connection lives."""
    await connection.execute(_PROVE, session, lasting)


async def open_session(
    nation: Connection, session: str, account: int | None, post: int | None, issued: datetime, expires: datetime
) -> None:
    """Open a session with the nation's login; without an account it acts in nobody's name."""
    digest = hashlib.sha256(session.encode("ascii")).digest()
    await nation.execute(_OPEN, digest, account, post, issued, expires)


class Sessions:
    """Opens the session of a token before its first write in this process; remembers at most `size`."""

    def __init__(
        self, nation: Callable[[], AbstractAsyncContextManager[Connection]], clock: Clock, *, size: int = 20_000
    ) -> None:
        self._nation, self._clock = nation, clock
        self._opened: Cache[str, bool] = Cache(size)
        self._at_once = asyncio.Semaphore(2)

    async def open(self, subject: Subject) -> None:
        """Open the session of the subject's token, unless this process has opened it."""
        now = self._clock.now()
        if not subject.session or self._opened.get(subject.session, now.timestamp()):
            return
        issued = datetime.fromtimestamp(max(subject.token_issued, 0.0), UTC)
        expires = min(subject.token_expires + SKEW, (now + LONGEST).timestamp())
        async with self._at_once, self._nation() as nation:
            await open_session(
                nation, subject.session, subject.account, subject.post, issued, datetime.fromtimestamp(expires, UTC)
            )
        self._opened.put(subject.session, True, expires)

    async def open_for(self, account: int) -> str:
        """A session of an account that has just proven its password, in no post."""
        session, now = secrets.token_hex(32), self._clock.now()
        async with self._at_once, self._nation() as nation:
            await open_session(nation, session, account, None, now, now + BRIEF)
        return session


async def act_as_command(nation: Dsn, connection: Connection, clock: Clock) -> None:
    """Let a command of the installation write on a connection, in nobody's name."""
    session = secrets.token_hex(32)
    await _open_with(nation, session, None, clock.now())
    await prove(connection, session, lasting=True)


async def with_session(nation: Dsn, subject: Subject, clock: Clock) -> Subject:
    """The subject with a session of its own, for a command of the installation that acts in an account's name."""
    session = secrets.token_hex(32)
    await _open_with(nation, session, subject, clock.now())
    return replace(subject, session=session)


async def _open_with(nation: Dsn, session: str, subject: Subject | None, now: datetime) -> None:
    with problems():
        connection = await nation.connect()
    try:
        account, post = (subject.account, subject.post) if subject else (None, None)
        await open_session(connection, session, account, post, now, now + LONGEST)
    finally:
        await connection.close()
