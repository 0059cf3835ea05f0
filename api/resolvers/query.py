"""查询 The root fields of a query, one line each. Planned ones are read by the planner; `findPerson` goes on record."""

import datetime
from collections.abc import Callable
from typing import Annotated, Any

import strawberry

from api.resolvers.fields.filings import THRESHOLD_FILINGS
from api.resolvers.fields.guide import SHOWN_RULES, SHOWN_WORKFLOWS, STEP_CHECK
from api.resolvers.fields.identifiers import Number, PurposeInput, ReasonInput, search
from api.resolvers.fields.notices import NOTICE
from api.resolvers.fields.vocabularies import SHOWN_VOCABULARIES
from api.resolvers.policy.explain import EXPLAIN
from api.resolvers.policy.queries import CHECK, DIFFERENCE
from api.schema.build import described, field_of, types_of
from api.schema.paging import Node, paging_arguments

TYPES: dict[str, Any] = types_of()
CODE_LIST: Any = TYPES["CodeList"]


def _planned() -> Callable[..., Any]:
    async def resolver(self: Any, info: strawberry.Info, **_: Any) -> Any:  # noqa: ARG001 - Strawberry's root
        raise LookupError(f"{info.field_name} is read by the planner, never by the executor")

    return resolver


def _field(name: str, returns: Any, text: str, **arguments: Any) -> Any:
    return field_of(name, returns, text, _planned(), arguments)


def _page(name: str, type_name: str, text: str) -> Any:
    arguments = paging_arguments(TYPES[f"{type_name}Filter"], TYPES[f"{type_name}Order"])
    return field_of(name, TYPES[f"{type_name}Connection"], text, _planned(), arguments)


def _argument(python: Any, zh: str, en: str) -> Any:
    return Annotated[python, strawberry.argument(description=described(zh, en))]


_ID = _argument(strawberry.ID, "标识", "Global identifier.")
_IDS = _argument(list[strawberry.ID], "标识", "Global identifiers, at most 100.")
_CODE = _argument(str, "代码", "Code of a unit, unpadded.")
_YEAR = _argument(int, "年度", "Year.")


@strawberry.type(description="查询 Everything that can be read; what the caller may not see is simply not there.")
class Query:
    """Root of all queries."""

    me = _field("me", TYPES["Account"], "本人 The caller's account and posts.")
    node = _field("node", Node | None, "对象 Any object by its global identifier.", id=_ID)
    nodes = _field(
        "nodes", list[Node | None], "对象 Objects by their global identifiers, in the order asked for.", ids=_IDS
    )
    unit = _field("unit", TYPES["Unit"] | None, "责任单位 A unit by its code. Q1", code=_CODE)
    units = _page("units", "Unit", "责任单位 Responsibility units. Q1")
    household = _field(
        "household",
        TYPES["Household"] | None,
        "农户 A household by exactly one of its identifier and its number. Q7",
        id=_argument(strawberry.ID | None, "标识", "Global identifier."),
        number=_argument(str | None, "户编号", "National household number."),
    )
    households = _page("households", "Household", "农户 Households. Q7")
    monitoring_cases = _page(
        "monitoringCases", "MonitoringCase", "监测对象 Cases: spells of households as monitoring objects. Q2"
    )
    case_as_of = _field(
        "caseAsOf",
        TYPES["CaseMoment"] | None,
        "监测对象某时情况 A case as it was at a past moment: as the last step before it left it. Q33",
        id=_argument(strawberry.ID, "监测对象", "The case."),
        at=_argument(datetime.datetime, "时点", "The moment."),
    )
    clues = _page("clues", "Clue", "风险线索 Clues. Q34")
    deadlines = _page("deadlines", "Deadline", "时限 Time limits, met and open. Q34")
    national_requests = _page(
        "nationalRequests",
        "NationalRequest",
        "报国家同意备案申请 National requests: what provinces apply for. Q40",
    )
    request_items = _page("requestItems", "RequestItem", "申请事项 What counties propose, case by case. Q40")
    threshold = _field(
        "threshold",
        TYPES["Threshold"] | None,
        "监测范围 The threshold that applies to a unit in a year: its nearest ancestor's. Q10",
        unit=_CODE,
        year=_YEAR,
    )
    thresholds = _page("thresholds", "Threshold", "监测范围 Monitoring thresholds. Q10")
    parameter_settings = _page(
        "parameterSettings", "ParameterSetting", "参数设定 Places' own values of the Guide's numbers. Q1"
    )
    rural_averages = _page("ruralAverages", "RuralAverage", "县农村人均收入 Rural averages of counties. Q13")
    threshold_filings = THRESHOLD_FILINGS
    code_lists = _field("codeLists", list[CODE_LIST], "代码表 Open vocabularies with their Chinese labels. Q12")
    officials = _page("officials", "Post", "工作人员 Posts, past and present, each with who holds it. Q1")
    appointments = _page("appointments", "Appointment", "任免 Appointments: posts given and ended. Q1")
    find_person = field_of(
        "findPerson",
        TYPES["Member"] | None,
        "查人 The member with exactly this ID number, inside the caller's reach; goes on record, counts. Q38",
        search,
        {"idNumber": Number, "purpose": PurposeInput, "reason": ReasonInput},
    )
    policy_versions = _page("policyVersions", "PolicyVersion", "策略版本 Versions of the policy, of every layer. Q1")
    policy_check = CHECK
    policy_difference = DIFFERENCE
    explain_access = EXPLAIN
    step_check = STEP_CHECK
    workflows = SHOWN_WORKFLOWS
    rules = SHOWN_RULES
    vocabularies = SHOWN_VOCABULARIES
    notice = NOTICE
