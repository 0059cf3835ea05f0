"""共用 What steps of counties, provinces and the nation about a request share: why, and who signed. Q40"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from api.rules.themes.requests import not_in_a_request, nothing_decided, reason_given
from api.rules.verdict import Verdict
from api.rules.words.request_states import ItemState
from api.workflow.engine.step import Argument, Reference, Step
from api.workflow.requests.context import Dossier

on_request = partial(Step, target="NationalRequest", same_day=True)
on_item = partial(Step, target="RequestItem", same_day=True)
DECIDED = (ItemState.APPROVED, ItemState.REJECTED)
WHY = Argument("why", str, "理由", "Why.", required=True)
ITEM = Argument("item", Reference("RequestItem"), "事项", "The item.", required=True)
DIGEST = Argument("digest", str, "摘要", "Digest of the record that was read.", required=True, digest=True)
GROUNDS = Argument("grounds", str, "理由", "Why it is necessary. Q40", required=True)


def why_said(work: Dossier) -> Iterable[Verdict]:
    """Why is said. Q40"""
    yield reason_given(work.given["why"])


def not_taken_up(work: Dossier) -> Iterable[Verdict]:
    """No request holds the item yet. Q40"""
    assert work.target is not None
    yield not_in_a_request(taken_up=work.target["request"] is not None)


def undecided(work: Dossier) -> Iterable[Verdict]:
    """Nothing of the request is decided yet. Q40"""
    yield nothing_decided(sum(1 for item in work.items if ItemState[item["state"]] in DECIDED))


async def say_why(work: Dossier) -> None:
    """Keep why on the row the step is about."""
    assert work.target is not None
    if work.request is None:
        await work.update("request_item", work.target["id"], return_reason=work.given["why"])
    else:
        await work.update("national_request", work.target["id"], reason=work.given["why"])


def signed(role: str, work: Dossier) -> dict[str, Any]:
    """Who acts, as columns: the account, the person and the post."""
    subject = work.subject
    return {f"{role}_account": subject.account, f"{role}_person": subject.person, f"{role}_post": subject.post}
