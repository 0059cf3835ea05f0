"""陷阱 Every trap of Casbin's reader is refused with file, line and column, and all of them at once. RULES §4"""

import shutil
from itertools import pairwise
from pathlib import Path

import casbin
import pytest

from api.access.actions import ACTIONS
from api.access.policy import FOLDER, Policy
from api.errors import Problem

GOOD = "p, county:health, read, clue, subtree, *, *, allow, Q1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("model.conf", "locks.csv", "baseline.csv"):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


def refusals(folder: Path, content: str | bytes, file: str = "baseline.csv") -> list[tuple[str, int, int]]:
    """(code, line, column) of every finding."""
    raw = content if isinstance(content, bytes) else content.encode()
    (folder / file).write_bytes(raw)
    with pytest.raises(Problem) as refused:
        Policy.load(folder)
    assert refused.value.code.name == "POLICY_REFUSED"
    findings = refused.value.facts["findings"]
    assert all(finding["file"] == file for finding in findings)
    assert all(finding["next"]["zh"] and finding["next"]["en"] and finding["zh"] for finding in findings)
    return [(finding["code"], finding["line"], finding["column"]) for finding in findings]


TRAPS: dict[str, tuple[str | bytes, tuple[str, int, int]]] = {
    "capital effect": (GOOD.replace("allow", "Deny"), ("POLICY_WORD", 1, 46)),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), ("POLICY_BYTE_ORDER_MARK", 1, 1)),
    "not UTF-8": (GOOD.encode() + "，".encode("gbk"), ("POLICY_FILE_UNREADABLE", 0, 0)),
    "UTF-16": (GOOD.encode("utf-16"), ("POLICY_FILE_UNREADABLE", 0, 0)),
    "capital row type": (GOOD.replace("p,", "P,", 1), ("POLICY_ROW_TYPE", 1, 1)),
    "unknown row type": (GOOD.replace("p,", "p2,", 1), ("POLICY_ROW_TYPE", 1, 1)),
    "full-width comma": (GOOD.replace(", read", "，read"), ("POLICY_CHARACTER", 1, 17)),
    "full-width letter": (GOOD.replace("read", "ｒead"), ("POLICY_CHARACTER", 1, 19)),
    "column missing": (GOOD.replace(", subtree", ""), ("POLICY_COLUMN_COUNT", 1, 0)),
    "column too many": (GOOD + ", x", ("POLICY_COLUMN_COUNT", 1, 0)),
    "comma at the end": (GOOD + ",", ("POLICY_COLUMN_COUNT", 1, 0)),
    "quotation marks": (GOOD.replace("clue", '"clue"'), ("POLICY_CHARACTER", 1, 25)),
    "bracket": (GOOD.replace("clue", "clue)"), ("POLICY_CHARACTER", 1, 29)),
    "breakout of eval": (GOOD.replace("clue", "True) or (True"), ("POLICY_CHARACTER", 1, 29)),
    "tab": (GOOD.replace("clue", "\tclue"), ("POLICY_CHARACTER", 1, 25)),
    "zero-width space": (GOOD.replace("clue", "clue\u200b"), ("POLICY_CHARACTER", 1, 29)),
    "line separator": (GOOD.replace("clue", "clue\u2028"), ("POLICY_CHARACTER", 1, 29)),
    "comment behind a row": (GOOD + " # why", ("POLICY_CHARACTER", 1, 56)),
    "unknown role": (GOOD.replace("health", "helth"), ("POLICY_WORD", 1, 4)),
    "a person as role": (GOOD.replace("county:health", "zhang.san"), ("POLICY_WORD", 1, 4)),
    "unknown action": (GOOD.replace("read", "raed"), ("POLICY_WORD", 1, 19)),
    "unknown kind": (GOOD.replace("clue", "clew"), ("POLICY_WORD", 1, 25)),
    "unknown reach": (GOOD.replace("subtree", "tree"), ("POLICY_WORD", 1, 31)),
    "two effects": (GOOD.replace("allow", "allow|deny"), ("POLICY_WORD", 1, 46)),
    "unknown basis": (GOOD.replace("Q1", "Q43"), ("POLICY_WORD", 1, 53)),
    "no basis": (GOOD.replace("Q1", ""), ("POLICY_WORD", 1, 53)),
    "any basis": (GOOD.replace("Q1", "*"), ("POLICY_WORD", 1, 53)),
    "empty cell": (GOOD.replace("county:health", ""), ("POLICY_WORD", 1, 4)),
    "unit padded with zeros": (GOOD.replace("*, *", "*, 5001100"), ("POLICY_WORD", 1, 43)),
    "letter O for zero": (GOOD.replace("*, *", "*, 5o"), ("POLICY_WORD", 1, 43)),
    "state of another kind": (GOOD.replace("*, *", "IDENTIFIED, *"), ("POLICY_STATE_OF_KIND", 1, 40)),
    "unknown state": (GOOD.replace("*, *", "OPEND, *"), ("POLICY_WORD", 1, 40)),
    "state in small letters": (GOOD.replace("*, *", "open, *"), ("POLICY_WORD", 1, 40)),
    "word twice": (GOOD.replace("read", "read|read"), ("POLICY_REPEATED_WORD", 1, 19)),
    "word beside any": (GOOD.replace("read", "read|*"), ("POLICY_WORD", 1, 19)),
    "every action allowed": (GOOD.replace("read", "*"), ("POLICY_UNBOUNDED", 1, 19)),
    "every kind allowed": (GOOD.replace("clue", "*"), ("POLICY_UNBOUNDED", 1, 25)),
    "action of another kind": (GOOD.replace("read", "search"), ("POLICY_KIND_OF_ACTION", 1, 27)),
    "locked action": (GOOD.replace("read, clue", "withdraw.execute, request"), ("POLICY_LOCKED_ACTION", 1, 19)),
    "locked action denied": (
        GOOD.replace("read, clue", "policy.publish, policy").replace("allow", "deny"),
        ("POLICY_LOCKED_ACTION", 1, 19),
    ),
    "the same row twice": (f"{GOOD}\n# again\n{GOOD}", ("POLICY_DUPLICATE", 3, 0)),
    "the same words in another order": (
        f"{GOOD.replace('read', 'read|view.basic')}\n{GOOD.replace('read', 'view.basic|read')}",
        ("POLICY_DUPLICATE", 2, 0),
    ),
    "the same right for two reasons": (f"{GOOD}\n{GOOD.replace('Q1', 'Q8')}", ("POLICY_DUPLICATE", 2, 0)),
    "empty file": ("", ("POLICY_EMPTY", 0, 0)),
    "comments only": ("# p, nothing\n\n", ("POLICY_EMPTY", 0, 0)),
    "link of an unknown role": (f"{GOOD}\ng, county:helth, casework", ("POLICY_WORD", 2, 4)),
    "link to an unknown group": (f"{GOOD}\ng, county:health, caseworker", ("POLICY_WORD", 2, 19)),
    "link to a single role": (
        f"{GOOD}\ng, county:health, national:rural_revitalization:operator",
        ("POLICY_LINK_GROUP", 2, 19),
    ),
    "link to oneself": (f"{GOOD}\ng, casework, casework", ("POLICY_LINK_CYCLE", 2, 0)),
    "circle of links": (
        f"{GOOD}\ng, county, casework\ng, casework, city\ng, city, county",
        ("POLICY_LINK_CYCLE", 4, 0),
    ),
    "link twice": (f"{GOOD}\ng, county, casework\ng, county, casework", ("POLICY_DUPLICATE", 3, 0)),
    "link with three roles": (f"{GOOD}\ng, county, casework, city", ("POLICY_COLUMN_COUNT", 2, 0)),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_is_refused_with_its_place(trap: str, folder: Path) -> None:
    content, finding = TRAPS[trap]
    assert finding in refusals(folder, content)


