"""候选 Candidate: what a version would make of the policy, before it is in force; nothing is changed by asking. Q1

The nation's version is compared as the nation's rows alone, a province's as the nation's with its own laid over them:
what other provinces deny meanwhile changes nothing of what is approved. (ours)
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from api.access.formula.formula import order
from api.access.policy import Policy
from api.access.review.difference import Change, difference
from api.access.versions.store import InForce, Stored, composed
from api.rules.units import NATION


@dataclass(frozen=True, slots=True)
class Candidate:
    """The policy without and with the version, and everything that would be in force with it."""

    before: Policy
    after: Policy
    whole: Policy

    @property
    def changes(self) -> tuple[Change, ...]:
        """The rights that the version gives and takes."""
        return difference(self.before, self.after)


def candidate(in_force: InForce, version: Stored) -> Candidate:
    """Build the policy that would be in force with the version. POLICY_REFUSED with every finding."""
    beside = {layer: version_ for layer, version_ in in_force.layers.items() if layer in (NATION, version.layer)}
    if version.layer == NATION:
        beside = {layer: version_ for layer, version_ in beside.items() if layer == NATION}
    before = composed(replace(in_force, layers=beside))
    after = composed(replace(in_force, layers={**beside, version.layer: version}))
    whole = composed(replace(in_force, layers={**in_force.layers, version.layer: version}))
    return Candidate(before, after, whole)


def digest_of(changes: Iterable[Change]) -> str:
    """SHA-256 over a difference: what an approver has seen, and nothing else, is what is published."""
    lines = (
        f"{' '.join(change.roles)}|{' '.join(change.actions)}|{' '.join(kind.name for kind in change.kinds)}"
        f"|{order(change.gains)}|{order(change.loses)}"
        for change in changes
    )
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
