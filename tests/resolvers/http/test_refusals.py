"""拒绝 What the addresses beside queries and steps answer to a wrong method, a wrong address, and what is not there."""

from typing import Any

import pytest

from api.errors import Problem
from api.planner.identifiers import global_id
from api.schema.bounds import REASON, check
from tests.support.resolvers.service import Service

ABSENT = 2**31
EXPLAIN = "query($account: String, $role: String, $policy: String) { explainAccess(account: $account, role: $role,"
EXPLAIN += ' action: "read", kind: "household", place: "50", policy: $policy) { allowed } }'


def code_of(answer: Any) -> str:
    code: str = answer.json()["errors"][0]["extensions"]["code"]
    return code


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/graphql", 405, "BAD_METHOD"),
        ("PUT", "/graphql", 405, "BAD_METHOD"),
        ("POST", "/evidence", 400, "BAD_UPLOAD"),
        ("POST", "/evidence?item=x&version=1&name=a.pdf", 400, "BAD_UPLOAD"),
        ("POST", "/evidence?item=x&key=12345678&version=-1&name=a.pdf", 400, "BAD_UPLOAD"),
        ("GET", f"/evidence/{global_id('Evidence', ABSENT)}", 404, "NO_EVIDENCE"),
        ("GET", f"/notices/{global_id('Proceeding', ABSENT)}", 404, "NO_NOTICE"),
        ("GET", f"/notices/{global_id('Proceeding', ABSENT)}?kind=BILLBOARD", 404, "NO_NOTICE"),
        ("GET", f"/requests/{global_id('NationalRequest', ABSENT)}", 404, "NO_REQUEST"),
    ],
)
async def test_an_address_says_what_is_wrong(service: Service, method: str, path: str, status: int, code: str) -> None:
    headers = {"authorization": f"Bearer {service.token('national')}", "accept": "application/json"}
    answer = await service.client.request(method, path, headers=headers, content=b"x" if method == "POST" else None)
    assert (answer.status_code, code_of(answer)) == (status, code)
    if status == 405:
        assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("official", "values", "code"),
    [
        ("county", {"account": "nobody-at-all"}, "EXPLAIN_WHOM"),
        ("county", {"role": "county:rural_revitalization:handler"}, "EXPLAIN_WHOM"),
        ("education", {"account": "neighbour@510104"}, "EXPLAIN_WHOM"),
        ("editor", {"policy": "0" * 64}, "POLICY_WHOLE_UNKNOWN"),
    ],
)
async def test_an_explanation_says_what_it_lacks(
    service: Service, official: str, values: dict[str, str], code: str
) -> None:
    answer = await service.post({"query": EXPLAIN, "variables": values}, official)
    assert code_of(answer) == code, answer.text


async def test_an_upgrade_that_is_no_handshake_is_refused_by_its_name(service: Service) -> None:
    """With what it should have been, and without what was sent."""
    headers = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13"}
    for key in ("", "not-a-key", "a" * 200):
        answer = await service.client.get("/graphql", headers={**headers, "sec-websocket-key": key})
        assert (answer.status_code, code_of(answer)) == (400, "BAD_HANDSHAKE")
        assert not key or key not in answer.text


@pytest.mark.parametrize("value", ["", " ", "x" * 501])
def test_a_value_beyond_its_bound_is_refused_by_its_field(value: str) -> None:
    with pytest.raises(Problem, match="VALUE_OUT_OF_BOUNDS") as caught:
        check(REASON, value, "reason")
    assert caught.value.facts["field"] == "reason"
    assert not value.strip() or value not in str(caught.value.extensions())
    check(REASON, "因本人外出务工，延期两日", "reason")
