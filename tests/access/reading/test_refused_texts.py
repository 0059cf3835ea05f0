"""拒读文本 A model or a case that makes no sense is refused with its place and what it should have been."""

import pytest

from api.access.policy import FOLDER, Policy
from api.access.reading.case_rows import cases_in
from api.access.reading.content import Content
from api.access.reading.finding import Finding
from api.access.reading.model import model_of
from api.access.versions import watcher
from api.errors import Problem

TEXT = (FOLDER / "model.conf").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [("some(where (p.eft == allow))", "some(where (p.eft != deny))"), ("g = _, _", "g = _, _, _")],
)
def test_a_model_of_another_shape_is_refused(before: str, after: str) -> None:
    assert before in TEXT
    model_of(TEXT, "model.conf")
    with pytest.raises(Problem) as caught:
        model_of(TEXT.replace(before, after), "model.conf")
    assert "POLICY_MODEL" in str(caught.value.extensions())


@pytest.mark.parametrize("row", ["a, b", "name, nobody, 50, 50, , , , , read, household, perhaps, Q1"])
def test_a_case_that_makes_no_sense_is_a_finding_with_its_line(row: str) -> None:
    findings: list[Finding] = []
    assert list(cases_in("cases.csv", f"# a comment\n{row}\n", findings)) == []
    assert [(finding.code.name, finding.source.line) for finding in findings] == [("POLICY_CASE", 2)]


def test_a_policy_that_casbin_reads_otherwise_is_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy.load()
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted((FOLDER / "tests").glob("*.csv")))
    findings: list[Finding] = []
    request = next(case.requests[0] for case in cases_in("cases.csv", text, findings) if case.requests)
    monkeypatch.setattr(watcher, "sampled", lambda _: iter([request]))
    watcher.check_sample(policy, Content())
    allowed = policy.answer(request).allowed
    monkeypatch.setattr(type(policy.oracle), "enforce", lambda *_: not allowed)
    with pytest.raises(Problem, match="POLICY_PLAN_DIFFERS"):
        watcher.check_sample(policy, Content())
