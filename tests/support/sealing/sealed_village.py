"""测试 Rows with sealed numbers: villages of the owner's; their households and members, written as the app role."""

from datetime import date
from typing import Any

from api.sealing import Sealer, row_ids

VILLAGES = {"500110001001": ("50", "500110", "500110001"), "520302001001": ("52", "520302", "520302001")}


async def add_villages(owner: Any) -> None:
    """The villages of VILLAGES, unless they are there; units are the owner's."""
    for code, (province, county, township) in VILLAGES.items():
        await owner.execute(
            """INSERT INTO unit (code, name, tier, province, county, township, village, western, development_zone,
                 unverified, valid_from)
               SELECT $1, '测试单位', 'VILLAGE', $2, $3, $4, $1, true, false, false, '2020-01-01'
               WHERE NOT EXISTS (SELECT FROM unit WHERE code = $1)""",
            code,
            province,
            county,
            township,
        )


async def add_household(connection: Any, village: str) -> int:
    """A household of a village of VILLAGES."""
    province, county, township = VILLAGES[village]
    unit = await connection.fetchval("SELECT id FROM unit WHERE code = $1", village)
    return int(
        await connection.fetchval(
            """INSERT INTO household (kind_of_household, head_name, people, unit, jurisdiction, safety_net, relocated,
                 registered_on, version, updated_at, province, county, township, village)
               VALUES ('GENERAL', '测试户主', 1, $1, 'HUKOU', false, false, '2021-01-01', 1, now(), $2, $3, $4, $5)
               RETURNING id""",
            unit,
            province,
            county,
            township,
            village,
        )
    )


async def add_member(
    connection: Any, sealer: Sealer, household: int, number: str | None, phone: str | None, left_on: date | None = None
) -> int:
    (row,) = await row_ids(connection, "member", 1)
    values: list[Any] = []
    for column, value in (("id_number", number), ("phone", phone)):
        sealed = None if value is None else sealer.seal("member", column, row, value)
        values += [None] * 3 if sealed is None else [sealed.sealed, sealed.index, sealed.masked]
    await connection.execute(
        """INSERT INTO member (id, household, name, relation, sex, id_number_sealed, id_number_index, id_number_masked,
             phone_sealed, phone_index, phone_masked, left_on)
           VALUES ($1, $2, '测试成员', '01', 'FEMALE', $3, $4, $5, $6, $7, $8, $9)""",
        row,
        household,
        *values,
        left_on,
    )
    return row
