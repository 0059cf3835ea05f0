"""识别疑点 Checks of identification: complete, risks that fit, category, mark. Q2–3, Q11–13, Q17, Q20, Q29"""

from collections import Counter

from api.rules.checks.bounds import INCOME_SUSPECT
from api.rules.checks.check import Look, case_check, household_check
from api.rules.checks.record import CaseRecord, HouseholdRecord
from api.rules.themes.assessment import category_of
from api.rules.themes.threshold import is_in_range
from api.rules.words.judging import Severity
from api.rules.words.vocabulary import CaseState, Guarantee, HouseholdKind, Labour, RiskState

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
SAFETY_NET_AID = frozenset({"RURAL_TOP", "RURAL_DISPERSED"})

Case = Look[CaseRecord]
OPEN = frozenset({CaseState.GREEN_CHANNEL, CaseState.IDENTIFIED})


def _gap(look: Case, guarantee: Guarantee) -> bool:
    survey = look.part.at_identification
    return survey is not None and survey.gaps is not None and guarantee in survey.gaps


def _sound(look: Case, guarantee: Guarantee) -> bool:
    survey = look.part.at_identification
    return survey is not None and survey.gaps is not None and guarantee not in survey.gaps


@household_check(WARNING, 17, "household.case", "脱贫户人均纯收入在监测范围内未识别（应纳未纳疑点）", "1_02_006")
def lifted_in_range_without_case(look: Look[HouseholdRecord]) -> bool:
    """A lifted household in range without a case: possibly omitted."""
    record = look.record
    if record.survey is None or record.threshold is None or record.kind is not HouseholdKind.LIFTED:
        return False
    return is_in_range(record.survey.per_capita, record.threshold) and record.case is None


@case_check(ERROR, 20, "case.risks", "未登记返贫致贫风险", "1_11_001")
def risk_empty(look: Case) -> bool:
    """No risk is on record."""
    return look.part.state is not CaseState.GREEN_CHANNEL and not look.part.risks


@case_check(ERROR, 12, "case.survey", "识别时间、收支或“三保障”信息不完整", "1_11_002")
def identification_incomplete(look: Case) -> bool:
    """The day of identification, an amount or the guarantees are missing."""
    case = look.part
    if case.state is CaseState.GREEN_CHANNEL:
        return False
    return case.identified_on is None or case.at_identification is None or not case.at_identification.is_complete


@case_check(WARNING, 11, "case.survey", "识别时人均纯收入过高", "1111_18", uses=(INCOME_SUSPECT,))
def income_high_at_identification(look: Case) -> bool:
    """Per-capita income at identification is higher than the place thinks likely."""
    survey = look.part.at_identification
    return survey is not None and survey.per_capita > look.bounds[INCOME_SUSPECT]


@case_check(WARNING, 29, "case.safetyNet", "整户无劳动能力且享受兜底政策，未标识兜底保障户", "1111_07", "5_11_033")
def safety_net_unmarked(look: Case) -> bool:
    """The case is not marked, though nobody can work and the aid is a safety net's."""
    aided = any(
        member.allowance in SAFETY_NET_AID or member.extreme_poverty in SAFETY_NET_AID for member in look.record.members
    )
    return look.part.state in OPEN and look.record.nobody_can_work and aided and not look.part.safety_net


@case_check(ERROR, 29, "case.safetyNet", "已标识兜底保障户但家中有劳动能力")
def marked_but_can_work(look: Case) -> bool:
    """Marked as a safety-net household, yet somebody has labour ability."""
    labours = {member.labour for member in look.record.members}
    return look.part.safety_net and bool(labours & {Labour.ABLE, Labour.WEAK})


@case_check(ERROR, 20, "case.risks", "风险为因残但无残疾成员", "2_11_001")
def disability_without_disabled(look: Case) -> bool:
    """The risk is disability, yet nobody is disabled."""
    disabled = any("DISABLED" in member.health for member in look.record.members)
    return "DISABILITY" in look.part.risk_kinds and not disabled


@case_check(WARNING, 20, "case.risks", "风险为因病但无患病成员")
def illness_without_ill(look: Case) -> bool:
    """The risk is illness, yet nobody is ill."""
    ill = any(member.health & {"CHRONIC", "SERIOUS"} for member in look.record.members)
    return "ILLNESS" in look.part.risk_kinds and not ill


