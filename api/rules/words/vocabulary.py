"""词汇 The closed vocabularies, each word once with its Chinese term and an English sentence. RULES §1

The stored text, the GraphQL enum value and the policy word are the member's name. Open lists (national code
tables whose values may grow) are not here but in `codes`.
"""

from enum import Enum
from typing import Self


class Word(Enum):
    """A vocabulary whose members carry (Chinese term, English sentence); the value is unique by the term."""

    zh: str
    en: str

    def __new__(cls, zh: str, en: str) -> Self:
        """Make the Chinese term the member's value and keep both texts on it."""
        member = object.__new__(cls)
        member._value_ = zh
        member.zh, member.en = zh, en
        return member


class Tier(Word):
    """层级 Tier of a responsibility unit. Q1"""

    NATIONAL = "国家", "The nation: reads all, decides national requests."
    PROVINCE = "省", "Province, autonomous region, municipality or the corps: overall responsibility."
    CITY = "市", "Prefecture-level city: supervises, guides, coordinates; absent under municipalities."
    COUNTY = "县", "County or district: the main responsibility."
    TOWNSHIP = "乡", "Township, town or subdistrict: manages the whole process with the villages."
    VILLAGE = "村", "Village: manages the whole process, meets every household."


class Department(Word):
    """部门 Department of a post. Q1 (the list is ours)"""

    RURAL_REVITALIZATION = "乡村振兴部门", "Rural revitalization: owner of the work."
    LEADING_GROUP = (
        "党委农村工作领导小组",
        "Party committee's leading group on rural work: leads at every tier.",
    )
    CIVIL_AFFAIRS = "民政部门", "Civil affairs: rural allowance and extreme-poverty support."
    EDUCATION = "教育部门", "Education: schooling and its aid."
    HEALTH = "卫生健康部门", "Health: illness and medical care."
    MEDICAL_INSURANCE = "医疗保障部门", "Medical insurance: insurance and medical assistance."
    HOUSING = "住房城乡建设部门", "Housing: safe housing."
    WATER = "水利部门", "Water: safe drinking water."
    HUMAN_RESOURCES = "人力资源社会保障部门", "Human resources and social security: jobs and pensions."
    EMERGENCY = "应急管理部门", "Emergency management: disasters and accidents."
    DISABLED_PERSONS_FEDERATION = (
        "残疾人联合会",
        "Disabled persons' federation: disability certificates and aid.",
    )
    AGRICULTURE = "农业农村部门", "Agriculture and rural affairs: production."
    FINANCE = "财政部门", "Finance: bridging funds."
    HOTLINE = "12317 平台", "The 12317 platform: consultation, declaration, report."


class Duty(Word):
    """职责 Duty of a post: four eyes compares persons, duties divide the work. RULES §2 (ours)"""

    HANDLER = "经办岗", "Handles the work of the unit's department."
    REVIEWER = "审核岗", "Reviews what handlers prepared."
    APPROVER = "审批岗", "Approves, for the leading group or whom it authorizes."
    OPERATOR = "操作岗", "Executes what another national official decided."
    INSPECTOR = "督查岗", "Reads its subtree, audit included; changes nothing."
    POLICY_EDITOR = "权限编辑岗", "Edits permission policy; sees no household."
    POLICY_APPROVER = "权限审批岗", "Approves permission policy; sees no household."
    AUDIT_READER = "审计岗", "Reads the audit ledger; sees no household."


class Group(Word):
    """字段组 Field groups: a field's group decides who may see it; reading a group is an action, `view.<group>`. Q38"""

    STRUCTURE = "结构", "Identifiers, versions, states and step dates: goes with the row."
    PUBLIC = "可公示", "What a village notice may show."
    BASIC = "基本情况", "Basic facts of the household and its members."
    INCOME = "收支", "Income, claims and out-of-pocket expense."
    CONTACT = "联系方式", "Telephone and address."
    IDENTITY = "身份证件", "Numbers of identity documents."
    BANK = "银行账户", "Bank accounts."
    HEALTH = "健康", "Illness, disability and what reveals them."
    SCHOOLING = "教育", "Schooling and its aid."


