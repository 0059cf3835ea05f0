"""A sound household record, and for each consistency check the same record with one thing wrong."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from api.rules.checks.field_library import find_inconsistencies
from api.rules.checks.record import CaseRecord, HouseholdRecord, MeasureRecord, MemberRecord, RiskRecord, SurveyRecord
from api.rules.privacy.identity_number import check_character
from api.rules.words.vocabulary import (
    CaseState,
    Category,
    Continuation,
    Funding,
    Guarantee,
    HouseholdKind,
    HukouNature,
    Labour,
    MeasureKind,
    RiskState,
    Sex,
)

D = Decimal
DAY = date(2024, 9, 1)
BODY = "11010519800506001"
VALID = BODY + check_character(BODY)
INVALID = BODY + ("1" if VALID.endswith("0") else "0")

HEAD = MemberRecord(
    relation="HEAD",
    sex=Sex.MALE,
    birth_date=date(1980, 5, 6),
    labour=Labour.ABLE,
    education="JUNIOR",
    health=frozenset({"HEALTHY"}),
    skill="ORDINARY",
    work_place="COUNTY",
    work_months=8,
    work_channel="LOCAL_ENTERPRISE",
    resident_medical=True,
    employee_medical=False,
    hukou=HukouNature.RURAL,
    id_number=VALID,
)
WIFE = replace(
    HEAD,
    relation="SPOUSE",
    sex=Sex.FEMALE,
    id_number=None,
    health=frozenset({"CHRONIC"}),
    work_place=None,
    work_months=0,
)
CHILD = MemberRecord(
    relation="DAUGHTER",
    sex=Sex.FEMALE,
    birth_date=date(2012, 1, 1),
    labour=Labour.NONE,
    student="PRIMARY",
    health=frozenset({"HEALTHY"}),
    resident_medical=True,
)
SURVEY = SurveyRecord(
    surveyed_on=date(2024, 1, 10),
    counted=3,
    wages=D("15000.00"),
    business=D("3000.00"),
    transfers=D("1500.00"),
    property_income=D("0.00"),
    business_expense=D("500.00"),
    claims=D("0.00"),
    out_of_pocket=D("4000.00"),
    gaps=frozenset(),
)
CASE = CaseRecord(
    state=CaseState.IDENTIFIED,
    category=Category.MARGINAL,
    identified_on=date(2024, 1, 10),
    risks=(RiskRecord("ILLNESS"),),
    threshold_amount=D("7000.00"),
    at_identification=SURVEY,
)
WORK = MeasureRecord(
    "EMPLOYMENT", "EMPLOYMENT_LABOUR_EXPORT", MeasureKind.DEVELOPMENT, Funding.SECTOR, D("100.00"), date(2024, 2, 1)
)
INSURANCE = replace(WORK, theme="HEALTH", item="HEALTH_PREMIUM", kind=MeasureKind.OTHER)
SOUND = HouseholdRecord(
    day=DAY,
    kind=HouseholdKind.GENERAL,
    members=(HEAD, WIFE, CHILD),
    case=CASE,
    survey=SURVEY,
    measures=(WORK, INSURANCE),
    farmland=D("5.5"),
    threshold=D("7000.00"),
)
ABOVE = replace(SURVEY, wages=D("30000.00"))
DONE = replace(
    SOUND,
    case=replace(
        CASE,
        state=CaseState.RISK_ELIMINATED,
        eliminated_on=date(2024, 8, 1),
        risks=(RiskRecord("ILLNESS", RiskState.STABLE),),
        at_elimination=ABOVE,
    ),
)


def codes(record, **options):
    return {finding.code for finding in find_inconsistencies(record, **options)}


def head(**change):
    return replace(SOUND, members=(replace(HEAD, **change), WIFE, CHILD))


def child(**change):
    return replace(SOUND, members=(HEAD, WIFE, replace(CHILD, **change)))


def members(*people):
    return replace(SOUND, members=people, survey=replace(SURVEY, counted=len(people)))


def survey(**change):
    return replace(SOUND, survey=replace(SURVEY, **change))


def case(**change):
    return replace(SOUND, case=replace(CASE, **change))


def risks(*kinds):
    return case(risks=tuple(RiskRecord(kind) for kind in kinds))


def gaps(*guarantees):
    return replace(SURVEY, gaps=frozenset(guarantees))


def measure(**change):
    return replace(SOUND, measures=(WORK, INSURANCE, replace(WORK, theme="SOCIETY", **change)))


def done(**change):
    return replace(DONE, case=replace(DONE.case, **change))


def settled(kind, state=RiskState.STABLE, **change):
    return done(risks=(RiskRecord(kind, state),), **change)


UNABLE = [replace(person, labour=Labour.NONE, skill=None, health=frozenset({"CHRONIC"})) for person in (HEAD, WIFE)]

WRONG = {
    "NOBODY_IN_IT": members(),
    "NOT_ONE_HEAD": members(HEAD, replace(HEAD, relation="SIBLING", id_number=None), replace(HEAD, id_number=None)),
    "SEVERAL_SPOUSES": members(HEAD, WIFE, WIFE),
    "SPOUSE_OF_SAME_SEX": members(HEAD, replace(WIFE, sex=Sex.MALE), CHILD),
    "PARENT_TOO_YOUNG": members(HEAD, replace(WIFE, relation="MOTHER", birth_date=date(1975, 1, 1))),
    "CHILD_TOO_OLD": members(HEAD, WIFE, replace(WIFE, relation="DAUGHTER", birth_date=date(1990, 1, 1))),
    "SAME_ID_TWICE": members(HEAD, replace(HEAD, relation="SIBLING"), WIFE),
    "FARMLAND_SUSPECT": replace(SOUND, farmland=D("100.1")),
    "COUNTED_DIFFERS": survey(counted=2),
    "AMOUNT_NEGATIVE": survey(transfers=D("-1.00")),
    "AMOUNT_OUTLIER": survey(business=D("200000.01")),
    "WAGES_TINY": survey(wages=D("99.99")),
    "WAGES_WITHOUT_WORK": head(work_months=0, work_place=None),
    "WORK_WITHOUT_WAGES": survey(wages=D(0)),
    "AID_WITHOUT_TRANSFERS": replace(head(allowance="RURAL"), survey=replace(SURVEY, transfers=D(0))),
    "BUSINESS_AT_A_LOSS": survey(business_expense=D("3000.01")),
    "NET_INCOME_NEGATIVE": survey(business_expense=D("90000.00")),
    "ALLOWANCE_AND_EXTREME_POVERTY": head(allowance="RURAL", extreme_poverty="RURAL_DISPERSED"),
    "ID_LENGTH": head(id_number="11010519800506001"),
    "ID_CHECK": head(id_number=INVALID),
    "DISABILITY_CARD": head(id_number=VALID + "94"),
    "ID_BIRTH_DIFFERS": head(birth_date=date(1980, 5, 7)),
    "ID_SEX_DIFFERS": replace(SOUND, members=(replace(HEAD, sex=Sex.FEMALE), replace(WIFE, sex=Sex.MALE), CHILD)),
    "AGE_IMPOSSIBLE": child(birth_date=date(2025, 1, 1), student="BELOW_SCHOOL_AGE"),
    "CHILD_WITH_LABOUR": child(labour=Labour.WEAK),
    "HEALTHY_WITHOUT_LABOUR": head(labour=Labour.WEAK, skill="WEAK"),
    "SKILL_DIFFERS": head(skill="WEAK"),
    "TWO_MEDICAL_INSURANCES": head(employee_medical=True),
    "NO_MEDICAL_INSURANCE": head(resident_medical=False),
    "PRIMARY_AGE": child(birth_date=date(2008, 1, 1)),
    "SENIOR_AGE": child(student="SENIOR_1"),
    "CHILD_OUT_OF_SCHOOL": child(student=None, education="ILLITERATE"),
    "DROPOUT_IN_SCHOOL": child(dropout_reason="AVERSION"),
    "EDUCATION_OR_STUDENT": child(education="PRIMARY"),
    "HEALTHY_AND_ILL": child(health=frozenset({"HEALTHY", "CHRONIC"})),
    "DISABILITY_KIND_DIFFERS": child(disability_kind="VISUAL"),
    "WORK_MONTHS_IMPOSSIBLE": head(work_months=13),
    "WORK_PLACE_AND_MONTHS": head(work_place=None),
    "CHILD_IN_WELFARE_POST": child(welfare_post="CLEANER"),
    "WORKS_AWAY_AND_AT_HOME": head(work_place="OTHER_PROVINCE", work_channel="WORKSHOP"),
    "EXTREME_POVERTY_WORKS": head(work_place="OTHER_PROVINCE", extreme_poverty="RURAL_DISPERSED"),
    "COUNTED_WITH_URBAN_PROTECTION": head(hukou=HukouNature.URBAN, employee_pension=True),
    "LIFTED_IN_RANGE_WITHOUT_CASE": replace(SOUND, kind=HouseholdKind.LIFTED, case=None),
    "RISK_EMPTY": risks(),
    "IDENTIFICATION_INCOMPLETE": case(at_identification=replace(SURVEY, claims=None)),
    "INCOME_HIGH_AT_IDENTIFICATION": case(
        at_identification=replace(SURVEY, wages=D("60000.00")), category=Category.SUDDEN_HARDSHIP
    ),
    "SAFETY_NET_UNMARKED": members(UNABLE[0], replace(UNABLE[1], allowance="RURAL_TOP"), CHILD),
    "MARKED_BUT_CAN_WORK": case(safety_net=True),
    "DISABILITY_WITHOUT_DISABLED": risks("DISABILITY"),
    "ILLNESS_WITHOUT_ILL": members(HEAD, replace(WIFE, health=frozenset({"HEALTHY"})), CHILD),
    "ILLNESS_WITHOUT_EXPENSE": case(at_identification=replace(SURVEY, out_of_pocket=D(0))),
    "SCHOOLING_WITHOUT_STUDENT": replace(members(HEAD, WIFE), case=risks("SCHOOLING").case),
    "UNSTABLE_WORK_WITHOUT_LABOUR": replace(members(*UNABLE, CHILD), case=risks("UNSTABLE_WORK").case),
    "SHORTAGE_OF_LABOUR_WITHOUT_NEED": replace(members(HEAD, WIFE), case=risks("LACK_OF_LABOUR").case),
    "HOUSING_RISK_WITHOUT_GAP": risks("HOUSING"),
    "WATER_RISK_WITHOUT_GAP": risks("WATER"),
    "HOUSING_GAP_WITHOUT_RISK": case(at_identification=gaps(Guarantee.SAFE_HOUSING)),
    "WATER_GAP_WITHOUT_RISK": case(at_identification=gaps(Guarantee.SAFE_WATER)),
    "DISASTER_UNNAMED": risks("DISASTER"),
    "RISK_TWICE": risks("ILLNESS", "ILLNESS"),
    "CATEGORY_DIFFERS": case(category=Category.UNSTABLE_LIFTED),
    "IDENTIFIED_IN_THE_FUTURE": case(identified_on=date(2024, 9, 2)),
    "NO_RISK_LEFT": case(risks=(RiskRecord("ILLNESS", RiskState.STABLE),)),
    "NO_MEASURE_IN_TIME": replace(SOUND, measures=()),
    "NO_DEVELOPMENT_IN_TIME": replace(SOUND, measures=(INSURANCE,)),
    "ONLY_COMPREHENSIVE": replace(SOUND, measures=(replace(INSURANCE, theme="SECURITY"),)),
    "DEVELOPMENT_DOUBTFUL": replace(SOUND, measures=(replace(WORK, item="EMPLOYMENT_TRAINING"), INSURANCE)),
    "WORK_MEASURE_WITHOUT_WORK": head(work_months=0),
    "TRANSPORT_WITHOUT_AMOUNT": measure(item="EMPLOYMENT_TRAVEL_SUBSIDY", amount=D(0)),
    "STUDENT_WITHOUT_RAIN_AND_DEW": child(student="VOCATIONAL_1", birth_date=date(2008, 1, 1)),
    "INSURANCE_SUBSIDY_TOO_EARLY": measure(item="HEALTH_PREMIUM", started_on=date(2023, 12, 31)),
    "INSURANCE_SUBSIDY_MISSING": replace(SOUND, measures=(WORK,)),
    "RELOCATION_AFTER_ITS_END": replace(SOUND, measures=(WORK, INSURANCE, replace(WORK, theme="RELOCATION"))),
    "MEASURE_BEFORE_CASE": measure(started_on=date(2024, 1, 9)),
    "MEASURE_WITHOUT_FUNDING": measure(funding=None),
    "MEASURE_AMOUNT_NEGATIVE": measure(amount=D("-0.01")),
    "MEASURE_TERM_MISSING": measure(continuation=Continuation.LOAN_MATURITY),
    "MEASURE_ENDS_BEFORE_START": measure(ends_on=date(2024, 1, 31)),
    "HANDOUT_AS_DEVELOPMENT": measure(item="INDUSTRY_DIVIDEND"),
    "ALLOWANCE_WITHOUT_AID": measure(item="SECURITY_ALLOWANCE"),
    "ELIMINATED_WITH_HOUSING_GAP": done(at_elimination=replace(ABOVE, gaps=frozenset({Guarantee.SAFE_HOUSING}))),
    "ELIMINATED_WITH_WATER_GAP": done(at_elimination=replace(ABOVE, gaps=frozenset({Guarantee.SAFE_WATER}))),
    "ELIMINATED_WITH_DROPOUT": done(at_elimination=replace(ABOVE, gaps=frozenset({Guarantee.COMPULSORY_EDUCATION}))),
    "ELIMINATED_WITHOUT_INSURANCE": done(at_elimination=replace(ABOVE, gaps=frozenset({Guarantee.BASIC_MEDICAL}))),
    "ELIMINATION_INCOMPLETE": done(at_elimination=replace(ABOVE, wages=None, business=D("90000.00"))),
    "ELIMINATED_WITHOUT_MEASURE": replace(DONE, measures=()),
    "ELIMINATED_TOO_SOON": done(eliminated_on=date(2024, 7, 9)),
    "ELIMINATED_AT_ONCE": done(eliminated_on=date(2024, 2, 29)),
    "ILLNESS_UNANSWERED": replace(DONE, measures=(WORK,)),
    "SCHOOLING_UNANSWERED": settled("SCHOOLING"),
    "DISABILITY_UNANSWERED": settled("DISABILITY"),
    "HOUSING_UNANSWERED": settled("HOUSING"),
    "WATER_UNANSWERED": settled("WATER"),
    "ELIMINATED_IN_RANGE": done(at_elimination=SURVEY),
    "ELIMINATED_THOUGH_NOBODY_CAN_WORK": replace(members(*UNABLE, CHILD), case=DONE.case),
    "ELIMINATED_WHILE_MARKED": done(safety_net=True),
    "ELIMINATED_WITH_OPEN_RISK": settled("ILLNESS", RiskState.OPEN),
    "ELIMINATED_BEFORE_IDENTIFIED": done(eliminated_on=date(2023, 12, 31)),
}
