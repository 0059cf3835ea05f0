"""家庭成员 Member: a person counted in the household. Q12, Q14–Q15, Q20"""

from api.rules.words.vocabulary import Group, HukouNature, Kind, Labour, Sex
from api.schema.declare import Entity, coded, coded_many, day, flag, line, sealed, text, to_one, whole, word
from api.schema.entities.household.household import Household


class Member(Entity, tablename="member", kind=Kind.HOUSEHOLD, anchor="household"):
    """家庭成员 A person counted in the household. Q15"""

    household = to_one(Household, "农户", "The household.", 15, required=True)
    number = line("人口编号", "National person number.", Group.BASIC)
    name = line("姓名", "Name.", Group.BASIC, 12, required=True)
    relation = coded("RELATION", "与户主关系", "Relation to the head of household.", Group.BASIC, 12, required=True)
    sex = word(Sex, "性别", "Sex.", Group.BASIC, 12, required=True)
    birth_date = day("出生日期", "Date of birth.", Group.BASIC, 12)
    id_kind = coded("ID_KIND", "证件类型", "Kind of identity document.", Group.IDENTITY, 12)
    id_number = sealed("证件号码", "Number of the identity document.", Group.IDENTITY, 38)
    id_absent_reason = text("无证件原因", "Why there is no valid number.", Group.BASIC)
    phone = sealed("联系电话", "Telephone.", Group.CONTACT, 38)
    ethnicity = coded("ETHNICITY", "民族", "Ethnicity.", Group.BASIC, 12)
    political_status = coded("POLITICAL_STATUS", "政治面貌", "Political status.", Group.BASIC)
    education = coded("EDUCATION", "文化程度", "Education, for those out of school.", Group.SCHOOLING, 12)
    student = coded("STUDENT", "在校生状况", "School stage, for those in school.", Group.SCHOOLING, 12)
    dropout_reason = coded("DROPOUT_REASON", "失学或辍学原因", "Why a child is out of school.", Group.SCHOOLING, 13)
    health = coded_many("HEALTH", "健康状况", "State of health.", Group.HEALTH, 38)
    disability_kind = coded("DISABILITY_KIND", "残疾类别", "Kind of disability.", Group.HEALTH, 38)
    disability_grade = whole("残疾等级", "Grade of disability, 1 to 4.", Group.HEALTH, 38)
    labour = word(Labour, "劳动能力", "Ability to work.", Group.BASIC, 20, 28)
    skill = coded("SKILL", "劳动技能", "Labour skill.", Group.BASIC, 20)
    mandarin = flag("是否会讲普通话", "Speaks Mandarin.", Group.BASIC)
    work_place = coded("WORK_PLACE", "务工所在地", "Where the member works.", Group.BASIC, 12)
    work_months = whole("务工时间（月）", "Months worked this year.", Group.BASIC, 12)
    work_employer = text("务工企业", "Employer.", Group.BASIC)
    work_channel = coded("WORK_CHANNEL", "就业渠道", "How the work was found.", Group.BASIC)
    welfare_post = coded("WELFARE_POST", "公益性岗位类型", "Kind of public-welfare post.", Group.BASIC, 19)
    resident_medical = flag("参加城乡居民基本医疗保险", "In the residents' basic medical insurance.", Group.HEALTH, 13)
    employee_medical = flag("参加城镇职工基本医疗保险", "In the employees' basic medical insurance.", Group.HEALTH, 13)
    serious_illness_insurance = flag("享受大病保险", "In the serious-illness insurance.", Group.HEALTH, 12)
    medical_assistance = flag("接受医疗救助", "Receives medical assistance.", Group.HEALTH, 12)
    resident_pension = flag("参加城乡居民基本养老保险", "In the residents' basic pension.", Group.BASIC, 14)
    employee_pension = flag("参加城镇职工基本养老保险", "In the employees' basic pension.", Group.BASIC, 14, 15)
    allowance = coded("ALLOWANCE", "享受低保政策情况", "Subsistence allowance.", Group.INCOME, 6, 29)
    extreme_poverty = coded("EXTREME_POVERTY", "享受特困供养情况", "Extreme-poverty support.", Group.INCOME, 29)
    hukou = word(HukouNature, "户口性质", "Nature of the registration.", Group.BASIC, 14, 15)
    relocated = flag("易地搬迁人口", "Relocated for poverty alleviation.", Group.BASIC, 14)
    joined_on = day("增加日期", "Day the member joined.", Group.STRUCTURE)
    joined_reason = coded("JOINED_REASON", "增加原因", "Why the member joined.", Group.BASIC)
    left_on = day("减少日期", "Day the member left.", Group.STRUCTURE)
    left_reason = coded("LEFT_REASON", "减少原因", "Why the member left.", Group.BASIC)
