"""措施疑点 Checks of measures: present in time, fit to the household, complete. Q8, Q18–22"""

from api.clock import months_after
from api.rules.checks.bounds import DEVELOPMENT_MONTHS, MEASURE_MONTHS, RELOCATION_CLOSED
from api.rules.checks.check import Look, case_check, household_check, measure_check
from api.rules.checks.record import ON_AID, CaseRecord, HouseholdRecord, MeasureRecord
from api.rules.themes.continuation import WITH_TERM
from api.rules.words.judging import Severity
from api.rules.words.vocabulary import CaseState, MeasureKind

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
WORK_THEMES = frozenset({"EMPLOYMENT", "WELFARE_POST"})
DEVELOPMENT_THEMES = frozenset({"INDUSTRY", "EMPLOYMENT", "FINANCE", "WELFARE_POST"})
DOUBTFUL_ITEMS = frozenset(
    {"INDUSTRY_OTHER", "EMPLOYMENT_OTHER", "FINANCE_OTHER", "WELFARE_POST_OTHER", "EMPLOYMENT_TRAINING", None}
)
VOCATIONAL = ("VOCATIONAL", "HIGHER_VOCATIONAL", "TECHNICIAN")
ALLOWANCE_ITEMS = frozenset({"SECURITY_ALLOWANCE", "SECURITY_EXTREME_POVERTY"})

Case = Look[CaseRecord]
Measure = Look[MeasureRecord]


def _months_since_identified(look: Case, months: int) -> bool:
    """Whether an identified case has been so for a number of months."""
    since = look.part.identified_on
    monitored = look.part.state is CaseState.IDENTIFIED
    return monitored and since is not None and look.record.day >= months_after(since, months)


@case_check(ERROR, 18, "case.measures", "识别一个月后仍无帮扶措施", "1_11_010", uses=(MEASURE_MONTHS,))
def no_measure_in_time(look: Case) -> bool:
    """A month after identification there is no measure."""
    return _months_since_identified(look, look.bounds[MEASURE_MONTHS]) and not look.record.measures


@case_check(WARNING, 20, "case.measures", "有劳动力、识别满半年仍无开发式措施", "5_12_007", uses=(DEVELOPMENT_MONTHS,))
def no_development_in_time(look: Case) -> bool:
    """Half a year has passed without a development measure, though somebody can work."""
    developed = any(measure.kind is MeasureKind.DEVELOPMENT for measure in look.record.measures)
    waited = _months_since_identified(look, look.bounds[DEVELOPMENT_MONTHS])
    return waited and look.record.somebody_can_work and not developed


@case_check(WARNING, 8, "case.measures", "有劳动力但仅落实综合保障措施", "5_11_032")
def only_comprehensive(look: Case) -> bool:
    """All measures are social security, though somebody can work."""
    return look.record.somebody_can_work and look.record.themes == {"SECURITY"}


@case_check(WARNING, 21, "case.measures", "开发式措施仅为“其他”或“技能培训”", "5_12_011")
def development_doubtful(look: Case) -> bool:
    """The only development measures are training or unnamed."""
    development = [measure for measure in look.record.measures if measure.theme in DEVELOPMENT_THEMES]
    return bool(development) and all(measure.item in DOUBTFUL_ITEMS for measure in development)


@case_check(WARNING, 20, "case.measures", "落实就业或公益岗措施但无人务工", "1111_3")
def work_measure_without_work(look: Case) -> bool:
    """A work or post measure, yet no member works."""
    works = any(member.work_months or member.welfare_post for member in look.record.members)
    return bool(look.record.themes & WORK_THEMES) and not works


@measure_check(WARNING, 22, "measure.amount", "外出务工补贴金额为零", "1111_10")
def transport_without_amount(look: Measure) -> bool:
    """A subsidy for work away has no amount."""
    return look.part.item == "EMPLOYMENT_TRAVEL_SUBSIDY" and not look.part.amount


