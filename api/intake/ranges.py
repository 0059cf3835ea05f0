"""取值 Values that a cell of the collection form may hold, beyond the bounds of its column. Q12 (ours)"""

from decimal import Decimal

from api.schema.bounds import COUNTED, TITLE
from api.sealing import Identifier

FIRST_YEAR = 2014
LONGEST, SCANNED_FROM = TITLE.longest, 7
EXACT = 10**15
"""Excel keeps 15 digits of a number; from here on the last ones are lost."""
MOST_AMOUNT, ODD_AMOUNT = Decimal(100_000_000), Decimal(1_000_000)
MOST_QUANTITY = Decimal(1_000_000)
ODD_QUANTITY = {"farmland": Decimal(100), "housing_area": Decimal(1000), "road_distance": Decimal(100)}
"""Above these an official is asked to look again (ours; 耕地 over 100 mu is suspect in county practice)."""
WHOLE_RANGES = {
    "people": (1, 99),
    "counted": (COUNTED.lowest, COUNTED.highest),
    "disability_grade": (1, 4),
    "work_months": (0, 12),
}
WHOLE_VALUE = {Identifier.PHONE: 7, Identifier.ID_NUMBER: 15, Identifier.BANK_ACCOUNT: 12}
"""From how many characters on a part of a cell is a number of its own: shorter ones are groups of one number."""
CHOICES = 20
"""How many choices a message lists; longer lists stand on the template's sheet of choices."""