class HouseholdKind(Word):
    """户类型 The kind of a household: lifted out of poverty or general. Q2–3"""

    LIFTED = "脱贫户", "Lifted out of poverty during the campaign."
    GENERAL = "一般农户", "Any other rural household."


class Category(Word):
    """监测对象类别 Category of a monitoring object: computed, never typed. Q2–3"""

    UNSTABLE_LIFTED = (
        "脱贫不稳定户",
        "A lifted household within the monitoring threshold, at risk of falling back.",
    )
    MARGINAL = "边缘易致贫户", "A general household within the monitoring threshold, at risk of poverty."
    SUDDEN_HARDSHIP = (
        "突发严重困难户",
        "Above the threshold, in serious hardship from a shock; either household kind.",
    )


class CaseState(Word):
    """监测状态 State of a case: one spell of a household as monitoring object."""

    GREEN_CHANNEL = "绿色通道", "Entered through the green channel, not yet identified. Q24"
    IDENTIFIED = "已识别", "Identified and monitored. Q33"
    RISK_ELIMINATED = "风险已消除", "Risk eliminated; kept and updated yearly. Q25, Q39"
    EXITED = "已退出绿色通道", "Left the green channel: conditions not met. Q24"
    WITHDRAWN = "已清退", "Withdrawn by a national decision: should never have been. Q40"


class ProceedingKind(Word):
    """程序种类 Kind of a proceeding."""

    IDENTIFICATION = "识别认定", "Identification of a monitoring object. Q33"
    GREEN_CHANNEL = "绿色通道", "Help first for sudden hardship. Q24"
    ELIMINATION = "风险消除", "Marking the risk as eliminated. Q37"
    TRANSFER = "管辖移交", "Change of the responsible unit. Q16"
    SAFETY_NET = "兜底保障户标识", "First marking of a safety-net household. Q29"


class ProceedingState(Word):
    """程序状态 State of a proceeding; which ones a kind uses is its workflow's table of steps. Q33, Q37"""

    OPENED = "已启动", "Opened."
    VERIFIED = "已入户核实", "Verified at home."
    AUTHORIZED = "已授权承诺", "The household's authorization and commitment taken."
    REVIEWED = "已民主评议", "Democratic review held."
    PUBLICIZED = "公示中", "On the village notice board."
    SUBMITTED = "已上报", "Submitted to the county."
    COUNTY_REVIEWED = "县级已审核", "Reviewed by county rural revitalization."
    APPROVED = "已批准", "Approved by the county leading group."
    ANNOUNCED = "已公告", "Announced."
    CONFIRMED = "乡村已确认", "Confirmed by township and village. Q24, Q29"
    ENTERED = "已录入", "Entered in the green channel by the county. Q24"
    COMPLETED = "已办结", "Completed."
    ENDED = "已终止", "Ended without its goal, reason recorded."


class ClueSource(Word):
    """线索来源 The source of a clue. Q34"""

    SELF_REPORT = "农户申报", "Declared by the household."
    CADRE_SCREENING = "干部排查", "Found by cadres' screening."
    DEPARTMENT_WARNING = "部门预警", "Warned by a department."


class ClueState(Word):
    """线索状态 State of a clue."""

    OPEN = "待处理", "Open: bars elimination. Q25"
    CLOSED = "已处理", "Closed with an outcome."


class RiskState(Word):
    """风险状态 State of a risk of a case. Q25"""

    OPEN = "未消除", "Not eliminated."
    STABLE = "稳定消除", "Stably eliminated, on a date."
    NATURAL = "自然消除", "Naturally eliminated, on a date."


class Guarantee(Word):
    """三保障和饮水安全 The guarantees looked at. Q7"""

    COMPULSORY_EDUCATION = "义务教育", "Compulsory education."
    BASIC_MEDICAL = "基本医疗", "Basic medical care."
    SAFE_HOUSING = "住房安全", "Safe housing."
    SAFE_WATER = "饮水安全", "Safe drinking water."


class Labour(Word):
    """劳动能力 Ability to work. Q20, Q28"""

    ABLE = "有劳动能力", "Able to work."
    WEAK = "弱劳力半劳力", "Weak or half labour."
    NONE = "无劳动能力", "Not able to work."


