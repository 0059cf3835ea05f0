"""变更 The root of all mutations: one per step of a workflow, and the opening of a sealed identifier."""

import types

import strawberry

from api.resolvers.identifiers import REVEAL
from api.resolvers.steps import mutations

_FIELDS = {**mutations(), "revealPersonalData": REVEAL}

Mutation = strawberry.type(
    types.new_class("Mutation", (), {}, lambda body: body.update(_FIELDS)),
    description="变更 Everything that can be changed.",
)
