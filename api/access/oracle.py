"""对照 The oracle: Casbin's own enforce() over the same model and rows, against which compiled plans are compared.

`enforce` reads every row and is linear in them: tests and publishing call it. `enforce_action` reads the rows that
name the request's action, and answers the same in a fraction of the time: it is asked beside the compiled plan.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

import casbin
from casbin.util.expression import SimpleEval

from api.access.functions import FUNCTIONS
from api.access.reading.links import Links
from api.access.reading.model import Model
from api.access.reading.row import Rule
from api.access.request import Request
from api.access.words import ANY

Cells = list[str]


_PARSED: dict[str, Any] = {}
"""The parsed matcher by its text; a release has one."""


class _Enforcer(casbin.Enforcer):  # type: ignore[misc]  # Casbin has no types
    """Casbin's enforcer, which parses the matcher once.

    Casbin parses it anew on every call: half of what a call over a few rows costs. And CPython 3.11 fails now and then
    when two threads parse at the same time, as a publication is checked in a thread while steps are taken.
    """

    def _get_expression(self, expression: str, functions: dict[str, Callable[..., Any]]) -> SimpleEval:
        if expression not in _PARSED:
            _PARSED[expression] = super()._get_expression(expression, functions).ast_parsed_value
        evaluator = SimpleEval("", functions)
        evaluator.ast_parsed_value = _PARSED[expression]
        return evaluator


class Oracle:
    """Casbin's answer to a request. A lock admits one request at a time: Casbin's functions are shared state."""

    def __init__(self, model: Model, rules: Iterable[Rule], links: Links) -> None:
        text = casbin.Model()
        text.load_model_from_text(model.text)
        self._enforcer = _Enforcer(text)
        for name, function in FUNCTIONS.items():
            self._enforcer.add_function(name, function)
        self._rows: list[Cells] = []
        self._rows_by_action: dict[str, list[Cells]] = defaultdict(list)
        for rule in rules:
            cells = list(rule.cells)
            self._rows.append(cells)
            for action in rule.action.split("|"):
                self._rows_by_action[action].append(cells)
        self._assertion = self._enforcer.get_model()["p"]["p"]
        self._enforcer.get_model()["g"]["g"].policy.extend(list(pair) for pair in links.pairs())
        self._enforcer.build_role_links()
        self._lock = Lock()
        # Casbin logs every denied request with its values; the product keeps its own record of decisions.
        logging.getLogger("casbin.enforcer").disabled = True

    def enforce(self, request: Request) -> bool:
        """Whether Casbin allows the request, over every row."""
        return self._enforce(request, self._rows)

    def enforce_action(self, request: Request) -> bool:
        """Whether Casbin allows the request, over the rows that name its action or `*`.

        The matcher begins with one_of(r.action, p.action), so no other row can match. The compiler's index has no part
        in the choice of rows: its faults would be in both answers.
        """
        rows = [*self._rows_by_action.get(request.action, ()), *self._rows_by_action.get(ANY, ())]
        # Without any row Casbin evaluates the matcher over empty cells: a request that no row speaks of is denied.
        return bool(rows) and self._enforce(request, rows)

    def _enforce(self, request: Request, rows: list[Cells]) -> bool:
        with self._lock:
            self._assertion.policy = rows
            return bool(self._enforcer.enforce(*request.flat))
