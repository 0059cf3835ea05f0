"""接口 The GraphQL schema: derived types, visible root fields, and an executor that splices finished values."""

from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.resolvers.mutation import Mutation
from api.resolvers.query import Query
from api.resolvers.reading import Splicing
from api.resolvers.subscription import Subscription
from api.schema.build import types_of


class Schema(strawberry.Schema):
    """Strawberry's schema without its log, which repeats documents and tracebacks, personal values included."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Errors are masked, told and traced by the endpoint; here nothing is written down."""


@cache
def schema() -> Schema:
    """The schema; one per process."""
    types = [one for one in types_of().values() if one is not None]
    return Schema(
        Query,
        Mutation,
        Subscription,
        types=types,
        execution_context_class=Splicing,
        config=StrawberryConfig(auto_camel_case=True),
    )


def core() -> GraphQLSchema:
    """The same schema as graphql-core has it."""
    return schema()._schema  # noqa: SLF001 - Strawberry's only way to it


def sdl() -> str:
    """The schema definition language text, as docs/schema.graphql holds it."""
    return schema().as_str() + "\n"
