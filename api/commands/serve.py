"""服务 Serve GraphQL: prepare the database, load the country and a demo province at the first start, listen."""

import asyncio
import os
import signal
import socket
import sys

import click

from api.cluster import Cluster, cluster
from api.errors import Problem, code
from api.resolvers.http.request import MOST_BYTES
from api.settings import Settings, read

PORT_TAKEN = code(
    "PORT_TAKEN",
    500,
    zh="端口 {port} 已被占用",
    en="port {port} is taken",
    next_zh="换一个端口：SHOUWANG_PORT=8001 make run",
    next_en="choose another: SHOUWANG_PORT=8001 make run",
)
DEMO = 20_000
# whoever reuses connections has to be the first to close an idle one, or a request now and then meets one just closed
# here (a proxy answers 502): nginx keeps them 60 seconds, uvicorn by itself 5
KEEP_ALIVE = 75
FIRST_QUERY = """{ me { name posts { unit { name } department duty } }
  households(first: 3, filter: {monitoringState: [IDENTIFIED]}) {
    totalCount
    nodes { headName members { name relation idNumber } cases { category state measures { title } } } } }"""


@click.command()
@click.option("--demo", type=click.IntRange(0), help="演示农户数 Demo households at first start; 20000 if embedded.")
def command(demo: int | None) -> None:
    """服务 Serve GraphQL on SHOUWANG_HOST:SHOUWANG_PORT; the first start loads the country and a demo province."""
    settings = read()
    _port_free(settings)
    # uvicorn raises the signal again once it has closed; unheard, it would leave the embedded server running
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with cluster(settings) as database:
        wanted = demo if demo is not None else DEMO if settings.database_url is None else 0
        asyncio.run(_ready(settings, database, wanted))
        _run(settings)


def _port_free(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise Problem(PORT_TAKEN, port=settings.port) from None


async def _ready(settings: Settings, database: Cluster, demo: int) -> None:
    from api.commands.keys import PLACES
    from api.demo.first_start import first_start
    from api.resolvers.http.introspection import check_introspection
    from api.resolvers.http.trusted import Trusted
    from api.sealing import Sealer, check_keys

    check_introspection(settings)
    Trusted.of(settings)  # told here rather than by every worker
    await database.prepare()
    officials = await first_start(settings, database.logins, demo)
    connection = await database.logins.app.connect()
    try:
        await check_keys(connection, Sealer.of(settings.home, settings.keys_file), PLACES)
    finally:
        await connection.close()
    click.echo(f"\n  守望 Shouwang  http://{settings.host}:{settings.port}/graphql\n")
    if officials:
        click.echo("  演示账号 Demo accounts (a token: .venv/bin/shouwang token ACCOUNT):")
        for name in officials:
            click.echo(f"    {name}")
        click.echo(f"\n  试一试 A first query:\n\n{FIRST_QUERY}\n")
    sys.stdout.flush()


def _run(settings: Settings) -> None:
    import uvicorn

    from api.resolvers.http.protocol import LimitedProtocol, raise_descriptors

    raise_descriptors()

    os.environ.setdefault("SHOUWANG_HOME", str(settings.home))
    uvicorn.run(
        "api.app:create",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=LimitedProtocol,
        access_log=False,
        ws_max_size=MOST_BYTES,
        ws_per_message_deflate=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=10,
    )
