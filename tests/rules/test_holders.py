"""A rule or check is held by something, or says what will hold it: never neither, never both."""

import pytest

from api.projection.holders import check_holders, holders, reached_from
from api.roles import Logins
from api.rules.checks.field_library import ALL_CHECKS, FINDERS
from api.rules.holder import Later, Routine, Trigger
from api.rules.registry import RULES
from api.rules.themes.assistance import has_measures, not_only_safety_net, plan_duties
from api.workflow.registry import steps

HELD = holders()
CHECKS_HELD = check_holders()
CALLED = sorted(name for name, callers in HELD.items() if any("/" not in caller for caller in callers))


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_is_held_or_says_what_will_hold_it(name: str) -> None:
    declared = RULES[name].held_by
    assert HELD[name] or declared is not None, f"nothing calls {name}: connect it, name its holder, or delete it"


@pytest.mark.parametrize("name", sorted(name for name, rule in RULES.items() if isinstance(rule.held_by, Later)))
def test_what_is_called_is_not_marked_as_not_yet_in_force(name: str) -> None:
    assert HELD[name] == ()


@pytest.mark.parametrize("code", sorted(ALL_CHECKS))
def test_every_check_is_told_by_a_step_or_says_what_will_hold_it(code: str) -> None:
    assert bool(CHECKS_HELD[code]) is not isinstance(ALL_CHECKS[code].held_by, Later)


@pytest.mark.parametrize("name", CALLED)
def test_a_step_that_holds_a_rule_calls_it(name: str) -> None:
    for action in HELD[name]:
        if "/" not in action:
            _, step = steps()[action]
            functions = [*step.facts, *step.guards, *step.effects, *filter(None, [step.nation])]
            assert any(RULES[name].function in reached_from(function, "api") for function in functions), action


def test_a_step_that_tells_a_check_finds_for_its_stage() -> None:
    for code, actions in CHECKS_HELD.items():
        finder = FINDERS[ALL_CHECKS[code].stage]
        for action in actions:
            assert any(finder in reached_from(guard, "api") for guard in steps()[action][1].guards), (code, action)


def test_a_rule_inside_another_is_held_through_it() -> None:
    assert {has_measures, not_only_safety_net} <= reached_from(plan_duties, "api.rules")


def test_what_no_function_names_is_reached_by_none() -> None:
    assert RULES["no_rush"].function not in reached_from(plan_duties, "api")


async def test_what_the_database_holds_is_there(database: Logins) -> None:
    connection = await database.owner.connect()
    try:
        for rule in RULES.values():
            match rule.held_by:
                case Trigger(table, name):
                    sql = "select exists (select from pg_trigger where tgrelid = $1::regclass and tgname = $2)"
                    assert await connection.fetchval(sql, table, name), rule.name
                case Routine(name):
                    assert await connection.fetchval("select to_regproc($1) is not null", name), rule.name
    finally:
        await connection.close()
