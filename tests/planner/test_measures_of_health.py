"""A measure that reveals illness or disability reads like any other of its public theme where health is hidden. Q38"""

import json
from dataclasses import replace
from typing import Any

import pytest

from api.access.policy import Policy
from api.access.subject import Subject
from api.codes.lists import codes_of, read
from api.database import Reader
from api.rules.privacy.revealing import LIVELIHOOD, LIVELIHOOD_WORDING, PUBLIC_THEMES, REVEALING_ITEMS, reveals
from api.schema import catalogue as catalogue_module
from api.schema.catalogue import catalogue
from api.schema.filters import Among, Order, Through
from tests.support.planner.asking import answer, compiled, subject_of
from tests.support.planner.reference import global_id
from tests.support.planner.world import World

BLIND = (
    ("national:rural_revitalization:reviewer", "0"),
    ("province:rural_revitalization:handler", "50"),
    ("province:leading_group:inspector", "50"),
    ("province:education:handler", "50"),
    ("county:education:handler", "500110"),
    ("county:emergency:handler", "500110"),
    ("county:agriculture:handler", "500110"),
)
SEEING = ("county:rural_revitalization:handler", "500110")
CARE = {"theme": "SECURITY", "item": "SECURITY_DISABLED_CARE", "title": "重度残疾人护理补贴", "kind": "SAFETY_NET",
        "department": "DISABLED_PERSONS_FEDERATION", "funding": "SECTOR", "amount": 80, "continuation": "SECTOR_RULES",
        "stopped_reason": "残疾等级变动"}  # fmt: skip
OTHERS = (
    {"theme": "SECURITY", "item": "SECURITY_TEMPORARY", "title": "临时救助", "kind": "OTHER",
     "department": "CIVIL_AFFAIRS", "funding": "SOCIAL", "amount": 3000, "continuation": "NONE",
     "stopped_reason": None},
    {"theme": "HEALTH", "item": "HEALTH_ASSISTANCE", "title": "医疗救助", "kind": "OTHER",
     "department": "MEDICAL_INSURANCE", "funding": None, "amount": None, "continuation": "NONE",
     "stopped_reason": None},
    {"theme": "COMPULSORY_EDUCATION", "item": "COMPULSORY_EDUCATION_AT_HOME", "title": "送教上门", "kind": "OTHER",
     "department": "EDUCATION", "funding": "SECTOR", "amount": None, "continuation": "SCHOOL_STAGE",
     "stopped_reason": "学生康复"},
)  # fmt: skip
EVERYTHING = """id theme item kind title department funding fundingUse amount continuation stoppedReason publicTheme
  publicWording state declaredOn startedOn endsOn completedOn version risk { kind state } plan { summary state }"""
QUERIES = (
    f"""query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Measure {{ {EVERYTHING} }} }} }}""",
    f"""{{ households(first: 100) {{ totalCount nodes {{ number cases {{ state measures {{ {EVERYTHING} }}
      plans {{ summary measures {{ {EVERYTHING} }} }} risks {{ kind }} }} }} }} }}""",
    f"""{{ monitoringCases(first: 100) {{ totalCount nodes {{ measures {{ {EVERYTHING} }}
      history(first: 5) {{ nodes {{ measures {{ state measure {{ {EVERYTHING} }} }} }} }} }} }} }}""",
)
SEEDS = range(900, 930)


def test_what_reveals_is_declared_among_the_codes() -> None:
    assert set(PUBLIC_THEMES) < codes_of("MEASURE_THEME")
    assert codes_of("MEASURE_THEME") - set(PUBLIC_THEMES) == {"HEALTH", "SECURITY"}
    assert codes_of("MEASURE_ITEM") >= REVEALING_ITEMS
    assert LIVELIHOOD not in codes_of("MEASURE_THEME")


def test_an_item_named_after_illness_or_disability_reveals() -> None:
    themes = codes_of("MEASURE_THEME")
    items = next(codes for codes in read() if codes.name == "MEASURE_ITEM").items
    for item in items:
        theme = max((theme for theme in themes if item.code.startswith(f"{theme}_")), key=len)
        tells = any(word in item.zh for word in ("残", "病", "医", "护理补贴", "康复", "送教"))
        assert reveals(theme, item.code) or not tells, item.zh
    assert not reveals("INDUSTRY", "INDUSTRY_PLANTING")
    assert reveals("A_THEME_TO_COME", None)


