"""数据库 How the product talks to PostgreSQL. DESIGN §4, §7

    connection  the driver's types under the product's names
    dsn         where a database is and who signs in; every part is always told, so PG* variables never matter
    failures    what PostgreSQL's errors mean to a caller, as Problems
    engine      the Piccolo engine for writes: transactions that never leak, real savepoints
    reader      the planner's read pool: finished JSON as bytes, prepared statements, deadlines
    listener    one connection per worker that hears what may be new

`ENGINE` is the one engine of this process. It connects to nothing until `configure` told it where.
"""

from api.database.connection import Connection, OwnConnection, Pool, PooledConnection, Row, Statement
from api.database.dsn import BAD_URL, Dsn
from api.database.engine import ENGINE, SafeEngine, Transaction, configure
from api.database.failures import (
    DATABASE_BUSY,
    DATABASE_FULL,
    DATABASE_REFUSED,
    DATABASE_UNAVAILABLE,
    DEADLINE_EXCEEDED,
    NOT_STORABLE,
    TRY_AGAIN,
    problem_of,
    problems,
)
from api.database.listener import Listener
from api.database.reader import Reader

__all__ = [
    "BAD_URL",
    "DATABASE_BUSY",
    "DATABASE_FULL",
    "DATABASE_REFUSED",
    "DATABASE_UNAVAILABLE",
    "DEADLINE_EXCEEDED",
    "ENGINE",
    "NOT_STORABLE",
    "TRY_AGAIN",
    "Connection",
    "Dsn",
    "Listener",
    "OwnConnection",
    "Pool",
    "PooledConnection",
    "Reader",
    "Row",
    "SafeEngine",
    "Statement",
    "Transaction",
    "configure",
    "problem_of",
    "problems",
]
