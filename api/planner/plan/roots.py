"""根字段 Nodes of a query's root fields: a page, one row by a condition, rows by identifier.

The fields themselves, with their arguments, are ordinary Strawberry code in `resolvers`.
"""

from collections.abc import Callable

from api.access.subject import Subject
from api.errors import Problem
from api.planner.document.selection import SelectedField
from api.planner.errors import ASK_FOR_ONE, BAD_ID
from api.planner.identifiers import parse_id, parse_ids
from api.planner.plan.nodes import AllRows, Body, Literal, Root, RowByCondition, RowsByIds
from api.planner.plan.permit import oneself, root
from api.planner.plan.plan import Planner
from api.planner.values import Value, Variables
from api.schema.catalogue import Type, catalogue

ROW_NUMBER = "\0found"  # no variable of a request can have this name
Builder = Callable[[Planner, SelectedField], Root]


def plan_root(planner: Planner, selected: SelectedField) -> Root:
    """The plan of a root field of a query; KeyError for one that is not planned."""
    if selected.name == "__typename":
        return Literal('"Query"')
    return ROOTS[selected.name](planner, selected)


def _page(type_name: str) -> Builder:
    def build(planner: Planner, selected: SelectedField) -> Root:
        return planner.page(root(planner.rights, catalogue()[type_name]), selected, selected.key)

    return build


def _body(planner: Planner, selected: SelectedField, type_: Type) -> Body:
    return planner.body(root(planner.rights, type_), planner.reader.below(type_.name, selected), selected.key)


def _me(planner: Planner, selected: SelectedField) -> Root:
    account = catalogue()["Account"]
    body = planner.body(oneself(account), planner.reader.below("Account", selected), selected.key)
    return RowByCondition(body, "{t}.id = {account}", {"account": (lambda _, subject: subject.account, "bigint")})


def _node(planner: Planner, selected: SelectedField) -> Root:
    value = _required(planner, selected, "id")

    def type_name(variables: Variables, _: Subject) -> str:
        return parse_id(value.get(variables))[0]

    type_ = catalogue()[planner.decide(type_name)]
    return RowsByIds((_body(planner, selected, type_),), value, single=True)


def _nodes(planner: Planner, selected: SelectedField) -> Root:
    value = _required(planner, selected, "ids")

    def type_names(variables: Variables, _: Subject) -> tuple[str, ...]:
        return tuple(sorted({name for name, _ in parse_ids(value.get(variables))}))

    bodies = tuple(_body(planner, selected, catalogue()[name]) for name in planner.decide(type_names))
    return RowsByIds(bodies, value, single=False)


def _required(planner: Planner, selected: SelectedField, name: str) -> Value:
    value = planner.argument("Query", selected, name)
    assert value is not None
    return value


def _plain(value: Value) -> Callable[[Variables, Subject], object]:
    return lambda variables, _: value.get(variables)


def _unit(planner: Planner, selected: SelectedField) -> Root:
    code = _plain(_required(planner, selected, "code"))
    body = _body(planner, selected, catalogue()["Unit"])
    return RowByCondition(body, "{t}.code = {code} and {t}.valid_until is null", {"code": (code, "text")})


def _household(planner: Planner, selected: SelectedField) -> Root:
    identifier, number = planner.argument("Query", selected, "id"), planner.argument("Query", selected, "number")
    if number is not None and identifier is None:
        body = _body(planner, selected, catalogue()["Household"])
        return RowByCondition(body, "{t}.number = {number}", {"number": (_plain(number), "text")})
    if identifier is None or number is not None:
        raise Problem(ASK_FOR_ONE, expected="id | number", found=2 if number else 0)
    get = identifier.get

    def read(variables: Variables, _: Subject) -> int:
        type_name, row_id = parse_id(get(variables))
        if type_name != "Household":
            raise Problem(BAD_ID)
        return row_id

    body = _body(planner, selected, catalogue()["Household"])
    return RowByCondition(body, "{t}.id = {id}", {"id": (read, "bigint")})


def _threshold(planner: Planner, selected: SelectedField) -> Root:
    unit, year = _required(planner, selected, "unit"), _required(planner, selected, "year")
    body = _body(planner, selected, catalogue()["Threshold"])
    above = (
        "{t}.unit in (select a.id from unit u join unit a"
        " on a.code in (u.province, u.city, u.county, u.township, u.village)"
        " where u.code = {unit} and u.valid_until is null)"
    )
    nearest = "(select length(n.code) from unit n where n.id = {t}.unit) desc"
    values = {"unit": (_plain(unit), "text"), "year": (_plain(year), "int")}
    return RowByCondition(body, f"{above} and {{t}}.year = {{year}}", values, nearest)


def _case_as_of(planner: Planner, selected: SelectedField) -> Root:
    identifier, at = _required(planner, selected, "id").get, _plain(_required(planner, selected, "at"))
    body = _body(planner, selected, catalogue()["CaseMoment"])

    def read(variables: Variables, _: Subject) -> int:
        type_name, number = parse_id(identifier(variables))
        if type_name != "MonitoringCase":
            raise Problem(BAD_ID)
        return number

    values = {"id": (read, "bigint"), "at": (at, "timestamptz")}
    return RowByCondition(body, "{t}.monitoring_case = {id} and {t}.recorded_at <= {at}", values, "{t}.id desc")


def row_by_id(type_name: str) -> Builder:
    """A row whose id the caller puts among the variables as `ROW_NUMBER`: how a mutation's answer is read back."""

    def build(planner: Planner, selected: SelectedField) -> Root:
        body = _body(planner, selected, catalogue()[type_name])
        return RowByCondition(body, "{t}.id = {id}", {"id": (lambda variables, _: variables[ROW_NUMBER], "bigint")})

    return build


def _code_lists(planner: Planner, selected: SelectedField) -> Root:
    return AllRows(_body(planner, selected, catalogue()["CodeList"]), "{t}.name")


ROOTS: dict[str, Builder] = {
    "me": _me,
    "node": _node,
    "nodes": _nodes,
    "unit": _unit,
    "units": _page("Unit"),
    "household": _household,
    "households": _page("Household"),
    "monitoringCases": _page("MonitoringCase"),
    "clues": _page("Clue"),
    "deadlines": _page("Deadline"),
    "nationalRequests": _page("NationalRequest"),
    "requestItems": _page("RequestItem"),
    "threshold": _threshold,
    "thresholds": _page("Threshold"),
    "parameterSettings": _page("ParameterSetting"),
    "ruralAverages": _page("RuralAverage"),
    "caseAsOf": _case_as_of,
    "policyVersions": _page("PolicyVersion"),
    "codeLists": _code_lists,
    "officials": _page("Post"),
    "appointments": _page("Appointment"),
}
PLANNED = frozenset(ROOTS) | {"__typename"}
"""Root fields that a statement answers."""
