"""成员疑点 Checks of one member: identity, age, schooling, labour, work, protection. Q12–15, Q20"""

from api.rules.checks.bounds import (
    COMPULSORY_TO,
    LABOUR_AGE,
    OLDEST,
    PRIMARY_FROM,
    PRIMARY_TO,
    RETIREMENT_AGE,
    SENIOR_FROM,
    SENIOR_TO,
    WORK_MONTHS_MOST,
)
from api.rules.checks.check import Look, member_check
from api.rules.checks.record import MemberRecord, age_on
from api.rules.holder import Later
from api.rules.privacy.identity_number import MODERN, OLD, birth_date, is_male, is_valid_identity_number
from api.rules.words.judging import Severity
from api.rules.words.vocabulary import HukouNature, Labour, Sex

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
DISABILITY_CARD, REISSUED_CARD = 20, 22
AWAY = frozenset({"PROVINCE", "OTHER_PROVINCE", "ABROAD"})
LOCAL_CHANNELS = frozenset({"WORKSHOP", "WELFARE_POST"})
EXTREME = frozenset({"RURAL_DISPERSED", "RURAL_CONCENTRATED", "URBAN"})

Member = Look[MemberRecord]


def _age(look: Member) -> int | None:
    birth = look.part.birth_date
    return None if birth is None else age_on(birth, look.record.day)


def _identity(look: Member) -> str | None:
    """The identity number inside the document's number: a disability card's begins with it."""
    number = look.part.id_number
    return number[:MODERN] if number and len(number) in (MODERN, DISABILITY_CARD, REISSUED_CARD) else None


def _outside(look: Member, stages: tuple[str, ...], youngest: int, oldest: int) -> bool:
    """Whether a student of a school stage is outside its ages."""
    age = _age(look)
    student = look.part.student or ""
    return age is not None and student.startswith(stages) and not youngest <= age <= oldest


@member_check(ERROR, 12, "member.idNumber", "证件号码长度不符", "1_12_002", held_by=Later.HOUSEHOLDS)
def id_length(look: Member) -> bool:
    """The document's number has none of the lengths 15, 18, 20 or 22."""
    number = look.part.id_number
    return number is not None and len(number) not in (OLD, MODERN, DISABILITY_CARD, REISSUED_CARD)


@member_check(ERROR, 12, "member.idNumber", "身份证号码校验不通过", "1_12_003", held_by=Later.HOUSEHOLDS)
def id_check(look: Member) -> bool:
    """The identity number's check character, province or birth date is wrong."""
    number = _identity(look)
    return number is not None and not is_valid_identity_number(number)


@member_check(ERROR, 12, "member.idNumber", "残疾人证号的类别或等级不符", "1_12_004", held_by=Later.HOUSEHOLDS)
def disability_card(look: Member) -> bool:
    """A disability card's kind is not 1 to 7 or its grade not 1 to 4."""
    number = look.part.id_number or ""
    return len(number) in (DISABILITY_CARD, REISSUED_CARD) and not (
        number[MODERN] in "1234567" and number[MODERN + 1] in "1234"
    )


@member_check(ERROR, 12, "member.birthDate", "出生日期与身份证号码不一致", held_by=Later.HOUSEHOLDS)
def id_birth_differs(look: Member) -> bool:
    """The birth date differs from that in the identity number."""
    number = _identity(look)
    comparable = number is not None and is_valid_identity_number(number) and look.part.birth_date is not None
    return comparable and number is not None and birth_date(number) != look.part.birth_date


@member_check(WARNING, 12, "member.sex", "性别与身份证号码不一致", held_by=Later.HOUSEHOLDS)
def id_sex_differs(look: Member) -> bool:
    """The sex differs from that in the identity number."""
    number = _identity(look)
    if number is None or not is_valid_identity_number(number):
        return False
    return is_male(number) != (look.part.sex is Sex.MALE)


@member_check(ERROR, 12, "member.birthDate", "出生日期晚于今天或年龄过大", uses=(OLDEST,))
def age_impossible(look: Member) -> bool:
    """Born in the future, or older than anybody."""
    age = _age(look)
    return age is not None and not 0 <= age <= look.bounds[OLDEST]


@member_check(ERROR, 20, "member.labour", "未满 16 周岁应为无劳动力", "2_12_014", uses=(LABOUR_AGE,))
def child_with_labour(look: Member) -> bool:
    """A child has labour ability on record."""
    age = _age(look)
    return age is not None and age < look.bounds[LABOUR_AGE] and look.part.labour in (Labour.ABLE, Labour.WEAK)


@member_check(
    WARNING,
    20,
    "member.labour",
    "健康、非在校、劳动年龄内却登记为弱劳力或无劳动力",
    "1111_14",
    "5_12_008",
    uses=(LABOUR_AGE, RETIREMENT_AGE),
)
def healthy_without_labour(look: Member) -> bool:
    """Healthy, out of school and of working age, yet weak or without labour ability."""
    age, member = _age(look), look.part
    working_age = age is not None and look.bounds[LABOUR_AGE] <= age < look.bounds[RETIREMENT_AGE]
    fit = member.health == {"HEALTHY"} and member.student is None
    return working_age and fit and member.labour in (Labour.WEAK, Labour.NONE)


