"""页面 GraphiQL for people who open /graphql in a browser; its assets are served from here, nothing from outside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

ASSETS = Path(__file__).parent / "assets"
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:;"
    " worker-src 'self' blob:; frame-ancestors 'none'"
)


def wanted(scope: Mapping[str, Any]) -> bool:
    """Whether a browser asks for the page rather than a client for an answer."""
    return scope["method"] == "GET" and any(
        name == b"accept" and b"text/html" in value for name, value in scope["headers"]
    )


async def _page(_: Request) -> Response:
    text = (ASSETS / "graphiql.html").read_text(encoding="utf-8")
    return HTMLResponse(text, headers={"content-security-policy": _POLICY, "x-content-type-options": "nosniff"})


async def _home(_: Request) -> Response:
    return RedirectResponse("/graphql")


def routes() -> list[Any]:
    """The page and its assets."""
    return [
        Route("/", _home),
        Route("/graphql", _page),
        Mount("/assets", StaticFiles(directory=ASSETS, check_dir=False)),
    ]
