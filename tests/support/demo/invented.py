"""What the tests' demo province is: its day, size and seed; and a plan of invented villages, without a database."""

from datetime import date

from api.demo.world import Limit, Plan, Village
from api.sealing import Keyring

ON = date(2026, 5, 20)
HOUSEHOLDS, SEED = 2100, 7


def plan_of(keys: Keyring, seed: int = SEED) -> Plan:
    place = "50\t\\N\t500110\t500110101\t500110101{:03}"
    villages = [
        Village(number, f"第{number}村村民委员会", "500110", place.format(number), 40) for number in range(1, 101)
    ]
    limits = {year: Limit(year - 2000, 6000 + 500 * (year - 2021)) for year in range(2021, 2027)}
    return Plan("50", seed, ON, tuple(villages), limits, keys)
