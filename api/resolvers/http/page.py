"""页面 GraphiQL for people who open /graphql in a browser; its assets are served from here, nothing from outside."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

ASSETS = Path(__file__).parent / "assets"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFE = {"cache-control": "no-cache", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


class Assets(StaticFiles):
    """The files of the page. Asked for anew each time: the page names their digests, and an older one would not run."""

    def file_response(self, *arguments: Any, **more: Any) -> Response:
        """One file, or 304."""
        response = super().file_response(*arguments, **more)
        response.headers.update(_SAFE)
        return response


def wanted(scope: Mapping[str, Any]) -> bool:
    """Whether a browser asks for the page rather than a client for an answer."""
    return scope["method"] == "GET" and any(
        name == b"accept" and b"text/html" in value for name, value in scope["headers"]
    )


@cache
def _text() -> str:
    return (ASSETS / "graphiql.html").read_text(encoding="utf-8")


async def _page(_: Request) -> Response:
    return HTMLResponse(_text(), headers={"content-security-policy": _POLICY, **_SAFE})


async def _home(_: Request) -> Response:
    return RedirectResponse("/graphql")


def routes() -> list[Any]:
    """The page and its assets."""
    return [
        Route("/", _home),
        Route("/graphql", _page),
        Mount("/assets", Assets(directory=ASSETS, check_dir=False)),
    ]
