"""What an import said and left on record."""

from typing import Any

from api.intake.households import Outcome


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in outcome.faults if not fault.warning]


async def imports(app: Any) -> list[Any]:
    return list(await app.fetch("SELECT * FROM event WHERE object_type = 'HouseholdFile' ORDER BY id DESC"))
