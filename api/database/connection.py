"""连接 The driver's types under the product's names, so that no signature says `Any` for a connection.

Connection        runs statements, whether its own or a pool's: what nearly every signature asks for
OwnConnection     opened by `Dsn.connect`, outside any pool; whoever opened it closes it
PooledConnection  of a pool; the pool takes it back
Pool              connections of one login
Statement         a prepared statement of one connection
Row               a row as the driver gives it: by column name or position
"""

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from asyncpg.prepared_stmt import PreparedStatement

OwnConnection: TypeAlias = asyncpg.Connection
PooledConnection: TypeAlias = PoolConnectionProxy
Connection: TypeAlias = OwnConnection | PooledConnection
Pool: TypeAlias = asyncpg.Pool
Statement: TypeAlias = PreparedStatement
Row: TypeAlias = asyncpg.Record
