"""模型 The matcher of model.conf as a syntax tree; what could not be compiled is refused here. RULES §4"""

import ast
import configparser
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path

from api.access.functions import FUNCTIONS
from api.access.reading.finding import Finding, Source, refuse
from api.access.reading.lines import POLICY_FILE_UNREADABLE
from api.access.reading.row import COLUMNS
from api.errors import code

POLICY_MODEL = code(
    "POLICY_MODEL",
    500,
    zh="模型文件的一节与本版本随附的不同",
    en="{section} of model.conf: expected {expected}, found {found}",
    next_zh="恢复随版本发布的模型文件",
    next_en="put back the model.conf that ships with the release",
)

REQUEST = (
    "role",
    "tier",
    "department",
    "home",
    "action",
    "kind",
    "place",
    "cooperating",
    "sectors",
    "state",
    "grant",
)
_EXPECTED = {
    "request_definition": {"r": ", ".join(REQUEST)},
    "policy_definition": {"p": ", ".join(COLUMNS)},
    "role_definition": {"g": "_, _"},
    "policy_effect": {"e": "some(where (p.eft == allow)) && !some(where (p.eft == deny))"},
}
# Conjuncts the index over (role, action, kind) stands for; without one of them an index would lose rows.
_INDEXED = (
    "one_of(r_action, p_action)",
    "one_of(r_kind, p_kind)",
    "p_role == '*' or g(r_role, p_role)",
)
_NODES = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Eq, ast.Call, ast.Name, ast.Load, ast.Constant)


_WHO = "the subject's role, tier and department read by g, reaches, gate and ceiling alone"
_ONLY = "calls of the closed set of functions, joined by && and ||"


@dataclass(frozen=True, slots=True)
class Model:
    """The text of model.conf and its matcher as a list of conjuncts over names r_… and p_….

    `proved` are the shapes of rule (action, kind, reach) that it was seen to compile, whatever policy they stood in.
    """

    text: str
    conjuncts: tuple[ast.expr, ...]
    proved: set[tuple[str, str, str]] = field(default_factory=set, compare=False, repr=False)


def read_model(path: Path) -> Model:
    """Read model.conf; POLICY_REFUSED when anything in it is not what this release compiles."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        refuse([Finding(POLICY_FILE_UNREADABLE, Source(path.name))])
        raise
    return model_of(text, path.name)


def model_of(text: str, file: str) -> Model:
    """The same of a text that is not in a file."""
    findings: list[Finding] = []

    def expect(section: str, expected: str, actual: str) -> None:
        if expected != actual:
            findings.append(
                Finding(POLICY_MODEL, Source(file), {"section": section, "expected": expected, "found": actual})
            )

    sections = _sections(text)
    expect("sections", " ".join([*_EXPECTED, "matchers"]), " ".join(sections))
    for section, entries in _EXPECTED.items():
        expect(section, str(entries), str(sections.get(section, {})))
    expect("matchers", "m", " ".join(sections.get("matchers", {})))
    refuse(findings)
    conjuncts = _conjuncts(sections["matchers"]["m"], expect)
    refuse(findings)
    return Model(text, conjuncts)


def _sections(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        return {type(error).__name__: {}}
    return {section: dict(parser.items(section)) for section in parser.sections()}


def _conjuncts(matcher: str, expect: Callable[[str, str, str], None]) -> tuple[ast.expr, ...]:
    # The same rewriting as Casbin's own, so both read one text.
    python = re.sub(r"\b([rp])\.", r"\1_", matcher).replace("&&", " and ").replace("||", " or ")
    try:
        tree = ast.parse(python.strip(), mode="eval")
    except SyntaxError:
        expect("matchers", "a conjunction of calls", matcher)
        return ()
    for node in ast.walk(tree):
        expect("matchers", _ONLY, _ONLY if isinstance(node, _NODES) else ast.unparse(node) or type(node).__name__)
        if isinstance(node, ast.Call):
            expect("matchers", _ONLY, _ONLY if _is_ours(node) else ast.unparse(node))
        if isinstance(node, ast.Call | ast.Compare):
            expect("matchers", _WHO, ast.unparse(node) if _reads_the_role(node) else _WHO)
    conjuncts = _flat(tree.body)
    written = [ast.unparse(conjunct) for conjunct in conjuncts]
    for indexed in _INDEXED:
        expect("matchers", indexed, indexed if indexed in written else "no such conjunct")
    for lock in ("gate(", "ceiling("):
        named = [text for text in written if text.startswith(lock)]
        expect("matchers", f"one conjunct {lock}…) over the request alone", _lock_of(named, lock))
    return conjuncts


def _is_ours(call: ast.Call) -> bool:
    name, count = ast.unparse(call.func), len(call.args)
    if call.keywords or name not in {*FUNCTIONS, "g"}:
        return False
    return count == (2 if name == "g" else len(signature(FUNCTIONS[name]).parameters))


def _reads_the_role(node: ast.Call | ast.Compare) -> bool:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("g", "reaches", "gate", "ceiling"):
        return False
    names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return bool(names & {"r_role", "r_tier", "r_department", "r_home"})


def _lock_of(named: list[str], lock: str) -> str:
    return f"one conjunct {lock}…) over the request alone" if len(named) == 1 and "p_" not in named[0] else str(named)


def _flat(node: ast.expr) -> tuple[ast.expr, ...]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return tuple(part for value in node.values for part in _flat(value))
    return (node,)
