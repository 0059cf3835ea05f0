"""公示公告页 GET /notices/{id}: the sheet for the village board, to be printed; nothing in it is from outside. Q38"""

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem, code
from api.resolvers.execution import OperationContext, deadline
from api.resolvers.fields.notices import notice_for, reading
from api.resolvers.pages.printable import printed
from api.resolvers.schema import core
from api.resolvers.worker import Worker
from api.rules.privacy.notice import Notice, notice_lines
from api.rules.words.judging import NoticeKind

NO_NOTICE = code(
    "NO_NOTICE",
    404,
    zh="没有这一公示公告",
    en="there is no such notice",
    next_zh="核对程序标识，并指明是公示还是公告",
    next_en="check the proceeding's identifier and the kind: PUBLICITY or ANNOUNCEMENT",
    question="Q38",
)

_STYLE = """
body { font: 16pt/2 "Songti SC", SimSun, serif; margin: 3em auto; max-width: 40em; color: #000; background: #fff }
h1 { text-align: center; font-size: 22pt; line-height: 1.4 }
footer { margin-top: 3em; text-align: right }
@page { size: A4; margin: 25mm 22mm }
@media print { body { margin: 0; max-width: none } h1, p, footer { break-inside: avoid } }
"""


async def sheet(request: Request) -> Response:
    """The sheet of a proceeding's notice, `?kind=` PUBLICITY or ANNOUNCEMENT; signed in like any other request.

    A refusal has the form every refusal has; NO_NOTICE also stands for what the caller may not see.
    """
    return await printed(request, _STYLE, _page)


async def _page(request: Request) -> str:
    worker: Worker = request.app.state.worker
    subject = await worker.tokens.authenticate(request.headers.get("authorization"))
    kind = request.query_params.get("kind", NoticeKind.PUBLICITY.name)
    ctx = OperationContext(worker, core(), subject, worker.head.current, reading(core()), {}, deadline())
    notice = None
    if kind in NoticeKind.__members__:
        notice = await notice_for(ctx, request.path_params["id"], NoticeKind[kind])
    if notice is None:
        raise Problem(NO_NOTICE)
    return page_of(notice)


def page_of(notice: Notice) -> str:
    """The sheet: heading, a line per household, dates, contact, a place for the seal."""
    heading, *lines, issuer, day = (escape(line) for line in notice_lines(notice))
    paragraphs = "".join(f"<p>{line}</p>\n" for line in lines)
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>{heading}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>{heading}</h1>\n{paragraphs}"
        f"<footer><p>{issuer}（盖章）</p><p>{day}</p></footer>\n</body>\n</html>\n"
    )
