"""目标 What the read path is meant to reach beside each rival; a miss is written down as one."""

from dataclasses import dataclass

from tests.bench.load import Measured


@dataclass(frozen=True, slots=True)
class Aim:
    """A ratio of ours to a rival's; `least` for requests a second, else at most 1 for what should be lower."""

    case: str
    against: str
    what: str
    least: float | None

    @property
    def title(self) -> str:
        """What is compared."""
        return f"{_WHAT[self.what]} ÷ {_NAMES[self.against]}"

    @property
    def words(self) -> str:
        """The aim in words."""
        return f"≥ {self.least:g}" if self.least is not None else "≤ 1"

    def ratio(self, ours: Measured, theirs: Measured) -> float:
        """The ratio."""
        return float(getattr(ours, self.what) / max(getattr(theirs, self.what), 1e-9))

    def met(self, ratio: float) -> bool:
        """Whether the aim is reached."""
        return ratio >= self.least if self.least is not None else ratio <= 1


_WHAT = {"rate": "每秒 a second", "p99": "p99", "database": "数据库处理器 database CPU"}
_NAMES = {
    "limit": "(i) 极限 the limit",
    "rls": "(ii) PostGraphile, RLS",
    "postgraphile": "(ii) PostGraphile",
    "plain": "(iii) Strawberry + DataLoader",
}
_RATES = {
    "Q1": {"limit": 0.8, "rls": 4.0, "postgraphile": 3.0, "plain": 30.0},
    "Q2": {"limit": 0.75, "rls": 4.0, "postgraphile": 3.0, "plain": 10.0},
    "Q3": {"limit": 0.8, "rls": 3.0, "postgraphile": 2.0, "plain": 10.0},
}


def _of(case: str) -> list[Aim]:
    rates = [Aim(case, rival, "rate", least) for rival, least in _RATES[case[:2]].items()]
    less = [Aim(case, rival, what, None) for what in ("p99", "database") for rival in ("rls", "postgraphile")]
    return rates + less


AIMS = [aim for case in ("Q1", "Q1 last", "Q1 province", "Q2", "Q3", "Q3 province") for aim in _of(case)]
