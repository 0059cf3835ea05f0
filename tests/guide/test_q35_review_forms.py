"""35. 民主评议方式: the three the Guide names, or another that the place names."""

import pytest

from api.rules.themes.procedure import review_form_named
from api.rules.words.judging import ReviewForm


@pytest.mark.parametrize("form", [form for form in ReviewForm if form is not ReviewForm.OTHER])
def test_the_guides_own_forms_need_no_name(form):
    assert review_form_named(form).holds


def test_another_form_is_named():
    assert review_form_named(ReviewForm.OTHER, "院坝会").holds
    assert not review_form_named(ReviewForm.OTHER, " ").holds
