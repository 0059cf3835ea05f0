"""The whole country, as committed: every property of the tree, on the real data. RULES §2"""

from collections import Counter
from collections.abc import Iterator

import pytest

from api.rules.units import NATION, tier_of
from api.rules.words.vocabulary import Tier
from api.units import divisions, overrides
from api.units.tree import Unit, grow

PLACEHOLDERS = ["1101", "1201", "3101", "5001", "5002", "4190", "4290", "4690", "6590"]

CIRCULAR = (
    "河北 山西 内蒙古 辽宁 吉林 黑龙江 安徽 福建 江西 山东 河南 湖北 湖南 广西 海南 重庆 "
    "四川 贵州 云南 西藏 陕西 甘肃 宁夏 新疆维吾尔 青海 "
)
"""The provinces that 国乡振发〔2023〕4号 addresses, beside 新疆生产建设兵团."""

CHONGQING = (
    "万州区 涪陵区 渝中区 大渡口区 江北区 沙坪坝区 九龙坡区 南岸区 北碚区 綦江区 大足区 渝北区 巴南区 "
    "黔江区 长寿区 江津区 合川区 永川区 南川区 璧山区 铜梁区 潼南区 荣昌区 开州区 梁平区 武隆区 "
    "城口县 丰都县 垫江县 忠县 云阳县 奉节县 巫山县 巫溪县 "
    "石柱土家族自治县 秀山土家族苗族自治县 酉阳土家族苗族自治县 彭水苗族土家族自治县 "
)

WESTERN = "内蒙古 广西 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆维吾尔 新疆生产建设兵团"

WANSHENG = ["万盛街道", "东林街道", "万东镇", "南桐镇", "青年镇", "关坝镇", "丛林镇", "石林镇", "金桥镇", "黑山镇"]

TIERS = tuple(Tier)


@pytest.fixture(scope="module")
def country() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for unit in grow(divisions.read(), overrides.read()):
        assert unit.code not in units, "nobody is twice in the tree"
        assert unit.parent is None or unit.parent in units, "a parent comes before its children"
        units[unit.code] = unit
    return units


def below(country: dict[str, Unit], code: str) -> Iterator[Unit]:
    return (unit for unit in country.values() if unit.parent == code)


def path(unit: Unit) -> tuple[str | None, ...]:
    return (unit.province, unit.city, unit.county, unit.township, unit.village)


def test_counts_follow_from_the_published_ones(country: dict[str, Unit]) -> None:
    published = Counter(len(code) for code, _ in divisions.read().rows)
    assert published == {2: 31, 4: 342, 6: 2978, 9: 41352, 12: 620573}
    assert Counter(unit.tier for unit in country.values()) == {
        Tier.NATIONAL: 1,
        Tier.PROVINCE: 31 + 1,  # the corps
        Tier.CITY: 342 - 9 - 4,  # placeholders; 东莞 中山 儋州 嘉峪关, which are their own only county
        Tier.COUNTY: 2978 + 2,  # 万盛; the corps' farms outside its cities
        Tier.TOWNSHIP: 41352,
        Tier.VILLAGE: 620573,
    }


def test_everyone_reaches_the_nation_by_tiers_in_order(country: dict[str, Unit]) -> None:
    for unit in country.values():
        if unit.parent is None:
            assert unit.code == NATION
            continue
        parent = country[unit.parent]
        steps = TIERS.index(unit.tier) - TIERS.index(parent.tier)
        assert steps == 1 or (steps == 2 and unit.tier is Tier.COUNTY), unit


def test_the_path_is_the_parents_path_and_oneself(country: dict[str, Unit]) -> None:
    for unit in country.values():
        rank = TIERS.index(unit.tier)
        above = path(country[unit.parent])[: rank - 1] if unit.parent and rank else ()
        assert path(unit) == (*above, *[unit.code][: min(rank, 1)], *[None] * (5 - rank)), unit


def test_the_length_of_every_code_tells_its_tier(country: dict[str, Unit]) -> None:
    assert all(unit.tier is tier_of(unit.code) for unit in country.values())


