"""Steps alone are answered without the executor, and answered as the executor does: whatever the document's form."""

import random
from typing import Any

import pytest

from api.resolvers import endpoint
from tests.support.journeys.country import Country
from tests.support.journeys.identification import JUDGED, SURVEY
from tests.support.planner.reference import global_id

LEAVES = {
    "household": "{ id version clues(first: 2) { nodes { id state } } }",
    "clue": "{ __typename id state dueOn household { headName } }",
    "proceeding": "{ id kind state }",
    "monitoringCase": "{ id }",
    "nationalRequest": "{ id }",
}
PROBLEM = ("code", "question", "force", "zh", "en", "field", "earliest", "reasonWouldDo", "items", "__typename")
DIRECTIVES = ("", "", "", "@include(if: $yes)", "@skip(if: $no)", "@skip(if: $yes)")
HEAD = "mutation M($yes: Boolean!, $no: Boolean!, $key: String!, $source: ClueSource!, $input: ClueReportInput!)"
TAIL = """last: clueReport(input: $input) @include(if: $yes) { taken ... on StepPayload { problems { code } } }
never: clueReport(input: {id: "x", version: 1, key: $key, source: $source}) @skip(if: $yes) { taken }
... on Mutation @include(if: $no) { off: clueReport(input: $input) { taken } }"""


def literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'


def report(household: str, key: str, more: str = "", version: int = 1) -> str:
    return (
        f'clueReport(input: {{id: "{household}", version: {version}, key: "alone-{key}", source: SELF_REPORT{more}}})'
    )


class Author:
    """Writes mutations of steps: aliases, fragments, directives, repeated fields, literals and variables."""

    def __init__(self, seed: int, ids: dict[str, str]) -> None:
        self.random = random.Random(seed)
        self.seed, self.ids = seed, ids
        self.fragments: list[str] = []

    def document(self) -> tuple[str, dict[str, Any]]:
        steps = [self._step(number) for number in range(self.random.randint(1, 3))]
        if self.random.random() < 0.3:
            steps.insert(self.random.randint(0, len(steps)), "kind: __typename")
        arguments = {
            "id": self.ids["household"],
            "version": 1,
            "key": f"input-{self.seed:04}",
            "source": "CADRE_SCREENING",
        }
        if self.random.random() < 0.5:
            arguments |= {"foundOn": "2026-08-01", "reason": None}
        variables = {
            "yes": True,
            "no": False,
            "key": f"variable-{self.seed}",
            "source": "SELF_REPORT",
            "input": arguments,
        }
        return f"{HEAD} {{ {' '.join(steps)} {TAIL} }} {' '.join(self.fragments)}", variables

    def _step(self, number: int) -> str:
        household, key = self.ids["household"], f"{self.seed}-{number}"
        forms = (
            report(household, key),
            report(household, key).replace("SELF_REPORT", "$source"),
            report(household, key, ', on: "2027-01-01", reason: "电话13812345678"'),
            report(household, key, version=7),
            report(self.ids["absent"], key),
            self._verify(key),
        )
        return f"s{number}: {self.random.choice(forms)} {{ {self._payload(number)} }}"

    def _verify(self, key: str) -> str:
        arguments = ", ".join(f"{name}: {literal(value)}" for name, value in (SURVEY | JUDGED | {"risks": "X"}).items())
        target = f'id: "{self.ids["proceeding"]}", version: 1, key: "alone-{key}"'
        return f"identificationVerifyAtHome(input: {{{target}, {arguments}}})"

    def _payload(self, number: int) -> str:
        names = self.random.sample(["taken", "problems", "alerts", "__typename", *LEAVES], self.random.randint(1, 6))
        return " ".join(self._field(name, number) for name in names)

    def _field(self, name: str, number: int) -> str:
        below = LEAVES.get(name, "")
        if name in ("problems", "alerts"):
            below = f"{{ {' '.join(self.random.sample(PROBLEM, self.random.randint(1, len(PROBLEM))))} }}"
        alias = "too" + name.strip("_") + ": " if self.random.random() < 0.3 else ""
        directive, form = self.random.choice(DIRECTIVES), self.random.random()
        if form < 0.2:
            return f"... {directive} {{ {alias}{name} {below} }}"
        if form < 0.4:
            self.fragments.append(f"fragment F{number}{name} on StepPayload {{ {alias}{name} {below} }}")
            return f"...F{number}{name} {directive}"
        return f"{alias}{name} {directive} {below}"


async def post(country: Country, query: str, variables: dict[str, Any] | None = None) -> Any:
    headers = {"authorization": f"Bearer {country.tokens['village']}"}
    answer = await country.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    return {"status": answer.status_code, **answer.json()}


