"""Dates at their stated precision: which days they can mean, and what is no date."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kinds.model import dates
from registry.kinds.model.dates import FIRST, LAST, bounds

days = st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31))


@st.composite
def stated(draw: st.DrawFn) -> tuple[str, str, str]:
    """A date at some precision, with the first and the last day that it can mean."""
    day = draw(days)
    year, month = f"{day.year:04d}", f"{day.year:04d}-{day.month:02d}"
    following = datetime.date(day.year + day.month // 12, day.month % 12 + 1, 1) if month != "9999-12" else None
    last = following - datetime.timedelta(days=1) if following else datetime.date(9999, 12, 31)
    return draw(st.sampled_from([
        (year, f"{year}-01-01", f"{year}-12-31"), (month, f"{month}-01", str(last)), (str(day), str(day), str(day)),
    ]))  # fmt: skip


@given(stated())
def test_a_date_means_every_day_of_its_precision_and_no_other(date: tuple[str, str, str]) -> None:
    text, first, last = date
    assert bounds(text) == (first, last)


@given(stated(), stated())
def test_an_interval_reaches_from_the_first_day_of_its_start_to_the_last_day_of_its_end(
    start: tuple[str, str, str], end: tuple[str, str, str]
) -> None:
    text = f"{start[0]}/{end[0]}"
    if start[1] <= end[2]:
        assert bounds(text) == (start[1], end[2])
    else:
        with pytest.raises(ValueError, match="ends before it starts"):
            bounds(text)


@given(stated())
def test_an_open_interval_has_no_end_on_its_open_side(date: tuple[str, str, str]) -> None:
    text, first, last = date
    assert bounds(f"{text}/..") == (first, LAST)
    assert bounds(f"../{text}") == (FIRST, last)
    assert bounds("..") == (FIRST, LAST)


@given(days, days)
def test_days_are_ordered_as_texts_as_they_are_on_the_calendar(one: datetime.date, other: datetime.date) -> None:
    assert (bounds(f"{one:%Y-%m-%d}".zfill(10)) < bounds(f"{other:%Y-%m-%d}".zfill(10))) == (one < other)


@pytest.mark.parametrize("text", [
    "", "/", "19", "20190", "2019-5", "2019-13", "2019-00", "2019-02-30", "2019-05-00", "2019-05-13T00:00", "2019\n", "2019/",
    "/2019", "2019/2020/2021", "２０１９", "٢٠١٩", "-2019", "2019-05-13 ", "May 2019", "2020/2019", "2019-05-14/2019-05-13",
])  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|before|month|day"):
        bounds(text)


def test_a_leap_day_is_on_the_calendar_in_leap_years_alone() -> None:
    assert bounds("2020-02-29") == ("2020-02-29", "2020-02-29")
    assert bounds("2019-02") == ("2019-02-01", "2019-02-28")
    with pytest.raises(ValueError, match=r"out of range|must be in range"):
        bounds("2019-02-29")


def test_the_years_at_both_ends_have_bounds() -> None:
    assert bounds("0000") == (FIRST, "0000-12-31")
    assert bounds("9999-12") == ("9999-12-01", LAST)


@given(stated())
def test_the_pattern_that_clients_see_fits_what_is_a_date(date: tuple[str, str, str]) -> None:
    import re

    text = date[0]
    for form in (text, f"{text}/..", f"../{text}", f"{text}/{text}"):
        assert re.fullmatch(dates.INTERVAL, form)
    for other in (f"{text}\n", f"{text}/", f" {text}", f"{text}-", ".."):
        assert not re.fullmatch(dates.INTERVAL, other)
