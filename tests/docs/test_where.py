"""何处 Every name a reader meets leads back to a line that declares it."""

import pytest
from click.testing import CliRunner

from api.access.actions import ACTIONS
from api.access.words import ROLE_WORDS
from api.cli import main
from api.errors import CODES, Problem
from api.projection.modules import every_module
from api.projection.places import ROOT, Place
from api.projection.refusals import place_of
from api.projection.vocabularies import vocabularies
from api.projection.where import UNKNOWN_NAME, where
from api.resolvers.schema import core
from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.schema.catalogue import catalogue
from api.settings import variables

every_module()


def line_of(place: Place | None) -> str:
    assert place is not None
    return (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]


def trace_text(name: str) -> str:
    return "\n".join(trace.as_text() for trace in where(name))


def test_a_sealed_field_leads_to_its_line_its_group_its_rows_and_its_rules():
    (trace,) = where("Member.idNumber")
    assert line_of(trace.place).strip().startswith("id_number = sealed(")
    text = trace.as_text()
    assert "group IDENTITY: read by the action view.identity on household" in text
    assert "allow casework: reach subtree" in text
    assert "notice.group_may_be_shown" in text
    assert "the action search" in text
    assert "the action reveal" in text


def test_a_policy_line_is_the_row_itself():
    row = next(line for trace in where("Member.idNumber") for line in trace.lines if "allow casework" in line)
    place, _, _ = row.removeprefix("策略 policy ").partition("  ")
    file, _, number = place.partition(":")
    line = (ROOT / file).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert line.startswith("p, casework, read|")
    assert "view.identity" in line


@pytest.mark.parametrize("type_", catalogue().values(), ids=lambda type_: type_.name)
def test_every_field_and_relation_leads_to_the_line_of_its_declaration(type_):
    for name in (*type_.fields, *type_.relations):
        for trace in where(f"{type_.name}.{name}"):
            assert line_of(trace.place)
            assert "=" in line_of(trace.place) or '"' in line_of(trace.place)


def test_a_filter_is_told_with_the_column_it_reads():
    assert "HouseholdFilter.monitoringState" in trace_text("Household.monitoringState")
    assert "MonitoringCaseOrderBy.DUE_ON" in trace_text("MonitoringCase.dueOn")


def test_a_hidden_column_is_told_without_anybody_who_may_read_it():
    text = trace_text("member.id_number_sealed")
    assert "no GraphQL field" in text
    assert "policy" not in text


def test_every_root_field_has_a_line():
    for kind in (core().query_type, core().mutation_type):
        for name in kind.fields:
            trace = next(trace for trace in where(name) if trace.what.startswith("根字段"))
            assert line_of(trace.place)


def test_an_account_s_role_and_part_of_one_are_understood():
    text = trace_text("county.rural_revitalization.handler@500110")
    assert "角色 role county:rural_revitalization:handler" in text
    assert "county:rural_revitalization → casework" in text
    assert "allow sector" not in text  # it is no sector department
    part = trace_text("county.handler")
    assert "Tier.COUNTY" in part
    assert "Duty.HANDLER" in part


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("publicity_days", "5 天"),
        ("publicity_long_enough", "参数 parameter"),
        ("procedure.publicity_long_enough", "Q34"),
        ("INVALID_INPUT", "api/errors.py"),
        ("CASE_LEFT_WITHOUT_MEASURE", "Q18"),
        ("ID_CHECK", "member.idNumber"),
        ("IDENTIFIED", "CaseState.IDENTIFIED"),
        ("边缘易致贫户", "Category.MARGINAL"),
        ("监测状态", "Household.monitoringState"),
        ("Category", "Household.category"),
        ("RELATION", "Member.relation"),
        ("RELATION.SON", "api/codes/items.csv"),
        ("SHOUWANG_PORT", "8000"),
        ("withdraw.execute", "locks.csv"),
        ("Q9", "holds_no_quota"),
        ("HouseholdFilter", "api/schema/entities/household/household.py"),
        ("survey", "表 table survey"),
        ("identification.approve", "guard api/workflow/cases/identification.py"),
        ("identificationApprove", "api/rules/words/steps.py"),
    ],
)
def test_every_sort_of_name_is_found(name, expected):
    assert expected in trace_text(name)


def test_nothing_that_is_declared_is_without_a_place():
    ours = [code for code in CODES.values() if place_of(code) is None and code.name != "TEST_ONLY"]
    assert ours == []
    for name in (*RULES, *PARAMETERS, *variables()):
        assert all(trace.place is not None for trace in where(name)), name


def test_every_word_and_role_and_action_is_known():
    for words in vocabularies().values():
        for word in words:
            assert where(f"{words.__name__}.{word.name}")[0].place is not None
    for name in sorted(ROLE_WORDS)[::37]:
        assert where(name)
    for name in ACTIONS:
        assert where(name)


def test_an_unknown_name_is_refused_with_the_nearest_ones():
    with pytest.raises(Problem) as refusal:
        where("Member.idNumbr")
    assert refusal.value.code is UNKNOWN_NAME
    assert "Member.idNumber" in refusal.value.facts["near"]
    outcome = CliRunner().invoke(main, ["where", "Member.idNumbr"])
    assert outcome.exit_code == 2
    assert "UNKNOWN_NAME" in outcome.stderr


def test_the_command_prints_what_it_found():
    outcome = CliRunner().invoke(main, ["where", "Member.idNumber"])
    assert outcome.exit_code == 0
    assert outcome.output.startswith("字段 field Member.idNumber  api/schema/entities/household/member.py:")
