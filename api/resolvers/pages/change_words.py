"""变更对照的文字 Lines for what a national request's item changes: object, field and values by Chinese terms. Q40"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.schema.catalogue import catalogue, entities
from api.schema.declare import Spec, spec_of
from api.schema.names import camel

COUNTS = {"monitoredHouseholds": "监测户数", "monitoredPersons": "监测人数", "ledgerPersons": "台账人数"}
"""Numbers of a unit that a change moves: no columns, so the database names them (`request_outcomes`)."""
_VALUES = {"true": "是", "false": "否", "EXECUTION_DAY": "执行当日"}


def change_line(effect: Mapping[str, Any]) -> str:
    """One line: what changes, from what, to what.

    >>> change_line({"objectType": "Unit", "field": "ledgerPersons", "before": "7", "after": "5"})
    '责任单位 台账人数：7 → 5'
    """
    type_name, field = effect["objectType"], effect["field"]
    spec = _specs(type_name).get(field)
    name = spec.zh if spec else COUNTS[field]
    before, after = (_value(spec, effect[side]) for side in ("before", "after"))
    return f"{catalogue()[type_name].term.zh} {name}：{before} → {after}"


@cache
def _specs(type_name: str) -> Mapping[str, Spec]:
    columns = entities()[type_name]._meta.columns
    return {camel(column._meta.name): spec_of(column) for column in columns if "_spec" in vars(column)}


def _value(spec: Spec | None, value: str | None) -> str:
    if value is None:
        return "—"
    if spec is not None and spec.words is not None and value in spec.words.__members__:
        return spec.words[value].zh
    return _VALUES.get(value, value)
