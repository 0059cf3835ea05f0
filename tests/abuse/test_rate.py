"""What an account may spend: one bucket for all workers of a host, and what a client is told of it."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Problem
from api.resolvers.rate import SLOTS, Rate


class Clock:
    """Seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_full_bucket_an_empty_one_and_the_wait(tmp_path: Path, clock: Clock) -> None:
    rate = Rate(tmp_path / "rate", 100, 1000, clock)
    assert (rate.spend(7, 600).remaining, rate.spend(7, 400).remaining) == (400, 0)
    with pytest.raises(Problem) as caught:
        rate.spend(7, 250)
    assert (caught.value.code.name, caught.value.code.status, caught.value.facts["retry_after"]) == (
        "RATE_LIMITED", 429, 3,
    )  # fmt: skip
    assert rate.spend(8, 1000).remaining == 0, "another account has a bucket of its own"
    clock.now += 2.5
    left = rate.spend(7, 250)
    assert (left.limit, left.remaining, left.reset) == (1000, 0, 10.0)


def test_a_refusal_takes_nothing(tmp_path: Path, clock: Clock) -> None:
    rate = Rate(tmp_path / "rate", 100, 1000, clock)
    rate.spend(7, 900)
    for _ in range(50):
        with pytest.raises(Problem):
            rate.spend(7, 200)
    assert rate.spend(7, 100).remaining == 0


def test_two_workers_share_a_bucket(tmp_path: Path, clock: Clock) -> None:
    first, second = (Rate(tmp_path / "rate", 1, 1000, clock) for _ in range(2))
    first.spend(7, 600)
    assert second.spend(7, 300).remaining == 100


def test_processes_at_once_never_spend_the_same_points(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from api.errors import Problem; from api.resolvers.rate import Rate\n"
        "rate, got = Rate(Path(sys.argv[1]), 1, 20_000, lambda: 5.0), 0\n"
        "for _ in range(20_000):\n"
        "    try: rate.spend(7, 1); got += 1\n"
        "    except Problem: break\n"
        "print(got)"
    )
    workers = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path / "rate"], stdout=subprocess.PIPE) for _ in range(3)
    ]
    spent = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(spent) == 20_000


def test_a_machine_that_started_anew_has_full_buckets(tmp_path: Path, clock: Clock) -> None:
    Rate(tmp_path / "rate", 1, 1000, clock).spend(7, 1000)
    clock.now = 3.0
    assert Rate(tmp_path / "rate", 1, 1000, clock).spend(7, 1000).remaining == 0


@given(st.lists(st.tuples(st.integers(1, 2**62), st.integers(1, 500)), max_size=60))
def test_nobody_spends_more_than_was_there(tmp_path_factory: pytest.TempPathFactory, spending: list[tuple[int, int]]):
    rate = Rate(tmp_path_factory.mktemp("rate") / "rate", 1, 1000, lambda: 1.0)
    spent: dict[int, int] = {}
    for account, cost in spending:
        try:
            rate.spend(account, cost)
        except Problem:
            assert spent.get(account, 0) + cost > 1000
        else:
            spent[account] = spent.get(account, 0) + cost
    assert all(total <= 1000 for total in spent.values())


def test_the_table_has_one_size_for_ever(tmp_path: Path, clock: Clock) -> None:
    rate = Rate(tmp_path / "rate", 1, 1000, clock)
    for account in range(1, 3000):
        rate.spend(account, 1)
    assert (tmp_path / "rate").stat().st_size == SLOTS * 24
