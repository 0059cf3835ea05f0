"""办理结果 Result of a step: the rows it touched, and alerts that refused nothing. RULES §0"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from api.rules.words.judging import Force
from api.workflow.engine.errors import StepProblem

_FIELDS = ("code", "question", "force", "zh", "en", "field")


@dataclass(frozen=True, slots=True)
class StepResult:
    """Result of a step that was taken.

    touched  ids of the rows inserted or changed, by table
    alerts   breaches of rules that neither refuse the step nor owe a reason
    """

    touched: Mapping[str, int] = field(default_factory=dict)
    alerts: tuple[StepProblem, ...] = ()

    def stored(self) -> dict[str, Any]:
        """The result as the idempotency key stores it, to answer a repeated request. No personal value is in it."""
        alerts = [
            {name: asdict(alert)[name] for name in _FIELDS} | {"force": alert.force.name} for alert in self.alerts
        ]
        return {"touched": dict(self.touched), "alerts": alerts}

    @classmethod
    def of_stored(cls, stored: Mapping[str, Any]) -> "StepResult":
        """The result that an idempotency key has kept."""
        alerts = (StepProblem(**{**alert, "force": Force[alert["force"]]}) for alert in stored["alerts"])
        return cls(stored["touched"], tuple(alerts))
