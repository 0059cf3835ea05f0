"""数据库 Connections to PostgreSQL: reader, writer, listener, and the meaning of its errors. DESIGN §4, §7

    connection  the driver's types under the product's names
    dsn         where a database is and who signs in; every part is always told, so PG* variables never matter
    failures    what PostgreSQL's errors mean to a caller, as Problems
    writer      the pool for writes: connections of the app role
    link_settings  what every connection is opened with
    link_watch  ends connections whose link is dead
    reader      the planner's read pool: finished JSON as bytes, prepared statements, deadlines
    rows        statements whose rows have a known shape
    listener    one connection per worker that hears what may be new

`piccolo_engine` holds `ENGINE`, which migrations run on: Piccolo's statements go to the connection bound to it.
"""

from api.database.connection import Connection, OwnConnection, Pool, PooledConnection, Row, Statement
from api.database.dsn import BAD_URL, Dsn
from api.database.errors import (
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
from api.database.link_settings import LONG
from api.database.link_watch import watched_connection
from api.database.listener import Listener
from api.database.piccolo_engine import ENGINE
from api.database.reader import Reader
from api.database.rows import fetch_only, fetch_row, fetch_rows
from api.database.writer import Writer

__all__ = [
    "BAD_URL",
    "DATABASE_BUSY",
    "DATABASE_FULL",
    "DATABASE_REFUSED",
    "DATABASE_UNAVAILABLE",
    "DEADLINE_EXCEEDED",
    "ENGINE",
    "LONG",
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
    "Statement",
    "Writer",
    "fetch_only",
    "fetch_row",
    "fetch_rows",
    "problem_of",
    "problems",
    "watched_connection",
]
