"""判断词汇 The closed vocabularies of judging: forces, outcomes, kinds of deadline and of finding. RULES §0–3

Same form as `vocabulary`, kept apart because no table stores most of them as its own state.
"""

from api.rules.words.vocabulary import Word


class Force(Word):
    """效力 The strength of a rule's wording. RULES §0"""

    MUST = "须、应、不得、不少于、暂不", "Hard: the act is refused where the system can, else an alert."
    SHOULD = "一般、原则上", "Soft: passing it is an overdue alert and needs a recorded reason."
    MAY = "可、鼓励", "Allowed, and shown."


class Effect(Word):
    """后果 The effect when a rule is not kept. RULES §0 (ours)"""

    REFUSE = "拒绝办理", "The act is refused."
    REASON = "须说明理由", "The act goes on with a recorded reason and stays visible."
    ALERT = "预警", "Nothing is stopped; somebody responsible is alerted."
    SHOW = "提示", "Shown, nothing more."


class Dimension(Word):
    """单位 The unit in which a parameter's value counts. RULES §0"""

    DAYS = "天", "Calendar days."
    MONTHS = "个月", "Calendar months, clipped to the month's end."
    RATIO = "比例", "A share, 0.02 for 2 %."
    CNY = "元", "Yuan, two decimals."
    FACTOR = "倍", "A multiple."
    COUNT = "个", "A number of things."
    AGE = "周岁", "Completed years of age."
    YEAR = "年", "A calendar year."
    AREA = "亩", "Mu of land."
    DAY_OF_YEAR = "月日", "A day of every year."
    DATE = "日期", "One calendar day, or none while unset."


class Direction(Word):
    """收紧方向 The only direction in which a province may change a parameter. 附则"""

    FIXED = "不得调整", "Nobody below the nation changes it."
    LOWER = "只能调低", "Stricter means smaller, shorter or earlier."
    HIGHER = "只能调高", "Stricter means larger, longer or later."
    LOCAL = "因地制宜", "Not the Guide's number: a place sets its own."


class Outcome(Word):
    """研判结论 The result of an assessment. Q7, Q11, Q13"""

    MUST_IDENTIFY = "应识别", "Must be identified. Q13"
    SHOULD_IDENTIFY = "一般应识别", "Should be identified; not doing so takes recorded reasons. Q7"
    MAY_NOT_IDENTIFY = "可不识别", "May be left unidentified after a strict recorded determination. Q11"
    TRACK = "持续跟踪", "Not identified, followed and urged until the gap is closed. Q13"
    OFFICIAL_DECIDES = "由干部研判", "The Guide is silent: an official decides with reasons. (ours)"
    NOT_IDENTIFIED = "不识别", "The conditions are not met. Q7"


class Severity(Word):
    """严重程度 The severity of a finding, in data or in a policy. (ours)"""

    ERROR = "错误", "Cannot be right: mend before going on."
    WARNING = "疑点", "Unlikely: check and confirm."
    HINT = "提示", "Worth a look."


class RefusalGround(Word):
    """不识别事由 The ground for not identifying a household. Q7, Q8, Q11, Q13 (ours)"""

    NO_RISK = "不存在返贫致贫风险", "No risk of falling into poverty."
    INCOME_STABLE = "收入稳定且无保障问题", "Stable income, no gap."
    COPES_ALONE = "能够自主应对", "Can solve it alone."
    DECLINED = "农户放弃", "The household declines."
    HOUSEHOLD_GONE = "整户自然减少", "Nobody of the household is left."
    ON_ALLOWANCE = "已落实低保或特困供养", "Has allowance or extreme-poverty support: never a ground."
    OTHER = "其他", "Another ground, said in words."


class ReviewForm(Word):
    """评议形式 Forms of democratic review; the Guide's list is open (等). Q35"""

    VILLAGERS_ASSEMBLY = "村民会议", "Villagers' assembly."
    REPRESENTATIVES_ASSEMBLY = "村民代表会议", "Assembly of villagers' representatives."
    ENLARGED_COMMITTEES = "村“两委”扩大会议", "Enlarged meeting of the village's two committees."
    OTHER = "当地确定的其他方式", "Another form the place has set, named."


