"""来历：规则、词与代码 Traces of rules, parameters, sentences, checks, words, error codes, code lists and settings."""

from collections.abc import Iterator
from pathlib import Path

from api.access.policy import Policy
from api.codes.lists import FOLDER
from api.codes.lists import read as code_lists
from api.errors import CODES
from api.projection.code_lists import users_of
from api.projection.environment import setting_place
from api.projection.holders import holders
from api.projection.places import ROOT, Place, attribute_of, calls, class_of, function_of
from api.projection.refusals import place_of
from api.projection.trace import Trace, policy_lines, question_lines
from api.projection.vocabularies import vocabularies
from api.rules.checks.field_library import ALL_CHECKS
from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES, Rule
from api.rules.tables import cited, shown_holders, shown_value
from api.rules.verdict import SENTENCES
from api.rules.words.vocabulary import Word
from api.schema.catalogue import catalogue
from api.settings import variables


def traces(name: str, policy: Policy) -> Iterator[Trace]:
    """Find a name's meanings outside schema and roles; words also by their Chinese terms, questions as `Q34`."""
    if name in CODES:
        error_code = CODES[name]
        text = f"{error_code.zh} / {error_code.en}"
        yield Trace(
            f"错误 error {name} ({error_code.status})",
            place_of(error_code),
            text,
            (f"→ {error_code.next_zh} / {error_code.next_en}",),
        )
    yield from _rules(name)
    yield from _words(name, policy)
    yield from _code_lists(name)
    if name in variables():
        variable = variables()[name]
        default = f"default {variable.default or '—'}, Settings.{variable.field}"
        yield Trace(f"设置 setting {name}", setting_place(variable), f"{variable.zh} {variable.en}", (default,))
    if name[:1] == "Q" and name[1:].isdecimal():
        yield Trace(f"问 question {name}", None, "", tuple(question_lines([int(name[1:])])))


def _rules(name: str) -> Iterator[Trace]:
    short = name.rpartition(".")[2]
    if short in RULES and name in (short, f"{RULES[short].theme}.{short}"):
        rule = RULES[short]
        text = f"{rule.zh} / {rule.en} ({rule.force.name}, {cited(rule.questions)})"
        yield Trace(f"规则 rule {rule.theme}.{short}", function_of(rule.function), text, tuple(_of_rule(rule)))
    if name in PARAMETERS:
        parameter = PARAMETERS[name]
        users = (
            f"规则 rule {function_of(rule.function)}  {rule.theme}.{rule.name}"
            for rule in RULES.values()
            if parameter in rule.uses
        )
        text = f"{parameter.zh} / {parameter.en} (Q{parameter.question})"
        yield Trace(
            f"参数 parameter {name} = {shown_value(parameter)}", next(iter(calls(name)), None), text, tuple(users)
        )
    if name in ALL_CHECKS:
        check = ALL_CHECKS[name]
        text = f"{check.sentence.zh} / {check.sentence.en}"
        yield Trace(f"检查 check {name} of {check.place}", function_of(check.function), text)
    elif name in SENTENCES:
        sentence = SENTENCES[name]
        text = f"{sentence.zh} / {sentence.en} (Q{sentence.question}, {sentence.force.name}, {sentence.effect.name})"
        yield Trace(f"规则所说 sentence {name}", next(iter(calls(name)), None), text)


def _of_rule(rule: Rule) -> Iterator[str]:
    for used in rule.uses:
        yield f"参数 parameter {next(iter(calls(used.name)), None)}  {used.name} = {shown_value(used)}"
    held = shown_holders(holders()[rule.name], rule.held_by)
    yield f"执行 held by: {held.replace('`', '')}"
    if rule.ours:
        yield f"自定 ours: {rule.ours[0]} / {rule.ours[1]}"


def _words(name: str, policy: Policy) -> Iterator[Trace]:
    for title, words in vocabularies().items():
        if name in (title, _doc(words).partition(" ")[0]):
            yield Trace(f"词汇 vocabulary {title}", class_of(words), _doc(words), (*_holders(words),))
        for word in words:
            if name in (word.name, word.zh, f"{title}.{word.name}"):
                yield Trace(
                    f"词 word {title}.{word.name}",
                    attribute_of(words, word.name),
                    f"{word.zh} {word.en}",
                    (*_holders(words), *_rows(word.name, policy)),
                )


def _doc(words: type[Word]) -> str:
    return (words.__doc__ or "").strip().splitlines()[0]


def _holders(words: type[Word]) -> Iterator[str]:
    for type_ in catalogue().values():
        for field in type_.fields.values():
            if field.spec.words is words:
                yield f"字段 field {type_.name}.{field.name}"


def _rows(word: str, policy: Policy) -> Iterator[str]:
    wanted = {word, word.lower()}
    cells = ("role", "kind", "reach", "state")
    yield from policy_lines(
        rule
        for rule in policy.rules
        if any(wanted & set(str(getattr(rule, cell)).replace(":", "|").split("|")) for cell in cells)
    )


def _code_lists(name: str) -> Iterator[Trace]:
    for code_list in code_lists():
        if name in (code_list.name, code_list.zh):
            used = tuple(f"字段 field {field}" for field in users_of(code_list.name))
            place = _line(FOLDER / "lists.csv", f"{code_list.name},")
            yield Trace(
                f"代码表 code list {code_list.name}",
                place,
                f"{code_list.zh} {code_list.en}, {len(code_list.items)} codes",
                used,
            )
        for item in code_list.items:
            if name in (f"{code_list.name}.{item.code}", item.zh):
                place = _line(FOLDER / "items.csv", f"{code_list.name},{item.code},")
                yield Trace(f"代码 code {code_list.name}.{item.code}", place, f"{item.zh} {item.en}")


def _line(path: Path, start: str) -> Place | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    line_number = next((number for number, line in enumerate(lines, 1) if line.startswith(start)), None)
    return None if line_number is None else Place(path.relative_to(ROOT).as_posix(), line_number)
