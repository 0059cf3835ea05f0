"""标识符 findPerson and revealPersonalData: sealed identifiers searched and opened, on record and counted. Q38

    find_person   exact number → the member's id; outside the reach and absent are one answer, None
    reveal        one field of one row → its value, which leaves only after its event is committed

Both ask the policy through `decide`, count against one daily quota per account, and write an event whatever comes
out: `search`, `reveal`, or `search.refused`, `reveal.refused`. No event holds the number or the value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from api.access.actions import REVEAL, SEARCH
from api.access.household_facts import facts_of_household
from api.access.request import ObjectFacts
from api.access.signin.sessions import prove
from api.access.subject import Subject
from api.audit import ledger, quota
from api.clock import Clock
from api.database import Connection, Row
from api.errors import Problem, Term, code, listed
from api.rules.privacy.personal_data import find_personal_data
from api.rules.units import NATION, tier_of
from api.rules.words.vocabulary import Kind, Purpose
from api.schema.declare import TIER_COLUMNS, Entity
from api.schema.entities.household.household import Household
from api.schema.entities.household.member import Member
from api.schema.names import camel
from api.schema.paths import tiers_of
from api.sealing import Identifier, Sealer

NOT_ALLOWED = code(
    "IDENTIFIER_NOT_ALLOWED",
    403,
    zh="不得按证件查找或查看：不在本岗位权限之内，或没有这一条",
    en="not to be searched or revealed: beyond the rights of this post, or there is no such row",
    next_zh="请有权限的单位办理",
    next_en="ask a unit that may",
    question="Q38",
)
REASON_NEEDED = code(
    "REASON_NEEDED",
    400,
    zh="须写明事由，不超过 {most} 字，且不含证件号码、电话或银行账号",
    en="a reason is needed: {most} characters at most, without any ID number, telephone or bank account",
    next_zh="写明为何需要，例如入户核实的任务",
    next_en="say what it is needed for, such as the task of a home verification",
    question="Q38",
)
NOT_SEALED = code(
    "NOT_SEALED",
    400,
    zh="该字段不是密封字段，可选：{expected}",
    en="this field is not sealed; the sealed ones are {expected}",
    next_zh="改用所列字段之一",
    next_en="use one of them",
)

LONGEST_REASON = 200
COUNTED = (SEARCH, REVEAL)


class Decide(Protocol):
    """The policy in force. `facts` None asks whether the subject may do it to any object at all."""

    def __call__(self, subject: Subject, action: str, kind: Kind, facts: ObjectFacts | None) -> bool:
        """Yes or no."""
        ...


@dataclass(frozen=True, slots=True)
class IdentifierServices:
    """Surroundings of both acts. `limit` is settings.identifiers_a_day."""

    sealer: Sealer
    decide: Decide
    clock: Clock
    limit: int
    policy_version: str
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class LookupReason:
    """Purpose and reason of a search or look; goes on record."""

    purpose: Purpose
    reason: str

    def facts(self, **more: ledger.Fact) -> dict[str, ledger.Fact]:
        """Facts for an event; REASON_NEEDED when the reason is missing or holds personal data."""
        reason = " ".join(self.reason.split())
        if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable() or find_personal_data(reason):
            raise Problem(REASON_NEEDED, most=LONGEST_REASON)
        return {"purpose": self.purpose.name, "reason": reason, **more}


_HOUSEHOLD_FACTS = ", ".join(
    (
        *(f"h.{column}, h.cooperating_{column}" for column in TIER_COLUMNS),
        "h.monitoring_state",
        "ARRAY(SELECT i.department FROM involvement i WHERE i.household = h.id) AS sectors",
    )
)
# one statement whether the person exists or not; who left a household comes last
_BY_INDEX = f"""
SELECT m.id, {_HOUSEHOLD_FACTS} FROM member m JOIN household h ON h.id = m.household
WHERE m.id_number_index = $1 ORDER BY m.left_on DESC NULLS FIRST, m.id DESC"""  # noqa: S608 - declared names only


async def find_person(
    connection: Connection, subject: Subject, number: str, lookup_reason: LookupReason, services: IdentifierServices
) -> int | None:
    """Id of the member with exactly this ID number inside the subject's reach, else None.

    `connection` (app role) must be in no transaction. UNREADABLE_IDENTIFIER, REASON_NEEDED, IDENTIFIER_NOT_ALLOWED,
    QUOTA_EXCEEDED.
    """
    _outermost(connection)
    facts, index = lookup_reason.facts(), services.sealer.index(Identifier.ID_NUMBER, number)
    refused = ledger.AuditEntry(f"{SEARCH}.refused", "Member", facts=facts, place=_place(subject))
    if not services.decide(subject, SEARCH, Kind.HOUSEHOLD, None):
        await _record_refusal(connection, refused, subject, services)
        raise Problem(NOT_ALLOWED)
    try:
        async with connection.transaction():
            await prove(connection, subject.session)
            await quota.take(connection, subject.account, COUNTED, services.limit, services.clock)
            rows = await connection.fetch(_BY_INDEX, index)
            reached = [row for row in rows if services.decide(subject, SEARCH, Kind.HOUSEHOLD, _facts(row))]
            member = reached[0]["id"] if reached else None
            searched = ledger.AuditEntry(
                SEARCH, "Member", member, {**facts, "found": member is not None}, _place(subject)
            )
            await _append(connection, searched, subject, services)
    except Problem as problem:
        if problem.code is quota.QUOTA_EXCEEDED:
            await _record_refusal(connection, refused, subject, services)
        raise
    return member


async def reveal(
    connection: Connection,
    subject: Subject,
    node: tuple[str, int],
    field: str,
    lookup_reason: LookupReason,
    services: IdentifierServices,
) -> str | None:
    """The value of a sealed field (`idNumber`) of a node (("Member", 7)); None where nothing is stored.

    `connection` (app role) must be in no transaction: the event is committed before the value is opened.
    NOT_SEALED, REASON_NEEDED, IDENTIFIER_NOT_ALLOWED (absent rows too), QUOTA_EXCEEDED, SEALED_VALUE_BROKEN.
    """
    _outermost(connection)
    entity, column = _sealed_field(node[0], field)
    facts = lookup_reason.facts(field=field)
    refused = ledger.AuditEntry(f"{REVEAL}.refused", node[0], facts=facts, place=_place(subject))
    try:
        async with connection.transaction():
            await prove(connection, subject.session)
            await quota.take(connection, subject.account, COUNTED, services.limit, services.clock)
            row = await _allowed_row(connection, subject, entity, column, node[1], services)
            place = tiers_of(row)
            await _append(connection, ledger.AuditEntry(REVEAL, node[0], node[1], facts, place), subject, services)
    except Problem:
        await _record_refusal(connection, refused, subject, services)
        raise
    if row["sealed"] is None:
        return None
    return services.sealer.open(entity._meta.tablename, column, node[1], row["sealed"])


async def _allowed_row(
    connection: Connection,
    subject: Subject,
    entity: type[Entity],
    column: str,
    row_id: int,
    services: IdentifierServices,
) -> Row:
    row = await connection.fetchrow(_row_statement(entity, column), row_id)
    if row is None or not services.decide(subject, REVEAL, entity.policy_kind, _facts(row)):
        raise Problem(NOT_ALLOWED)
    return row


def _outermost(connection: Connection) -> None:
    if connection.is_in_transaction():
        raise RuntimeError("searching and revealing commit their own record: call them outside any transaction")


async def _append(
    connection: Connection, entry: ledger.AuditEntry, subject: Subject, services: IdentifierServices
) -> None:
    moment = services.clock.now()
    await ledger.append(
        connection, entry, subject, moment, policy_version=services.policy_version, trace=services.trace
    )


async def _record_refusal(
    connection: Connection, entry: ledger.AuditEntry, subject: Subject, services: IdentifierServices
) -> None:
    async with connection.transaction():
        await prove(connection, subject.session)
        await _append(connection, entry, subject, services)


def _sealed_fields() -> Mapping[tuple[str, str], tuple[type[Entity], str]]:
    return {(entity.__name__, camel(name)): (entity, name) for entity in (Household, Member) for name in entity.sealed}


SEALED_FIELDS = _sealed_fields()
"""(GraphQL type, field) → entity and identifier."""


def _sealed_terms() -> Iterator[Term]:
    for (type_name, field), (entity, name) in SEALED_FIELDS.items():
        yield Term(f"{type_name}.{field}", entity.sealed[name].zh, f"{type_name}.{field}")


def _sealed_field(type_name: str, field: str) -> tuple[type[Entity], str]:
    sealed = SEALED_FIELDS.get((type_name, field))
    if sealed is None:
        raise Problem(NOT_SEALED, expected=listed(_sealed_terms()))
    return sealed


def _row_statement(entity: type[Entity], column: str) -> str:
    join = "" if entity is Household else "JOIN member t ON t.household = h.id"
    row = "h" if entity is Household else "t"
    return (
        f"SELECT {row}.{column}_sealed AS sealed, {_HOUSEHOLD_FACTS} "  # noqa: S608 - declared names only
        f"FROM household h {join} WHERE {row}.id = $1"
    )


def _facts(row: Row) -> ObjectFacts:
    return facts_of_household(row, row["sectors"], row["monitoring_state"])


def _place(subject: Subject) -> dict[str, str | None]:
    return {tier_of(code).name.lower(): code for code in subject.path if code != NATION}