class HukouNature(Word):
    """户口性质 Nature of a member's registration. Q14–15"""

    RURAL = "农村户籍", "Rural registration."
    URBAN = "城镇户籍", "Urban registration."
    COLLECTIVE = "集体户籍", "Collective registration."


class Sex(Word):
    """性别 Sex as registered."""

    MALE = "男", "Male."
    FEMALE = "女", "Female."


class Continuation(Word):
    """延续 The term of a measure after elimination. Q19"""

    NONE = "不延续", "Ends with the elimination."
    LOAN_MATURITY = "合同到期", "A loan, to its maturity."
    POST_AGREEMENT = "岗位协议到期", "A public-welfare post, to the end of its agreement."
    SCHOOL_STAGE = "完成当前学段", "Schooling aid, to the end of the current stage."
    SECTOR_RULES = "按行业规定", "A universal sector policy, by its own rules."


class MeasureState(Word):
    """措施状态 State of an assistance measure. Q23–24"""

    DECLARED = "已申报", "Declared by the village."
    UNDER_WAY = "实施中", "Being delivered."
    COMPLETED = "已完成", "Delivered."
    STOPPED = "已中止", "Stopped, reason recorded."


class MeasureKind(Word):
    """帮扶方式 Development or safety net: judged per measure, never by its group alone. Q21"""

    DEVELOPMENT = "开发式帮扶", "A development measure. Q21"
    SAFETY_NET = "兜底保障", "A safety-net measure."
    OTHER = "其他帮扶", "Neither."


class Funding(Word):
    """资金来源 The funding of a measure. Q22"""

    BRIDGING_FUND = "衔接资金", "Fiscal bridging funds for rural revitalization."
    SECTOR = "行业资金", "A sector department's funds."
    SOCIAL = "社会力量", "Social forces."


class PlanState(Word):
    """计划状态 State of an assistance plan. Q23"""

    DRAFT = "拟定中", "Being drafted; may start during identification. Q34"
    DECLARED = "已申报", "Declared by the village."


class ThresholdState(Word):
    """监测范围状态 State of a monitoring threshold. Q10"""

    SET = "已确定", "Set by the province."
    FILED = "已报备", "Filed with the nation."
    ACKNOWLEDGED = "已备案", "Acknowledged by the nation."


class AccountState(Word):
    """账号状态 State of an account."""

    ACTIVE = "正常", "May sign in."
    DISABLED = "停用", "May not sign in."


class Purpose(Word):
    """查询目的 The purpose of searching or revealing a sealed identifier; goes on record. Q38 (the list is ours)"""

    VERIFICATION = "入户核实", "Verifying a household at home."
    DEDUPLICATION = "身份核对", "Checking whether a person is registered."
    PAYMENT = "资金发放", "Paying assistance."
    SUPERVISION = "监督检查", "Supervision and inspection."
    COMPLAINT = "信访核查", "Checking a complaint or report."


class Kind(Word):
    """对象种类 Kinds of object in policy rows. A row of another table belongs to one of these."""

    HOUSEHOLD = "农户", "A household with its members and surveys."
    CLUE = "风险线索", "A clue."
    CASE = "监测对象", "A case with its risks."
    PROCEEDING = "程序", "A proceeding."
    PLAN = "帮扶计划", "An assistance plan."
    MEASURE = "帮扶措施", "An assistance measure."
    THRESHOLD = "监测范围", "A monitoring threshold, or another number that a unit sets."
    UNIT = "责任单位", "A responsibility unit."
    OFFICIAL = "工作人员", "A person with accounts and posts."
    CODE_LIST = "代码表", "A code list."
    EVENT = "审计事件", "An event of the audit ledger."
    REQUEST = "报国家同意备案申请", "A national request. Q29, Q40"
    POLICY = "权限策略", "A policy version."


class Jurisdiction(Word):
    """管辖依据 The basis of a unit's responsibility. Q16"""

    HUKOU = "户籍地", "The hukou place, in principle."
    RESIDENCE = "常住地", "The residence, where the hukou place truly can't; reason recorded."
    MOVE_IN = "迁入地", "The move-in place of a relocated household; the move-out place cooperates."