async def ids(country: Country) -> dict[str, str]:
    """A household with a proceeding that is under way, its clue, and one that is not there."""
    country.today("2026-08-03")
    household = await country.household()
    reported = await country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT")
    (number,) = await country.rows("select id from clue where household = $1", household)
    opened = await country.take("village", "identificationOpen", "Clue", number["id"], 1)
    return {
        "household": global_id("Household", household),
        "absent": global_id("Household", 10**9),
        "proceeding": opened["proceeding"]["id"],
        "clue": reported["clue"]["id"],
    }


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Post through the executor, as what is mixed with other mutations is."""

    async def through(country: Country, query: str, variables: dict[str, Any] | None = None) -> Any:
        with monkeypatch.context() as patched:
            patched.setattr(endpoint, "only_steps", lambda _: False)
            return await post(country, query, variables)

    return through


@pytest.mark.parametrize("seed", range(30))
async def test_the_executor_answers_the_same(country: Country, executed: Any, seed: int) -> None:
    query, variables = Author(seed, await ids(country)).document()
    direct = await post(country, query, variables)
    again = await executed(country, query, variables)  # the same keys: asking again is asking once
    assert direct == again, query
    assert [list(part) for part in direct["data"].values() if isinstance(part, dict)] == [
        list(part) for part in again["data"].values() if isinstance(part, dict)
    ]
    assert direct["data"]["last"] == {"taken": True, "problems": []}, query


async def test_what_fails_ends_it_with_no_data(country: Country, executed: Any) -> None:
    identifiers = await ids(country)
    for wrong in (identifiers["clue"], "nonsense"):
        first, after = (
            f"{report(identifiers['household'], f'{key} {wrong}')} {{ taken }}" for key in ("first", "after")
        )
        query = f"mutation {{ first: {first} wrong: {report(wrong, 'wrong')} {{ taken }} after: {after} }}"
        direct = await post(country, query)
        keys = await country.rows("select key from idempotency where key like $1", f"% {wrong}")
        assert keys == [{"key": f"alone-first {wrong}"}], "in their order, and none after the one that failed"
        assert direct["data"] is None
        assert [(part["path"], part["extensions"]["code"]) for part in direct["errors"]] == [(["wrong"], "BAD_ID")]
        assert await executed(country, query) == direct


async def test_what_cannot_be_read_back_is_an_error_beside_the_answer(country: Country, executed: Any) -> None:
    identifiers = await ids(country)
    dear = "{ id }"
    for _ in range(4):
        dear = f"{{ household {{ clues(first: 100) {{ nodes {dear} }} }} }}"
    query = f"mutation {{ one: {report(identifiers['household'], 'dear')} {{ household {{ id }} taken clue {dear} }} }}"
    direct = await post(country, query)
    assert direct["data"] == {"one": {"household": {"id": identifiers["household"]}, "taken": True, "clue": None}}
    assert [(part["path"], part["extensions"]["code"]) for part in direct["errors"]] == [(["one", "clue"], "TOO_DEAR")]
    assert await executed(country, query) == direct


PLAN = """mutation P($input: ClueReportInput!, $more: Boolean!, $first: Int!) { one: clueReport(input: $input) { taken
  ...More @include(if: $more) household { id clues(first: $first) { nodes { state } } } } }
fragment More on StepPayload { household { version } clue { dueOn } }"""


async def test_how_an_answer_is_read_depends_on_what_is_asked_and_not_on_what_is_given(country: Country) -> None:
    identifiers, numbers = await ids(country), iter(range(100))

    async def ask(more: bool, first: int, **arguments: Any) -> Any:
        common = {"id": identifiers["household"], "version": 1, "key": f"plan number {next(numbers)}"} | {
            "source": "SELF_REPORT"
        }
        answer = await post(country, PLAN, {"input": common | arguments, "more": more, "first": first})
        return answer["data"]["one"]

    plain = await ask(False, 1)
    assert list(plain) == ["taken", "household"]
    assert list(plain["household"]) == ["id", "clues"]
    plans = len(country.worker.plans)
    for arguments in ({"foundOn": "2026-08-01"}, {"source": "CADRE_SCREENING"}, {"reason": "迟报"}, {"on": None}):
        assert (await ask(False, 2, **arguments))["taken"]
    assert len(country.worker.plans) == plans
    more = await ask(True, 1)
    assert list(more) == ["taken", "household", "clue"]
    assert list(more["household"]) == ["version", "id", "clues"]
    assert len((await ask(False, 3))["household"]["clues"]["nodes"]) == 3
    assert list(await ask(False, 1)) == ["taken", "household"]


async def test_steps_mixed_with_other_mutations_are_taken_too(country: Country) -> None:
    identifiers = await ids(country)
    step = f"{report(identifiers['household'], 'mixed')} {{ taken clue {{ state }} }}"
    nobody = f'appointmentWithdraw(input: {{id: "{global_id("Appointment", 10**9)}", version: 1, key: "mixed-in-1"}})'
    answer = await post(country, f"mutation {{ step: {step} other: {nobody} {{ __typename }} }}")
    assert answer["data"]["step"] == {"taken": True, "clue": {"state": "OPEN"}}, answer
