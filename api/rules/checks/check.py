"""检查 A consistency check: stable code, severity, place, question, and the field code it was learnt from. Q12

    household_check   asks a household          case_check      asks its newest case, when there is one
    member_check      asks each member          measure_check   asks each measure

A check answers True when something is wrong. Its Chinese sentence stands in the decorator, its English one is the
first line of its docstring; a finding is an alert, never a refusal (ours). Steps tell what the checks of a stage find;
`held_by` names the part still to come that will hold a check which no step can tell yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from api.rules.checks.record import CaseRecord, HouseholdRecord, MeasureRecord, MemberRecord
from api.rules.holder import Later
from api.rules.numbers.parameter import Parameter, Value
from api.rules.verdict import Sentence, sentence
from api.rules.words.judging import Effect, Force, Severity
from api.rules.words.vocabulary import Word

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The local bounds in force for a household: a place's own values by name, ours where it has none."""

    own: Mapping[str, Value]

    def __getitem__(self, parameter: Parameter) -> Any:
        """The value in force of one bound."""
        return self.own.get(parameter.name, parameter.value)


SHIPPED_BOUNDS = Bounds({})


@dataclass(frozen=True, slots=True)
class Look(Generic[Part]):
    """The subject of a check: one part of a household's record, the whole record, the bounds in force."""

    part: Part
    record: HouseholdRecord
    bounds: Bounds


class Stage(Word):
    """告知环节 The steps whose answers carry the findings of a check. Q12 (ours)"""

    HOUSEHOLD = "信息采集", "With a survey: members, household and amounts."
    CASE = "措施申报和信息更新", "With a plan's declaration, and with a survey of a household that has a case."


OF_THE_CASE = frozenset({"household.case", "household.measures"})


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `field_codes` are the codes it goes by in the counties' own tools."""

    sentence: Sentence
    severity: Severity
    place: str
    scope: type
    field_codes: tuple[str, ...]
    uses: tuple[Parameter, ...]
    held_by: Later | None
    function: Callable[[Look[Any]], bool]

    @property
    def stage(self) -> Stage:
        """The stage its findings are told at."""
        of_case = self.scope in (CaseRecord, MeasureRecord) or self.place in OF_THE_CASE
        return Stage.CASE if of_case else Stage.HOUSEHOLD


CHECKS: dict[str, Check] = {}


class _Declaring(Generic[Part]):
    """A decorator for the checks of one scope."""

    def __init__(self, scope: type[Part]) -> None:
        self._scope = scope

    def __call__(
        self,
        severity: Severity,
        question: int,
        place: str,
        zh: str,
        *field_codes: str,
        uses: tuple[Parameter, ...] = (),
        held_by: Later | None = None,
    ) -> Callable[[Callable[[Look[Part]], bool]], Callable[[Look[Part]], bool]]:
        """Declare a check; its code is the function's name. ValueError: the code exists, or no docstring."""

        def declare(function: Callable[[Look[Part]], bool]) -> Callable[[Look[Part]], bool]:
            if not function.__doc__:
                raise ValueError(f"check {function.__name__} has no docstring to take its English sentence from")
            english = function.__doc__.strip().splitlines()[0]
            code = function.__name__.upper()
            finding_sentence = sentence(code, question, Force.SHOULD, zh=zh, en=english, effect=Effect.ALERT, ours=True)
            CHECKS[code] = Check(finding_sentence, severity, place, self._scope, field_codes, uses, held_by, function)
            return function

        return declare


household_check = _Declaring(HouseholdRecord)
case_check = _Declaring(CaseRecord)
member_check = _Declaring(MemberRecord)
measure_check = _Declaring(MeasureRecord)
