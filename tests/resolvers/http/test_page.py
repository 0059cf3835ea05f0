"""The page at /graphql: for browsers alone, all of it from here, under a policy that lets nothing else in. DESIGN §8"""

import base64
import hashlib
import re

from api.resolvers.http.page import ASSETS
from tests.support.resolvers.service import Service

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_a_browser_gets_the_page_and_a_client_is_told_to_post(service: Service) -> None:
    page = await service.client.get("/graphql", headers=BROWSER)
    assert page.status_code == 200
    assert "守望" in page.text
    assert (await service.client.get("/graphql")).status_code == 405
    home = await service.client.get("/", headers=BROWSER)
    assert home.headers["location"] == "/graphql"


async def test_its_parts_are_served_with_the_digests_it_names(service: Service) -> None:
    page = (await service.client.get("/graphql", headers=BROWSER)).text
    named = re.findall(r'(?:src|href)="(/[^"]+)" integrity="sha384-([^"]+)"', page)
    assert len(named) == 2
    for address, digest in named:
        part = await service.client.get(address)
        assert base64.b64encode(hashlib.sha384(part.content).digest()).decode() == digest
        assert part.headers["cache-control"] == "no-cache"
        assert part.headers["x-content-type-options"] == "nosniff"


async def test_the_policy_lets_nothing_in_from_elsewhere(service: Service) -> None:
    policy = (await service.client.get("/graphql", headers=BROWSER)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"https?:", (ASSETS / "graphiql.html").read_text(encoding="utf-8"))


async def test_nothing_outside_the_folder_is_served(service: Service) -> None:
    for path in ("/assets/../page.py", "/assets/%2e%2e/page.py", "/assets/..%2fpage.py", "/assets/nothing.js"):
        assert (await service.client.get(path)).status_code == 404
