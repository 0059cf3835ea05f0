"""佐证材料 POST /evidence attaches a document to an item, GET /evidence/{id} hands it out; both signed in. Q40

A document is the whole body of the request: no form to be parsed, nothing to be decoded, and a bearer token that no
browser sends by itself, so no other site can do either. Its name is a header: addresses end up in logs of proxies.
"""

import hashlib
import re
from functools import cache
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import orjson
from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response

from api.access.policy import Policy
from api.access.signin.sessions import prove
from api.access.subject import Subject
from api.audit import ledger
from api.database import fetch_only
from api.errors import Problem, code
from api.planner.document.document import Documents, Operation
from api.planner.errors import BAD_ID
from api.planner.identifiers import global_id, parse_id
from api.planner.plan.roots import PLANNED
from api.resolvers.execution import OperationContext, deadline, read_operation
from api.resolvers.http import answers
from api.resolvers.schema import core
from api.resolvers.steps.mutations import error_of_problem
from api.resolvers.worker import Worker, services_of
from api.rules.words import steps
from api.schema.bounds import KEY, TITLE, check
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.contexts import StepInput
from api.workflow.engine.errors import StepRefused
from api.workflow.engine.perform import perform
from api.workflow.registry import steps as every_step
from api.workflow.requests.evidence import EVIDENCE_TOO_LARGE, LARGEST, media_type
from api.workflow.requests.handler import SEEN_BY_COUNTY

NO_EVIDENCE = code(
    "NO_EVIDENCE",
    404,
    zh="没有这一佐证材料",
    en="there is no such document",
    next_zh="核对标识",
    next_en="check its identifier",
    question="Q40",
)
BAD_UPLOAD = code(
    "BAD_UPLOAD",
    400,
    zh="上传请求缺少事项、版本、幂等键或文件名，或把文件名写入了地址",
    en="an upload has item and version in its address, key and file name in headers, and nothing else in its address",
    next_zh="地址只写事项和版本，Idempotency-Key 请求头写幂等键，Content-Disposition 请求头写文件名，文件为请求体",
    next_en="POST /evidence?item=…&version=… with Idempotency-Key: … and"
    " Content-Disposition: attachment; filename*=UTF-8''… and the file as body",
)
READ = "query Evidence($id: ID!) { node(id: $id) { ... on Evidence { name mediaType size sha256 } } }"
_CONTENT = """
select e.content, i.province, i.city, i.county, i.township, i.village
from evidence e join request_item i on i.id = e.item where e.id = $1"""
_ADDRESS = frozenset({"item", "version"})
_FILE_NAME = re.compile(r"attachment\s*;\s*filename\*\s*=\s*utf-8''([!#$&+.^_`|~0-9A-Za-z%-]+)", re.IGNORECASE)
_ALWAYS = {"cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
_SANDBOX = {"content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}


@cache
def _reading(schema: GraphQLSchema) -> Operation:
    return Documents(schema, PLANNED).find(READ).operation(None)


async def upload(request: Request) -> Response:
    """Attach the body to an item: 201 with its id, size and digest, or why not, in the form every refusal has."""
    try:
        worker: Worker = request.app.state.worker
        subject = await worker.tokens.authenticate(request.headers.get("authorization"))
        if (connection := request.scope.get("connection")) is not None:
            connection.signed_in()
        step_input = _step_input(request, await _body(request))
        number = await _attach(worker, worker.head.current, subject, step_input)
    except StepRefused as refused:
        return _refused([error_of_problem(problem) for problem in refused.problems], 409)
    except Exception as fault:
        return answers.problem_response(answers.problem_from(fault), _ALWAYS)
    content: bytes = step_input.arguments["content"]
    receipt = {
        "id": global_id("Evidence", number),
        "mediaType": step_input.arguments["media_type"],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return Response(orjson.dumps(receipt), 201, headers=_ALWAYS, media_type="application/json")


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST:
            raise Problem(EVIDENCE_TOO_LARGE, limit=LARGEST // 1024 // 1024)
    return bytes(content)


def _step_input(request: Request, content: bytes) -> StepInput:
    parameters = request.query_params
    item, version = parameters.get("item", ""), parameters.get("version", "")
    key, name = request.headers.get("idempotency-key", ""), _file_name(request.headers.get("content-disposition", ""))
    if not (item and key and name and version.isascii() and version.isdigit() and len(version) < 10):
        raise Problem(BAD_UPLOAD)
    if not parameters.keys() <= _ADDRESS:
        raise Problem(BAD_UPLOAD)
    type_name, number = parse_id(item)
    if type_name != "RequestItem":
        raise Problem(BAD_ID)
    document = {"name": name, "media_type": media_type(name, content), "content": content}
    check(KEY, key, "key")
    check(TITLE, name, "name")
    return StepInput(number, int(version), key, None, None, document)


def _file_name(disposition: str) -> str:
    """The name in `attachment; filename*=UTF-8''…` (RFC 6266); empty when there is none to be read."""
    match = _FILE_NAME.fullmatch(disposition.strip())
    try:
        return unquote_to_bytes(match[1]).decode() if match else ""
    except UnicodeDecodeError:
        return ""


async def _attach(worker: Worker, policy: Policy, subject: Subject, step_input: StepInput) -> int:
    workflow, step = every_step()[steps.REQUEST_ATTACH.action]
    async with worker.acting(subject) as connection:
        result = await perform(connection, workflow, step, subject, step_input, services_of(worker, policy))
    return result.touched["evidence"]


async def download(request: Request) -> Response:
    """The document, to be saved and never shown by the browser itself; NO_EVIDENCE also for what may not be seen."""
    try:
        worker: Worker = request.app.state.worker
        subject = await worker.tokens.authenticate(request.headers.get("authorization"))
        return await _handed_out(worker, subject, request.path_params["id"])
    except Exception as fault:
        return answers.problem_response(answers.problem_from(fault), _ALWAYS)


async def _handed_out(worker: Worker, subject: Subject, identifier: str) -> Response:
    type_name, number = parse_id(identifier)
    if type_name != "Evidence":
        raise Problem(BAD_ID)
    policy = worker.head.current
    ctx = OperationContext(worker, core(), subject, policy, _reading(core()), {"id": identifier}, deadline())
    node = orjson.loads(await read_operation(ctx))["node"]
    if node is None or node["name"] is None:
        raise Problem(NO_EVIDENCE)
    content = await _content(worker, policy, subject, number)
    headers = {**_ALWAYS, **_SANDBOX, "content-disposition": f"attachment; filename*=UTF-8''{quote(node['name'])}"}
    return Response(content, headers=headers, media_type=node["mediaType"])


async def _content(worker: Worker, policy: Policy, subject: Subject, number: int) -> bytes:
    async with worker.acting(subject) as connection, connection.transaction():
        await prove(connection, subject.session)
        row = await fetch_only(connection, _CONTENT, number)
        place = {tier: row[tier] if tier in SEEN_BY_COUNTY else None for tier in TIER_COLUMNS}
        happening = ledger.AuditEntry("evidence.read", "Evidence", number, {}, place)
        await ledger.append(connection, happening, subject, worker.clock.now(), policy_version=policy.version)
    content: bytes = row["content"]
    return content


def _refused(errors: list[dict[str, Any]], status: int) -> Response:
    return Response(answers.error_response(errors), status, headers=_ALWAYS, media_type="application/json")
