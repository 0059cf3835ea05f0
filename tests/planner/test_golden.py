"""Golden triples: a query, its SQL and its result, so that a change of SQL is seen in the diff that makes it.

tests/golden/NAME/   query.graphql   variables.json: who asks, and with which variables
                     statement.sql and result.json, both written by: pytest tests/planner/test_golden.py --update
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.versions.provincial import effective
from api.database import Reader
from api.errors import Problem
from tests.support.planner.asking import compiled, subject_of
from tests.support.planner.world import World

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = sorted(path.parent.name for path in GOLDEN.glob("*/query.graphql"))
LINE = re.compile(r"(?<!distinct) (from|where|order by|limit|union all|left join|join|with|when|else|and) ")


def formatted(sql: str) -> str:
    """The statement with a line for each clause, indented by its parentheses; constants stay as they are."""
    lines, depth = [""], 0
    for part in re.split(r"('(?:[^']|'')*'|\(select |\(|\))", sql):
        if part == ")":
            depth -= 1
        if part == "(select ":
            lines.append("  " * (depth + 1) + part)
        elif part.startswith("'"):
            lines[-1] += part
        else:
            indent = "\n" + "  " * depth
            text = LINE.sub(lambda match, indent=indent: f"{indent}{match[1]} ", part)  # type: ignore[misc]
            first, *rest = text.split("\n")
            lines[-1] += first
            lines += rest
        if part in ("(", "(select "):
            depth += 1
    return "\n".join(line.rstrip() for line in lines if line.strip()) + "\n"


def policy_of(case: dict[str, Any], policy: Policy, world: World) -> Policy:
    """The policy in force, with the rows of a province where the case has some."""
    if "layer" not in case:
        return policy
    units = {code: ("0", *(above for above in path.values() if above)) for code, path in world.units.items()}
    rows = [Rule(*row.split(", "), source=Source("layer")) for row in case["layer"]]
    return effective(Policy.load(), {case["province"]: rows}, units)


async def answered(case: dict[str, Any], query: str, policy: Policy, world: World, reader: Reader) -> tuple[str, Any]:
    """The formatted statement with its parameters, and the result; no statement for what is refused."""
    subject = subject_of(case["role"], case["home"], world)
    try:
        statement, variables = compiled(policy_of(case, policy, world), subject, query, case.get("variables", {}))
        arguments = statement.arguments(variables, subject)
    except Problem as problem:
        return "", {"code": problem.code.name, "message": problem.text("en")}
    data = json.loads(statement.around(await reader.fetch(statement.sql, arguments)))
    parameters = "".join(f"-- ${number} = {value!r}\n" for number, value in enumerate(arguments, 1))
    masked = dict(sorted(statement.masked.items()))
    return parameters + formatted(statement.sql), {"cost": statement.cost(variables), "masked": masked, "data": data}


@pytest.mark.parametrize("name", NAMES)
async def test_the_statement_and_its_result(
    world: World, policy: Policy, reader: Reader, name: str, request: pytest.FixtureRequest
) -> None:
    folder = GOLDEN / name
    case = json.loads((folder / "variables.json").read_text(encoding="utf-8"))
    query = (folder / "query.graphql").read_text(encoding="utf-8")
    sql, result = await answered(case, query, policy, world, reader)
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    if request.config.getoption("--update"):
        (folder / "statement.sql").write_text(sql, encoding="utf-8")
        (folder / "result.json").write_text(text, encoding="utf-8")
    assert (folder / "statement.sql").read_text(encoding="utf-8") == sql
    assert (folder / "result.json").read_text(encoding="utf-8") == text


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 25
    assert formatted("select a from (select 'x from y' from t where b) s") == (
        "select a\nfrom (select 'x from y'\n  from t\n  where b) s\n"
    ).replace("from (select", "from\n  (select")
