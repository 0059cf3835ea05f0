"""可信文档 Documents known beforehand: asked for by identifier, and, when enforced, the only ones that run. DESIGN §8

A folder of manifests as clients' build tools write them: `{"id": "document", …}` (graphql-codegen, Relay), or Apollo's
`{"operations": [{"id", "body"}]}`. A document is found by its id there, and by the SHA-256 of its text. None is
registered by asking: what a client brings at run time is not trusted.
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from api.errors import Problem, Term, code
from api.resolvers.http.request import GraphQLRequest
from api.settings import Settings

log = logging.getLogger("shouwang.documents")

DOCUMENT_UNKNOWN = code(
    "DOCUMENT_UNKNOWN",
    400,
    zh="没有标识为此的可信文档",
    en="no trusted document has this identifier",
    next_zh="请运维人员载入客户端构建时生成的清单",
    next_en="have the operator load the manifest that the client's build made",
)
DOCUMENT_NOT_TRUSTED = code(
    "DOCUMENT_NOT_TRUSTED",
    403,
    zh="本服务只执行可信文档",
    en="only trusted documents run here",
    next_zh="改用清单中文档的标识发送请求",
    next_en="ask by documentId for a document of the manifest",
)
DOCUMENT_MISMATCH = code(
    "DOCUMENT_MISMATCH",
    400,
    zh="文档与其标识不符",
    en="the document is not the one its identifier stands for",
    next_zh="只发送标识，或重新生成清单",
    next_en="send the identifier alone, or make the manifest anew",
)
BAD_MANIFEST = code(
    "BAD_MANIFEST",
    500,
    zh="可信文档清单 {file} 有误：{found}",
    en="the manifest {file} of trusted documents: {found}",
    next_zh="重新生成该清单后启动",
    next_en="make the manifest anew and start again",
)
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


class Trusted:
    """The trusted documents of a worker, and how strictly they are kept to: `off`, `log` or `enforce`."""

    def __init__(self, documents: Mapping[str, str], mode: str) -> None:
        self._by_id = documents
        self._texts = frozenset(documents.values())
        self._mode = mode

    @classmethod
    def of(cls, settings: Settings) -> "Trusted":
        """Load the documents of the settings' folder; BAD_MANIFEST, so that a worker never starts with half of them."""
        return cls(dict(_read(settings.documents)), settings.documents_mode)

    def admit(self, graphql_request: GraphQLRequest) -> GraphQLRequest:
        """The request with its document's text. DOCUMENT_UNKNOWN, DOCUMENT_MISMATCH, DOCUMENT_NOT_TRUSTED."""
        if graphql_request.identifier is not None:
            text = self._named(graphql_request.identifier, graphql_request.query)
            return GraphQLRequest(
                text, graphql_request.variables, graphql_request.operation_name, graphql_request.identifier
            )
        if self._mode != "off" and graphql_request.query not in self._texts:
            if self._mode == "enforce":
                raise Problem(DOCUMENT_NOT_TRUSTED)
            log.warning(
                "not trusted: sha256:%s", sha256(graphql_request.query)
            )  # its text may hold what somebody typed
        return graphql_request

    def _named(self, identifier: str, text: str) -> str:
        document = self._by_id.get(identifier.removeprefix("sha256:"))
        if text:
            if sha256(text) != identifier.removeprefix("sha256:") and text != document:
                raise Problem(DOCUMENT_MISMATCH)
            return self.admit(GraphQLRequest(text, {}, None)).query
        if document is None:
            raise Problem(DOCUMENT_UNKNOWN)
        return document


def sha256(text: str) -> str:
    """The digest of a document, as hexadecimal text."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _read(folder: Path | None) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.json")) if folder else ():
        try:
            manifest = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            raise Problem(BAD_MANIFEST, file=path.name, found=Term("json", "不是 JSON", "it is no JSON")) from None
        for identifier, text in _documents(manifest, path.name):
            digest = _SHA256.fullmatch(identifier)
            if digest and digest[1] != sha256(text):
                fault = Term("digest", "有标识不是其文档的 SHA-256", "an identifier is not the SHA-256 of its document")
                raise Problem(BAD_MANIFEST, file=path.name, found=fault)
            yield identifier.removeprefix("sha256:"), text
            yield sha256(text), text


def _documents(manifest: Any, file: str) -> Iterator[tuple[str, str]]:
    if not isinstance(manifest, dict):
        raise Problem(BAD_MANIFEST, file=file, found=Term("object", "不是对象", "it is no object"))
    listed = manifest.get("operations")
    pairs = (
        [(entry.get("id"), entry.get("body")) for entry in listed]
        if isinstance(listed, list)
        else list(manifest.items())
    )
    for identifier, text in pairs:
        if not isinstance(identifier, str) or not isinstance(text, str):
            fault = Term("entry", "有一项不是标识及其文档", "an entry is not an identifier with its document")
            raise Problem(BAD_MANIFEST, file=file, found=fault)
        yield identifier, text
