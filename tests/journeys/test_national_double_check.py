"""二次裁决 A national step whose compiled plan differs from Casbin is refused over HTTP; nothing moves. Q40"""

import logging
from typing import Any

import pytest

from api.access.compiling.compile import Compiler, Plan
from api.access.formula.formula import FALSE, TRUE, Constant
from tests.support.journeys.country import Country
from tests.support.journeys.requests_made import HERE, decided, entries, on_request, proposed, submitted
from tests.support.journeys.steps_taken import codes

TABLES = (
    "national_request", "request_item", "request_effect", "national_decision", "national_filing", "national_execution",
    "monitoring_case", "risk", "act", "event", "idempotency", "message",
)  # fmt: skip


async def everything(country: Country) -> Any:
    return {table: await country.rows(f'select * from "{table}" order by id') for table in TABLES}


async def differences(country: Country) -> dict[str, int]:
    ready = (await country.client.get("/readyz")).json()
    assert ready["ready"]
    return dict(ready.get("policyDiffers", {}))


def compile_wrongly(monkeypatch: pytest.MonkeyPatch, action: str, formula: Constant) -> None:
    """The plan of one action answers this, whoever asks."""
    compiled = Compiler.plan

    def plan(self: Compiler, role: Any, wanted: str, kind: str) -> Plan:
        return Plan(formula, (), ()) if wanted == action else compiled(self, role, wanted, kind)

    monkeypatch.setattr(Compiler, "plan", plan)


@pytest.mark.parametrize(("official", "formula"), [("province_reviewer", TRUE), ("nation", FALSE)])
async def test_a_decision_is_refused(
    country: Country,
    official: str,
    formula: Constant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    answers = await entries(country, "nation", request, approved=True, why="情况属实")
    before, counted = await everything(country), (await differences(country)).get("locked", 0)
    country.worker.double_check._alarms.clear()
    with monkeypatch.context() as wrongly, caplog.at_level(logging.ERROR):
        compile_wrongly(wrongly, "rollback.decide", formula)
        answer = await on_request(country, official, "requestDecide", request, items=answers, key=f"differ-{official}")
    assert codes(answer) == {"POLICY_ANSWERS_DIFFER"}
    assert await everything(country) == before, "no decision, no event, no key"
    assert (await differences(country))["locked"] > counted
    assert [record for record in caplog.records if "shouwang.action=rollback.decide" in record.getMessage()]
    again = await on_request(country, official, "requestDecide", request, items=answers, key=f"differ-{official}")
    assert codes(again) == (set() if official == "nation" else {"STEP_NOT_ALLOWED"})


async def test_an_execution_is_refused(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    await decided(country, request)
    before = await everything(country)
    for official, formula in (("nation", TRUE), ("operator", FALSE)):
        with monkeypatch.context() as wrongly:
            compile_wrongly(wrongly, "rollback.execute", formula)
            answer = await on_request(country, official, "requestExecute", request, key="differ-execute")
        assert codes(answer) == {"POLICY_ANSWERS_DIFFER"}
        assert await everything(country) == before
    assert (await on_request(country, "operator", "requestExecute", request, key="differ-execute"))["taken"]


@pytest.mark.parametrize(("official", "formula", "taken"), [("operator", TRUE, True), ("village", FALSE, False)])
async def test_a_sampled_step_raises_its_alarm_and_is_answered_by_its_plan(
    country: Country,
    official: str,
    formula: Constant,
    taken: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    country.today("2026-03-01")
    household = await country.household()
    counted = (await differences(country)).get("step", 0)
    monkeypatch.setattr(country.worker.double_check, "step_share", 1.0)
    country.worker.double_check._alarms.clear()
    with monkeypatch.context() as wrongly, caplog.at_level(logging.ERROR):
        compile_wrongly(wrongly, "clue.report", formula)
        answer = await country.take(official, "clueReport", "Household", household, 1, source="CADRE_SCREENING")
    assert answer["taken"] is taken, answer
    assert codes(answer) == (set() if taken else {"STEP_NOT_ALLOWED"})
    assert (await differences(country))["step"] > counted
    assert [record for record in caplog.records if "shouwang.action=clue.report" in record.getMessage()]
