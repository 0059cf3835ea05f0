"""判定 Answers of rules: a sentence that cites its question, a reason, a verdict, a finding. RULES §0

    Sentence   what can be said, declared once: stable code, question, force, Chinese and English
    Reason     a sentence said of this case: its braces filled with facts
    Verdict    whether a rule holds; when it does not, the reason and, where time mends it, the earliest day
    Finding    a reason found in data, with its severity and the field it is about

A fact is a number, a day, an amount, a word of a vocabulary or a Term: never a personal value, never a bare code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from api.errors import Term, fact_text
from api.rules.words.judging import Effect, Force, Severity
from api.rules.words.vocabulary import Word

Fact = str | int | Decimal | date | Word | Term | None

EFFECT_OF_FORCE = {Force.MUST: Effect.REFUSE, Force.SHOULD: Effect.REASON, Force.MAY: Effect.SHOW}

SENTENCES: dict[str, "Sentence"] = {}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing a rule can say: stable code, question, force, both languages, what follows, whether ours."""

    code: str
    question: int
    force: Force
    zh: str
    en: str
    effect: Effect
    ours: bool = False

    def reason(self, **facts: Fact) -> "Reason":
        """Say it of one case."""
        return Reason(self, facts)

    def judge(self, holds: bool, *, earliest: date | None = None, **facts: Fact) -> "Verdict":
        """A verdict: this sentence is what is said when it does not hold."""
        return Verdict(holds, Reason(self, facts), earliest)


def sentence(
    code: str,
    question: int,
    force: Force,
    *,
    zh: str,
    en: str,
    effect: Effect | None = None,
    ours: bool = False,
) -> Sentence:
    """Declare a sentence once; `zh` and `en` name facts in braces. ValueError when the code exists."""
    if code in SENTENCES:
        raise ValueError(f"sentence {code} is declared twice")
    SENTENCES[code] = Sentence(code, question, force, zh, en, effect or EFFECT_OF_FORCE[force], ours)
    return SENTENCES[code]


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence said of one case."""

    sentence: Sentence
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The sentence's stable code."""
        return self.sentence.code

    @property
    def question(self) -> int:
        """The question it rests on."""
        return self.sentence.question

    @property
    def force(self) -> Force:
        """The force of the sentence in the Guide."""
        return self.sentence.force

    @property
    def zh(self) -> str:
        """The Chinese text, facts filled in."""
        return self._text(self.sentence.zh, "zh")

    @property
    def en(self) -> str:
        """The English text, facts filled in."""
        return self._text(self.sentence.en, "en")

    def _text(self, template: str, language: str) -> str:
        return template.format(**{name: fact_text(fact, language) for name, fact in self.facts.items()})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a rule. `reason` is the sentence for a breach; `earliest` the first day without one.

    `place` names the field it is about, where it is about one.
    """

    holds: bool
    reason: Reason
    earliest: date | None = None
    place: str | None = None

    @property
    def code(self) -> str:
        """The stable code of what is said on breach."""
        return self.reason.code

    @property
    def question(self) -> int:
        """The question it rests on."""
        return self.reason.question

    @property
    def force(self) -> Force:
        """The force of the sentence in the Guide."""
        return self.reason.force

    @property
    def effect(self) -> Effect:
        """The effect when the rule does not hold."""
        return self.reason.sentence.effect

    @property
    def zh(self) -> str:
        """The sentence on a breach, in Chinese."""
        return self.reason.zh

    @property
    def en(self) -> str:
        """The sentence on a breach, in English."""
        return self.reason.en

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts that fill the text."""
        return self.reason.facts


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact in the data that needs a look; `place` names the field, `position` the row in its list."""

    reason: Reason
    severity: Severity
    place: str
    position: int | None = None

    @property
    def code(self) -> str:
        """The stable code of the check."""
        return self.reason.code

    @property
    def path(self) -> str:
        """The field, with the row's place in its list, counted from 0."""
        entity, _, field_name = self.place.partition(".")
        return self.place if self.position is None else f"{entity}.{self.position}.{field_name}"

    @property
    def verdict(self) -> "Verdict":
        """The finding as a verdict that does not hold."""
        return Verdict(False, self.reason, place=self.path)


def breaches(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Collect the verdicts that do not hold, in order: all breaches are reported at once."""
    return tuple(verdict for verdict in verdicts if not verdict.holds)


def refusals(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The breaches that stop the act."""
    return tuple(verdict for verdict in breaches(verdicts) if verdict.effect is Effect.REFUSE)


def reasons_owed(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The breaches that let the act go on with a recorded reason."""
    return tuple(verdict for verdict in breaches(verdicts) if verdict.effect is Effect.REASON)


def earliest_day(verdicts: Iterable[Verdict]) -> date | None:
    """The first day on which time alone has mended every refusal; None when time alone does not."""
    days = [verdict.earliest for verdict in refusals(verdicts)]
    dated = [day for day in days if day is not None]
    return max(dated) if dated and len(dated) == len(days) else None
