"""佐证材料 Evidence: what a document is, found by looking at its bytes; refused when its name says otherwise. Q40

PDF, PNG and JPEG alone, whole files of at most 10 MB (ours): what a clerk scans or photographs, and nothing that runs.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from api.errors import Problem, code
from api.workflow.requests.context import RequestContext

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 120

EVIDENCE_TOO_LARGE = code(
    "EVIDENCE_TOO_LARGE",
    413,
    zh="佐证材料须有内容且不超过 {limit} MB",
    en="a document holds something, and at most {limit} MB",
    next_zh="压缩或分成几份上传",
    next_en="compress it, or attach it in parts",
    question="Q40",
)
EVIDENCE_NOT_TAKEN = code(
    "EVIDENCE_NOT_TAKEN",
    415,
    zh="只收完整的 PDF、PNG、JPEG，且扩展名与内容一致",
    en="whole PDF, PNG and JPEG files are taken, named as what they are; found {found}",
    next_zh="以相应格式重新保存后上传",
    next_en="save it in one of these formats and attach that",
    question="Q40",
)
EVIDENCE_NAME = code(
    "EVIDENCE_NAME",
    400,
    zh="文件名须为 1 至 {limit} 字，不含路径和控制字符",
    en="a file name has 1 to {limit} characters, none of them a control, a slash or a quotation mark",
    next_zh="改名后上传",
    next_en="rename the file",
)


@dataclass(frozen=True, slots=True)
class _Form:
    media_type: str
    endings: tuple[str, ...]
    whole: Callable[[bytes], bool]


_FORMS = (
    _Form("application/pdf", (".pdf",), lambda data: data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]),
    _Form(
        "image/png",
        (".png",),
        lambda data: data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") and b"IEND\xaeB`\x82" in data[-64:],
    ),
    _Form(
        "image/jpeg",
        (".jpg", ".jpeg"),
        lambda data: data.startswith(b"\xff\xd8\xff") and data.rstrip(b"\0").endswith(b"\xff\xd9"),
    ),
)


def media_type(name: str, content: bytes) -> str:
    """The media type of a document. EVIDENCE_TOO_LARGE, EVIDENCE_NAME or EVIDENCE_NOT_TAKEN."""
    if not 0 < len(content) <= LARGEST:
        raise Problem(EVIDENCE_TOO_LARGE, limit=LARGEST // 1024 // 1024)
    if not 0 < len(name.strip()) <= LONGEST_NAME or any(
        not character.isprintable() or character in '/\\"' for character in name
    ):
        raise Problem(EVIDENCE_NAME, limit=LONGEST_NAME)
    form = next((form for form in _FORMS if form.whole(content)), None)
    ending = PurePosixPath(name).suffix.lower()
    if form is None or ending not in form.endings:
        raise Problem(EVIDENCE_NOT_TAKEN, found=form.media_type if form else "another form")
    return form.media_type


async def attach(ctx: RequestContext) -> None:
    """Keep the document with the item, and the digest of its bytes. Q40"""
    content: bytes = ctx.arguments["content"]
    await ctx.insert(
        "evidence",
        household=ctx.target["household"],
        item=ctx.target["id"],
        name=ctx.arguments["name"],
        media_type=ctx.arguments["media_type"],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        recorded_at=ctx.now,
        content=content,
        account=ctx.subject.account,
        person=ctx.subject.person,
        post=ctx.subject.post,
    )
