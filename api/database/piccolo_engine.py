"""引擎 Piccolo's engine, for migrations alone: statements run on the connection bound to it. DESIGN §7

Piccolo's own engine connects when it is imported and takes a connection of its own for each statement. A migration
holds its session's advisory lock, so all its statements belong on that session, in that session's transactions.
"""

import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import asyncpg.transaction
from piccolo.engine.postgres import PostgresEngine

from api.database.connection import Connection, OwnConnection
from api.database.dsn import Dsn
from api.database.errors import problems

os.environ["PICCOLO_CONF"] = "api.piccolo_conf"  # where Piccolo's tables look for their engine


@dataclass(frozen=True, slots=True)
class Bound:
    """The connection that this task's statements run on, where Piccolo looks for its current transaction."""

    connection: Connection


class PiccoloEngine(PostgresEngine):
    """Piccolo's engine without a pool: `bound` and `transaction` are what migrations use."""

    def __init__(self) -> None:
        super().__init__(config={})
        self.find_owner: Callable[[], Awaitable[Dsn]] | None = None  # the `piccolo` command sets it
        self._bound: ContextVar[Bound | None] = ContextVar("bound", default=None)
        self.current_transaction = self._bound  # type: ignore[assignment]  # Piccolo takes its connection from here

    async def check_version(self) -> None:
        """Do nothing: Piccolo would connect while this module is imported."""

    async def prep_database(self) -> None:
        """Do nothing: no extension is needed."""

    @contextmanager
    def bound(self, connection: Connection) -> Iterator[None]:
        """Run this task's statements on the connection, which stays the caller's, until the end of the block."""
        token = self._bound.set(Bound(connection))
        try:
            yield
        finally:
            self._bound.reset(token)

    @property
    def connection(self) -> Connection:
        """The bound connection; RuntimeError outside `bound`."""
        bound = self._bound.get()
        if bound is None:
            raise RuntimeError("no connection is bound: use ENGINE.bound(connection)")
        return bound.connection

    def transaction(self, allow_nested: bool = True) -> asyncpg.transaction.Transaction:  # type: ignore[override]
        """A transaction of the bound connection; inside another one a savepoint (Piccolo's own would do nothing)."""
        if not allow_nested and self.connection.is_in_transaction():
            raise RuntimeError("a transaction is already open")
        return self.connection.transaction()

    async def get_new_connection(self) -> OwnConnection:
        """A connection for a statement outside `bound`: only the `piccolo` command makes one."""
        if not self.config:
            if self.find_owner is None:
                raise RuntimeError("no connection is bound: use ENGINE.bound(connection)")
            self.config = (await self.find_owner()).arguments()
        with problems():
            connection: OwnConnection = await super().get_new_connection()
        return connection


ENGINE = PiccoloEngine()
