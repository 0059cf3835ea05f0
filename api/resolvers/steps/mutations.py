"""办理 One typed mutation per step of every workflow, read off their tables; answers are read back by the planner."""

import datetime
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo

from api.errors import Problem
from api.planner.errors import BAD_ID
from api.planner.identifiers import global_id, parse_id
from api.resolvers.execution import OperationContext, read_back
from api.resolvers.worker import services_of
from api.rules.words.judging import Force
from api.rules.words.vocabulary import Word
from api.schema.bounds import KEY, REASON, check, limited
from api.schema.build import described, enum_of, field_of, types_of
from api.schema.names import camel
from api.workflow.engine.contexts import StepInput
from api.workflow.engine.errors import StepProblem, StepRefused
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Argument, Entries
from api.workflow.registry import WORKFLOWS, Reference, Step

ForceEnum = enum_of(Force)


@strawberry.type(name="StepProblem", description="问题 One reason why a step was not taken; all are told at once.")
class ShownProblem:
    """A problem as clients see it."""

    code: str = strawberry.field(description="代码 Stable code.")
    question: str | None = strawberry.field(description="依据 The question it rests on.")
    force: ForceEnum = strawberry.field(description="效力 How strongly the Guide says it.")  # type: ignore[valid-type]
    zh: str = strawberry.field(description="中文 What is wrong, in Chinese.")
    en: str = strawberry.field(description="英文 What is wrong, in English.")
    field: str | None = strawberry.field(description="字段 The argument it is about.")
    earliest: datetime.date | None = strawberry.field(description="最早日期 First day on which time has mended it.")
    reason_would_do: bool = strawberry.field(description="可说明理由 Whether a written reason would do.")
    items: list[strawberry.ID] = strawberry.field(
        description="事项 The items of a request it is about, where some are."
    )


TOUCHED = {
    "household": "Household",
    "proceeding": "Proceeding",
    "monitoring_case": "MonitoringCase",
    "clue": "Clue",
    "plan": "Plan",
    "measure": "Measure",
    "survey": "Survey",
    "threshold": "Threshold",
    "parameter_setting": "ParameterSetting",
    "rural_average": "RuralAverage",
    "national_request": "NationalRequest",
    "request_item": "RequestItem",
}
"""What a step may have touched: its type by its table."""


def _touched(table: str) -> Any:
    type_name = TOUCHED[table]

    async def resolver(self: Any, info: strawberry.Info) -> Any:
        number = self.touched.get(table)
        return None if number is None else await read_back(info, type_name, number)

    name = camel(table)
    text = described("读回", f"The {type_name} as it is now, read under the caller's rights.")
    return field_of(name, types_of()[type_name] | None, text, resolver)


@strawberry.type(description="办理结果 What became of a step: taken, or every reason why not.")
class StepPayload:
    """The answer of every step."""

    touched: strawberry.Private[dict[str, int]]
    taken: bool = strawberry.field(description="已办理 Whether the step was taken; if not, nothing has changed.")
    problems: list[ShownProblem] = strawberry.field(description="问题 Why not; empty when it was taken.")
    alerts: list[ShownProblem] = strawberry.field(
        description="预警 What the rules found that refused nothing; it stays on record with the step."
    )
    household = _touched("household")
    proceeding = _touched("proceeding")
    monitoring_case = _touched("monitoring_case")
    clue = _touched("clue")
    plan = _touched("plan")
    measure = _touched("measure")
    survey = _touched("survey")
    threshold = _touched("threshold")
    parameter_setting = _touched("parameter_setting")
    rural_average = _touched("rural_average")
    national_request = _touched("national_request")
    request_item = _touched("request_item")


STEPS = {
    workflow.mutation(step): (workflow, step)
    for workflow in WORKFLOWS.values()
    for step in workflow.steps
    if not step.uploaded
}
"""Every step that is a mutation, by its GraphQL name; what is uploaded is none."""


def mutations() -> dict[str, Any]:
    """The steps as fields of the root of all mutations."""
    return {name: _mutation(name) for name in STEPS}


def _mutation(name: str) -> Any:
    workflow, step = STEPS[name]
    input_type = _input(name, step)

    async def resolver(self: Any, info: strawberry.Info, *, input: Any) -> StepPayload:  # noqa: A002, ARG001 - Relay's word
        raise LookupError(f"{name} is resolved by `resolve`, without Strawberry")

    text = described(f"{workflow.zh}·{step.zh}", step.en, step.questions)
    what = strawberry.argument(description=described("内容", "What the step is about and what is given with it."))
    return field_of(name, StepPayload, text, resolver, {"input": Annotated[input_type, what]})


_COMMON = {
    "id": (strawberry.ID, "对象", "What the step is about."),
    "version": (int, "版本", "The version the caller saw."),
    "key": (
        str,
        "幂等键",
        limited("Chosen by the client, new for each act; asking again with it is asking once.", KEY),
    ),
    "on": (datetime.date | None, "办理日期", "Day it was taken; today when absent. RULES §0"),
    "reason": (
        str | None,
        "理由",
        limited("Why it is late or otherwise against a soft limit; scanned for numbers.", REASON),
    ),
}


