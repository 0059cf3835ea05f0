"""策略办理 The one transaction behind everything that is done to a version of the policy. Q1, RULES §2

key → layer's lock → version → policy → version number → state → act → event. Refusals tell why, and change nothing.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.audit import ledger
from api.errors import Code, code
from api.rules.privacy.personal_data import find_personal_data
from api.rules.units import NATION
from api.rules.words.policy_states import PolicyState
from api.rules.words.vocabulary import Kind
from api.workflow.engine import idempotency
from api.workflow.engine.errors import (
    PERSONAL_DATA,
    STALE,
    STEP_NOT_ALLOWED,
    WRONG_STATE,
    NotTaken,
    database_refusals,
    problem_of,
)
from api.workflow.engine.perform import Desk

POLICY_LAYER = code(
    "POLICY_LAYER",
    400,
    zh="策略层级应为国家（0）或省级单位代码，实为 {found}",
    en="expected the nation (0) or the code of a province as the layer, found {found}",
    next_zh="写 0 或本省代码",
    next_en="write 0 or the code of one's province",
    question="Q1",
)
LOCK = "select pg_advisory_xact_lock(hashtextextended('policy_layer ' || $1, 0))"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks: the version it is about and how it saw it, its key, the texts given, and all else it said."""

    number: int
    version: int
    key: str
    given: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""


@dataclass(slots=True)
class Work:
    """A version of the policy in somebody's hands, inside the transaction."""

    connection: Any
    subject: Subject
    desk: Desk
    row: Mapping[str, Any]
    now: datetime

    @property
    def layer(self) -> str:
        """Code of the unit whose layer it is."""
        return str(self.row["layer"])

    async def change(self, **values: Any) -> None:
        """Change columns of the version; its number for concurrent edits grows by itself."""
        values["version"] = self.row["version"] + 1
        names = ", ".join(f"{name} = ${index}" for index, name in enumerate(values, start=2))
        sql = f"update policy_version set {names} where id = $1 returning *"  # noqa: S608 - names of columns
        self.row = await self.connection.fetchrow(sql, self.row["id"], *values.values())

    async def head(self) -> int | None:
        """The version of the layer that is in force."""
        found = await self.connection.fetchval("select policy_version from policy_head where layer = $1", self.layer)
        return None if found is None else int(found)

    async def record(self, action: str, **facts: ledger.Fact) -> None:
        """Append the event; who reads the layer's ledger reads it."""
        place = {} if self.layer == NATION else {"province": self.layer}
        said = {"layer": self.layer, "number": self.row["number"], "digest": self.row["digest"], **facts}
        happening = ledger.Happening(action, "PolicyVersion", self.row["id"], said, place)
        await ledger.append(
            self.connection,
            happening,
            self.subject,
            self.now,
            policy_version=self.desk.policy_version,
            trace=self.desk.trace,
        )


Act = Callable[[Work], Awaitable[None]]


def place_of(layer: str) -> tuple[str, ...]:
    """The path of the unit whose layer it is."""
    return (NATION,) if layer == NATION else (NATION, layer)


async def take(
    connection: Any, action: str, subject: Subject, asked: Asked, desk: Desk, sources: Iterable[PolicyState], act: Act
) -> int:
    """Do something to a version in one of these states; its id, or that of the version made of it.

    NotTaken with every problem; nothing has changed then.
    """
    with database_refusals():
        async with connection.transaction():
            before = await _claimed(connection, action, subject, asked, desk)
            if before is not None:
                return before
            work = await _opened(connection, action, subject, asked, desk)
            clean(*(text for text in asked.given.values() if isinstance(text, str)))
            names = [state.name for state in sources]
            if work.row["version"] != asked.version:
                raise NotTaken([problem_of(STALE, expected=asked.version, found=work.row["version"])])
            if work.row["state"] not in names:
                wrong = problem_of(WRONG_STATE, expected=" / ".join(names), found=work.row["state"])
                raise NotTaken([replace(wrong, question="Q1")])
            await act(work)
            await idempotency.keep(connection, subject.account, asked.key, {"policy_version": work.row["id"]})
            return int(work.row["id"])


async def _claimed(connection: Any, action: str, subject: Subject, asked: Asked, desk: Desk) -> int | None:
    digest = idempotency.digest(action, asked.number, {**asked.given, "": asked.said})
    before = await idempotency.claim(connection, subject.account, asked.key, digest, desk.clock.now(), desk.publication)
    return None if before is None else int(before["policy_version"])


async def _opened(connection: Any, action: str, subject: Subject, asked: Asked, desk: Desk) -> Work:
    row = await connection.fetchrow("select * from policy_version where id = $1", asked.number)
    if row is None:
        raise NotTaken([problem_of(STEP_NOT_ALLOWED)])
    await connection.execute(LOCK, row["layer"])
    row = await connection.fetchrow("select * from policy_version where id = $1 for update", asked.number)
    allowed(desk, subject, action, row["layer"], row["state"])
    return Work(connection, subject, desk, row, desk.clock.now())


def allowed(desk: Desk, subject: Subject, action: str, layer: str, state: str | None) -> None:
    """NotTaken unless the subject may do this to versions of the layer."""
    if not desk.decide(subject, action, Kind.POLICY, ObjectFacts(place_of(layer), state=state)):
        raise NotTaken([problem_of(STEP_NOT_ALLOWED)])


def clean(*texts: str | None) -> None:
    """NotTaken for numbers of persons in what is written down. Q38"""
    problems = [
        problem_of(PERSONAL_DATA, field="note", place=found.start + 1, found=found.kind.zh)
        for text in texts
        for found in find_personal_data(text or "")
    ]
    if problems:
        raise NotTaken(problems)


def refused(which: Code, **facts: Any) -> NotTaken:
    """One problem, ready to be raised."""
    return NotTaken([problem_of(which, **facts)])
