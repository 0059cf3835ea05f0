"""Evidence: looked at before it is kept, kept with its digest, read where its request is read and nowhere else. Q40"""

import hashlib

import pytest

from tests.support.journeys.country import OFFICIALS, Country
from tests.support.journeys.evidence import PDF
from tests.support.journeys.requests_made import HERE, answer_of, composed, entries, on_request, proposed, read, upload
from tests.support.planner.reference import global_id

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + bytes(64) + b"\xff\xd9"
MAY_READ = {"county", "reviewer", "province", "province_reviewer", "nation", "operator"}
VIEW = """query E($id: ID!) { node(id: $id) { ... on RequestItem { evidence { id name mediaType size sha256 } } } }"""


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("评议记录.pdf", PNG, 415, "EVIDENCE_NOT_TAKEN"),
        ("评议记录.pdf", b"MZ" + PDF, 415, "EVIDENCE_NOT_TAKEN"),
        ("评议记录.pdf", PDF[:-8], 415, "EVIDENCE_NOT_TAKEN"),
        ("评议记录.png", PNG[:-9], 415, "EVIDENCE_NOT_TAKEN"),
        ("照片.svg", b"<svg onload='alert(1)'/>", 415, "EVIDENCE_NOT_TAKEN"),
        ("照片.jpg.exe", JPEG, 415, "EVIDENCE_NOT_TAKEN"),
        ("照片", JPEG, 415, "EVIDENCE_NOT_TAKEN"),
        ("../照片.jpg", JPEG, 400, "EVIDENCE_NAME"),
        ("照片\r\nx: y.jpg", JPEG, 400, "EVIDENCE_NAME"),
        ("a" * 120 + ".jpg", JPEG, 400, "EVIDENCE_NAME"),
        ("照片.jpg", b"", 413, "EVIDENCE_TOO_LARGE"),
        ("照片.jpg", JPEG[:3] + bytes(10 * 1024 * 1024) + JPEG[-2:], 413, "EVIDENCE_TOO_LARGE"),
        ("110101199003070003.jpg", JPEG, 409, "PERSONAL_DATA"),
    ],
    ids=range(13),
)
async def test_what_is_not_a_document_is_not_kept(
    country: Country, name: str, content: bytes, status: int, code: str
) -> None:
    item = await proposed(country, "county", HERE)
    before = await country.row("request_item", item)
    answer = await upload(country, "county", item, name, content)
    assert (answer.status_code, answer_of(answer)["errors"][0]["extensions"]["code"]) == (status, code)
    assert await country.row("request_item", item) == before
    assert not await country.rows("select from evidence where item = $1", item)


@pytest.mark.parametrize(
    "disposition",
    ["", "attachment", "inline; filename*=UTF-8''a.jpg", "attachment; filename=a.jpg",
     "attachment; filename*=UTF-8''%FF.jpg", "attachment; filename*=GBK''%CF%D6.jpg",
     "attachment; filename*=UTF-8''a.jpg; filename=b.jpg"],
)  # fmt: skip
async def test_a_name_that_no_header_tells_is_refused(country: Country, disposition: str) -> None:
    item = await proposed(country, "county", HERE)
    address = {"item": global_id("RequestItem", item), "version": 1}
    headers = {"authorization": f"Bearer {country.tokens['county']}", "idempotency-key": "no name: no file"}
    headers |= {"content-disposition": disposition} if disposition else {}
    answer = await country.client.post("/evidence", params=address, content=JPEG, headers=headers)
    assert (answer.status_code, answer_of(answer)["errors"][0]["extensions"]["code"]) == (400, "BAD_UPLOAD")
    assert not await country.rows("select from evidence where item = $1", item)