class ActPair(Word):
    """不相容职责 Two acts one person never both does. RULES §2 (ours)"""

    VERIFY_AND_APPROVE = "入户核实与批准", "Verify and approve one case."
    SUBMIT_AND_DECIDE = "上报与决定", "Submit and decide one request."
    DECIDE_AND_EXECUTE = "决定与执行", "Decide and execute one request."
    EDIT_AND_APPROVE = "编辑与批准", "Edit and approve one policy version, or one number a place sets."
    PROPOSE_AND_APPROVE = "提出与批准任免", "Propose and approve one appointment."


class Route(Word):
    """识别路径 The way in which a household came to be identified. Q36"""

    ORDINARY = "常态化识别", "The ordinary steps."
    GREEN_CHANNEL = "绿色通道", "Help first, formalities completed afterwards."


class DeadlineKind(Word):
    """时限种类 Kinds of time limit. RULES §0"""

    IDENTIFICATION = "识别认定时限", "From the clue to identification. Q34"
    PUBLICITY = "公示期", "The shortest time on the notice board. Q34"
    SYSTEM_ENTRY = "系统录入时限", "From approval to entry in the system. Q36"
    PLAN = "帮扶计划时限", "From identification to the declared plan and measures. Q23"
    GREEN_CHANNEL_VERIFICATION = "绿色通道核实时限", "From green-channel entry to verification. Q24"
    STABLE_INCOME = "收入稳定期", "The shortest time of income above the threshold. Q27"
    THRESHOLD_FILING = "监测范围备案时限", "The year's threshold set and filed. Q10"
    SAFETY_NET_COMPARISON = "兜底保障户比对时限", "The quarter's comparison with civil affairs. Q29"
    YEARLY_UPDATE = "年度信息更新时限", "The year's update of eliminated cases. Q39"


class Anchor(Word):
    """起算点 The event a time limit runs from. RULES §0"""

    CLUE_FOUND = "发现风险线索之日", "The day the risk was declared, screened or warned of."
    PUBLICITY_OPENED = "公示开始之日", "The day it went on the notice board."
    APPROVED = "县级批准之日", "The day of county approval."
    PLAN_OWED = "识别之日（绿色通道为批准之日）", "Identification; for a green-channel case its approval."
    GREEN_CHANNEL_ENTERED = "录入绿色通道之日", "The day of green-channel entry."
    INCOME_ABOVE = "首次核实收入超过监测范围之日", "The first verified day above the threshold."
    YEAR = "当年", "The calendar year."
    QUARTER = "当季", "The calendar quarter."


class Limit(Word):
    """期限性质 The sort of a time limit: a last day or a first day. RULES §0"""

    AT_LATEST = "不超过", "Due on the day, overdue from the day after."
    AT_EARLIEST = "不少于", "Nothing closes before the day."


class Counted(Word):
    """人口认定 The answer to whether a member counts in the household identified. Q14–15"""

    YES = "计入", "Counted."
    MAY = "可以计入", "May be counted: an official decides."
    NO = "不计入", "Not counted."


class SocialAid(Word):
    """社会救助 Civil affairs' status of a person or household. Q5–6, Q8, Q29"""

    NONE = "不享受", "None."
    RURAL_ALLOWANCE = "农村低保", "Rural subsistence allowance."
    RURAL_ALLOWANCE_TOP = "全额或最高档农村低保", "Rural subsistence allowance, full or of the top grade."
    DISPERSED_EXTREME_POVERTY = "农村分散供养特困", "Rural extreme-poverty support, living dispersed."
    CONCENTRATED_EXTREME_POVERTY = "农村集中供养特困", "Rural extreme-poverty support, in an institution."


class Management(Word):
    """消除后管理 The management of a household once its risk is eliminated. Q30"""

    LIFTED = "普通脱贫人口", "As an ordinary lifted household, with its policies."
    GENERAL = "一般农户", "As any other rural household."


class Missed(Word):
    """漏管 The way in which a household at risk can have been missed. Q17"""

    OMITTED = "应纳未纳", "At risk, neither identified in time nor in the system."
    OFF_THE_BOOKS = "体外循环", "Risk found, not identified, help given outside the mechanism."


class Recognition(Word):
    """低收入人口 The groups of the rural low-income population; the Guide's list is open (等). Q5"""

    MONITORED = "监测对象", "Monitoring objects, recognised by rural revitalization."
    RURAL_ALLOWANCE = "农村低保对象", "Rural allowance, recognised by civil affairs."
    EXTREME_POVERTY = "农村特困人员", "Rural extreme-poverty support, recognised by civil affairs."
    OTHER = "其他农村低收入人口", "Others a place recognises."


