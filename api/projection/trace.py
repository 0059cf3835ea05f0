"""线索来历 One thing a name may mean: what it is, where it is declared, what it rests on and who uses it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.access.reading.row import Rule
from api.projection.places import Place, calls, function_of
from api.rules.checks.field_library import ALL_CHECKS
from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.rules.tables import cited, shown_value


@dataclass(frozen=True, slots=True)
class Trace:
    """One meaning of a name; `lines` tell what it rests on, each with file and line."""

    what: str
    place: Place | None
    text: str
    lines: tuple[str, ...] = ()

    def as_text(self) -> str:
        """The trace as text."""
        head = f"{self.what}  {self.place or '—'}"
        return "\n".join([head, *(f"  {line}" for line in (self.text, *self.lines) if line)])


def policy_lines(rules: Iterable[Rule]) -> Iterator[str]:
    """One line per row of a policy file: its place, the roles it names, how far it reaches, what it rests on."""
    rows: dict[str, list[Rule]] = {}
    for rule in rules:
        rows.setdefault(f"policies/{rule.source.file}:{rule.source.line}", []).append(rule)
    for place, same in rows.items():
        roles = " | ".join(rule.role for rule in same)
        first = same[0]
        state = "" if first.state == "*" else f", state {first.state}"
        yield f"策略 policy {place}  {first.eft} {roles}: reach {first.reach}{state} ({first.basis})"


def question_lines(questions: Iterable[int]) -> Iterator[str]:
    """The rules and parameters that cite any of these questions, with their places."""
    wanted = set(questions)
    for rule in sorted(RULES.values(), key=lambda rule: (rule.questions, rule.theme, rule.name)):
        if wanted & set(rule.questions):
            where = function_of(rule.function)
            yield f"规则 rule {where}  {rule.theme}.{rule.name} {rule.zh} ({cited(rule.questions)})"
    for name, parameter in PARAMETERS.items():
        if parameter.question in wanted and not name.startswith("check_"):
            where_ = next(iter(calls(name)), None)
            yield f"参数 parameter {where_}  {name} = {shown_value(parameter)} {parameter.zh} (Q{parameter.question})"


def check_lines(place: str) -> Iterator[str]:
    """The consistency checks whose finding is about a field, named as `member.birthDate`."""
    for name, check in ALL_CHECKS.items():
        if check.place == place:
            yield f"检查 check {function_of(check.function)}  {name} {check.sentence.zh}"
