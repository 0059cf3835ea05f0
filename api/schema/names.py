"""名称 Translates column names to GraphQL names."""

from functools import cache


@cache
def camel(name: str) -> str:
    """The GraphQL name of a column.

    >>> camel("per_capita_net_income")
    'perCapitaNetIncome'
    """
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