@case_check(WARNING, 12, "survey.outOfPocket", "风险为因病但合规自付支出为零", "5_15_020")
def illness_without_expense(look: Case) -> bool:
    """The risk is illness, yet nothing was paid out of pocket."""
    survey = look.part.at_identification
    return "ILLNESS" in look.part.risk_kinds and survey is not None and survey.out_of_pocket == 0


@case_check(WARNING, 20, "case.risks", "风险为因学但无在校生")
def schooling_without_student(look: Case) -> bool:
    """The risk is schooling, yet nobody is in school."""
    return "SCHOOLING" in look.part.risk_kinds and not any(member.student for member in look.record.members)


@case_check(WARNING, 20, "case.risks", "风险为务工就业不稳但无劳动力", "2_11_006")
def unstable_work_without_labour(look: Case) -> bool:
    """The risk is unstable work, yet nobody can work."""
    return "UNSTABLE_WORK" in look.part.risk_kinds and look.record.nobody_can_work


@case_check(WARNING, 20, "case.risks", "风险为缺劳动力但成员均有劳动能力")
def shortage_of_labour_without_need(look: Case) -> bool:
    """The risk is lack of labour, yet every member is able to work."""
    members = look.record.members
    able = bool(members) and all(member.labour is Labour.ABLE for member in members)
    return "LACK_OF_LABOUR" in look.part.risk_kinds and able


@case_check(WARNING, 13, "case.risks", "风险为因安全住房但识别时住房有保障")
def housing_risk_without_gap(look: Case) -> bool:
    """The risk is housing, yet housing was safe at identification."""
    return "HOUSING" in look.part.risk_kinds and _sound(look, Guarantee.SAFE_HOUSING)


@case_check(WARNING, 13, "case.risks", "风险为因安全饮水但识别时饮水有保障")
def water_risk_without_gap(look: Case) -> bool:
    """The risk is water, yet water was safe at identification."""
    return "WATER" in look.part.risk_kinds and _sound(look, Guarantee.SAFE_WATER)


@case_check(WARNING, 20, "case.risks", "识别时住房未保障但未登记住房风险")
def housing_gap_without_risk(look: Case) -> bool:
    """Housing was unsafe at identification, yet no such risk is on record."""
    return _gap(look, Guarantee.SAFE_HOUSING) and "HOUSING" not in look.part.risk_kinds


@case_check(WARNING, 20, "case.risks", "识别时饮水未保障但未登记饮水风险")
def water_gap_without_risk(look: Case) -> bool:
    """Water was unsafe at identification, yet no such risk is on record."""
    return _gap(look, Guarantee.SAFE_WATER) and "WATER" not in look.part.risk_kinds


@case_check(ERROR, 20, "case.risks", "风险为自然灾害但未注明灾害类型")
def disaster_unnamed(look: Case) -> bool:
    """The risk is a natural disaster, yet its kind is not on record."""
    return any(risk.kind == "DISASTER" and not risk.disaster for risk in look.part.risks)


@case_check(ERROR, 20, "case.risks", "同一风险重复登记")
def risk_twice(look: Case) -> bool:
    """The same kind of risk is on record twice."""
    return any(count > 1 for count in Counter(risk.kind for risk in look.part.risks).values())


@case_check(ERROR, 3, "case.category", "监测对象类别与户类型、监测范围不符")
def category_differs(look: Case) -> bool:
    """The category is not what kind and range make it."""
    case, survey = look.part, look.part.at_identification
    if case.category is None or case.threshold_amount is None or survey is None:
        return False
    in_range = is_in_range(survey.per_capita, case.threshold_amount)
    return case.category is not category_of(look.record.kind, in_range)


@case_check(ERROR, 36, "case.identifiedOn", "识别时间晚于今天")
def identified_in_the_future(look: Case) -> bool:
    """The day of identification lies in the future."""
    return look.part.identified_on is not None and look.part.identified_on > look.record.day


@case_check(WARNING, 17, "case.risks", "已识别的监测对象没有未消除的风险却未标注消除")
def no_risk_left(look: Case) -> bool:
    """Every risk is eliminated, yet the case still counts as identified."""
    settled = all(risk.state is not RiskState.OPEN for risk in look.part.risks)
    return look.part.state is CaseState.IDENTIFIED and bool(look.part.risks) and settled
