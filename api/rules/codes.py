"""代码 The open code lists of the collection form: names of ours, Chinese labels, the national table where known. Q12

National code values are not public: a row stores our code, and a list may grow in the database. What stands here is
what ships, and what the checks know by name. Order is the form's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ShippedCodes:
    """One list as shipped: our name for it, its Chinese name, the national table, and code → Chinese label."""

    name: str
    zh: str
    source: str | None
    items: Mapping[str, str]


SHIPPED: dict[str, ShippedCodes] = {}


def _ship(name: str, zh: str, source: str | None, *items: str) -> ShippedCodes:
    pairs = dict(item.split(maxsplit=1) for item in items)
    SHIPPED[name] = ShippedCodes(name, zh, source, MappingProxyType(pairs))
    return SHIPPED[name]


def _numbered(text: str) -> tuple[str, ...]:
    return tuple(f"{number:02} {label}" for number, label in enumerate(text.split(), start=1))


RISK = _ship(
    "RISK",
    "返贫致贫风险",
    "100A27",
    "ILLNESS 因病",
    "SCHOOLING 因学",
    "DISABILITY 因残",
    "NATURAL_DISASTER 因自然灾害",
    "ACCIDENT 因意外事故",
    "INDUSTRY_FAILURE 因产业项目失败",
    "UNSTABLE_WORK 因务工就业不稳",
    "LABOUR_SHORTAGE 缺劳动力",
    "HOUSING 因安全住房",
    "WATER 因安全饮水",
    "OTHER 其他",
)
DISASTER = _ship(
    "DISASTER",
    "自然灾害类型",
    "100A271",
    "FLOOD 洪涝灾害",
    "GEOLOGICAL 地质灾害",
    "DROUGHT 旱灾",
    "BIOLOGICAL 生物灾害",
    "METEOROLOGICAL 气象灾害",
    "EARTHQUAKE 地震灾害",
    "OTHER 其他",
)
RELATION = _ship(
    "RELATION",
    "与户主关系",
    "1010",
    "HEAD 户主",
    "SPOUSE 配偶",
    "SON 之子",
    "DAUGHTER 之女",
    "DAUGHTER_IN_LAW 之儿媳",
    "SON_IN_LAW 之女婿",
    "GRANDSON 之孙子",
    "GRANDDAUGHTER 之孙女",
    "DAUGHTERS_SON 之外孙子",
    "DAUGHTERS_DAUGHTER 之外孙女",
    "FATHER 之父",
    "MOTHER 之母",
    "WIFES_FATHER 之岳父",
    "WIFES_MOTHER 之岳母",
    "HUSBANDS_FATHER 之公公",
    "HUSBANDS_MOTHER 之婆婆",
    "GRANDFATHER 之祖父",
    "GRANDMOTHER 之祖母",
    "MOTHERS_FATHER 之外祖父",
    "MOTHERS_MOTHER 之外祖母",
    "SIBLING 之兄弟姐妹",
    "GREAT_GRANDSON 之曾孙子",
    "GREAT_GRANDDAUGHTER 之曾孙女",
    "NEPHEW 之侄儿",
    "NIECE 之侄女",
    "SIBLING_IN_LAW 之兄弟媳妇",
    "UNCLE 之叔伯",
    "OTHER 其他",
)
ID_KIND = _ship(
    "ID_KIND",
    "证件类型",
    None,
    "IDENTITY_CARD 居民身份证",
    "DISABILITY_CARD 残疾人证",
    "REISSUED_DISABILITY_CARD 补发残疾人证",
    "OTHER 其他证件",
)
ETHNICITY = _ship(
    "ETHNICITY",
    "民族",
    "100A09",
    *_numbered(
        "汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 "
        "土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 "
        "柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 "
        "乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 基诺族"
    ),
    "97 其他",
    "98 外国血统中国籍人士",
)
POLITICAL_STATUS = _ship(
    "POLITICAL_STATUS",
    "政治面貌",
    "100A10",
    "PARTY_MEMBER 中共党员",
    "PROBATIONARY 中共预备党员",
    "LEAGUE_MEMBER 共青团员",
    "MASSES 群众",
)
EDUCATION = _ship(
    "EDUCATION",
    "文化程度",
    "100A11",
    "ILLITERATE 文盲或半文盲",
    "PRIMARY 小学",
    "JUNIOR 初中",
    "SENIOR 高中",
    "COLLEGE 大专",
    "BACHELOR 本科及以上",
)
STUDENT = _ship(
    "STUDENT",
    "在校生状况",
    "100A12",
    "BEFORE_SCHOOL 学龄前儿童",
    "PRESCHOOL 学前教育",
    "PRIMARY 小学",
    "JUNIOR_7 七年级",
    "JUNIOR_8 八年级",
    "JUNIOR_9 九年级",
    *(f"SENIOR_{number} 普通高中{year}年级" for number, year in enumerate("一二三", start=1)),
    *(f"VOCATIONAL_{number} 中职{year}年级" for number, year in enumerate("一二三", start=1)),
    *(f"HIGHER_VOCATIONAL_{number} 高职高专{year}年级" for number, year in enumerate("一二三", start=1)),
    *(f"TECHNICIAN_{number} 技师学院{year}年级" for number, year in enumerate("一二三四", start=1)),
    *(f"BACHELOR_{number} 本科{year}年级" for number, year in enumerate("一二三四五", start=1)),
    "MASTER 硕士研究生及以上",
)
HEALTH = _ship(
    "HEALTH", "健康状况", "100A13", "HEALTHY 健康", "CHRONIC 长期慢性病", "SERIOUS 患有大病", "DISABLED 残疾"
)
DISABILITY_KIND = _ship(
    "DISABILITY_KIND",
    "残疾类别",
    None,
    "VISUAL 视力残疾",
    "HEARING 听力残疾",
    "SPEECH 言语残疾",
    "PHYSICAL 肢体残疾",
    "INTELLECTUAL 智力残疾",
    "MENTAL 精神残疾",
    "MULTIPLE 多重残疾",
)
SKILL = _ship(
    "SKILL",
    "劳动技能",
    "100A14",
    "ORDINARY 普通劳动力",
    "SKILLED 技能劳动力",
    "WEAK 弱劳动力或半劳动力",
    "LOST 丧失劳动力",
    "NONE 无劳动力",
)
WORK_PLACE = _ship(
    "WORK_PLACE",
    "务工所在地",
    None,
    "TOWNSHIP 乡镇内",
    "COUNTY 乡镇外县内",
    "PROVINCE 县外省内",
    "OTHER_PROVINCE 省外",
    "ABROAD 境外",
)
WORK_CHANNEL = _ship(
    "WORK_CHANNEL",
    "就业渠道",
    None,
    "MIGRANT_WORK 外出务工",
    "LOCAL_WORK 就近务工",
    "WORKSHOP 帮扶车间",
    "WELFARE_POST 公益性岗位",
    "ENTERPRISE 龙头企业",
    "COOPERATIVE 合作社",
    "STARTED_BUSINESS 创业",
    "OTHER 其他",
)
WELFARE_POST = _ship(
    "WELFARE_POST",
    "公益性岗位类型",
    None,
    "FOREST_RANGER 生态护林员",
    "CLEANER 保洁员",
    "ROAD_KEEPER 护路员",
    "WATER_KEEPER 管水员",
    "CARER 护理员",
    "SECURITY 治安协管员",
    "OTHER 其他",
)
DROPOUT_REASON = _ship(
    "DROPOUT_REASON",
    "失学或辍学原因",
    "dm_cxyy",
    "ILLNESS 因病",
    "DISABILITY 因残",
    "HARDSHIP 因家庭困难",
    "WEARY 厌学",
    "WORK 务工",
    "MARRIAGE 早婚",
    "OTHER 其他",
)
ALLOWANCE = _ship(
    "ALLOWANCE",
    "享受低保政策情况",
    None,
    "NONE 不享受",
    "RURAL 农村低保",
    "RURAL_TOP 全额或最高档农村低保",
    "URBAN 城市低保",
)
EXTREME_POVERTY = _ship(
    "EXTREME_POVERTY",
    "享受特困供养情况",
    None,
    "NONE 不享受",
    "RURAL_DISPERSED 农村分散供养",
    "RURAL_CONCENTRATED 农村集中供养",
    "URBAN 城市特困",
)
MEASURE_THEME = _ship(
    "MEASURE_THEME",
    "帮扶类别",
    None,
    "INDUSTRY 产业帮扶",
    "EMPLOYMENT 就业帮扶",
    "FINANCE 金融帮扶",
    "WELFARE_POST 公益岗位帮扶",
    "HEALTH 健康帮扶",
    "COMPULSORY_EDUCATION 义务教育保障",
    "EDUCATION 教育帮扶",
    "COMPREHENSIVE 综合保障",
    "HOUSING 住房安全保障",
    "WATER 饮水安全保障",
    "SOCIAL 社会帮扶",
    "RELOCATION 搬迁",
    "LIVING_CONDITIONS 生产生活条件改善",
    "INFRASTRUCTURE 基础设施建设",
)
MEASURE_ITEM = _ship(
    "MEASURE_ITEM",
    "帮扶项目",
    None,
    "PLANTING 种植业",
    "BREEDING 养殖业",
    "FORESTRY_FRUIT 林果业",
    "LABOUR_EXPORT 劳务输出",
    "WORK_AWAY_SUBSIDY 外出务工补贴",
    "SKILL_TRAINING 技能培训",
    "MICRO_CREDIT 小额信贷",
    "WELFARE_POST 公益性岗位",
    "MEDICAL_INSURANCE_SUBSIDY 参加城乡居民基本医疗保险个人缴费补贴",
    "MEDICAL_ASSISTANCE 医疗救助",
    "SCHOOL_AID 教育资助",
    "RAIN_AND_DEW 雨露计划",
    "RURAL_ALLOWANCE 农村低保",
    "EXTREME_POVERTY 特困供养",
    "DISABILITY_SUBSIDY 残疾人补贴",
    "TEMPORARY_AID 临时救助",
    "HOUSE_REBUILDING 危房改造",
    "WATER_WORKS 饮水工程",
    "DIVIDEND 入股分红",
    "DONATION 捐款捐物",
    "OTHER 其他",
)
