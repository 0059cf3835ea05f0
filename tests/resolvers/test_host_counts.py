"""主机计数 Counts of a host: whatever worker counts, every worker tells the same."""

import subprocess
import sys
from pathlib import Path

import httpx

from api.resolvers.host_counts import HostCounts
from api.roles import Logins
from tests.support.product import running, settings_of

NAMES = ("locked", "step")
ADD = """
import sys
from pathlib import Path
from api.resolvers.host_counts import HostCounts
counts = HostCounts(Path(sys.argv[1]), ("locked", "step"))
for _ in range(500):
    counts.add("locked")
"""


def test_what_several_processes_count_at_once_is_counted_once_each(tmp_path: Path) -> None:
    counts = HostCounts(tmp_path / "counts", NAMES)
    adding = [subprocess.Popen([sys.executable, "-c", ADD, tmp_path / "counts"]) for _ in range(3)]
    counts.add("step")
    assert [process.wait(60) for process in adding] == [0, 0, 0]
    assert counts.read() == {"locked": 1500, "step": 1}
    counts.clear()
    assert HostCounts(tmp_path / "counts", NAMES).read() == {}
    counts.close()


async def test_every_worker_of_a_host_tells_the_same_of_its_policy(database: Logins, tmp_path: Path) -> None:
    settings = settings_of(database, tmp_path)
    async with running(settings) as (first, address), running(settings) as (_, another), httpx.AsyncClient() as client:
        assert first._endpoint is not None
        assert "policyDiffers" not in (await client.get(f"{another}/readyz")).json()
        first._endpoint.worker.double_check.tell("locked")
        answers = [(await client.get(f"{place}/readyz")).json() for place in (address, another)]
    assert [answer["policyDiffers"] for answer in answers] == [{"locked": 1}, {"locked": 1}]
