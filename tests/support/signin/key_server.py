"""测试 An OIDC issuer's HTTP side on 127.0.0.1: its documents are what the test last put there."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

SIGNING = {kid: rsa.generate_private_key(65537, 2048) for kid in ("first", "second")}


def public(kid: str, **changes: Any) -> dict[str, Any]:
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(SIGNING[kid].public_key()))
    return {**{name: key[name] for name in ("kty", "n", "e")}, "kid": kid, "use": "sig", **changes}


class KeyServer:
    """`answers` maps a path to (status, headers, body); `asked` lists the paths in the order they were asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.paths: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.put("/.well-known/openid-configuration", {"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        self.keys("first")

    def put(self, path: str, document: Any, status: int = 200, **headers: str) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.answers[path] = (status, headers, body)

    def keys(self, *kids: str, **changes: Any) -> None:
        self.put("/keys", {"keys": [public(kid, **changes) for kid in kids]})


@contextmanager
def serving() -> Iterator[KeyServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            key_server.paths.append(self.path)
            status, headers, body = key_server.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    key_server = KeyServer(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield key_server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