@member_check(WARNING, 20, "member.skill", "劳动技能与劳动能力不一致")
def skill_differs(look: Member) -> bool:
    """The labour skill contradicts the labour ability."""
    able = {"ORDINARY": Labour.ABLE, "SKILLED": Labour.ABLE, "WEAK": Labour.WEAK}
    member = look.part
    if member.skill is None or member.labour is None:
        return False
    return able.get(member.skill, Labour.NONE) is not member.labour


@member_check(WARNING, 13, "member.residentMedical", "同时参加居民医保和职工医保", "2_12_015")
def two_medical_insurances(look: Member) -> bool:
    """The member has both basic medical insurances at once."""
    return bool(look.part.resident_medical and look.part.employee_medical)


@member_check(WARNING, 13, "member.residentMedical", "未参加任何基本医疗保险")
def no_medical_insurance(look: Member) -> bool:
    """The member has neither basic medical insurance."""
    return look.part.resident_medical is False and look.part.employee_medical is False


@member_check(WARNING, 13, "member.student", "小学在校生年龄不符", "5_12_014", uses=(PRIMARY_FROM, PRIMARY_TO))
def primary_age(look: Member) -> bool:
    """The member is in primary school outside its ages."""
    return _outside(look, ("PRIMARY",), look.bounds[PRIMARY_FROM], look.bounds[PRIMARY_TO])


@member_check(WARNING, 13, "member.student", "高中、中职在校生年龄不符", "5_12_016", uses=(SENIOR_FROM, SENIOR_TO))
def senior_age(look: Member) -> bool:
    """The member is in senior or vocational school outside its ages."""
    return _outside(look, ("SENIOR", "VOCATIONAL"), look.bounds[SENIOR_FROM], look.bounds[SENIOR_TO])


@member_check(WARNING, 13, "member.student", "义务教育适龄儿童未在校也未登记原因", uses=(PRIMARY_FROM, COMPULSORY_TO))
def child_out_of_school(look: Member) -> bool:
    """The member is of the age of compulsory education and not in school, with no reason on record."""
    age, member = _age(look), look.part
    of_age = age is not None and look.bounds[PRIMARY_FROM] < age < look.bounds[COMPULSORY_TO]
    return of_age and member.student in (None, "BELOW_SCHOOL_AGE", "KINDERGARTEN") and member.dropout_reason is None


@member_check(ERROR, 13, "member.dropoutReason", "在校生登记了失学辍学原因")
def dropout_in_school(look: Member) -> bool:
    """The member is in school, with a reason for being out of school on record."""
    return look.part.student is not None and look.part.dropout_reason is not None


@member_check(ERROR, 12, "member.education", "文化程度和在校生状况须且仅须填写一项")
def education_or_student(look: Member) -> bool:
    """Education and school stage: exactly one of the two is filled in."""
    return (look.part.education is None) == (look.part.student is None)


@member_check(ERROR, 12, "member.health", "“健康”与患病、残疾并存")
def healthy_and_ill(look: Member) -> bool:
    """Healthy, and ill or disabled at once."""
    return "HEALTHY" in look.part.health and len(look.part.health) > 1


@member_check(WARNING, 12, "member.disabilityKind", "残疾状况与残疾类别不一致")
def disability_kind_differs(look: Member) -> bool:
    """Disabled without a kind of disability, or a kind without being disabled."""
    return ("DISABLED" in look.part.health) != (look.part.disability_kind is not None)


@member_check(ERROR, 12, "member.workMonths", "务工月数超出一年", uses=(WORK_MONTHS_MOST,))
def work_months_impossible(look: Member) -> bool:
    """More months of work than a year has, or fewer than none."""
    months = look.part.work_months
    return months is not None and not 0 <= months <= look.bounds[WORK_MONTHS_MOST]


@member_check(HINT, 12, "member.workMonths", "务工地点与务工月数不匹配")
def work_place_and_months(look: Member) -> bool:
    """A place of work without months, or months without a place."""
    return (look.part.work_place is not None) != bool(look.part.work_months)


@member_check(ERROR, 20, "member.welfarePost", "未满 16 周岁安排公益性岗位", "5_12_004", uses=(LABOUR_AGE,))
def child_in_welfare_post(look: Member) -> bool:
    """A child holds a public-welfare post."""
    age = _age(look)
    return age is not None and age < look.bounds[LABOUR_AGE] and look.part.welfare_post is not None


@member_check(WARNING, 20, "member.workPlace", "在县外务工却在本地公益岗或帮扶车间就业", "5_01_003", "5_12_002")
def works_away_and_at_home(look: Member) -> bool:
    """Works outside the county, yet in a local post or workshop."""
    member = look.part
    at_home = member.welfare_post is not None or member.work_channel in LOCAL_CHANNELS
    return member.work_place in AWAY and at_home


@member_check(WARNING, 29, "member.extremePoverty", "特困供养人员外出务工", "5_01_004", "5_12_003")
def extreme_poverty_works(look: Member) -> bool:
    """Has extreme-poverty support, yet works away."""
    return look.part.extreme_poverty in EXTREME and look.part.work_place in AWAY


@member_check(ERROR, 15, "member.employeePension", "城镇或集体户籍且享受城镇保障，不应计入")
def counted_with_urban_protection(look: Member) -> bool:
    """Urban or collective registration with urban protection, yet counted."""
    member = look.part
    outside = member.hukou in (HukouNature.URBAN, HukouNature.COLLECTIVE) and not member.relocated
    return outside and (bool(member.employee_pension) or member.allowance == "URBAN")
