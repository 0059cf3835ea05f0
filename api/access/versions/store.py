"""库中策略 Stored: versions as the database has them, and the policy that those in force make together. Q1, 附则

Refused here: versions whose rows are not what their digest says, or what this release cannot read. Nothing is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from api.access.formula.unit_folding import Places
from api.access.policy import FOLDER, Policy
from api.access.reading.content import G_CELLS, CaseRow, Content, Row
from api.access.reading.finding import Finding, Source, refuse
from api.access.reading.model import model_of, read_model
from api.access.reading.row import COLUMNS, Link, Rule
from api.access.reading.rules import Layer, read_layers, read_rows
from api.access.versions.provincial import effective, refinement_findings
from api.database import Connection
from api.errors import Problem, code
from api.rules.units import NATION
from api.schema.declare import TIER_COLUMNS

POLICY_DIGEST = code(
    "POLICY_DIGEST",
    500,
    zh="策略版本 {version} 的行与其摘要不符，未载入",
    en="the rows of policy version {version} are not what its digest says; it was not loaded",
    next_zh="查审计台账，恢复该版本的行，或发布另一版本",
    next_en="look into the audit ledger; put the rows back, or publish another version",
    question="Q1",
)
POLICY_WHOLE_UNKNOWN = code(
    "POLICY_WHOLE_UNKNOWN",
    404,
    zh="没有这一摘要的策略",
    en="there is no policy with this digest",
    next_zh="改用审计事件中的策略版本摘要",
    next_en="use the policyVersion of an event of the ledger",
)


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of one layer. `name` is what findings call it: the layer and the number."""

    id: int
    layer: str
    number: int
    digest: str
    content: Content

    @property
    def name(self) -> str:
        """Layer and number.

        >>> Stored(7, "50", 2, "", Content()).name
        '50/2'
        """
        return f"{self.layer}/{self.number}"


@dataclass(frozen=True, slots=True)
class InForce:
    """The publication in force: its number, the layers, and the units that they name."""

    publication: int
    layers: Mapping[str, Stored]
    places: Places


_ROWS = """
select r.policy_version, r.type,
  r.role, r."group", r.action, r.kind, r.reach, r.state, r.unit, r.effect, r.basis, r.note
from policy_row r where r.policy_version = any($1::bigint[]) order by r.policy_version, r.position"""
_CASES = """
select c.policy_version, c.file, c.name, c.role, c.home, c.place, c.cooperating, c.sectors, c.state, c."grant",
  c.action, c.kind, c."then", c.basis, c.note
from policy_case c where c.policy_version = any($1::bigint[]) order by c.policy_version, c.position"""
_VERSIONS = "select id, layer, number, digest from policy_version where id = any($1::bigint[])"
_HEADS = "select seq, policy_version from policy_head"
_PATHS = f"""
select distinct on (code) code, {", ".join(TIER_COLUMNS)} from unit
where code = any($1::text[]) and (not $2::boolean or valid_until is null)
order by code, valid_until desc nulls first"""  # noqa: S608 - declared names only


async def in_force(connection: Connection) -> InForce:
    """Read what is in force, in a transaction of the caller's that sees one state or holds the head's lock."""
    heads = await connection.fetch(_HEADS)
    versions = await stored(connection, [head["policy_version"] for head in heads])
    layers = {version.layer: version for version in versions}
    newest = max((head["seq"] for head in heads), default=0)
    return InForce(newest, layers, await places(connection, versions))


async def read_in_force(connection: Connection) -> InForce:
    """The same in a transaction of its own."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await in_force(connection)


async def stored(connection: Connection, numbers: Sequence[int]) -> list[Stored]:
    """Versions by their ids, with rows and cases."""
    rows: dict[int, list[Row]] = {number: [] for number in numbers}
    cases: dict[int, list[CaseRow]] = {number: [] for number in numbers}
    for version, kind, *cells, note in await connection.fetch(_ROWS, list(numbers)):
        rows[version].append(Row(kind.lower(), tuple(cell for cell in cells if cell is not None), note))
    for version, file, *cells, note in await connection.fetch(_CASES, list(numbers)):
        cases[version].append(CaseRow(file, tuple(cells), note))
    return [
        Stored(number, layer, count, digest or "", Content(tuple(rows[number]), tuple(cases[number])))
        for number, layer, count, digest in await connection.fetch(_VERSIONS, list(numbers))
    ]


async def places(connection: Connection, versions: Iterable[Stored], *, today: bool = False) -> Places:
    """The paths of the units that rows name, from the nation down; `today`: of those that are still responsible."""
    named = {unit for version in versions for unit in version.content.units}
    rows = await connection.fetch(_PATHS, sorted(named), today)
    return {unit: (NATION, *(step for step in path if step is not None)) for unit, *path in rows}


def check_digests(in_force: InForce) -> None:
    """POLICY_DIGEST for the first version whose rows were changed behind the application's back."""
    for version in in_force.layers.values():
        if version.content.digest != version.digest:
            raise Problem(POLICY_DIGEST, version=version.name)


def composed(in_force: InForce) -> Policy:
    """Locks, the nation's rows and every province's denials as one policy; POLICY_REFUSED with every finding.

    Until a national version is stored, the baseline of the release is the nation's.
    """
    nation = in_force.layers.get(NATION)
    written = nation.content.written(nation.name) if nation else Layer(FOLDER / "baseline.csv", locked=False)
    rules, links = read_layers((Layer(FOLDER / "locks.csv", locked=True), written))
    base = Policy(read_model(FOLDER / "model.conf"), rules, links, in_force.places)
    laid = {layer: refining(version, in_force.places) for layer, version in in_force.layers.items() if layer != NATION}
    policy = effective(base, laid, in_force.places) if laid else base
    policy.publication = in_force.publication
    return policy


def refining(version: Stored, places_: Places) -> tuple[Rule, ...]:
    """The denials of a province's version; POLICY_REFUSED with every finding of what goes further."""
    findings: list[Finding] = []
    rules, links = read_rows(version.content.written(version.name), findings)
    refuse([*findings, *refinement_findings(version.layer, rules, links, places_)])
    return rules


def serialize(policy: Policy) -> str:
    """The rows of a policy as `PolicyWhole.content` keeps them, whatever later releases read."""
    rows: list[tuple[tuple[str, ...], Rule | Link]] = [(rule.cells, rule) for rule in policy.rules]
    rows += [((link.member, link.group), link) for link in policy.links.declared]
    return orjson.dumps([[cells, rule.source.file, rule.source.line, rule.locked] for cells, rule in rows]).decode()


async def load_by_digest(connection: Connection, digest: str) -> Policy:
    """The policy that was in force under a digest, or the beginning of one. POLICY_WHOLE_UNKNOWN."""
    row = await connection.fetchrow(
        "select model, content from policy_whole where starts_with(digest, $1) order by id limit 1", digest
    )
    if row is None or not digest:
        raise Problem(POLICY_WHOLE_UNKNOWN)
    rules: list[Rule] = []
    links: list[Link] = []
    for cells, file, line, locked in orjson.loads(row["content"]):
        source = Source(file, line)
        if len(cells) == len(G_CELLS):
            member, group = cells
            links.append(Link(member, group, source, locked))
        else:
            rules.append(Rule(**dict(zip(COLUMNS, cells, strict=True)), source=source, locked=locked))
    return Policy(model_of(row["model"], "model.conf"), rules, links)
