"""对比两个检出 Two checkouts of the product in turn on the same questions: is one slower than the other?

    python -m tests.bench.paired OTHER_CHECKOUT [--rounds 20] [--seconds 2] [--households 20000]

Each checkout serves its own database by its own `shouwang serve`, and is asked over HTTP alone: Q1, Q2 and clueReport.
Rounds alternate, and the order within a pair changes each time. The medians of the paired ratios (this checkout to the
other) are printed with their 95 % intervals, by resampling the pairs: of requests a second, and of the CPU time that a
request takes in the workers and in PostgreSQL, which a noisy machine changes less.
"""

import http.client
import json
import os
import random
import re
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.bench import cpu
from tests.bench.queries import OURS
from tests.bench.rivals import free_port

HERE = Path(__file__).parents[2]
COUNTY = "500230"
PATIENCE, MOST = 1800, 6000
REPORT = """mutation S($input: ClueReportInput!) { clueReport(input: $input) {
  taken problems { code } clue { id state dueOn } } }"""
HOUSEHOLDS = "query H($region: String!) { households(first: 100, filter: {region: $region}) { nodes { id } } }"


@dataclass(frozen=True, slots=True)
class Product:
    """One checkout that serves.

    name       how it is told
    port       where it listens
    server     the supervisor's pid
    database   the postmaster's pid
    county     a token of a county official
    township   a token of a township official in that county
    """

    name: str
    port: int
    server: int
    database: int
    county: str
    township: str

    def ask(self, query: str, token: str, **variables: Any) -> Any:
        """The data of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables}), headers)
        body = json.loads(connection.getresponse().read())
        connection.close()
        if "errors" in body:
            raise SystemExit(f"{self.name} answered {body['errors']}")
        return body["data"]


@contextmanager
def serving(name: str, checkout: Path, home: Path, households: int, rate: int = 0) -> Iterator[Product]:
    """A checkout that serves until the block ends; its first start loads the country and the demo province."""
    port = free_port()
    shouwang = str(checkout / ".venv" / "bin" / "shouwang")
    environment = {**os.environ, "SHOUWANG_HOME": str(home), "SHOUWANG_PORT": str(port), "SHOUWANG_RATE": str(rate)}
    log = home.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [shouwang, "serve", "--demo", str(households)],
            cwd=checkout, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, port, log)

        def token(account: str) -> str:
            command = [shouwang, "token", account, "--hours", "24"]
            return subprocess.run(
                command, cwd=checkout, env=environment, check=True, capture_output=True, text=True
            ).stdout.strip()

        yield Product(
            name,
            port,
            process.pid,
            int(next(home.glob("pg*/**/postmaster.pid")).read_text().split()[0]),
            token(f"county.rural_revitalization.handler@{COUNTY}"),
            token(_township(log, shouwang, environment)),
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _township(log: Path, shouwang: str, environment: dict[str, str]) -> str:
    """The account of a township handler in the county."""
    for number in range(1, 400):
        unit = f"{COUNTY}{number:03}"
        listed = subprocess.run(
            [shouwang, "officials", "list", "--unit", unit],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        match = re.search(rf"township\.rural_revitalization\.handler@{unit}", listed)
        if match:
            return match[0]
    raise SystemExit(f"no township official below {COUNTY}; {log} may say why")


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.5)
        finally:
            connection.close()
    raise SystemExit(f"{log} says why this checkout does not serve")


def bodies(product: Product, question: str, seconds: int) -> tuple[str, list[bytes]]:
    """The token and the requests of one round."""
    if question == "clueReport":
        unit = product.ask("{ me { posts { unit { code } } } }", product.township)["me"]["posts"][0]["unit"]["code"]
        rows = product.ask(HOUSEHOLDS, product.township, region=unit)["households"]["nodes"]
        run = secrets.token_hex(6)
        inputs = [
            {"id": rows[index % len(rows)]["id"], "version": 1, "key": f"{run}-{index}", "source": "CADRE_SCREENING"}
            for index in range(MOST * seconds)
        ]
        return product.township, [json.dumps({"query": REPORT, "variables": {"input": row}}).encode() for row in inputs]
    if question == "Q1":
        variables: list[dict[str, Any]] = [{"region": COUNTY, "first": 50, "after": None}]
    else:
        rows = product.ask(HOUSEHOLDS, product.county, region=COUNTY)["households"]["nodes"]
        variables = [{"id": row["id"]} for row in rows]
    return product.county, [json.dumps({"query": OURS[question], "variables": row}).encode() for row in variables]


@dataclass(frozen=True, slots=True)
class Load:
    """What a round puts on a product: so many connections, each with one request at a time, for so many seconds."""

    connections: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round measured: requests a second, and CPU milliseconds a request in the workers and in PostgreSQL."""

    rate: float
    server: float
    database: float


