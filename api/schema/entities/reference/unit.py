"""责任单位 Responsibility unit: who is responsible, which is not the postal code. Q1, Q16"""

from api.rules.words.vocabulary import Group, Kind, Tier
from api.schema.declare import Connection, Entity, Placed, day, flag, itself, line, text, word
from api.schema.filters import Among, InForce, Order, Prefix, Region


class Unit(Entity, Placed, tablename="unit", kind=Kind.UNIT):
    """责任单位 A unit of the responsibility tree; its path columns hold the codes of its ancestors and itself. Q1"""

    code = line("代码", "Code, unpadded; its length tells the tier.", Group.STRUCTURE, 1, required=True)
    name = line("名称", "Name.", Group.PUBLIC, 1, required=True)
    tier = word(Tier, "层级", "Tier.", Group.STRUCTURE, 1, required=True)
    parent = itself("上级单位", "The unit above.", 1)
    western = flag("西部", "Western region: 3 % line instead of 2 %.", Group.PUBLIC, 32, required=True)
    development_zone = flag("开发区", "A development zone at county tier.", Group.PUBLIC, required=True)
    unverified = flag(
        "待核", "Its place in the tree is not verified by a published source.", Group.PUBLIC, required=True
    )
    statistical_code = text("统计代码", "Statistical division code of 2023-06-30.", Group.PUBLIC)
    valid_from = day("生效日期", "First day it is responsible.", Group.STRUCTURE, required=True)
    valid_until = day("失效日期", "Last day it was responsible.", Group.STRUCTURE)
    successor = itself("承继单位", "The unit that took over.")

    children = Connection("Unit.parent", "下级单位", "Units directly below.", (1,))
    households = Connection("Household.unit", "农户", "Households this unit is directly responsible for.", (16,))
    thresholds = Connection("Threshold.unit", "监测范围", "Monitoring thresholds set for it.", (10,))

    filters = (
        Region("region", "区域", "This unit or any below it, by code."),
        InForce("asOf", "valid_from", "valid_until", standing=True),
        Among("tier", "tier"),
        Among("code", "code"),
        Prefix("namePrefix", "name"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("CODE", "代码", "By code.", "code"),
    )
