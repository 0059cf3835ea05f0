"""变更 The root of all mutations: steps of workflows, appointments, and the opening of a sealed identifier."""

import types

import strawberry

from api.resolvers.fields.appointments import MUTATIONS as APPOINTMENTS
from api.resolvers.fields.identifiers import REVEAL
from api.resolvers.policy.mutations import MUTATIONS as POLICY
from api.resolvers.steps.mutations import mutations

_FIELDS = {**mutations(), **APPOINTMENTS, **POLICY, "revealPersonalData": REVEAL}

Mutation = strawberry.type(
    types.new_class("Mutation", (), {}, lambda body: body.update(_FIELDS)),
    description="变更 Everything that can be changed.",
)
