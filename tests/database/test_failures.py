"""故障 What an error of PostgreSQL means to a caller, told without a word of the server's. Q38"""

import socket

import asyncpg
import pytest

from api.database import (
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
from api.errors import Code, Problem

SECRET = "110101199003070000"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (asyncpg.ConnectionDoesNotExistError, DATABASE_UNAVAILABLE),
        (asyncpg.AdminShutdownError, DATABASE_UNAVAILABLE),
        (asyncpg.CannotConnectNowError, DATABASE_UNAVAILABLE),
        (asyncpg.ReadOnlySQLTransactionError, DATABASE_UNAVAILABLE),
        (ConnectionRefusedError, DATABASE_UNAVAILABLE),
        (socket.gaierror, DATABASE_UNAVAILABLE),
        (TimeoutError, DATABASE_UNAVAILABLE),
        (asyncpg.InternalClientError, DATABASE_UNAVAILABLE),
        (asyncpg.TooManyConnectionsError, DATABASE_BUSY),
        (asyncpg.LockNotAvailableError, DATABASE_BUSY),
        (asyncpg.DiskFullError, DATABASE_FULL),
        (asyncpg.InvalidPasswordError, DATABASE_REFUSED),
        (asyncpg.InvalidCatalogNameError, DATABASE_REFUSED),
        (asyncpg.SerializationError, TRY_AGAIN),
        (asyncpg.DeadlockDetectedError, TRY_AGAIN),
        (asyncpg.InvalidCachedStatementError, TRY_AGAIN),
        (asyncpg.OutdatedSchemaCacheError, TRY_AGAIN),
        (asyncpg.QueryCanceledError, DEADLINE_EXCEEDED),
        (asyncpg.CharacterNotInRepertoireError, NOT_STORABLE),
        (asyncpg.NumericValueOutOfRangeError, NOT_STORABLE),
    ],
)
def test_known_errors(error: type[Exception], code: Code) -> None:
    with pytest.raises(Problem) as caught, problems():
        raise error(SECRET)
    assert caught.value.code is code
    assert SECRET not in str(caught.value) + str(caught.value.extensions())
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "error", [asyncpg.UniqueViolationError, asyncpg.UndefinedTableError, asyncpg.InterfaceError, KeyError]
)
def test_errors_that_are_somebody_elses_to_explain_pass(error: type[Exception]) -> None:
    assert problem_of(error("x")) is None
    with pytest.raises(error), problems():
        raise error("x")
