"""服务 Serve GraphQL: prepare the database, load the country and a demo province at the first start, listen."""

import os
import signal
import socket
import sys
from functools import partial
from types import FrameType

import click

from api.cluster import Cluster, cluster
from api.database import DATABASE_REFUSED
from api.errors import Problem, code
from api.serving.preparation import Preparation
from api.settings import Settings, read

PORT_TAKEN = code(
    "PORT_TAKEN",
    500,
    zh="端口 {port} 已被占用",
    en="port {port} is taken",
    next_zh="换一个端口：SHOUWANG_PORT=8001 make run",
    next_en="choose another: SHOUWANG_PORT=8001 make run",
)
BACKLOG = 2048
DEMO = 20_000
FIRST_QUERY = """{ me { name posts { unit { name } department duty } }
  households(first: 3, filter: {monitoringState: [IDENTIFIED]}) {
    totalCount
    nodes { headName members { name relation idNumber } cases { category state measures { title } } } } }"""


@click.command()
@click.option("--demo", type=click.IntRange(0), help="演示农户数 Demo households at first start; 20000 if embedded.")
def command(demo: int | None) -> None:
    """服务 Serve GraphQL on SHOUWANG_HOST:SHOUWANG_PORT; the first start loads the country and a demo province."""
    settings = read()
    listening = _bound(settings)
    signal.signal(signal.SIGTERM, _leave)  # unheard, it would leave the embedded server running
    with cluster(settings, keep=True) as database:
        wanted = demo if demo is not None else DEMO if settings.database_url is None else 0
        preparation = Preparation(partial(_ready, settings, database, wanted))
        preparation.begin()
        status = _supervise(settings, listening, preparation.waiting)
        preparation.check()
    sys.exit(status)


def _leave(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt what ends
    sys.exit(0)


def _bound(settings: Settings) -> socket.socket:
    """The socket that every worker accepts from; PORT_TAKEN."""
    family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(BACKLOG)  # a port that is bound alone could be bound by another as well
    except OSError:
        listening.close()
        raise Problem(PORT_TAKEN, port=settings.port) from None
    return listening


async def _ready(settings: Settings, database: Cluster, demo: int) -> None:
    from api.demo.first_start import first_start
    from api.key_fit import fitting_sealer
    from api.resolvers.http.introspection import check_introspection
    from api.resolvers.http.trusted import Trusted

    check_introspection(settings)
    Trusted.of(settings)  # told here rather than by every worker
    await _check_keys(settings, database)
    await database.prepare()
    officials = await first_start(settings, database.logins, demo)
    await fitting_sealer(settings, database.logins.app)
    click.echo(f"\n  守望 Shouwang  http://{settings.host}:{settings.port}/graphql\n")
    if officials:
        click.echo("  演示账号 Demo accounts (a token: .venv/bin/shouwang token ACCOUNT):")
        for name in officials:
            click.echo(f"    {name}")
        click.echo(f"\n  试一试 A first query:\n\n{FIRST_QUERY}\n")
    sys.stdout.flush()


async def _check_keys(settings: Settings, database: Cluster) -> None:
    """KEYS_DO_NOT_FIT, KEYS_UNUSABLE before anything is written; an embedded database that is not made yet fits any."""
    from api.key_fit import fitting_sealer

    name = database.logins.owner.database
    try:
        await fitting_sealer(
            settings, database.admin.to_database(name) if database.makes_database else database.logins.owner
        )
    except Problem as problem:
        if not (database.makes_database and problem.code is DATABASE_REFUSED):
            raise


def _supervise(settings: Settings, listening: socket.socket, waiting: int) -> int:
    from api.app import policy_differences
    from api.resolvers.http.protocol import raise_descriptors
    from api.serving.supervisor import Supervisor, start_worker

    raise_descriptors()
    policy_differences(settings).clear()
    os.environ.setdefault("SHOUWANG_HOME", str(settings.home))
    return Supervisor(listening, settings.workers, partial(start_worker, waiting)).run()
