"""故障 Translates PostgreSQL's errors for callers. Server texts never pass through: they may hold personal values. Q38

DATABASE_UNAVAILABLE  503  not reachable, restarting, the link was lost: try again after `retry` seconds
DATABASE_BUSY         503  no free connection, too many, or a lock held too long
DEADLINE_EXCEEDED     503  the request's own deadline passed; its statement was cancelled
TRY_AGAIN             409  two transactions met (serialization, deadlock), or a migration and a statement: the same
                           request may succeed now
NOT_STORABLE          400  a value no column can hold: NUL, a lone surrogate, out of range
DATABASE_FULL         507  the server's disk is full
DATABASE_REFUSED      500  wrong password, no such database: the operator's to mend
CLIENT_FILES_FORBIDDEN 500 $HOME can't be read, where the driver looks for client certificates: the operator's to mend
"""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from api.errors import Code, Problem, code

DATABASE_UNAVAILABLE = code(
    "DATABASE_UNAVAILABLE",
    503,
    zh="数据库暂时无法访问",
    en="the database cannot be reached",
    next_zh="{retry} 秒后重试；若持续出现，请运维人员检查数据库是否运行、连接设置是否正确",
    next_en="try again in {retry} s; if it lasts, the operator checks that the database runs and its URL is right",
)
DATABASE_BUSY = code(
    "DATABASE_BUSY",
    503,
    zh="数据库繁忙",
    en="the database is busy",
    next_zh="{retry} 秒后重试",
    next_en="try again in {retry} s",
)
DEADLINE_EXCEEDED = code(
    "DEADLINE_EXCEEDED",
    503,
    zh="请求超过时限，已取消",
    en="the request ran past its deadline and was cancelled",
    next_zh="缩小查询范围，或稍后重试",
    next_en="ask for less, or try again later",
)
TRY_AGAIN = code(
    "TRY_AGAIN",
    409,
    zh="同时有另一处修改，本次未生效",
    en="another change happened at the same moment; nothing was done",
    next_zh="重新提交同一请求",
    next_en="send the same request again",
)
NOT_STORABLE = code(
    "NOT_STORABLE",
    400,
    zh="有一个值数据库无法保存",
    en="one of the values cannot be stored",
    next_zh="检查文字中的不可见字符、数字与日期的范围",
    next_en="look for invisible characters, and at the range of numbers and dates",
)
DATABASE_FULL = code(
    "DATABASE_FULL",
    507,
    zh="数据库服务器磁盘已满，本次未生效",
    en="the database server's disk is full; nothing was done",
    next_zh="清理数据库服务器的磁盘",
    next_en="free space on the database server's disk",
)
DATABASE_REFUSED = code(
    "DATABASE_REFUSED",
    500,
    zh="数据库拒绝登录",
    en="the database refused the login",
    next_zh="请运维人员检查数据库的用户、口令与名称",
    next_en="the operator checks user, password and database of its URL",
)
CLIENT_FILES_FORBIDDEN = code(
    "CLIENT_FILES_FORBIDDEN",
    500,
    zh="无权读取 {path}，数据库驱动在此查找客户端证书",
    en="{path} can't be read; the database driver looks there for client certificates",
    next_zh="请运维人员为本服务指定可读的主目录，或在数据库登录地址中写明是否加密",
    next_en="let the operator give the service a readable home folder, or say in the login whether to encrypt",
)
_CLIENT_FILES = "/.postgresql/"

BY_STATE: dict[str, tuple[Code, dict[str, int]]] = {
    "22": (NOT_STORABLE, {}),
    "08": (DATABASE_UNAVAILABLE, {"retry": 1}),
    "28": (DATABASE_REFUSED, {}),
    "3D000": (DATABASE_REFUSED, {}),
    "25006": (DATABASE_UNAVAILABLE, {"retry": 5}),
    "40": (TRY_AGAIN, {}),
    "53100": (DATABASE_FULL, {}),
    "53": (DATABASE_BUSY, {"retry": 5}),
    "55P03": (DATABASE_BUSY, {"retry": 1}),
    "57014": (DEADLINE_EXCEEDED, {}),
    "57P": (DATABASE_UNAVAILABLE, {"retry": 1}),
}


def is_lost(error: BaseException) -> bool:
    """Whether the error says that the connection itself is gone."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(("08", "57P"))
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in str(error)
    if isinstance(error, asyncpg.InternalClientError):
        return True  # the server said good-bye to an idle connection and the driver lost its thread
    return isinstance(error, OSError) and not isinstance(error, TimeoutError) and not _is_client_file(error)


def _is_client_file(error: BaseException) -> bool:
    return isinstance(error, PermissionError) and _CLIENT_FILES in str(error.filename)


def problem_of(error: BaseException) -> Problem | None:
    """The Problem an error of asyncpg or of the network stands for; None for one that only our own fault explains."""
    if isinstance(error, asyncpg.InvalidCachedStatementError | asyncpg.OutdatedSchemaCacheError):
        return Problem(TRY_AGAIN)  # a migration beside us: the driver has forgotten what it knew of the table
    if isinstance(error, asyncpg.PostgresError):
        state = str(error.sqlstate)
        for length in (5, 3, 2):
            if state[:length] in BY_STATE:
                kind, facts = BY_STATE[state[:length]]
                return Problem(kind, **facts)
        return None
    if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):  # refused before it was sent
        return Problem(NOT_STORABLE)
    if isinstance(error, PermissionError) and _is_client_file(error):
        return Problem(CLIENT_FILES_FORBIDDEN, path=str(error.filename))
    if isinstance(error, TimeoutError):
        return Problem(DATABASE_UNAVAILABLE, retry=1)
    return Problem(DATABASE_UNAVAILABLE, retry=1) if is_lost(error) else None


@contextmanager
def problems() -> Iterator[None]:
    """Turn the errors of what runs inside into Problems; others pass unchanged."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        problem = problem_of(error)
        if problem is None:
            raise
        raise problem from None  # the cause's text may hold a personal value
