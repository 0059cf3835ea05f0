"""测试 The typed Python client that ariadne-codegen makes of the SDL and docs/examples, asked of the live product."""

import asyncio
import datetime
import decimal
import json
import os
import sys
from typing import Any

from shouwang_client import CaseState, Shouwang
from shouwang_client.again import AgainNodeHousehold
from shouwang_client.enums import Direction, MonitoringCaseOrderBy, Purpose
from shouwang_client.exceptions import GraphQLClientGraphQLMultiError, GraphQLClientHttpError

SERVICE: dict[str, Any] = json.loads(os.environ["TESTED_SERVICE"])


def client(official: str | None) -> Shouwang:
    """A client in the name of an official, or of nobody."""
    token = {"authorization": f"Bearer {SERVICE['tokens'][official]}"} if official else {}
    return Shouwang(f"{SERVICE['address']}/graphql", headers=token)


async def reads_a_village() -> None:
    async with client("village") as session:
        households = (await session.village(region=SERVICE["village"])).households
        assert households.total_count == len(households.nodes) > 0
        for household in households.nodes:
            assert household.unit is not None
            assert household.unit.code == SERVICE["village"]
            for case in household.cases:
                assert case.identified_on is None or isinstance(case.identified_on, datetime.date)
                assert case.threshold_amount is None or isinstance(case.threshold_amount, decimal.Decimal)
        again = (await session.again(id=households.nodes[0].id)).node
        assert isinstance(again, AgainNodeHousehold)
        assert isinstance(again.updated_at, datetime.datetime)


async def pages_through_the_monitored() -> None:
    async with client("county") as session:
        after, ids, total = None, list[str](), -1
        while total < 0 or after:
            answer = await session.monitored(
                state=[CaseState.IDENTIFIED],
                by=MonitoringCaseOrderBy.IDENTIFIED_ON,
                direction=Direction.DESC,
                with_household=False,
                first=4,
                after=after,
            )
            page = answer.monitoring_cases
            ids += [edge.node.id for edge in page.edges]
            total = page.total_count
            after = page.page_info.end_cursor if page.page_info.has_next_page else None
        assert len(ids) == len(set(ids)) == total > 4


async def searches_on_record() -> None:
    async with client("village") as session:
        person = await session.find_person(SERVICE["idNumber"], Purpose.VERIFICATION, "入户核实")
        assert person.find_person is not None
        revealed = await session.reveal(person.find_person.id, "idNumber", Purpose.VERIFICATION, "入户核实")
        assert revealed.reveal_personal_data.value == SERVICE["idNumber"]


async def meets_refusals() -> None:
    async with client("county") as session:
        try:
            await session.again(id="x")
        except GraphQLClientGraphQLMultiError as fault:
            assert [(error.extensions or {}).get("code") for error in fault.errors] == ["BAD_ID"]
        else:
            raise AssertionError("a bad identifier was taken")
    async with client(None) as session:
        try:
            await session.me()
        except GraphQLClientHttpError as fault:
            assert fault.status_code == 401
        else:
            raise AssertionError("nobody was let in")


async def main() -> None:
    for story in (reads_a_village, pages_through_the_monitored, searches_on_record, meets_refusals):
        await story()
        sys.stdout.write(f"ok {story.__name__}\n")


if __name__ == "__main__":
    asyncio.run(main())
