"""接口 The GraphQL schema: derived types, visible root fields, and an executor that splices finished values."""

from functools import cache
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute_sync
from graphql import execute as run
from strawberry.schema.config import StrawberryConfig

from api.resolvers.execution import SplicingExecutor
from api.resolvers.mutation import Mutation
from api.resolvers.query import Query
from api.resolvers.steps.mutations import STEPS, resolve
from api.resolvers.subscription import Subscription
from api.schema.build import types_of
from api.schema.exact import SCALARS


@cache
def schema() -> strawberry.Schema:
    """The schema; one per process."""
    types = [type_ for type_ in types_of().values() if type_ is not None]
    return strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=types,
        execution_context_class=SplicingExecutor,
        config=StrawberryConfig(auto_camel_case=True, scalar_map=SCALARS),
    )


@cache
def core() -> GraphQLSchema:
    """The same schema as graphql-core has it; once it is made, steps are resolved without Strawberry.

    It would make an object of an input that is coerced already, and wrap what is asynchronous already: a sixth of a
    step's time.
    """
    graphql_schema = schema()._schema  # noqa: SLF001 - Strawberry's only way to it
    assert graphql_schema.mutation_type is not None
    for name in STEPS:
        graphql_schema.mutation_type.fields[name].resolve = resolve
    return graphql_schema


async def execute(document: DocumentNode, variables: dict[str, Any], name: str | None, context: Any) -> ExecutionResult:
    """Run an operation that is not all planned, of a document that is parsed and validated.

    Strawberry's own `execute` would parse and validate it again, three quarters of a mutation's time, and write its
    errors to a log, personal values included; here they are masked, told and traced by the endpoint.
    """
    result = run(
        core(),
        document,
        variable_values=variables,
        operation_name=name,
        context_value=context,
        executor_class=SplicingExecutor,
        operation_extensions=None,
    )
    return result if isinstance(result, ExecutionResult) else await result


def execute_meta(document: DocumentNode, variables: dict[str, Any], context: Any) -> ExecutionResult:
    """Run a document's one operation, which asks for the schema alone: nothing of it is awaited."""
    return execute_sync(core(), document, variable_values=variables, context_value=context)


def sdl() -> str:
    """The schema definition language text, as docs/schema.graphql holds it."""
    return schema().as_str() + "\n"
