"""People who edit, approve and publish policy, for tests that call the workflow itself."""

import datetime
import secrets
from dataclasses import dataclass
from typing import Any

from api.access.double_check import DoubleCheck
from api.access.policy import Policy
from api.access.reading.content import Row
from api.access.subject import Subject, role_of
from api.clock import SetClock
from api.rules.words.vocabulary import Department, Duty, Tier
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import StepRefused
from api.workflow.policy import draft, publish, review
from api.workflow.policy.content import Edit
from api.workflow.policy.judgement import judge

POLICY = Policy.load()
DOUBLE_CHECK = DoubleCheck()
CLOCK = SetClock(datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC))


def subject(person: int, duty: Duty, layer: str = "0") -> Subject:
    tier = Tier.NATIONAL if layer == "0" else Tier.PROVINCE
    path = ("0",) if layer == "0" else ("0", layer)
    department = Department.RURAL_REVITALIZATION
    return Subject(person, person, person, tier, department, duty, 1, path, role_of(tier, department, duty), 0)


EDITOR, COLLEAGUE = subject(1, Duty.POLICY_EDITOR), subject(2, Duty.POLICY_EDITOR)
APPROVER, PUBLISHER = subject(3, Duty.POLICY_APPROVER), subject(4, Duty.POLICY_APPROVER)
OF_50 = (subject(5, Duty.POLICY_EDITOR, "50"), subject(6, Duty.POLICY_APPROVER, "50"))


def services(policy: Policy = POLICY) -> StepServices:
    return StepServices(
        lambda who, action, kind, facts: DOUBLE_CHECK.decide(policy, who, action, kind, facts), CLOCK, policy.version
    )


@dataclass
class Office:
    """The whole life of a version, one call each, under a new key."""

    connection: Any

    async def step_input(self, number: int) -> StepInput:
        version = await self.connection.fetchval("select version from policy_version where id = $1", number)
        return StepInput(number, version, secrets.token_hex(8))

    async def draft(self, who: Subject = EDITOR, layer: str = "0", source: int | None = None) -> int:
        key = secrets.token_hex(8)
        return await draft.draft(self.connection, who, layer, source, "试行 A trial.", key, services())

    async def edit(self, number: int, *edits: Edit[Row], who: Subject = EDITOR, cases: Any = ()) -> int:
        step_input = await self.step_input(number)
        return await draft.edit(self.connection, who, step_input, edits, cases, services())

    async def add(self, number: int, line: str, who: Subject = EDITOR) -> int:
        return await self.edit(number, Edit(None, None, row(line)), who=who)

    async def submit(self, number: int, who: Subject = EDITOR) -> int:
        return await review.submit(self.connection, who, await self.step_input(number), services())

    async def approve(self, number: int, who: Subject = APPROVER, **seen: str) -> int:
        judged = await judge(self.connection, number, CLOCK.now().date(), cases=False)
        digest = seen.get("digest", judged.version.content.digest)
        difference = seen.get("difference", judged.difference)
        step_input = await self.step_input(number)
        return await review.approve(self.connection, who, step_input, digest, difference, services())

    async def publish(self, number: int, who: Subject = PUBLISHER) -> int:
        return await publish.publish(self.connection, who, await self.step_input(number), services())

    async def revert(self, number: int, who: Subject = PUBLISHER) -> int:
        return await publish.revert(self.connection, who, await self.step_input(number), services())

    async def published(self, line: str) -> int:
        """A version that adds one row to what is in force, all the way into force."""
        number = await self.draft()
        await self.add(number, line)
        await self.submit(number)
        await self.approve(number)
        return await self.publish(number)

    async def row(self, number: int) -> dict[str, Any]:
        return dict(await self.connection.fetchrow("select * from policy_version where id = $1", number))


def row(line: str) -> Row:
    kind, *cells = line.split(", ")
    return Row(kind, tuple(cells))


def codes(refused: StepRefused) -> set[str]:
    return {problem.code for problem in refused.problems}
