"""执行者 Holders of rules that no step and no other code of the product calls. RULES §0

What calls a rule is read off the code (`api/projection/holders.py`) and not written down a second time.
"""

from dataclasses import dataclass

from api.rules.words.vocabulary import Word


class Later(Word):
    """尚未执行 The part of the product, not built yet, that will hold a rule: until then it is not yet in force."""

    SCREENING = "排查核实", "Screening tasks and warnings, and what is found in an import."
    COMPARISON = "数据比对", "Comparison with the data of other departments."
    SUPERVISION = "监督预警", "Ledgers, alerts over many households, and urging."
    STATISTICS = "统计", "Counts of persons and households by group."
    HOTLINE = "12317 平台", "Tickets of the hotline."
    HOUSEHOLDS = "户籍维护", "Members and households kept by steps, identity numbers included."


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger of the database, by its table and its name."""

    table: str
    name: str

    def __str__(self) -> str:
        return f"database trigger {self.table}.{self.name}"


@dataclass(frozen=True, slots=True)
class Routine:
    """A function of the database, by its name."""

    name: str

    def __str__(self) -> str:
        return f"database function {self.name}"


Holder = Trigger | Routine | Later
