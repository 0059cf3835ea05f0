"""Where an OIDC issuer signs people in: a new account needs its subject there, and there are no passwords or codes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.planner.reference import global_id
from tests.support.resolvers.service import Service

PROPOSE = """mutation P($input: AppointmentProposeInput!) {
  appointmentPropose(input: $input) { taken problems { code field } } }"""


@pytest.fixture
def by_oidc(service: Service) -> Iterator[None]:
    """The product as it is when SHOUWANG_OIDC_ISSUER is set: nobody has a password."""
    endpoint = service.application._endpoint
    assert endpoint is not None
    passwords, endpoint.worker.passwords = endpoint.worker.passwords, None
    yield
    endpoint.worker.passwords = passwords


@pytest.mark.usefixtures("by_oidc")
async def test_a_new_account_names_its_subject(service: Service) -> None:
    wish: dict[str, Any] = {
        "change": "GIVE", "unit": "500110001", "department": "RURAL_REVITALIZATION", "duty": "HANDLER",
        "reason": "补充人员", "key": "oidc-key",
        "person": {"name": "新干部", "idNumber": "11010519491231002X", "accountName": "by.oidc"},
    }  # fmt: skip
    refused = (await service.ask(PROPOSE, input=wish))["appointmentPropose"]
    assert refused == {"taken": False, "problems": [{"code": "APPOINTMENT_INCOMPLETE", "field": "oidcSubject"}]}
    wish["person"]["oidcSubject"] = "subject-of-the-new-one"
    assert (await service.ask(PROPOSE, input=wish))["appointmentPropose"]["taken"]


@pytest.mark.usefixtures("by_oidc")
async def test_there_are_no_passwords_and_no_codes(service: Service) -> None:
    body = {"account": "village@500110001201", "codes": ["a", "b"], "password": "correct horse battery"}
    answer = await service.client.post("/password", json=body)
    assert answer.json()["errors"][0]["extensions"]["code"] == "LOCAL_SIGN_IN_OFF"
    query = "mutation C($input: PasswordCodeInput!) { passwordCode(input: $input) { code } }"
    mutation = {"query": query, "variables": {"input": {"account": global_id("Account", 1), "reason": "首次登录"}}}
    refused = (await service.post(mutation)).json()
    assert refused["errors"][0]["extensions"]["code"] == "LOCAL_SIGN_IN_OFF"