class FundUse(Word):
    """衔接资金用途 The uses of bridging funds the Guide names. Q22"""

    LOAN_INTEREST = "小额信贷贴息", "Interest on micro-credit."
    DEVELOPMENT_SUBSIDY = "发展类补贴", "Development subsidy; pay follows work."
    BENEFIT_LINK = "利益联结", "Benefit links with enterprises, cooperatives and farms."
    WORKSHOP_JOB = "帮扶车间就业", "A job in an assistance workshop."
    PUBLIC_WELFARE_JOB = "公益性岗位", "A public-welfare post."
    TRANSPORT_ONCE = "跨省就业一次性交通补助", "One-off transport for work in another province."
    RAIN_AND_DEW = "雨露计划", "Rain and Dew training aid."
    WORK_RELIEF = "以工代赈", "Work relief."
    OTHER = "其他用途", "A use the Guide does not name."


class ThresholdBasis(Word):
    """监测范围依据 The data from which a year's threshold is worked out. Q10"""

    PRICE_INDEX = "物价指数变化", "Change of the price index."
    INCOME_GROWTH = "农村居民人均可支配收入增幅", "Growth of rural disposable income."
    ALLOWANCE_STANDARD = "农村低保标准", "Standard of the rural allowance."
    GUARANTEES = "“三保障”和饮水安全实现情况", "How far guarantees and safe water are realised."


class ClaimKind(Word):
    """理赔类型 Payments that are and are not a household's claim. Q12"""

    COMMERCIAL_INSURANCE = "商业保险理赔", "Commercial insurance."
    THIRD_PARTY = "第三方赔偿", "Compensation from a third party."
    MEDICAL_REIMBURSEMENT = "三重医疗保障报销", "Basic, serious-illness and assistance reimbursement: not a claim."


class ExpenseKind(Word):
    """支出类型 Expenses looked at for compliant out-of-pocket. Q12"""

    MEDICAL = "医疗", "Medical expense; only what is left after reimbursement counts."
    TUITION = "学费", "Tuition."
    BOARDING = "住宿费", "Boarding at school."
    DISASTER_OR_ACCIDENT = "灾害事故", "Unavoidable cost of a disaster or accident."


class PersonalData(Word):
    """敏感信息 Personal data that a free text may not hold. Q38"""

    IDENTITY_NUMBER = "身份证件号码", "The number of an identity document."
    PHONE = "电话号码", "A telephone number."
    BANK_ACCOUNT = "银行账号", "A bank account or card."
    MESSENGER = "即时通信账号", "An account of a messenger: QQ, WeChat."


class NoticeKind(Word):
    """公示公告种类 The two notices of a procedure. Q33"""

    PUBLICITY = "公示", "Objections may still be raised."
    ANNOUNCEMENT = "公告", "The result is told."


class NoticeOutcome(Word):
    """公示结论 The result for a household in a notice. Q38"""

    TO_BE_IDENTIFIED = "拟识别为监测对象", "To be identified."
    IDENTIFIED = "识别为监测对象", "Identified."
    TO_BE_ELIMINATED = "拟标注风险消除", "To be marked as eliminated."
    ELIMINATED = "标注风险消除", "Marked as eliminated."


class TicketKind(Word):
    """工单种类 The concern of a caller to 12317. Q42"""

    CONSULTATION = "政策咨询", "Asks about policy."
    SELF_DECLARATION = "申报监测对象", "Declares the own household."
    REPORT = "举报问题线索", "Reports a problem or another household's risk."


class TicketState(Word):
    """工单状态 States of a 12317 ticket, in order. Q42"""

    ACCEPTED = "已受理", "Accepted."
    ASSIGNED = "已交办", "Assigned."
    URGED = "已督办", "Urged."
    HANDLED = "已办结", "Handled and answered."
    EVALUATED = "已评价", "Evaluated by the caller."


class NationalOperation(Word):
    """国家统一操作 Operations that only the nation executes. Q29, Q40"""

    WITHDRAWAL = "清退", "The case should never have been; it ends withdrawn."
    ROLLBACK = "回退", "The case returns to an earlier point of its own history."
    SAFETY_NET_CHANGE = "兜底保障户标识变更", "A safety-net mark is lifted, set again or changed."
