"""演示岗位 Chooses the units that get demo officials: a city, some counties, townships and villages in them.

`FEATURED` names the ones that documentation and tours speak of; any other province gets its first ones by code.
"""

from api.database import Connection
from api.rules.units import NATION

FEATURED = {"50": ("500110", "50W", "500230")}
"""重庆市: 綦江区, 万盛经开区 beside it, and 丰都县 with its 观音寺社区."""
FEATURED_VILLAGES = ("500230113001",)
COUNTIES, VILLAGES = 2, 2

_CITY = "SELECT code FROM unit WHERE province = $1 AND tier = 'CITY' AND valid_until IS NULL ORDER BY code LIMIT 1"
_COUNTIES = """
SELECT DISTINCT ON (city IS NULL, city, code) code FROM unit
WHERE province = $1 AND tier = 'COUNTY' AND valid_until IS NULL
  AND EXISTS (SELECT FROM unit v WHERE v.county = unit.code AND v.tier = 'VILLAGE' AND v.valid_until IS NULL)
ORDER BY city IS NULL, city, code LIMIT $2"""
_VILLAGES = """
SELECT code, township FROM unit WHERE county = $1 AND tier = 'VILLAGE' AND valid_until IS NULL
ORDER BY code = ANY($2::text[]) DESC, substr(code, 10, 1) <> '2', code LIMIT $3"""


async def staffed_units(connection: Connection, province: str) -> list[str]:
    """Codes of the units that get demo officials, the nation first, villages last."""
    city = await connection.fetchval(_CITY, province)
    counties = FEATURED.get(province) or [row["code"] for row in await connection.fetch(_COUNTIES, province, COUNTIES)]
    below: list[str] = []
    for county in counties:
        rows = await connection.fetch(_VILLAGES, county, list(FEATURED_VILLAGES), VILLAGES)
        below.extend(row["township"] for row in rows)
        below.extend(row["code"] for row in rows)
    ordered = [NATION, province, *([city] if city else []), *counties, *below]
    return list(dict.fromkeys(ordered))
