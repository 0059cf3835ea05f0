"""输入与结果 Shared parts of mutations written by hand: the declaration of inputs, and the first fields of answers."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Self, TypeVar

import strawberry

from api.database import PooledConnection
from api.errors import Problem
from api.planner.errors import BAD_ID
from api.planner.identifiers import parse_id
from api.resolvers.execution import OperationContext, context_of, read_back
from api.resolvers.steps.mutations import ShownProblem, shown_problem
from api.schema import bounds
from api.schema.bounds import LIST, Bound, bound_of, check, limited
from api.schema.build import described, field_of, types_of
from api.schema.names import camel
from api.workflow.engine.errors import StepRefused

T = TypeVar("T")
OPTIONAL = {"default": strawberry.UNSET}
BOUND = "bound"
"""Where the metadata of a field of an input has its bound."""
KEY = ("幂等键", "Chosen by the client, new for each act; asking again with it is asking once.", bounds.KEY)


def described_field(zh: str, en: str, bound: Bound | None = None, **default: Any) -> Any:
    """A field of an input or of an answer, with its description; `bound` of an input, that of its type when absent."""
    return strawberry.field(description=described(zh, limited(en, bound)), metadata={BOUND: bound}, **default)


def check_input(value: Any, path: str) -> None:
    """Check an input and all below it; VALUE_OUT_OF_BOUNDS with the path of the first value beyond its bound."""
    if not dataclasses.is_dataclass(value):
        return
    for field in dataclasses.fields(value):
        inner, place = plain(getattr(value, field.name)), f"{path}.{camel(field.name)}"
        check(field.metadata.get(BOUND) or bound_of(type(inner)), inner, place)
        if isinstance(inner, list):
            check(field.metadata.get(BOUND) or LIST, inner, place)
            for number, entry in enumerate(inner):
                check_input(entry, f"{place}.{number}")
        else:
            check_input(inner, place)


def plain(value: Any) -> Any:
    """The input as plain values, None where a field was left out."""
    return None if value is strawberry.UNSET else value


def number_of(text: str, type_name: str) -> int:
    """The id in an identifier of that type; BAD_ID for anything else."""
    type_name_found, number = parse_id(text)
    if type_name_found != type_name:
        raise Problem(BAD_ID)
    return number


def row_read(name: str, type_name: str, text: str) -> Any:
    """The row of that type that an answer's `number` names, read back under the caller's rights."""

    async def resolver(self: Any, info: strawberry.Info) -> Any:
        return None if self.number is None else await read_back(info, type_name, self.number)

    return field_of(name, types_of()[type_name] | None, text, resolver)


@strawberry.type
class StepAnswer:
    """The first fields of every answer; `number` is the id of the row that is read back."""

    number: strawberry.Private[int | None]
    taken: bool = described_field("已办理", "Whether it was done; if not, nothing has changed.")
    problems: list[ShownProblem] = described_field("问题", "Why not, all at once; empty when it was done.")

    @classmethod
    async def by(cls, ctx: OperationContext, act: Callable[[PooledConnection], Awaitable[int]]) -> Self:
        """The answer to an act on a connection, which gives the id of the row."""
        number, problems = await attempted(ctx, act)
        return cls(number=number, taken=not problems, problems=problems)


async def attempted(
    ctx: OperationContext, act: Callable[[PooledConnection], Awaitable[T]]
) -> tuple[T | None, list[ShownProblem]]:
    """Run an act on a connection; its result, or the refusal."""
    try:
        async with ctx.worker.acting(ctx.subject) as connection:
            return await act(connection), []
    except StepRefused as refused:
        return None, [shown_problem(problem) for problem in refused.problems]


def mutation(
    name: str, returns: Any, text: str, input_type: Any, answer: Callable[[OperationContext, Any], Awaitable[Any]]
) -> tuple[str, Any]:
    """A mutation with one argument, `input`: its name and its field."""

    async def resolver(self: Any, info: strawberry.Info, *, input: Any) -> Any:  # noqa: A002, ARG001 - Relay's word
        check_input(input, "input")
        return await answer(context_of(info), input)

    what = strawberry.argument(description=described("内容", "What it is about and what is given with it."))
    return name, field_of(name, returns, text, resolver, {"input": Annotated[input_type, what]})
