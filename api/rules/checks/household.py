"""户疑点 Checks of a household's composition, land and income. Q12"""

from collections import Counter
from decimal import Decimal

from api.rules.checks.bounds import FARMLAND_MOST, INCOME_OUTLIER, PARENT_GAP, WAGES_TINY
from api.rules.checks.check import Look, household_check
from api.rules.checks.record import ON_AID, HouseholdRecord, MemberRecord
from api.rules.holder import Later
from api.rules.words.judging import Severity

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
CHILDREN = frozenset({"SON", "DAUGHTER"})
PARENTS = frozenset({"FATHER", "MOTHER"})
NOTHING = Decimal(0)

Household = Look[HouseholdRecord]


def _related(look: Household, relations: frozenset[str]) -> list[MemberRecord]:
    return [member for member in look.record.members if member.relation in relations]


def _too_close(look: Household, elders: list[MemberRecord], younger: list[MemberRecord]) -> bool:
    """Whether somebody of the elders is too few years older than somebody of the younger."""
    gap: int = look.bounds[PARENT_GAP]
    pairs = [(elder.birth_date, other.birth_date) for elder in elders for other in younger]
    return any(first and other and other.year - first.year < gap for first, other in pairs)


@household_check(ERROR, 12, "household.members", "没有家庭成员")
def nobody_in_it(look: Household) -> bool:
    """The household has no members."""
    return not look.record.members


@household_check(ERROR, 12, "household.members", "须有且只有一名户主")
def not_one_head(look: Household) -> bool:
    """The household has no head, or several."""
    return bool(look.record.members) and len(_related(look, frozenset({"HEAD"}))) != 1


@household_check(ERROR, 12, "household.members", "户主配偶多于一人")
def several_spouses(look: Household) -> bool:
    """The head has more than one spouse."""
    return len(_related(look, frozenset({"SPOUSE"}))) > 1


@household_check(WARNING, 12, "household.members", "户主与配偶性别相同")
def spouse_of_same_sex(look: Household) -> bool:
    """Head and spouse have the same sex."""
    heads, spouses = _related(look, frozenset({"HEAD"})), _related(look, frozenset({"SPOUSE"}))
    return any(head.sex is spouse.sex for head in heads for spouse in spouses)


@household_check(ERROR, 12, "household.members", "户主父母与户主年龄差过小", uses=(PARENT_GAP,))
def parent_too_young(look: Household) -> bool:
    """A parent of the head is hardly older than the head."""
    return _too_close(look, _related(look, PARENTS), _related(look, frozenset({"HEAD"})))


@household_check(ERROR, 12, "household.members", "户主与子女年龄差过小", uses=(PARENT_GAP,))
def child_too_old(look: Household) -> bool:
    """A child of the head is hardly younger than the head."""
    return _too_close(look, _related(look, frozenset({"HEAD"})), _related(look, CHILDREN))


@household_check(ERROR, 12, "household.members", "家庭成员证件号码重复", held_by=Later.HOUSEHOLDS)
def same_id_twice(look: Household) -> bool:
    """Two members have the same document number."""
    numbers = Counter(member.id_number for member in look.record.members if member.id_number)
    return any(count > 1 for count in numbers.values())


@household_check(WARNING, 12, "household.farmland", "耕地面积为负或过大", "5_14_008", uses=(FARMLAND_MOST,))
def farmland_suspect(look: Household) -> bool:
    """Farmland is negative, or more than the place thinks likely."""
    land = look.record.farmland
    return land is not None and not 0 <= land <= look.bounds[FARMLAND_MOST]


@household_check(ERROR, 12, "survey.counted", "计入人口数与家庭成员数不一致")
def counted_differs(look: Household) -> bool:
    """The survey counts another number of members than the household has."""
    survey = look.record.survey
    return survey is not None and survey.counted != len(look.record.members)


@household_check(ERROR, 12, "survey.wages", "收支金额为负", "5_15_012")
def amount_negative(look: Household) -> bool:
    """An amount of the survey is negative."""
    survey = look.record.survey
    return survey is not None and any(amount is not None and amount < 0 for amount in survey.amounts)


@household_check(WARNING, 12, "survey.wages", "单项收入明显偏高", "5_15_013", uses=(INCOME_OUTLIER,))
def amount_outlier(look: Household) -> bool:
    """One kind of income is far above what the place thinks likely."""
    survey = look.record.survey
    return survey is not None and any((amount or 0) > look.bounds[INCOME_OUTLIER] for amount in survey.amounts[:4])


@household_check(WARNING, 12, "survey.wages", "工资性收入大于零但过低", "5_15_023", uses=(WAGES_TINY,))
def wages_tiny(look: Household) -> bool:
    """Wages above nothing, yet too small to be a year's."""
    survey = look.record.survey
    return survey is not None and 0 < (survey.wages or NOTHING) < look.bounds[WAGES_TINY]


@household_check(WARNING, 12, "survey.wages", "无人务工却有工资性收入", "5_15_014")
def wages_without_work(look: Household) -> bool:
    """Wages, while no member works."""
    survey, members = look.record.survey, look.record.members
    works = any(member.work_months or member.work_place or member.welfare_post for member in members)
    return survey is not None and (survey.wages or NOTHING) > 0 and not works


@household_check(WARNING, 12, "survey.wages", "有人务工却无工资性收入", "5_15_015")
def work_without_wages(look: Household) -> bool:
    """A member works, yet there are no wages."""
    survey = look.record.survey
    works = any(member.work_months for member in look.record.members)
    return survey is not None and survey.wages == 0 and works


@household_check(WARNING, 12, "survey.transfers", "享受低保或特困却无转移性收入", "5_15_016")
def aid_without_transfers(look: Household) -> bool:
    """A member has allowance or extreme-poverty support, yet there is no transfer income."""
    survey = look.record.survey
    aided = any(member.allowance in ON_AID or member.extreme_poverty in ON_AID for member in look.record.members)
    return survey is not None and survey.transfers == 0 and aided


@household_check(HINT, 12, "survey.businessExpense", "生产经营性支出大于收入", "5_15_017")
def business_at_a_loss(look: Household) -> bool:
    """Business expense is more than business income."""
    survey = look.record.survey
    return survey is not None and (survey.business_expense or NOTHING) > (survey.business or NOTHING)


@household_check(WARNING, 12, "survey.perCapitaNetIncome", "人均纯收入为负", "5_15_018")
def net_income_negative(look: Household) -> bool:
    """Per-capita net income is negative."""
    return look.record.survey is not None and look.record.survey.per_capita < 0


@household_check(WARNING, 29, "household.members", "同一成员同时享受低保和特困供养", "5_16_003")
def allowance_and_extreme_poverty(look: Household) -> bool:
    """A member has both allowance and extreme-poverty support."""
    return any(member.allowance in ON_AID and member.extreme_poverty in ON_AID for member in look.record.members)
