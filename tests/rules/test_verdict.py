"""What rules answer with: facts filled in both languages, breaches told at once, time that mends."""

import string
from datetime import date

import pytest

from api.errors import fact_text
from api.rules.registry import RULES, rule
from api.rules.verdict import SENTENCES, breaches, earliest_day, reasons_owed, refusals, sentence
from api.rules.words.judging import Effect, Force
from api.rules.words.vocabulary import Tier

HARD = SENTENCES["PUBLICITY_TOO_SHORT"]
SOFT = SENTENCES["PLAN_LATE"]
FACTS = {"days": 5, "dimension": Tier.VILLAGE, "first_day": date(2024, 3, 6)}


def test_facts_are_shown_in_the_readers_language():
    assert SENTENCES["GREEN_CHANNEL_UNCONFIRMED"].reason(tier=Tier.TOWNSHIP).zh == "须经乡级确认"
    assert SENTENCES["GREEN_CHANNEL_UNCONFIRMED"].reason(tier=Tier.TOWNSHIP).en == "the TOWNSHIP has not confirmed"
    assert fact_text(None, "en") == "None"


def test_the_effect_follows_the_force_unless_it_is_said():
    assert (HARD.effect, SOFT.effect) == (Effect.REFUSE, Effect.REASON)
    assert SENTENCES["SUBSIDY_WITHOUT_WORK"].effect is Effect.SHOW
    assert SENTENCES["ENTERED_LATE"].effect is Effect.ALERT


def test_breaches_are_sorted_by_what_follows():
    verdicts = [HARD.judge(True, **FACTS), HARD.judge(False, **FACTS), SOFT.judge(False, due=date(2024, 1, 1))]
    assert len(breaches(verdicts)) == 2
    assert [row.code for row in refusals(verdicts)] == ["PUBLICITY_TOO_SHORT"]
    assert [row.code for row in reasons_owed(verdicts)] == ["PLAN_LATE"]


def test_time_alone_mends_only_when_it_mends_everything():
    early, late = HARD.judge(False, earliest=date(2024, 3, 6), **FACTS), HARD.judge(False, earliest=date(2024, 4, 1))
    never = SENTENCES["JUDGEMENT_MISSING"].judge(False)
    assert earliest_day([early, late]) == date(2024, 4, 1)
    assert earliest_day([early, never]) is None
    assert earliest_day([]) is None


def test_codes_and_rules_are_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        sentence("PLAN_LATE", 23, Force.SHOULD, zh="x", en="x")
    name = next(iter(RULES))

    def twin() -> None:
        """A twin."""

    twin.__name__ = name
    with pytest.raises(ValueError, match="declared twice"):
        rule(1, Force.MUST, zh="x")(twin)


def test_a_rule_without_an_english_sentence_is_refused():
    def silent() -> None:
        pass

    with pytest.raises(ValueError, match="docstring"):
        rule(1, Force.MUST, zh="x")(silent)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_names_the_same_facts_in_both_languages(code):

    texts = SENTENCES[code]
    names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (texts.zh, texts.en)]
    assert names[0] == names[1]
    assert code == code.upper()
    assert texts.zh != texts.en
