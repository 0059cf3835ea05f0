"""36. 识别时间: the day of county approval, or of green-channel entry; in the system within ten days."""

from datetime import date, timedelta

import pytest

from api.rules.themes.procedure import entered_in_time, entered_once, identified_on
from api.rules.words.judging import Effect, Route

APPROVED, ENTERED = date(2024, 3, 10), date(2024, 2, 1)


def test_ordinary_is_the_day_of_approval():
    assert identified_on(Route.ORDINARY, APPROVED) == APPROVED
    assert identified_on(Route.ORDINARY, APPROVED, ENTERED) == APPROVED


def test_green_channel_is_the_day_of_entry():
    assert identified_on(Route.GREEN_CHANNEL, APPROVED, ENTERED) == ENTERED
    with pytest.raises(ValueError, match="day of entry"):
        identified_on(Route.GREEN_CHANNEL, APPROVED)


@pytest.mark.parametrize(("days", "holds"), [(9, True), (10, True), (11, False)])
def test_entry_within_ten_days_else_an_alert(days, holds):
    verdict = entered_in_time(APPROVED, APPROVED + timedelta(days=days))
    assert (verdict.holds, verdict.effect) == (holds, Effect.ALERT)


def test_the_day_of_entry_is_never_written_again():
    assert entered_once(None).holds
    again = entered_once(ENTERED)
    assert (again.holds, again.code, again.effect) == (False, "ENTERED_ALREADY", Effect.REFUSE)
