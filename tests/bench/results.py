"""结果 What one run found."""

from dataclasses import dataclass, field

from tests.bench.cpu import Memory
from tests.bench.load import Measured


@dataclass(slots=True)
class Results:
    """Medians by size and question, memory by size and moment."""

    command: str
    load: float
    postgresql: str = ""
    rows: dict[int, dict[str, int]] = field(default_factory=dict)
    medians: dict[tuple[int, str], dict[str, Measured]] = field(default_factory=dict)
    memory: dict[int, dict[str, dict[str, Memory]]] = field(default_factory=dict)
    policy: dict[int, Measured] = field(default_factory=dict)
    steps: dict[int, dict[str, Measured]] = field(default_factory=dict)
    due: dict[int, Measured] = field(default_factory=dict)
