"""根字段 What each root field of a query stands for: a page, one row by a condition, rows by identifier.

The fields themselves, with their arguments, are ordinary Strawberry code in `resolvers`.
"""

from collections.abc import Callable

from api.access.subject import Subject
from api.errors import Problem
from api.planner.document.selection import Asked
from api.planner.errors import ASK_FOR_ONE, BAD_ID
from api.planner.identifiers import asked_ids, parse_id
from api.planner.plan.nodes import All, Body, Found, Literal, Nodes, Root
from api.planner.plan.permit import oneself, root
from api.planner.plan.plan import Planner
from api.planner.values import Value, Variables
from api.schema.catalogue import Type, catalogue

FOUND = "\0found"  # no variable of a request can have this name
Builder = Callable[[Planner, Asked], Root]


def plan_root(planner: Planner, asked: Asked) -> Root:
    """The plan of a root field of a query; KeyError for one that is not planned."""
    if asked.name == "__typename":
        return Literal('"Query"')
    return ROOTS[asked.name](planner, asked)


def _page(type_name: str) -> Builder:
    def build(planner: Planner, asked: Asked) -> Root:
        return planner.page(root(planner.rights, catalogue()[type_name]), asked, asked.key)

    return build


def _body(planner: Planner, asked: Asked, type_: Type) -> Body:
    return planner.body(root(planner.rights, type_), planner.reader.below(type_.name, asked), asked.key)


def _me(planner: Planner, asked: Asked) -> Root:
    account = catalogue()["Account"]
    body = planner.body(oneself(account), planner.reader.below("Account", asked), asked.key)
    return Found(body, "{t}.id = {account}", {"account": (lambda _, subject: subject.account, "bigint")})


def _node(planner: Planner, asked: Asked) -> Root:
    value = _required(planner, asked, "id")

    def type_name(variables: Variables, _: Subject) -> str:
        return parse_id(value.get(variables))[0]

    found = catalogue()[planner.decide(type_name)]
    return Nodes((_body(planner, asked, found),), value, single=True)


def _nodes(planner: Planner, asked: Asked) -> Root:
    value = _required(planner, asked, "ids")

    def type_names(variables: Variables, _: Subject) -> tuple[str, ...]:
        return tuple(sorted({name for name, _ in asked_ids(value.get(variables))}))

    bodies = tuple(_body(planner, asked, catalogue()[name]) for name in planner.decide(type_names))
    return Nodes(bodies, value, single=False)


def _required(planner: Planner, asked: Asked, name: str) -> Value:
    value = planner.argument("Query", asked, name)
    assert value is not None
    return value


def _plain(value: Value) -> Callable[[Variables, Subject], object]:
    return lambda variables, _: value.get(variables)


def _unit(planner: Planner, asked: Asked) -> Root:
    code = _plain(_required(planner, asked, "code"))
    body = _body(planner, asked, catalogue()["Unit"])
    return Found(body, "{t}.code = {code} and {t}.valid_until is null", {"code": (code, "text")})


def _household(planner: Planner, asked: Asked) -> Root:
    identifier, number = planner.argument("Query", asked, "id"), planner.argument("Query", asked, "number")
    if number is not None and identifier is None:
        body = _body(planner, asked, catalogue()["Household"])
        return Found(body, "{t}.number = {number}", {"number": (_plain(number), "text")})
    if identifier is None or number is not None:
        raise Problem(ASK_FOR_ONE, expected="id | number", found=2 if number else 0)
    get = identifier.get

    def read(variables: Variables, _: Subject) -> int:
        type_name, row_id = parse_id(get(variables))
        if type_name != "Household":
            raise Problem(BAD_ID)
        return row_id

    body = _body(planner, asked, catalogue()["Household"])
    return Found(body, "{t}.id = {id}", {"id": (read, "bigint")})


def _threshold(planner: Planner, asked: Asked) -> Root:
    unit, year = _required(planner, asked, "unit"), _required(planner, asked, "year")
    body = _body(planner, asked, catalogue()["Threshold"])
    above = (
        "{t}.unit in (select a.id from unit u join unit a"
        " on a.code in (u.province, u.city, u.county, u.township, u.village)"
        " where u.code = {unit} and u.valid_until is null)"
    )
    nearest = "(select length(n.code) from unit n where n.id = {t}.unit) desc"
    values = {"unit": (_plain(unit), "text"), "year": (_plain(year), "int")}
    return Found(body, f"{above} and {{t}}.year = {{year}}", values, nearest)


def _case_as_of(planner: Planner, asked: Asked) -> Root:
    identifier, at = _required(planner, asked, "id").get, _plain(_required(planner, asked, "at"))
    body = _body(planner, asked, catalogue()["CaseMoment"])

    def read(variables: Variables, _: Subject) -> int:
        type_name, found = parse_id(identifier(variables))
        if type_name != "MonitoringCase":
            raise Problem(BAD_ID)
        return found

    values = {"id": (read, "bigint"), "at": (at, "timestamptz")}
    return Found(body, "{t}.monitoring_case = {id} and {t}.recorded_at <= {at}", values, "{t}.id desc")


def row_by_id(type_name: str) -> Builder:
    """A row whose id the caller puts among the variables as `FOUND`: how a mutation's answer is read back."""

    def build(planner: Planner, asked: Asked) -> Root:
        body = _body(planner, asked, catalogue()[type_name])
        return Found(body, "{t}.id = {id}", {"id": (lambda variables, _: variables[FOUND], "bigint")})

    return build


def _code_lists(planner: Planner, asked: Asked) -> Root:
    return All(_body(planner, asked, catalogue()["CodeList"]), "{t}.name")


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
