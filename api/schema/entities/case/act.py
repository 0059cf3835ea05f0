"""办理记录 Act: one step taken, by whom, on which day, recorded when; the acts are a household's history. Q33"""

from piccolo.columns import JSONB, BigInt

from api.rules.checks.field_library import ALL_CHECKS
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Computed, Entity, day, hidden, moment, text, texts, to_one
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.case.proceeding import Proceeding
from api.schema.entities.household.household import Household
from api.schema.filters import Order

_CHECKED = ",".join(f"'{code}'" for code in sorted(ALL_CHECKS))
_SOFT_LIMITS = """(select array_agg(o.code order by o.place)
  from unnest({t}.overridden) with ordinality o (code, place) where o.code not in (CHECKED))""".replace(
    "CHECKED", _CHECKED
)


class Act(Entity, tablename="act", kind=Kind.PROCEEDING, anchor="household"):
    """办理记录 One step taken. Four eyes compares the persons behind acts. RULES §2"""

    household = to_one(Household, "农户", "The household.", 33, required=True)
    proceeding = to_one(Proceeding, "程序", "The proceeding it belongs to.", 33)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case, where there was one.", 33)
    step = text("环节", "The step, as workflow.step.", Group.STRUCTURE, 33, required=True)
    taken_on = day("办理日期", "Day it was taken; statutory days use it.", Group.STRUCTURE, 34, required=True)
    recorded_at = moment("登记时间", "Moment it was recorded.", Group.STRUCTURE, 34, required=True)
    role = text("角色", "Role it was taken in.", Group.STRUCTURE, required=True)
    reason = text("理由", "Why it was late, or otherwise against a soft limit.", Group.BASIC, 34)
    overridden = texts(
        "软性要求和预警",
        "Codes of the soft limits passed, and of alerts told; what checks find in members and measures tells health.",
        Group.HEALTH,
        34,
        38,
    )
    account = hidden(BigInt(default=None, null=False), "账号", "Account that acted.")
    person = hidden(BigInt(default=None, null=False), "人员", "Person that acted.")
    post = hidden(BigInt(default=None, null=False), "岗位", "Post it acted in.")
    arguments = hidden(JSONB(default=None, null=False), "办理内容", "The arguments of the step; no personal value.")
    after = hidden(
        JSONB(default=None, null=True),
        "办理后情况",
        "The case as the step left it, filled in by the database; none without a case; no personal value.",
    )

    soft_limits = Computed(
        _SOFT_LIMITS,
        "texts",
        "软性要求",
        "Codes of the soft limits passed, without what the checks found.",
        Group.STRUCTURE,
        (34,),
    )
    orders = (Order("ID", "标识", "In the order they were recorded."),)
