"""打印页 Shared parts of every page to print: its style known by digest, nothing from outside, never cached. Q38"""

import base64
import hashlib
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.resolvers.http import answers


def headers_of(style: str) -> dict[str, str]:
    """The headers under which nothing but this style has any effect."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "content-security-policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }


async def printed(request: Request, style: str, page: Callable[[Request], Awaitable[str]]) -> Response:
    """The page, or in the form every refusal has, why not."""
    try:
        return HTMLResponse(await page(request), headers=headers_of(style))
    except Exception as fault:
        return answers.problem_response(answers.problem_from(fault))