def test_all_findings_are_told_not_only_the_first(folder: Path) -> None:
    rows = [content for content, (_, line, _) in TRAPS.values() if line == 1 and isinstance(content, str)]
    reported = refusals(folder, "\n".join(row for row in rows if "\n" not in row))
    assert {line for _, line, _ in reported} == set(range(1, 1 + sum("\n" not in row for row in rows)))


def test_chains_longer_than_casbin_follows_are_refused(folder: Path) -> None:
    chain = (
        "county",
        "city",
        "province",
        "national",
        "casework",
        "oversight",
        "health",
        "education",
        "sector",
        "handler",
    )
    links = [f"g, {member}, {group}" for member, group in pairwise(chain)]
    assert any(code == "POLICY_LINK_DEPTH" for code, _, _ in refusals(folder, "\n".join([GOOD, *links])))


@pytest.mark.parametrize("file", ["model.conf", "locks.csv", "baseline.csv"])
def test_a_missing_file_is_refused(file: str, folder: Path) -> None:
    (folder / file).unlink()
    with pytest.raises(Problem) as refused:
        Policy.load(folder)
    assert [finding["file"] for finding in refused.value.facts["findings"]] == [file]


def test_locks_without_rows_are_refused(folder: Path) -> None:
    assert refusals(folder, "# none\n", "locks.csv") == [("POLICY_EMPTY", 0, 0)]


