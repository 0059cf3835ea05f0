"""参数设定 Parameter setting: a place's own value of one of the Guide's numbers, never a looser one. Q1, 附则"""

from piccolo.columns import BigInt

from api.rules.words.judging import Dimension
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, Placed, day, hidden, text, to_one, whole, word
from api.schema.entities.reference.unit import Unit
from api.schema.filters import Among, Order, Region


class ParameterSetting(Entity, Placed, tablename="parameter_setting", kind=Kind.THRESHOLD):
    """参数设定 Proposed by one person of the unit and put in force by another; of a unit's own the newest counts. Q1"""

    unit = to_one(Unit, "责任单位", "The unit it is set for.", 1, required=True)
    parameter = text("参数", "Its name in the table of parameters.", Group.STRUCTURE, 1, required=True)
    value = text("值", "As docs/parameters.md writes it: 8, 0.02, 03-15.", Group.PUBLIC, 1, required=True)
    dimension = word(Dimension, "单位", "What the value counts.", Group.PUBLIC, 1, required=True)
    basis = text("依据", "The document it rests on.", Group.PUBLIC, 1, required=True)
    proposed_on = day("提出日期", "Day it was proposed.", Group.STRUCTURE, 1, required=True)
    decided_on = day("决定日期", "Day it was put in force or refused.", Group.STRUCTURE, 1)
    since = day(
        "生效日期", "First day it is in force; null while it is proposed, and when refused.", Group.STRUCTURE, 1
    )
    reason = text("不予批准理由", "Why it was refused.", Group.PUBLIC, 1)
    proposer = hidden(BigInt(default=None, null=False), "提出人员", "Person who proposed it.")
    decider = hidden(BigInt(default=None, null=True), "决定人员", "Person who decided: not who proposed.")
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    filters = (
        Region("region", "区域", "Unit it is set for: this unit or any below it, by code."),
        Among("parameter", "parameter"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("PROPOSED_ON", "提出日期", "By the day it was proposed.", "proposed_on"),
    )
