"""文档错误 Faults of a document or its variables: the kind and the place, never a value that was typed. Q38

graphql-core repeats in its messages what it refuses: a literal, a misspelt name, a whole input with somebody's number.
Of such a message only the kind is told, and the quoted names that the schema itself has, which nobody typed.
"""

import re
from collections.abc import Collection
from functools import cache

from graphql import GraphQLError, GraphQLSchema, is_enum_type, is_input_object_type, is_interface_type, is_object_type

_KINDS = (
    (r"Cannot query field", "unknown field"),
    (r"Unknown argument", "unknown argument"),
    (r"Unknown type", "unknown type"),
    (r"Unknown fragment", "unknown fragment"),
    (r"Unknown directive", "unknown directive"),
    (r"(The )?[Dd]irective", "misplaced directive"),
    (r"There can be only one", "name given twice"),
    (r"Cannot spread fragment|Fragment .* cannot", "misused fragment"),
    (r"Fragment .* is never used", "unused fragment"),
    (r"Fields? .* conflict", "conflicting fields"),
    (r"Field .* must (not )?have a selection", "selection of subfields"),
    (r"Variable .* is not defined", "undefined variable"),
    (r"Variable .* is never used", "unused variable"),
    (r"Variable .* (used in position|is of type)", "type of a variable"),
    (r"Variable .* cannot be non-input", "type of a variable"),
    (r"Argument .* required|Field .* required|Expected value of .* to include required", "missing value"),
    (r"Field .* is not defined|Expected value of .* not to include unknown", "unknown field of an input"),
    (r"(Value|Enum) .* does not exist|.*cannot represent non-enum", "unknown word of an enum"),
    (r"Expected .*non-null", "missing value"),
    (r"Syntax Error: Document contains more", "too many tokens"),
    (r"Syntax Error: Unterminated", "unterminated text"),
    (r"Syntax Error", "unexpected token"),
    (r"nested too deeply|.*nested too deeply", "nested too deeply"),
    (r"The .* is not executable|The .* operation is not supported", "not executable"),
    (r".* must select only one|Anonymous Subscription|Subscription", "several subscriptions"),
    (r"This anonymous operation", "several operations without names"),
    (r"Maximum introspection depth", "introspection too deep"),
)
_MATCHES = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _KINDS)
_QUOTED = re.compile(r"(?:^|')([A-Za-z_][A-Za-z0-9_.]*[!\]]*)(?:'| cannot represent)")
_READ = 2_000
"""Characters of a message that are looked at: graphql-core repeats values of any length."""


def kind_of(fault: GraphQLError) -> str:
    """The kind of an error of graphql-core.

    >>> kind_of(GraphQLError("Cannot query field 'x' on type 'Query'."))
    'unknown field'
    """
    message = fault.message[:_READ]
    return next((kind for pattern, kind in _MATCHES if pattern.match(message)), "value of another type")


def described(fault: GraphQLError, schema: GraphQLSchema, path: Collection[str | int] = ()) -> str:
    """The kind, the names of the schema that the message quotes, and the path within a variable."""
    names = schema_names(schema)
    quoted = (text for text in _QUOTED.findall(fault.message[:_READ]) if set(text.rstrip("!]").split(".")) <= names)
    place = ".".join(map(str, path))
    known_names = ", ".join(dict.fromkeys(quoted))
    return f"{kind_of(fault)}{f' ({known_names})' if known_names else ''}{f' at {place}' if place else ''}"


@cache
def schema_names(schema: GraphQLSchema) -> frozenset[str]:
    """All names of the schema: types, fields, arguments and enum values."""
    names: set[str] = set()
    for name, type_ in schema.type_map.items():
        names.add(name)
        if is_enum_type(type_):
            names |= set(type_.values)
        elif is_input_object_type(type_):
            names |= set(type_.fields)
        elif is_object_type(type_) or is_interface_type(type_):
            names |= {word for label, field in type_.fields.items() for word in (label, *field.args)}
    return frozenset(names)