async def test_a_document_is_read_where_its_request_is_read(country: Country) -> None:
    item = await proposed(country, "county", HERE)
    uploads = [await upload(country, "county", item, name, content) for name, content in
            (("评议记录.pdf", PDF), ("现场.PNG", PNG), ("现场.jpeg", JPEG))]  # fmt: skip
    assert [upload_.status_code for upload_ in uploads] == [201] * 3, uploads[0].text
    assert [answer_of(upload_)["mediaType"] for upload_ in uploads] == ["application/pdf", "image/png", "image/jpeg"]
    assert answer_of(uploads[0])["sha256"] == hashlib.sha256(PDF).hexdigest()
    again = await upload(country, "county", item, "评议记录.pdf", PDF, version=1)
    assert (again.status_code, again.text) == (201, uploads[0].text), "the same key is one document"
    for official in OFFICIALS:
        identifier = answer_of(uploads[0])["id"]
        headers = {"authorization": f"Bearer {country.tokens[official]}"}
        response = await country.client.get(f"/evidence/{identifier}", headers=headers)
        missing = await country.client.get(f"/evidence/{global_id('Evidence', 999_999)}", headers=headers)
        view = (await country.ask(official, VIEW, id=global_id("RequestItem", item)))["node"]
        if official in MAY_READ:
            assert (response.status_code, response.content) == (200, PDF), official
            assert [document["size"] for document in view["evidence"]] == [len(PDF), len(PNG), len(JPEG)]
        else:
            assert (response.status_code, response.text) == (404, missing.text), official
            assert view is None
    assert response.headers["cache-control"] == "no-store"
    read_by = await country.rows("select person, township from event where action = 'evidence.read'")
    assert len(read_by) == len(MAY_READ)
    assert {row["township"] for row in read_by} == {None}


async def test_it_is_saved_and_never_shown_by_the_browser(country: Country) -> None:
    item = await proposed(country, "county", HERE)
    document = answer_of(await upload(country, "county", item, "评议 记录.pdf", PDF))
    headers = {"authorization": f"Bearer {country.tokens['nation']}"}
    response = await country.client.get(f"/evidence/{document['id']}", headers=headers)
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%E8%AF%84%E8%AE%AE%20%E8%AE%B0%E5%BD%95.pdf"
    )
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]
    assert (await country.client.get(f"/evidence/{document['id']}")).status_code == 401
    assert (await country.client.get("/evidence/nonsense", headers=headers)).status_code == 400


async def test_only_the_county_attaches_and_only_before_the_province_decides(country: Country) -> None:
    item = await proposed(country, "county", HERE)
    for official in ("village", "township", "reviewer", "province", "wansheng", "nation"):
        answer = await upload(country, official, item, "现场.jpg", JPEG)
        assert (answer.status_code, answer_of(answer)["errors"][0]["extensions"]["code"]) == (409, "STEP_NOT_ALLOWED")
    assert (await upload(country, "", item, "现场.jpg", JPEG)).status_code == 401
    assert (await upload(country, "county", item, "现场.jpg", JPEG, version="x")).status_code == 400
    assert (await upload(country, "county", item, "现场.jpg", JPEG, item=global_id("Household", 1))).status_code == 400
    for parameter in ("name", "filename", "文件名"):
        refused = await upload(country, "county", item, "现场.jpg", JPEG, **{parameter: "现场.jpg"})
        assert answer_of(refused)["errors"][0]["extensions"]["code"] == "BAD_UPLOAD", "an address holds no name"
    stale = await upload(country, "county", item, "现场.jpg", JPEG, version=7)
    assert answer_of(stale)["errors"][0]["extensions"]["code"] == "STALE"
    assert (await upload(country, "county", item, "现场.jpg", JPEG, key="the-only-one")).status_code == 201
    await composed(country, "province", [item])
    assert (await upload(country, "county", item, "再一张.jpg", JPEG)).status_code == 201
    assert (await read(country, "county", "RequestItem", item))["state"] == "PROPOSED"
    request = (await country.row("request_item", item))["request"]
    decisions = await entries(country, "province_reviewer", request, upheld=True)
    reviewed = await on_request(country, "province_reviewer", "requestReview", request, items=decisions)
    assert reviewed["taken"], "a document that came meanwhile is part of the record that was read"
    late = await upload(country, "county", item, "太晚.jpg", JPEG)
    assert answer_of(late)["errors"][0]["extensions"]["code"] == "WRONG_STATE"
