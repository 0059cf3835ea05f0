"""归属行 Role links of a policy file: known words, groups that are groups, no circle, no chain Casbin would cut. Q1"""

from collections.abc import Iterator
from difflib import get_close_matches

from api.access.reading.finding import Finding, Source
from api.access.reading.finding_codes import POLICY_LINK_CYCLE, POLICY_LINK_DEPTH, POLICY_LINK_GROUP, POLICY_WORD
from api.access.reading.lines import Line
from api.access.reading.row import Link
from api.access.terms import word_term
from api.access.words import ABSTRACT_ROLES, ROLE_WORDS
from api.errors import Term

# Casbin stops looking after ten links, in silence; one of them is what the role is.
MOST_LINKS = 8


def read_link(line: Line, locked: bool, findings: list[Finding]) -> Iterator[Link]:
    """The link of a `g` row, or findings."""
    member, group = line.cells
    before = len(findings)
    for word, place in zip(line.cells, line.places, strict=True):
        if word not in ROLE_WORDS:
            near = " | ".join(get_close_matches(word.lower(), ROLE_WORDS, n=3, cutoff=0.5))
            nearest = Term(near, near or "权限说明中列出的角色", near or "a role of docs/permissions.md")
            facts = {"column": "role", "nearest": nearest}
            findings.append(Finding(POLICY_WORD, place, facts))
    if group in ROLE_WORDS - ABSTRACT_ROLES:
        findings.append(Finding(POLICY_LINK_GROUP, line.places[1], {"found": word_term("role", group)}))
    if len(findings) == before:
        yield Link(member, group, line.source, locked)


def check_circles(links: list[Link], findings: list[Finding]) -> None:
    """Find every circle once, and every chain that is too long."""
    direct: dict[str, list[Link]] = {}
    for link in links:
        direct.setdefault(link.member, []).append(link)
    reported: set[frozenset[str]] = set()
    for link in links:
        for chain, source in _chains(link, direct):
            circle = chain[-1] in chain[:-1]
            members = frozenset(chain[chain.index(chain[-1]) :] if circle else chain)
            if members not in reported:
                reported.add(members)
                code = POLICY_LINK_CYCLE if circle else POLICY_LINK_DEPTH
                zh = " → ".join(word_term("role", word).zh for word in chain)
                facts = {"found": Term("chain", zh, " → ".join(chain)), "most": MOST_LINKS}
                findings.append(Finding(code, source, facts))


def _chains(link: Link, direct: dict[str, list[Link]]) -> Iterator[tuple[tuple[str, ...], Source]]:
    waiting: list[tuple[tuple[str, ...], Link]] = [((link.member, link.group), link)]
    while waiting:
        chain, last = waiting.pop()
        if chain[-1] in chain[:-1] or len(chain) > MOST_LINKS + 1:
            yield chain, last.source
            continue
        waiting.extend(((*chain, onward.group), onward) for onward in direct.get(chain[-1], ()))
