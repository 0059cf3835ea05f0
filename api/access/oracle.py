"""对照 The oracle: Casbin's own enforce() over the same model and rows, against which compiled plans are held.

It is never on the path of a request: linear in the rows, and it parses the matcher anew on every call. The enforcer is
built once and never edited, reloaded or shared with another version.
"""

import logging
from collections.abc import Iterable
from threading import Lock

import casbin

from api.access.functions import FUNCTIONS
from api.access.reading.links import Links
from api.access.reading.model import Model
from api.access.reading.row import Rule
from api.access.request import Request


class Oracle:
    """Casbin's answer to a request. One question at a time: parsing in threads breaks CPython 3.11."""

    def __init__(self, model: Model, rules: Iterable[Rule], links: Links) -> None:
        text = casbin.Model()
        text.load_model_from_text(model.text)
        self._enforcer = casbin.Enforcer(text)
        for name, function in FUNCTIONS.items():
            self._enforcer.add_function(name, function)
        policy = self._enforcer.get_model()["p"]["p"].policy
        policy.extend(list(rule.cells) for rule in rules)
        self._enforcer.get_model()["g"]["g"].policy.extend(list(pair) for pair in links.pairs())
        self._enforcer.build_role_links()
        self._lock = Lock()
        # Casbin logs every denied request with its values; the product keeps its own record of decisions.
        logging.getLogger("casbin.enforcer").disabled = True

    def enforce(self, request: Request) -> bool:
        """Whether Casbin allows the request."""
        with self._lock:
            return bool(self._enforcer.enforce(*request.flat))