@pytest.mark.parametrize(
    "declared",
    [{"filters": {"theme": Among("theme", "theme")}}, {"orders": {"KIND": Order("KIND", "方式", "By kind.", "kind")}}],
)
def test_no_filter_and_no_order_reads_what_is_veiled(declared: Any) -> None:
    with pytest.raises(LookupError, match="veiled"):
        catalogue_module._check(replace(catalogue()["Measure"], **declared), catalogue())


def test_no_filter_leads_to_what_is_veiled() -> None:
    along = Through("theme", "Measure.household", "", "theme")
    with pytest.raises(LookupError, match="veiled"):
        catalogue_module._check(replace(catalogue()["Household"], filters={"theme": along}), catalogue())


async def _ask(reader: Reader, policy: Policy, subject: Subject, world: World) -> list[bytes | str]:
    ids = [global_id("Measure", row["id"]) for row in world.tables["measure"]][:100]
    answers: list[bytes | str] = []
    for text in QUERIES:
        statement, arguments = compiled(policy, subject, text, {"ids": ids} if "$ids" in text else {})
        answers.append(statement.around(await reader.fetch(statement.sql, statement.arguments(arguments, subject))))
    answers += [await answer(reader, policy, subject, seed, world) for seed in SEEDS]
    return answers


async def _become(owner: Any, numbers: list[int], columns: dict[str, Any]) -> None:
    names = ", ".join(f"{name} = ${index}" for index, name in enumerate(columns, 2))
    await owner.execute(f"update measure set {names} where id = any($1::bigint[])", numbers, *columns.values())


async def test_the_care_allowance_reads_like_any_other_of_its_public_theme(
    world: World, policy: Policy, reader: Reader, database: Any
) -> None:
    owner = await database.owner.connect()
    veiled = [row["id"] for row in world.tables["measure"] if reveals(row["theme"], row["item"])]
    assert veiled
    await owner.execute("alter table measure disable trigger user")
    try:
        await _become(owner, veiled, CARE)
        before = {who: await _ask(reader, policy, subject_of(*who, world), world) for who in (*BLIND, SEEING)}
        for other in OTHERS:
            await _become(owner, veiled, other)
            for who in BLIND:
                after = await _ask(reader, policy, subject_of(*who, world), world)
                assert after == before[who], (who, other["item"])
            seen = await _ask(reader, policy, subject_of(*SEEING, world), world)
            assert seen != before[SEEING], "whoever may read health sees what it is"
    finally:
        for row in world.tables["measure"]:
            await _become(owner, [row["id"]], {name: row[name] for name in CARE})
        await owner.execute("alter table measure enable trigger user")
        await owner.close()


async def test_others_read_a_neutral_theme_and_wording(world: World, policy: Policy, reader: Reader) -> None:
    for who in BLIND[:2]:
        subject = subject_of(*who, world)
        statement, arguments = compiled(policy, subject, QUERIES[1], {})
        body = json.loads(statement.around(await reader.fetch(statement.sql, statement.arguments(arguments, subject))))
        measures = [
            measure
            for household in body["households"]["nodes"]
            for case in household["cases"]
            for measure in case["measures"]
        ]
        hidden = [measure for measure in measures if measure["publicTheme"] == LIVELIHOOD]
        public = [measure for measure in measures if measure["publicTheme"] != LIVELIHOOD]
        assert hidden, who
        assert public, who
        for measure in hidden:
            answered = {name for name, value in measure.items() if value is not None}
            assert answered <= {"id", "publicTheme", "publicWording", "state", "declaredOn", "startedOn", "endsOn",
                            "completedOn", "version", "risk", "plan"}, answered  # fmt: skip
            assert measure["publicWording"] == LIVELIHOOD_WORDING
        assert {measure["theme"] for measure in public} == {"EMPLOYMENT", "HOUSING"}
        assert all(measure["title"] is None for measure in measures), "free text may tell anything"
        assert statement.masked["households.nodes.cases.measures.item"] == "SOME"
