"""二次裁决 Second decisions: Casbin decides again what the compiled policy decided, and a difference is told. Q29, Q40

Every locked action is decided twice, and refused when the two answers differ. Of other decisions a share is decided
twice, the shadow: it changes no answer and raises an alarm. The shares are settings, none of the reads by default, so
that an ordinary read costs one comparison of a number.
"""

import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import time_ns
from typing import TypeVar

from api import telemetry
from api.access.actions import ACTIONS, step_actions, view
from api.access.actions import READ as READ_ACTION
from api.access.formula.formula import FALSE, Formula, evaluate
from api.access.policy import Policy
from api.access.request import ObjectFacts, Request
from api.access.role import role_named
from api.access.subject import Subject
from api.errors import Problem, Term, code
from api.rules.units import NATION
from api.rules.words.vocabulary import Group, Kind

log = logging.getLogger("shouwang.policy")

POLICY_ANSWERS_DIFFER = code(
    "POLICY_ANSWERS_DIFFER",
    500,
    zh="锁定动作“{action}”的两次权限裁决不一致：应为相同结果，故未办理，任何记录均未改变",
    en="the two decisions on the locked action {action} differ, expected the same answer: nothing was done or changed",
    next_zh="请勿重复提交；请运维人员查看日志中的策略告警，并报告为程序缺陷",
    next_en="do not send it again; ask the operator to look at the policy alarm in the log and to report a defect",
    question="Q40",
)
LOCKED, STEP, READ = "locked", "step", "read"
_STEPS = step_actions()
_READS = [READ_ACTION, *(view(group) for group in Group if group is not Group.STRUCTURE)]
Draw = Callable[[], float]
T = TypeVar("T")


@dataclass(slots=True)
class DoubleCheck:
    """Decides locked actions twice, and a sample of the others.

    read_share   share of reads decided twice, 0 to 1
    step_share   share of steps that are not locked decided twice, 0 to 1
    draw         a number from 0 to below 1; a decision is sampled when it lies below the share
    tell         is told of every difference: LOCKED, STEP or READ
    differences  how often the answers differed here, by LOCKED, STEP and READ
    """

    read_share: float = 0.0
    step_share: float = 0.0
    draw: Draw = random.random
    tell: Callable[[str], None] = lambda _: None
    differences: Counter[str] = field(default_factory=Counter)
    _alarms: set[tuple[str, str, Kind]] = field(default_factory=set)

    def decide(self, policy: Policy, subject: Subject, action: str, kind: Kind, facts: ObjectFacts | None) -> bool:
        """Whether the subject may do this to that object, or to any object at all when `facts` is None.

        POLICY_ANSWERS_DIFFER when it is a locked action of one object and Casbin answers otherwise.
        """
        role = role_named(subject.role)
        if facts is None:
            return policy.formula(role, action, kind) != FALSE
        request = Request.of(role, subject.home, action, kind, facts)
        allowed = evaluate(policy.formula(role, action, kind), request.facts)
        if ACTIONS[action].lock is not None:
            self._decide_locked(policy, request, allowed=allowed)
        else:
            sort, share = (STEP, self.step_share) if action in _STEPS else (READ, self.read_share)
            if share and self.draw() < share:
                self._shadow(policy, request, sort, allowed=allowed)
        return allowed

    def sample_read(self, policy: Policy, subject: Subject, formula_of: Callable[[str, Kind], Formula]) -> None:
        """Decide a share of list reads twice, each for one drawn kind, field group and place.

        A list is filtered in the database by the formula; here the same formula meets an object of one's own unit, one
        below it, one where a row of the policy speaks, and one of the nation.
        """
        if not self.read_share or self.draw() >= self.read_share:
            return
        named = sorted(policy.units.places.values())
        places = [subject.path, (*subject.path, "below"), (NATION,), *([self._pick(named)] if named else [])]
        place, cooperating = self._pick(places), self._pick([(), subject.path])
        sectors = frozenset(self._pick([(), (subject.department,)]))
        action, kind = self._pick(_READS), self._pick(list(Kind))
        facts = ObjectFacts(place, cooperating, sectors)
        request = Request.of(role_named(subject.role), subject.home, action, kind, facts)
        self._shadow(policy, request, READ, allowed=evaluate(formula_of(action, kind), request.facts))

    def _pick(self, choices: list[T]) -> T:
        return choices[int(self.draw() * len(choices))]

    def _decide_locked(self, policy: Policy, request: Request, *, allowed: bool) -> None:
        if policy.oracle.enforce_action(request) is not allowed:
            self._alarm(policy, request, LOCKED, compiled=allowed)
            term = Term(request.action, ACTIONS[request.action].zh, request.action)
            raise Problem(POLICY_ANSWERS_DIFFER, action=term)

    def _shadow(self, policy: Policy, request: Request, sort: str, *, allowed: bool) -> None:
        try:
            same = policy.oracle.enforce_action(request) is allowed
        except Exception as fault:  # the shadow never disturbs what it shadows
            log.warning("policy: the shadow could not decide %s: %s", request.action, type(fault).__name__)
            same = False
        if not same:
            self._alarm(policy, request, sort, compiled=allowed)

    def _alarm(self, policy: Policy, request: Request, sort: str, *, compiled: bool) -> None:
        """Count a difference; the first of its sort, action and kind goes to the log and the traces. Q38: no place."""
        self.differences[sort] += 1
        self.tell(sort)
        difference = (sort, request.action, request.kind)
        if difference in self._alarms:
            return
        self._alarms.add(difference)
        attributes = {
            telemetry.ERROR: POLICY_ANSWERS_DIFFER.name,
            "shouwang.decision": sort,
            "shouwang.action": request.action,
            "shouwang.kind": request.kind.name,
            "shouwang.role": request.role.name,
            "shouwang.compiled": "allow" if compiled else "deny",
            "shouwang.policy_version": policy.version[:16],
        }
        log.error(" ".join(f"{name}={value}" for name, value in attributes.items()))
        telemetry.record("policy decisions differ", time_ns(), attributes)
