"""演示省 A loaded province: plausible shares, sound dates, nothing that the field checks call an error."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest_asyncio

from api.codes import read
from api.demo.copying import COLUMNS
from api.roles import Logins
from api.rules.checks.field_library import find_inconsistencies
from api.rules.themes.elimination import IncomeCheck, above_since
from api.rules.words.judging import Severity
from api.rules.words.vocabulary import CaseState, Category
from api.schema.catalogue import entities
from api.schema.declare import spec_of
from tests.support.demo.invented import HOUSEHOLDS, ON
from tests.support.demo.records import records


@pytest_asyncio.fixture
async def connection(loaded: Logins) -> AsyncIterator[Any]:
    connection = await loaded.owner.connect()
    yield connection
    await connection.close()


async def share(connection: Any, condition: str, table: str = "household") -> float:
    return float(await connection.fetchval(f"SELECT avg(({condition})::int) FROM {table}"))


async def counts(connection: Any, column: str, table: str) -> dict[str, int]:
    rows = await connection.fetch(f"SELECT {column} AS value, count(*) AS number FROM {table} GROUP BY 1")
    return {row["value"]: row["number"] for row in rows}


async def test_shares_are_plausible(connection: Any) -> None:
    assert await connection.fetchval("SELECT count(*) FROM household") == HOUSEHOLDS
    assert 3.2 < await connection.fetchval("SELECT avg(people) FROM household") < 3.6
    assert 0.13 < await share(connection, "monitoring_state IS NOT NULL") < 0.17
    assert 0.10 < await share(connection, "kind_of_household = 'LIFTED'") < 0.25
    assert 0.01 < await share(connection, "relocated") < 0.06
    assert 0.45 < await share(connection, "sex = 'MALE'", "member") < 0.56
    assert await connection.fetchval("SELECT count(*) FROM household WHERE safety_net") > 5
    measures = await connection.fetchval("SELECT count(*) FROM measure WHERE monitoring_case IS NOT NULL")
    assert 1.7 < measures / await connection.fetchval("SELECT count(*) FROM monitoring_case") < 2.5
    states = {CaseState[state] for state in await counts(connection, "state", "monitoring_case")}
    assert states == set(CaseState) - {CaseState.WITHDRAWN}  # which only the nation's functions bring about
    assert set(await counts(connection, "category", "monitoring_case")) == {*Category.__members__, None}
    assert len(await counts(connection, "state", "proceeding")) >= 9
    assert len(await counts(connection, "department", "involvement")) >= 9


async def test_households_live_in_real_villages_of_the_province(connection: Any) -> None:
    wrong = await connection.fetchval(
        """SELECT count(*) FROM household h JOIN unit u ON u.id = h.unit WHERE u.tier <> 'VILLAGE' OR u.province <> '50'
           OR (h.province, h.city, h.county, h.township, h.village)
             IS DISTINCT FROM (u.province, u.city, u.county, u.township, u.village)"""
    )
    assert wrong == 0
    assert await connection.fetchval("SELECT count(DISTINCT county) FROM household") >= 35
    assert await connection.fetchval("SELECT count(*) FROM household WHERE village = '500230113001'") >= 20


async def test_cooperating_units_are_the_move_out_places(connection: Any) -> None:
    wrong = await connection.fetchval(
        """SELECT count(*) FROM household h LEFT JOIN unit u ON u.id = h.move_out_unit
           WHERE (h.cooperating_province, h.cooperating_county, h.cooperating_township, h.cooperating_village)
             IS DISTINCT FROM (u.province, u.county, u.township, u.village)
             OR (h.jurisdiction = 'MOVE_IN') <> h.relocated OR (h.relocated AND h.move_in_unit <> h.unit)"""
    )
    assert wrong == 0


async def test_one_head_one_spouse_and_every_counted_person(connection: Any) -> None:
    wrong = await connection.fetchval(
        """SELECT count(*) FROM (
             SELECT h.people, h.head_name,
               count(*) FILTER (WHERE m.left_on IS NULL) AS counted,
               count(*) FILTER (WHERE m.relation = 'HEAD') AS heads,
               count(*) FILTER (WHERE m.relation = 'SPOUSE') AS spouses,
               count(DISTINCT m.sex) FILTER (WHERE m.relation IN ('HEAD', 'SPOUSE')) AS sexes,
               min(m.name) FILTER (WHERE m.relation = 'HEAD') AS head
             FROM household h JOIN member m ON m.household = h.id GROUP BY h.id) x
           WHERE people <> counted OR heads <> 1 OR spouses > 1 OR sexes <> 1 + spouses OR head <> head_name"""
    )
    assert wrong == 0


async def test_codes_of_all_rows_are_in_their_lists(connection: Any) -> None:
    lists = {code_list.name: {item.code for item in code_list.items} for code_list in read()}
    checked = 0
    for entity in entities().values():
        table = entity._meta.tablename
        for column in entity._meta.columns:
            codes = spec_of(column).codes
            if codes is None or table not in COLUMNS:
                continue
            value = f"unnest({column._meta.name})" if column.value_type is list else column._meta.name
            stored_codes = {row[0] for row in await connection.fetch(f"SELECT DISTINCT {value} FROM {table}")} - {None}
            assert stored_codes <= lists[codes], column
            checked += bool(stored_codes)
    assert checked > 20


async def test_every_person_is_unique_and_sealed(connection: Any) -> None:
    row = await connection.fetchrow(
        """SELECT count(*) AS people, count(id_number_index) AS numbered, count(DISTINCT id_number_index) AS unique,
             count(*) FILTER (WHERE (id_number_sealed IS NULL) <> (id_number_masked IS NULL)
               OR (id_number_index IS NULL) <> (id_absent_reason IS NOT NULL)) AS wrong FROM member"""
    )
    assert (row["wrong"], row["numbered"]) == (0, row["unique"])
    assert row["numbered"] > 0.98 * row["people"]


async def test_nothing_lies_in_the_future_but_deadlines_and_terms(connection: Any) -> None:
    for table, names in COLUMNS.items():
        days = [name for name in names if name.endswith("_on") and name not in ("due_on", "ends_on")]
        for name in days:
            latest = await connection.fetchval(f"SELECT max({name}) FROM {table}")
            assert latest is None or latest <= ON, (table, name)
    assert await connection.fetchval("SELECT max(updated_at)::date FROM household") <= ON


async def test_days_follow_each_other_in_the_order_of_the_steps(connection: Any) -> None:
    wrong = await connection.fetchval(
        """SELECT count(*) FROM proceeding WHERE kind IN ('IDENTIFICATION', 'ELIMINATION') AND NOT (
             opened_on <= coalesce(verified_on, opened_on)
             AND coalesce(verified_on <= reviewed_on AND reviewed_on <= publicized_on, true)
             AND coalesce(verified_on <= authorized_on AND authorized_on <= reviewed_on, true)
             AND coalesce(submitted_on - publicized_on >= 5, true)
             AND coalesce(submitted_on <= county_reviewed_on AND county_reviewed_on <= approved_on, true)
             AND coalesce(approved_on <= announced_on, true)
             AND (state = 'COMPLETED') = (announced_on IS NOT NULL) AND (ended_on IS NULL) = (announced_on IS NULL)
             AND (kind = 'IDENTIFICATION' OR authorized_on IS NULL))"""
    )
    assert wrong == 0


async def test_cases_agree_with_their_proceedings_and_thresholds(connection: Any) -> None:
    wrong = await connection.fetchval(
        """SELECT count(*) FROM monitoring_case c
           LEFT JOIN proceeding i ON i.monitoring_case = c.id AND i.kind = 'IDENTIFICATION'
           LEFT JOIN proceeding e ON e.monitoring_case = c.id AND e.kind = 'ELIMINATION'
           LEFT JOIN threshold t ON t.id = c.threshold
           WHERE c.identified_on IS DISTINCT FROM CASE WHEN i.id IS NOT NULL
               THEN coalesce(c.entered_on, i.approved_on) END
             OR (c.state = 'RISK_ELIMINATED' AND c.eliminated_on IS DISTINCT FROM e.approved_on)
             OR (c.eliminated_on IS NOT NULL) <> (c.state = 'RISK_ELIMINATED')
             OR (c.ended_on IS NOT NULL) <> (c.state IN ('EXITED', 'WITHDRAWN'))
             OR t.amount IS DISTINCT FROM c.threshold_amount
             OR extract(year FROM c.identified_on) IS DISTINCT FROM t.year"""
    )
    assert wrong == 0
    unhelped = await connection.fetchval(
        """SELECT count(*) FROM monitoring_case c JOIN plan p ON p.monitoring_case = c.id AND p.state = 'DECLARED'
           WHERE NOT EXISTS (SELECT FROM measure m WHERE m.monitoring_case = c.id)
             OR EXISTS (SELECT FROM risk r WHERE r.monitoring_case = c.id
               AND NOT EXISTS (SELECT FROM measure m WHERE m.risk = r.id))"""
    )
    assert unhelped == 0


async def test_eliminated_households_had_stable_income(connection: Any) -> None:
    rows = await connection.fetch(
        """SELECT c.id, c.eliminated_on, e.opened_on, t.amount,
             array_agg(s.surveyed_on ORDER BY s.surveyed_on, s.revision) AS days,
             array_agg((s.wages + s.business + s.transfers + s.property - s.business_expense) / s.counted
               ORDER BY s.surveyed_on, s.revision) AS incomes
           FROM monitoring_case c JOIN survey s ON s.household = c.household AND s.surveyed_on <= c.eliminated_on
           JOIN proceeding e ON e.monitoring_case = c.id AND e.kind = 'ELIMINATION'
           JOIN threshold t ON t.year = extract(year FROM c.eliminated_on)
           WHERE c.state = 'RISK_ELIMINATED' GROUP BY c.id, e.opened_on, t.amount"""
    )
    assert len(rows) > 100
    for row in rows:
        checks = [IncomeCheck(*pair) for pair in zip(row["days"], row["incomes"], strict=True)]
        since = above_since(checks, row["amount"], row["eliminated_on"])
        assert since is not None
        assert (row["opened_on"] - since).days >= 184


async def test_both_years_are_surveyed(connection: Any) -> None:
    for year in (ON.year - 1, ON.year):
        surveyed = await connection.fetchval("SELECT count(DISTINCT household) FROM survey WHERE year = $1", year)
        assert surveyed == HOUSEHOLDS


async def test_the_field_checks_find_no_error(connection: Any) -> None:
    all_records = await records(connection, ON)
    doubtful = 0
    for record in all_records:
        # a case that left the channel was never identified: the check means those that should have been
        exited = record.case is not None and record.case.state is CaseState.EXITED
        findings = find_inconsistencies(record, severities={"IDENTIFICATION_INCOMPLETE": None} if exited else {})
        assert [finding.reason.code for finding in findings if finding.severity is Severity.ERROR] == []
        doubtful += any(finding.severity is Severity.WARNING for finding in findings)
    assert doubtful < 0.06 * len(all_records)


async def test_thresholds_are_set_for_all_years_that_cases_name(connection: Any) -> None:
    years = await connection.fetch("SELECT year, amount, state, filed_on FROM threshold ORDER BY year")
    assert [row["year"] for row in years] == list(range(ON.year - 5, ON.year + 1))
    assert all(row["filed_on"] <= date(row["year"], 3, 31) for row in years)


async def test_officials_are_planted_where_households_are(connection: Any) -> None:
    names = {row["name"] for row in await connection.fetch("SELECT name FROM account")}
    assert {
        "county.rural_revitalization.handler@500110",
        "county.rural_revitalization.reviewer@50W",
        "province.rural_revitalization.handler@50",
        "national.rural_revitalization.reviewer@0",
        "village.rural_revitalization.handler@500230113001",
    } <= names
