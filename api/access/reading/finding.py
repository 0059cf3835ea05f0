"""拒载 Findings that refuse a policy when it is loaded, each with file, line, column and mend; nothing is guessed.

A finding is one error code with its place. `refuse` raises them all at once under POLICY_REFUSED.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.access.terms import COLUMN_TERMS
from api.errors import Code, Problem, Term, code, fact_text
from api.rules.words.judging import Severity

POLICY_REFUSED = code(
    "POLICY_REFUSED",
    500,
    zh="策略有 {count} 处错误，未载入；第一处：{first}",
    en="the policy has {count} errors and was not loaded; the first: {first}",
    next_zh="逐处改正后重新检查策略",
    next_en="correct each of them and check the policy again",
    question="Q1",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a file: its name, the line from 1, the column of the text from 1 (0: the whole line)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a policy: why it is refused, or what its editor should think about."""

    code: Code
    source: Source
    facts: dict[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.ERROR

    @property
    def column(self) -> str | None:
        """The column of the row it is about; None for the whole row."""
        return self.facts.get("column")

    @property
    def term(self) -> Term:
        """Place and reason as a fact of another error."""
        zh, en = self._filled(self.code.zh, "zh"), self._filled(self.code.en, "en")
        return Term(self.code.name, f"{self.source} {zh}", f"{self.source} {en}")

    def text(self, language: str) -> str:
        """Place, code and reason, in `zh` or `en`."""
        sentence = self.code.zh if language == "zh" else self.code.en
        return f"{self.source} {self.code.name} {self._filled(sentence, language)}"

    def mend(self, language: str) -> str:
        """Say how to correct it, in `zh` or `en`."""
        return self._filled(self.code.next_zh if language == "zh" else self.code.next_en, language)

    def _filled(self, template: str, language: str) -> str:
        facts = {name: fact_text(fact, language) for name, fact in self.facts.items()}
        if self.column is not None:
            facts["column"] = fact_text(COLUMN_TERMS[self.column], language)
        return template.format(**facts)

    def facts_with_place(self) -> dict[str, Any]:
        """The finding as an error body carries it."""
        text = self.term
        source = {"file": self.source.file, "line": self.source.line, "column": self.source.column}
        next_step = {"zh": self.mend("zh"), "en": self.mend("en")}
        severity = {"severity": self.severity.name, "cell": self.column}
        return {
            "code": self.code.name,
            **severity,
            **source,
            "zh": text.zh,
            "en": text.en,
            "next": next_step,
        }


def refuse(findings: Sequence[Finding]) -> None:
    """Raise POLICY_REFUSED with every finding, when one of them is an error."""
    if any(finding.severity is Severity.ERROR for finding in findings):
        facts = [finding.facts_with_place() for finding in findings]
        raise Problem(POLICY_REFUSED, count=len(findings), first=findings[0].term, findings=facts)