def measure(product: Product, question: str, load: Load, folder: Path, *, warming: bool = False) -> Figures:
    """One round; wrong answers end the run, unless it only warms caches and connections."""
    token, requests = bodies(product, question, load.seconds)
    file = folder / f"{product.name}-{question}.txt"
    file.write_bytes(b"\n".join(requests) + b"\n")
    command = [
        sys.executable, "-m", "tests.bench.client", str(product.port), str(load.connections), str(load.seconds),
        str(file), "20", token,
    ]  # fmt: skip
    before = cpu.seconds(product.server), cpu.seconds(product.database)
    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE).stdout
    server, database = (cpu.seconds(product.server) - before[0], cpu.seconds(product.database) - before[1])
    match = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", output)
    if match is None or (int(match[5]) and not warming):
        raise SystemExit(f"{product.name}, {question}: {output}")
    count = max(1, int(match[1]))
    return Figures(count / int(match[2]) * 1e6, server / count * 1e3, database / count * 1e3)


def interval(ratios: list[float], draws: int = 4000) -> tuple[float, float, float]:
    """The median of paired ratios and its 95 % interval, by resampling the pairs."""
    random.seed(1)
    medians = sorted(statistics.median(random.choices(ratios, k=len(ratios))) for _ in range(draws))
    return statistics.median(ratios), medians[int(draws * 0.025)], medians[int(draws * 0.975)]


@click.command()
@click.argument("other", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", default=20, show_default=True)
@click.option("--seconds", default=2, show_default=True)
@click.option("--connections", default=16, show_default=True)
@click.option("--households", default=20_000, show_default=True)
@click.option(
    "--home", type=click.Path(path_type=Path), help="数据 Where both databases are kept; a new folder if unset."
)
@click.option("--only", multiple=True, help="问题 Questions; Q1, Q2 and clueReport when none is given.")
def main(
    other: Path,
    rounds: int,
    seconds: int,
    connections: int,
    households: int,
    home: Path | None,
    only: tuple[str, ...],
) -> None:
    """Measure this checkout against another one."""
    folder = (home or Path(tempfile.mkdtemp(prefix="paired-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    load = Load(connections, seconds)
    with ExitStack() as stack:
        products = [
            stack.enter_context(serving(name, checkout.absolute(), folder / name, households))
            for name, checkout in (("this", HERE), ("other", other))
        ]
        for question in only or ("Q1", "Q2", "clueReport"):
            for product in products:
                measure(product, question, load, folder, warming=True)
            pairs = list[dict[str, Figures]]()
            for number in range(rounds):
                order = products if number % 2 else products[::-1]
                pairs.append({product.name: measure(product, question, load, folder) for product in order})
            for figure, unit in (("rate", "/s"), ("server", " ms CPU"), ("database", " ms CPU")):
                click.echo(f"{question} {figure}: {_compared(pairs, figure, unit)}")


def _compared(pairs: list[dict[str, Figures]], figure: str, unit: str) -> str:
    """Both medians of a figure, the median of its paired ratios and their interval, in words."""
    values = [(getattr(pair["this"], figure), getattr(pair["other"], figure)) for pair in pairs]
    middle, low, high = interval([this / other for this, other in values])
    this, other = (statistics.median(column) for column in zip(*values, strict=True))
    return (
        f"this {this:.4g}{unit}, other {other:.4g}{unit}; ratio {middle:.3f}, "
        f"95 % interval {low:.3f} to {high:.3f}, {len(pairs)} pairs"
    )


if __name__ == "__main__":
    main()