def _input(name: str, step: Step[Any]) -> Any:
    fields = {key: (python, zh, en) for key, (python, zh, en) in _COMMON.items()}
    fields["id"] = (strawberry.ID, f"{step.zh}对象", f"What the step is about. A {step.target}.")
    return _input_type(f"{name[0].upper()}{name[1:]}Input", step.zh, f"Input of {name}.", fields, step.arguments)


def _input_type(name: str, zh: str, en: str, fields: dict[str, Any], arguments: tuple[Argument, ...]) -> Any:
    hints: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for argument in arguments:
        python = _python(argument.python)
        text = limited(argument.en, argument.bounds)
        fields[argument.name] = (python if argument.required else python | None, argument.zh, text)
    for key, (python, said_zh, said_en) in fields.items():
        optional = type(None) in getattr(python, "__args__", ())
        hints[key] = python
        default = {"default": strawberry.UNSET} if optional else {}
        body[key] = strawberry.field(name=camel(key), description=described(said_zh, said_en), **default)
    plain = type(name, (), {**body, "__annotations__": hints, "__module__": __name__})
    return strawberry.input(plain, description=described(zh, en))


@cache
def _entry_type(entries: Entries) -> Any:
    return _input_type(entries.name, entries.zh, entries.en, {}, entries.arguments)


def _python(python: Any) -> Any:
    if isinstance(python, Entries):
        return list[_entry_type(python)]  # type: ignore[misc]  # a type made from the table of steps
    if isinstance(python, Reference):
        return list[strawberry.ID] if python.many else strawberry.ID
    return enum_of(python) if isinstance(python, type) and issubclass(python, Word) else python


async def take(ctx: OperationContext, name: str, arguments: Mapping[str, Any]) -> StepPayload:
    """Take the step of this name with its coerced input; a Problem when it cannot even be refused."""
    workflow, step = STEPS[name]
    step_input = _step_input(step, arguments)
    services = services_of(ctx.worker, ctx.policy)
    try:
        async with ctx.worker.acting(ctx.subject) as connection:
            result = await perform(connection, workflow, step, ctx.subject, step_input, services)
    except StepRefused as refused:
        problems = [shown_problem(problem) for problem in refused.problems]
        return StepPayload(touched={}, taken=False, problems=problems, alerts=[])
    alerts = [shown_problem(alert) for alert in result.alerts]
    return StepPayload(touched=dict(result.touched), taken=True, problems=[], alerts=alerts)


async def resolve(_: Any, info: GraphQLResolveInfo[Any], *, input: Mapping[str, Any]) -> StepPayload:  # noqa: A002 - Relay's word
    """Resolve a step's mutation where the executor runs it, with its input as graphql-core has coerced it."""
    return await take(info.context, info.field_name, input)


def _step_input(step: Step[Any], values: Mapping[str, Any]) -> StepInput:
    type_name, number = parse_id(values["id"])
    if type_name != step.target:
        raise Problem(BAD_ID)
    check(KEY, values["key"], "input.key")
    check(REASON, values.get("reason"), "input.reason")
    arguments = _values(step.arguments, values, "input")
    return StepInput(number, values["version"], values["key"], values.get("on"), values.get("reason"), arguments)


def _values(arguments: tuple[Argument, ...], inputs: Mapping[str, Any], path: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for argument in arguments:
        name = camel(argument.name)
        value, place = inputs.get(name), f"{path}.{name}"
        check(argument.bounds, value, place)
        values[argument.name] = _value(argument.python, value, place)
    return values


def _value(python: Any, value: Any, path: str) -> Any:
    if value is None:
        return None
    if isinstance(value, Enum) and isinstance(python, type) and issubclass(python, Word):
        return python[value.name]
    if isinstance(python, Entries):
        return [_values(python.arguments, entry, f"{path}.{place}") for place, entry in enumerate(value)]
    if isinstance(python, Reference):
        return [_named(python, item) for item in value] if python.many else _named(python, value)
    return value


def _named(reference: Reference, text: str) -> int:
    type_name, number = parse_id(text)
    if type_name != reference.type_name:
        raise Problem(BAD_ID)
    return number


def error_of_problem(problem: StepProblem) -> dict[str, Any]:
    """A problem in the form of a GraphQL error, for what is no mutation."""
    extensions = {"code": problem.code, "question": problem.question, "zh": problem.zh, "field": problem.field}
    return {"message": problem.en, "extensions": extensions}


def shown_problem(problem: StepProblem) -> ShownProblem:
    """A problem as clients see it."""
    return ShownProblem(
        code=problem.code,
        question=problem.question,
        force=ForceEnum[problem.force.name],
        zh=problem.zh,
        en=problem.en,
        field=problem.field,
        earliest=problem.earliest,
        reason_would_do=problem.reason_would_do,
        items=[strawberry.ID(global_id("RequestItem", item)) for item in problem.items],
    )