@household_check(HINT, 22, "household.measures", "有中高职在校生但未享受“雨露计划”", "1111_2")
def student_without_rain_and_dew(look: Look[HouseholdRecord]) -> bool:
    """A vocational student of a monitored household has no Rain and Dew aid."""
    student = any((member.student or "").startswith(VOCATIONAL) for member in look.record.members)
    return look.record.case is not None and student and "EDUCATION_RAIN_AND_DEW" not in look.record.items


@measure_check(WARNING, 18, "measure.startedOn", "医保缴费补贴早于识别时间", "1111_06", "1111_09")
def insurance_subsidy_too_early(look: Measure) -> bool:
    """The insurance subsidy began before the year of identification."""
    case, started = look.record.case, look.part.started_on
    if case is None or case.identified_on is None or started is None:
        return False
    return look.part.item == "HEALTH_PREMIUM" and started.year < case.identified_on.year


@case_check(HINT, 18, "case.measures", "参加居民医保但未享受参保缴费补贴", "1111_13")
def insurance_subsidy_missing(look: Case) -> bool:
    """Members are in the residents' insurance, yet the case has no insurance subsidy."""
    insured = any(member.resident_medical for member in look.record.members)
    monitored = look.part.state is CaseState.IDENTIFIED
    return monitored and insured and "HEALTH_PREMIUM" not in look.record.items


@case_check(WARNING, 18, "case.measures", "搬迁结束后识别的对象登记搬迁措施", "1111_4", uses=(RELOCATION_CLOSED,))
def relocation_after_its_end(look: Case) -> bool:
    """Identified after the relocation programme ended, yet relocated as a measure."""
    since = look.part.identified_on
    return since is not None and since.year > look.bounds[RELOCATION_CLOSED] and "RELOCATION" in look.record.themes


@measure_check(WARNING, 17, "measure.startedOn", "措施早于识别或绿色通道录入时间")
def measure_before_case(look: Measure) -> bool:
    """The measure began before identification and before green-channel entry."""
    case, started = look.record.case, look.part.started_on
    if case is None or started is None:
        return False
    days = [day for day in (case.entered_on, case.identified_on) if day is not None]
    return bool(days) and started < min(days)


@measure_check(WARNING, 22, "measure.funding", "措施未注明资金来源")
def measure_without_funding(look: Measure) -> bool:
    """The measure names no funding."""
    return look.part.funding is None


@measure_check(ERROR, 22, "measure.amount", "措施金额为负")
def measure_amount_negative(look: Measure) -> bool:
    """The measure's amount is negative."""
    return look.part.amount is not None and look.part.amount < 0


@measure_check(ERROR, 19, "measure.endsOn", "延续类措施未登记到期日")
def measure_term_missing(look: Measure) -> bool:
    """A measure that runs on has no end on record."""
    return look.part.continuation in WITH_TERM and look.part.ends_on is None


@measure_check(ERROR, 19, "measure.endsOn", "措施到期日早于开始日")
def measure_ends_before_start(look: Measure) -> bool:
    """The measure ends before it starts."""
    started, ends = look.part.started_on, look.part.ends_on
    return started is not None and ends is not None and ends < started


@measure_check(ERROR, 21, "measure.kind", "入股分红、捐款捐物登记为开发式帮扶")
def handout_as_development(look: Measure) -> bool:
    """Dividends or handouts are on record as development."""
    return look.part.item in ("INDUSTRY_DIVIDEND", "SOCIETY_DONATION") and look.part.kind is MeasureKind.DEVELOPMENT


@measure_check(WARNING, 20, "measure.item", "登记低保或特困措施但无成员享受")
def allowance_without_aid(look: Measure) -> bool:
    """The measure is allowance or extreme-poverty support, yet no member has it."""
    aided = any(member.allowance in ON_AID or member.extreme_poverty in ON_AID for member in look.record.members)
    return look.part.item in ALLOWANCE_ITEMS and not aided