def test_every_published_division_that_is_no_placeholder_is_a_unit(country: dict[str, Unit]) -> None:
    dropped = overrides.read().dropped
    for code, name in divisions.read().rows:
        assert (code in country) != (code in dropped)
        if code in country:
            assert (country[code].name, country[code].statistical_code) == (name, code)
    assert {code for code in country if country[code].statistical_code is None} == {"0", "50W", "66", "66X"}


def test_no_placeholder_is_left_on_any_path(country: dict[str, Unit]) -> None:
    seen = {code for unit in country.values() for code in (unit.code, unit.city, unit.parent)}
    assert seen.isdisjoint([*PLACEHOLDERS, "4419", "4420", "4604", "6202"])
    assert not {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"} & {
        unit.name for unit in country.values()
    }


def test_every_addressee_of_the_national_circular_is_a_province(country: dict[str, Unit]) -> None:
    provinces = [unit.name for unit in below(country, NATION)]
    assert len(CIRCULAR.split()) == 25
    for short in CIRCULAR.split():
        assert len([name for name in provinces if name.startswith(short)]) == 1, short
    assert country["66"].name == "新疆生产建设兵团" in provinces


def test_every_addressee_of_chongqings_letter_is_directly_under_chongqing(country: dict[str, Unit]) -> None:
    assert len(CHONGQING.split()) == 38
    assert sorted(unit.name for unit in below(country, "50")) == sorted([*CHONGQING.split(), "万盛经济技术开发区"])


def test_wansheng_is_apart_from_qijiang(country: dict[str, Unit]) -> None:
    assert sorted(unit.name for unit in below(country, "50W")) == sorted(WANSHENG)
    assert {unit.name for unit in below(country, "500110")}.isdisjoint(WANSHENG)
    assert all(unit.county != "500110" for unit in country.values() if unit.code.startswith("500110004"))
    assert country["50W"].development_zone
    assert not country["50W"].unverified


def test_the_corps_is_a_province_of_its_own(country: dict[str, Unit]) -> None:
    assert sorted(unit.code for unit in below(country, "66")) == [*(f"6590{n:02}" for n in range(1, 13)), "66X"]
    assert all(unit.city is None for unit in country.values() if unit.province == "66")
    assert not any(unit.code.startswith("6590") for unit in country.values() if unit.province == "65")
    farms = list(below(country, "66X"))
    assert len(farms) == 93
    assert all(farm.code[6] == "5" for farm in farms)
    left = [unit for unit in country.values() if unit.tier is Tier.TOWNSHIP and unit.province == "65"]
    assert not any(unit.code[6] == "5" or "兵团" in unit.name for unit in left)


def test_what_is_unverified_is_exactly_the_other_farms(country: dict[str, Unit]) -> None:
    assert all(unit.unverified == (unit.county == "66X") for unit in country.values())


@pytest.mark.parametrize("county", ["441900", "442000", "460400", "620201", "419001", "429021", "469030", "110101"])
def test_a_county_without_a_city_is_directly_under_its_province(country: dict[str, Unit], county: str) -> None:
    assert (country[county].parent, country[county].city) == (county[:2], None)
    assert len(list(below(country, county))) > 0


def test_no_county_stands_empty(country: dict[str, Unit]) -> None:
    parents = {unit.parent for unit in country.values()}
    assert [unit for unit in country.values() if unit.tier is not Tier.VILLAGE and unit.code not in parents] == []


def test_development_zones_are_flagged_at_county_tier(country: dict[str, Unit]) -> None:
    zones = [unit for unit in country.values() if unit.development_zone]
    assert {unit.tier for unit in zones} == {Tier.COUNTY}
    assert len([unit for unit in zones if "71" <= unit.code[4:] <= "79"]) == 124
    assert len(zones) == 125


def test_western_is_the_listed_provinces_and_all_under_them(country: dict[str, Unit]) -> None:
    provinces = {unit.code: unit.name for unit in below(country, NATION)}
    codes = {code for code, name in provinces.items() if name.startswith(tuple(WESTERN.split()))}
    assert len(codes) == 13
    assert all(unit.western == (unit.province in codes) for unit in country.values())