def test_windows_line_ends_and_spaces_are_read(folder: Path) -> None:
    (folder / "baseline.csv").write_bytes(f"  # said\r\n\r\n  {GOOD.replace(', ', ',  ')}  \r\n".encode())
    rules = [rule for rule in Policy.load(folder).rules if not rule.locked]
    assert [rule.cells for rule in rules] == [tuple(GOOD.split(", ")[1:])]
    assert (rules[0].source.file, rules[0].source.line) == ("baseline.csv", 3)


MODELS = {
    "effect column renamed": ("state, unit, eft, basis", "state, unit, effect, basis"),
    "allow overrides": (" && !some(where (p.eft == deny))", ""),
    "priority": ("some(where (p.eft == allow)) && !some(where (p.eft == deny))", "priority(p.eft) || deny"),
    "eval": ("one_of(r.state, p.state)", "eval(p.state)"),
    "regex": ("one_of(r.state, p.state)", "regexMatch(r.state, p.state)"),
    "unknown field": ("one_of(r.state, p.state)", "one_of(r.status, p.state)"),
    "attribute of an object": ("one_of(r.state, p.state)", "one_of(r.object.state, p.state)"),
    "negation": ("one_of(r.state, p.state)", "!one_of(r.state, p.state)"),
    "arithmetic": ("one_of(r.state, p.state)", "9 ** 9 == 9"),
    "index conjunct widened": ("one_of(r.action, p.action)", '(one_of(r.action, p.action) || r.kind == "unit")'),
    "gate reads the row": ("r.role, r.home, r.place, r.grant)", "p.role, r.home, r.place, r.grant)"),
    "gate beside an or": ("&& gate(", '|| r.tier == "national" && gate('),
    "argument left out": ("within(r.place, p.unit)", "within(r.place)"),
    "second matcher": ("[matchers]\n", "[matchers]\nm2 = one_of(r.kind, p.kind)\n"),
    "second policy type": ("p = role", "p2 = role\np = role"),
    "conditional roles": ("g = _, _", "g = _, _, (_, _)"),
    "no roles": ("[role_definition]\ng = _, _\n", ""),
    "another section": ("[matchers]", "[constraints]\nc = x\n[matchers]"),
    "syntax": ("one_of(r.kind, p.kind) &&", "one_of(r.kind, p.kind) && &&"),
}


@pytest.mark.parametrize("change", MODELS)
def test_a_changed_model_is_refused(change: str, folder: Path) -> None:
    old, new = MODELS[change]
    text = (folder / "model.conf").read_text(encoding="utf-8")
    assert old in text
    (folder / "model.conf").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Problem) as refused:
        Policy.load(folder)
    assert refused.value.code.name in ("POLICY_REFUSED", "POLICY_NOT_COMPILABLE")


def test_casbin_takes_a_denial_for_an_allow_when_the_effect_column_has_another_name() -> None:
    model = casbin.Model()
    model.load_model_from_text(
        "[request_definition]\nr = a\n[policy_definition]\np = a, effect\n[policy_effect]\n"
        "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))\n[matchers]\nm = r.a == p.a\n"
    )
    enforcer = casbin.Enforcer(model)
    enforcer.get_model()["p"]["p"].policy.append(["x", "deny"])
    assert enforcer.enforce("x") is True


def test_a_word_is_known_once_it_is_declared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ("POLICY_WORD", 1, 19) in refusals(folder, GOOD.replace("read", "urge"))
    monkeypatch.setitem(ACTIONS, "urge", ACTIONS["read"])
    assert len(Policy.load(folder).rules) > 0
