"""Dates at the precision they were stated with: the part of EDTF (ISO 8601-2) that the registry uses.

`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, and the intervals `a/b`, `a/..`, `../b`. What a text says beyond that
("end of 2010") stands beside the date, as printed.
"""

import calendar
import datetime
import re

DAY = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
INTERVAL = rf"(?:{DAY}(?:/(?:{DAY}|\.\.))?|\.\./{DAY})"
FIRST, LAST = "0000-01-01", "9999-12-31"

_DAY = re.compile(DAY)


def bounds(text: str) -> tuple[str, str]:
    """The earliest and the latest day that a date can mean, as `YYYY-MM-DD`.

    `..` alone means open on both sides. Raises ValueError when the text is no such date, names a day that the
    calendar lacks, or ends before it starts.
    """
    start, slash, end = text.partition("/")
    low = FIRST if start == ".." else _day(start)[0]
    high = (LAST if end == ".." else _day(end)[1]) if slash else (LAST if start == ".." else _day(start)[1])
    if low > high:
        raise ValueError(f"{text} ends before it starts")
    return low, high


def asked(text: str) -> tuple[str, str]:
    """The bounds of a day that somebody asks for: one that the calendar lacks lies between those around it."""
    try:
        return bounds(text)
    except ValueError:
        return text, text


def span(since: str | None, until: str | None) -> tuple[str, str, str, str]:
    """The earliest and latest day on which a tie can have begun, then those on which it can have ended.

    What is not stated can have been at any time, and is certain at none but the day that the tie began.
    """
    began = bounds(since) if since else (FIRST, LAST)
    if until == "..":
        return (*began, LAST, LAST)
    return (*began, *bounds(until)) if until else (*began, began[1] if since else FIRST, LAST)


def _day(text: str) -> tuple[str, str]:
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a date such as 2019, 2019-05 or 2019-05-13")
    year, *rest = text.split("-")
    if not rest:
        return f"{year}-01-01", f"{year}-12-31"
    month = int(rest[0])
    if len(rest) == 2:
        datetime.date(max(int(year), 1), month, int(rest[1]))
        return text, text
    return f"{text}-01", f"{text}-{calendar.monthrange(max(int(year), 1), month)[1]:02d}"
