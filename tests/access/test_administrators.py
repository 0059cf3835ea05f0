"""管理员 Random edits by random administrators, as far as they are taken, unlock nothing and widen no province. §4"""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

import pytest

from api.access.actions import ACTIONS
from api.access.formula.formula import FALSE
from api.access.policy import FOLDER, Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.review.difference import beyond
from api.access.role import role_named
from api.access.versions.provincial import effective, refinement_findings
from api.access.words import KINDS, low
from api.errors import Problem
from api.rules.words.vocabulary import Kind
from tests.support.access.locks import LOCKED, most
from tests.support.access.places import PLACES
from tests.support.access.worlds import GROUPS, HOMES, random_request

EDITS = 40
NATION = ("*", *GROUPS, *HOMES)
PROVINCES = ("50", "66", "52")
SHIPPED = (FOLDER / "baseline.csv").read_text(encoding="utf-8").rstrip("\n").split("\n")
ROWS = [line for line in SHIPPED if line[:2] in ("p,", "g,")]


def random_row(chance: Random, roles: tuple[str, ...], effects: tuple[str, ...]) -> str:
    """A row over every word there is: locked actions, every kind, every reach, units of anybody."""
    actions = [chance.choice([*ACTIONS, *LOCKED, "*"]) for _ in range(chance.choice((1, 1, 2)))]
    fitting = ACTIONS[actions[0]].kind if actions[0] != "*" else None
    kind = low(fitting) if fitting and chance.random() < 0.8 else chance.choice((*KINDS, "*", "request", "policy"))
    reach = chance.choice(("own", "subtree", "cooperating", "sector", "all", "subtree|cooperating"))
    unit = chance.choice(("*", "*", *PLACES))
    effect = chance.choice(effects)
    return f"p, {chance.choice(roles)}, {'|'.join(dict.fromkeys(actions))}, {kind}, {reach}, *, {unit}, {effect}, ours"


def nation_edits(folder: Path, chance: Random) -> Iterator[Policy]:
    """The nation's editor adds, drops and links rows at random; what the strict reader refuses is undone."""
    lines = list(SHIPPED)
    for _ in range(EDITS):
        tried = list(lines)
        if chance.random() < 0.3:
            tried.remove(chance.choice([line for line in tried if line in ROWS]))
        if chance.random() < 0.2:
            tried.append(f"g, {chance.choice((*GROUPS, *HOMES))}, {chance.choice(GROUPS)}")
        tried.append(random_row(chance, NATION, ("allow", "allow", "deny")))
        (folder / "baseline.csv").write_text("\n".join(tried) + "\n", encoding="utf-8")
        try:
            policy = Policy.load(folder)
        except Problem as refused:
            assert refused.code.name == "POLICY_REFUSED"
            continue
        lines = tried
        yield policy


def provincial_edits(chance: Random) -> dict[str, list[Rule]]:
    """Each province's editor writes rows at random; what isn't a refinement is refused."""
    layers: dict[str, list[Rule]] = {}
    for province, _ in product(PROVINCES, range(EDITS)):
        row = random_row(
            chance, ("county", "province:health", "village", *HOMES, "official"), ("deny", "deny", "allow")
        )
        _, *cells = row.split(", ")
        rule = Rule(*cells, source=Source(province))
        if not refinement_findings(province, [rule], [], PLACES):
            layers.setdefault(province, []).append(rule)
    return layers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("model.conf", "locks.csv"):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("seed", range(4))
def test_no_sequence_of_edits_unlocks_or_widens(seed: int, folder: Path) -> None:
    chance = Random(seed)
    taken, laid = 0, 0
    for nation in nation_edits(folder, chance):
        layers = provincial_edits(chance)
        policy = effective(nation, layers, PLACES)
        taken, laid = taken + 1, laid + sum(map(len, layers.values()))
        for name, action in product(HOMES, LOCKED):
            role, lock = role_named(name), ACTIONS[action].lock
            assert lock is not None
            for kind in (lock.kind, Kind.HOUSEHOLD):
                assert beyond(policy.formula(role, action, kind), most(role, action, kind)) == FALSE, (name, action)
        spoken = {key for rows in layers.values() for rule in rows for key in product(rule.action.split("|"), KINDS)}
        for name, (action, kind) in product(HOMES, spoken):
            request = role_named(name), action, KINDS[kind]
            assert beyond(policy.formula(*request), nation.formula(*request)) == FALSE, request
        for request in (random_request(chance) for _ in range(8)):
            assert policy.answer(request).allowed == policy.enforce(
                request.role, request.home, request.action, request.kind, request.object
            )
    assert taken >= 5
    assert laid > 20


def test_random_edits_do_reach_what_is_locked() -> None:
    rows = [random_row(Random(seed), NATION, ("allow",)) for seed in range(400)]
    assert sum(any(action in row for action in LOCKED) for row in rows) > 100
    assert sum("*" in row.split(", ")[2] for row in rows) > 1
