"""What lies before the nation is what was submitted: by plain SQL as the app's login, an official signed in. Q40

The first test is the attack that once passed, step by step. Each refusal also shows that nothing has changed.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.support.national.nationally import Nationally
from tests.support.national.trust import in_earnest

ATTACH = """
insert into evidence (household, item, name, media_type, size, sha256, recorded_at, content, account, person, post)
select household, id, 'a', 'application/pdf', 1, 'x', now(), '\\x00', 1, 1, 1 from request_item where id = {item}"""
REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)


class Ground:
    """A submitted request of two items, an open one, and an item in no request."""

    def __init__(self, nationally: Nationally, request: int, items: list[int], draft: int, loose: int) -> None:
        self.nationally, self.request, self.items, self.draft, self.loose = nationally, request, items, draft, loose

    async def reading(self) -> list[Any]:
        """All that the reviewer reads of the submitted request."""
        tables = {
            "national_request": "id = $1", "request_item": "request = $1",
            "request_effect": "item in (select id from request_item where request = $1)",
            "evidence": "item in (select id from request_item where request = $1)",
        }  # fmt: skip
        return [
            [tuple(row) for row in await self.nationally.owner.fetch(
                f'select * from "{table}" where {which} order by id', self.request)]
            for table, which in tables.items()
        ]  # fmt: skip

    async def refused(self, *statements: str) -> None:
        """One of the statements, or their COMMIT, is refused, and the reviewer reads what was submitted."""
        before = await self.reading()
        names = {"request": self.request, "item": self.items[0], "loose": self.loose, "draft": self.draft}
        with pytest.raises(REFUSED):
            await self._together([sql.format(**names) for sql in statements])
        assert await self.reading() == before

    async def _together(self, statements: list[str]) -> None:
        async with self.nationally.app.transaction():
            for sql in statements:
                await self.nationally.app.execute(sql)


@pytest_asyncio.fixture(scope="module")
async def ground(nationally: Nationally, database: Any) -> AsyncIterator[Ground]:
    items = [await nationally.proposed(await nationally.eliminated(), "WITHDRAWAL") for _ in range(2)]
    request = await nationally.submitted(items)
    loose = await nationally.proposed(await nationally.eliminated(), "WITHDRAWAL")
    draft = await nationally.insert(
        "national_request", province="50", state="DRAFT", size=0, composed_on=await nationally.owner.fetchval(
            "select current_date"), version=1,
    )  # fmt: skip
    async with in_earnest(nationally.owner, database.owner.database):
        yield Ground(nationally, request, items, draft, loose)


async def test_the_lines_a_reviewer_reads_are_not_forged(ground: Ground) -> None:
    """As it was done: the effects of a submitted item replaced by a harmless line, the digest left as it was."""
    await ground.nationally.sign_in("county", ground.nationally.app)
    await ground.refused("delete from request_effect where item = {item}")
    await ground.refused("update request_effect set after = before where item = {item}")
    await ground.refused(
        "insert into request_effect (household, item, object_type, object_id, field) select household, id, 'Household',"
        " household, 'note' from request_item where id = {item}"
    )
    await ground.refused("select write_effects(array[{item}]::bigint[])")
    await ground.refused("update request_item set digest = 'x' where id = {item}")


@pytest.mark.parametrize(
    "statements",
    [
        ["update request_item set state = 'PROPOSED' where id = {item}"],
        ["update request_item set state = 'PROPOSED', request = null where id = {item}"],
        ["update request_item set state = 'PROPOSED', request = {draft} where id = {item}"],
        ["update request_item set state = 'RETRACTED' where id = {item}"],
        [
            "update request_item set state = 'PROPOSED' where id = {item}",
            "update request_item set grounds = '别的' where id = {item}",
            "select write_effects(array[{item}]::bigint[])",
            "update request_item set state = 'SUBMITTED' where id = {item}",
        ],
        ["update request_item set request = {request} where id = {loose}"],
        ["update request_item set request = {request}, state = 'SUBMITTED' where id = {loose}"],
        ["update request_item set grounds = '别的' where id = {item}"],
        ["update request_item set return_reason = '别的' where id = {item}"],
        ["update national_request set grounds = '别的' where id = {request}"],
        ["update national_request set number = '别的' where id = {request}"],
        ["update national_request set reason = '别的' where id = {request}"],
        ["update national_request set size = 1 where id = {request}"],
        ["update national_request set state = 'SENT_BACK' where id = {request}"],
        ["update national_request set state = 'DRAFT' where id = {request}"],
        [
            "update national_request set state = 'SUPERSEDED' where id = {request}",
            "update national_request set state = 'SUBMITTED' where id = {request}",
        ],
        [ATTACH],
    ],
)
@pytest.mark.parametrize("official", ["county", "province"])
async def test_nothing_of_it_is_changed_or_leaves_and_comes_back(
    ground: Ground, official: str, statements: list[str]
) -> None:
    await ground.nationally.sign_in(official, ground.nationally.app)
    await ground.refused(*statements)


async def test_a_name_or_a_count_shown_beside_is_under_the_digest(ground: Ground) -> None:
    """The household's head, number and people may change meanwhile: then the item is no longer what was signed."""
    nationally, item = ground.nationally, ground.items[1]
    household = (await nationally.row("request_item", item))["household"]
    signed = (await nationally.digests([item]))[0]
    await nationally.sign_in("county", nationally.app)
    for change, back in (("head_name = '别人'", "head_name = '测试户'"), ("people = 9", "people = 3")):
        await nationally.app.execute(f"update household set {change} where id = $1", household)
        assert (await nationally.digests([item]))[0] != signed
        await nationally.app.execute(f"update household set {back} where id = $1", household)
    assert (await nationally.digests([item]))[0] == signed


async def test_the_nation_sends_it_back_and_the_province_replaces_it(ground: Ground) -> None:
    """What the product does still passes: together with the request its items leave."""
    nationally, request = ground.nationally, ground.request
    app = nationally.app
    back = (
        "update request_item set state = 'PROPOSED' where request = $1",
        "update national_request set state = 'SENT_BACK', reason = '请补充' where id = $1",
    )
    await nationally.sign_in("reviewer", app)
    async with app.transaction():
        for sql in back:
            await app.execute(sql, request)
    await nationally.sign_in("province", app)
    async with app.transaction():
        await app.execute("update request_item set state = 'SUBMITTED' where request = $1", request)
        await app.execute("update national_request set state = 'SUBMITTED', reason = null where id = $1", request)
    async with app.transaction():
        await app.execute("update national_request set state = 'SUPERSEDED' where id = $1", request)
        await app.execute("update request_item set state = 'PROPOSED' where request = $1", request)
        await app.execute("update request_item set request = $2 where request = $1", request, ground.draft)
