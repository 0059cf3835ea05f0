"""消除疑点 Checks of eliminated cases: complete, long enough, above the line, answered by fitting measures. Q25–29"""

from api.clock import months_after
from api.rules.checks.bounds import ELIMINATION_MONTHS
from api.rules.checks.check import Look, case_check
from api.rules.checks.record import CaseRecord
from api.rules.themes.threshold import is_in_range
from api.rules.words.judging import Severity
from api.rules.words.vocabulary import Guarantee, RiskState

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
FITTING = {
    "ILLNESS": frozenset({"HEALTH", "SOCIETY", "SECURITY"}),
    "SCHOOLING": frozenset({"COMPULSORY_EDUCATION", "EDUCATION", "SOCIETY"}),
    "DISABILITY": frozenset({"SECURITY", "SOCIETY"}),
    "HOUSING": frozenset({"HOUSING", "RELOCATION"}),
    "WATER": frozenset({"WATER"}),
}

Case = Look[CaseRecord]


def _eliminated_with(look: Case, guarantee: Guarantee) -> bool:
    survey = look.part.at_elimination
    return look.part.is_eliminated and survey is not None and guarantee in (survey.gaps or ())


def _unanswered(look: Case, kind: str) -> bool:
    """Whether a risk was eliminated by help, yet no measure of a fitting group is on record."""
    helped = any(risk.kind == kind and risk.state is RiskState.STABLE for risk in look.part.risks)
    return look.part.is_eliminated and helped and not look.record.themes & FITTING[kind]


@case_check(ERROR, 25, "case.survey", "消除风险时住房未保障", "1_02_008")
def eliminated_with_housing_gap(look: Case) -> bool:
    """Eliminated while housing is unsafe."""
    return _eliminated_with(look, Guarantee.SAFE_HOUSING)


@case_check(ERROR, 25, "case.survey", "消除风险时饮水未保障", "1_02_009")
def eliminated_with_water_gap(look: Case) -> bool:
    """Eliminated while water is unsafe."""
    return _eliminated_with(look, Guarantee.SAFE_WATER)


@case_check(ERROR, 25, "case.survey", "消除风险时有失学辍学", "1_11_005")
def eliminated_with_dropout(look: Case) -> bool:
    """Eliminated while a child is out of school."""
    return _eliminated_with(look, Guarantee.COMPULSORY_EDUCATION)


@case_check(ERROR, 25, "case.survey", "消除风险时有成员未参加基本医保")
def eliminated_without_insurance(look: Case) -> bool:
    """Eliminated while a member is without basic medical care."""
    return _eliminated_with(look, Guarantee.BASIC_MEDICAL)


@case_check(ERROR, 25, "case.survey", "消除风险时收支、“三保障”信息不完整", "1_11_004")
def elimination_incomplete(look: Case) -> bool:
    """Eliminated with an amount, the guarantees or the day missing."""
    case = look.part
    complete = case.at_elimination is not None and case.at_elimination.is_complete
    return case.is_eliminated and (case.eliminated_on is None or not complete)


@case_check(ERROR, 25, "case.measures", "稳定消除但没有任何帮扶措施", "1_11_009")
def eliminated_without_measure(look: Case) -> bool:
    """Stably eliminated without any measure."""
    return look.part.is_eliminated and not look.part.all_natural and not look.record.measures


@case_check(WARNING, 27, "case.eliminatedOn", "识别至消除不足半年", "2_11_002", uses=(ELIMINATION_MONTHS,))
def eliminated_too_soon(look: Case) -> bool:
    """Eliminated within half a year of identification, not naturally."""
    case = look.part
    if case.identified_on is None or case.eliminated_on is None or case.all_natural:
        return False
    return case.eliminated_on < months_after(case.identified_on, look.bounds[ELIMINATION_MONTHS])


@case_check(WARNING, 41, "case.eliminatedOn", "识别当月或次月即消除", "2_11_003")
def eliminated_at_once(look: Case) -> bool:
    """Eliminated in the month of identification or the next, not naturally."""
    case = look.part
    if case.identified_on is None or case.eliminated_on is None or case.all_natural:
        return False
    started, ended = case.identified_on, case.eliminated_on
    return (ended.year - started.year) * 12 + ended.month - started.month <= 1


@case_check(WARNING, 20, "case.measures", "因病消除但无健康、社会或综合保障措施", "3_11_003")
def illness_unanswered(look: Case) -> bool:
    """Illness was eliminated by help, yet no health, social or security measure is on record."""
    return _unanswered(look, "ILLNESS")


@case_check(WARNING, 20, "case.measures", "因学消除但无教育或社会帮扶措施", "3_11_004")
def schooling_unanswered(look: Case) -> bool:
    """Schooling was eliminated by help, yet no education or social measure is on record."""
    return _unanswered(look, "SCHOOLING")


@case_check(WARNING, 20, "case.measures", "因残消除但无综合保障或社会帮扶措施", "3_11_005")
def disability_unanswered(look: Case) -> bool:
    """Disability was eliminated by help, yet no security or social measure is on record."""
    return _unanswered(look, "DISABILITY")


@case_check(WARNING, 20, "case.measures", "住房风险消除但无住房保障或搬迁措施", "3_11_006")
def housing_unanswered(look: Case) -> bool:
    """Housing was eliminated by help, yet no housing or relocation measure is on record."""
    return _unanswered(look, "HOUSING")


@case_check(WARNING, 20, "case.measures", "饮水风险消除但无饮水保障措施", "3_11_007")
def water_unanswered(look: Case) -> bool:
    """Water was eliminated by help, yet no water measure is on record."""
    return _unanswered(look, "WATER")


@case_check(ERROR, 25, "case.survey", "消除时人均纯收入未超过当年监测范围", "4_11_010")
def eliminated_in_range(look: Case) -> bool:
    """Eliminated while per-capita income is not above the year's threshold."""
    case, threshold = look.part, look.record.threshold
    if not case.is_eliminated or case.at_elimination is None or threshold is None or case.eliminated_on is None:
        return False
    this_year = case.eliminated_on.year == look.record.day.year
    return this_year and is_in_range(case.at_elimination.per_capita, threshold)


@case_check(ERROR, 28, "case.state", "整户无劳动能力却标注稳定消除", "4_11_011")
def eliminated_though_nobody_can_work(look: Case) -> bool:
    """Stably eliminated, though nobody in the household can work."""
    return look.part.is_eliminated and look.record.nobody_can_work and not look.part.all_natural


@case_check(ERROR, 28, "case.state", "兜底保障户被标注消除")
def eliminated_while_marked(look: Case) -> bool:
    """Eliminated while marked as a safety-net household."""
    return look.part.is_eliminated and look.part.safety_net


@case_check(ERROR, 25, "case.risks", "已标注消除但仍有未消除的风险")
def eliminated_with_open_risk(look: Case) -> bool:
    """Eliminated while a risk is open."""
    return look.part.is_eliminated and any(risk.state is RiskState.OPEN for risk in look.part.risks)


@case_check(ERROR, 25, "case.eliminatedOn", "消除时间早于识别时间")
def eliminated_before_identified(look: Case) -> bool:
    """Eliminated before it was identified."""
    case = look.part
    return bool(case.identified_on and case.eliminated_on and case.eliminated_on < case.identified_on)
