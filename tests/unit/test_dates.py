"""Dates move by whole days: intervals and times of day stay, and what is no date is not passed on as one."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.identity.dates import is_time, is_zone, shifted_date, shifted_date_time

DATES = st.dates(date(1600, 1, 1), date(2399, 12, 31))
DAYS = st.integers(-36500, 36500)


@pytest.mark.parametrize(
    ("value", "days", "moved"),
    [
        (b"20190319", -1, b"20190318"),
        (b"20190301", -1, b"20190228"),
        (b"20200301", -1, b"20200229"),  # a leap year
        (b"20200229", 365, b"20210228"),
        (b"20200229", -366, b"20190228"),
        (b"19000228", 1, b"19000301"),  # 1900 had no leap day
        (b"20000228", 1, b"20000229"),  # 2000 had one
        (b"20191231", 1, b"20200101"),
        (b"20200101", -365, b"20190101"),
        (b"1993.08.22", 10, b"1993.09.01"),  # ACR-NEMA 2.0
        (b"00010101", 1, b"00010102"),
    ],
)
def test_a_date_is_moved_by_days(value: bytes, days: int, moved: bytes) -> None:
    assert shifted_date(value, days) == moved


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"2019",
        b"201903",
        b"2019-03-19",
        b"2019.0319",
        b"201903.19",
        b"1993,08,22",
        b"20190230",
        b"20190229",  # no leap year
        b"20191301",
        b"20190100",
        b"00000101",
        b"19/03/1961",
        b"20190319 ",
        b"20190319\n",
        b"20190319-20190320",  # a range of a query
        b"DOE^JANE",
        "\uff12\uff10\uff11\uff190319".encode(),  # digits of full width
        b"\xb2\xb2190319",
    ],
)
def test_what_is_no_date_is_none(value: bytes) -> None:
    assert shifted_date(value, -1) is None


@pytest.mark.parametrize("days", [-10_000_000, 10_000_000])
def test_a_date_outside_the_calendar_is_none(days: int) -> None:
    assert shifted_date(b"20190319", days) is None
    assert shifted_date_time(b"20190319120000", days) is None


@given(DATES, DATES, DAYS)
def test_intervals_stay(one: date, other: date, days: int) -> None:
    moved = [shifted_date(day.strftime("%Y%m%d").encode(), days) for day in (one, other)]
    first, second = (date.fromisoformat(each.decode()) for each in moved if each)
    assert second - first == other - one
    assert first == one + timedelta(days)


@given(DATES, DAYS)
def test_a_date_moved_and_moved_back_is_the_same(day: date, days: int) -> None:
    value = day.strftime("%Y.%m.%d").encode()
    moved = shifted_date(value, days)
    assert moved is not None
    assert shifted_date(moved, -days) == value


@pytest.mark.parametrize(
    ("value", "days", "moved"),
    [
        (b"20190319102030.123456+0100", -1, b"20190318102030.123456+0100"),
        (b"20190301", -1, b"20190228"),
        (b"2019030123", -1, b"2019022823"),
        (b"201903012359", 1, b"201903022359"),
        (b"20190301235960", 1, b"20190302235960"),  # a leap second
        (b"20190319-0500", 1, b"20190320-0500"),
        (b"200401", -365, b"200301"),  # as exact as it was: the middle of the month moves
        (b"200401", -20, b"200312"),
        (b"200401", -5, b"200401"),
        (b"2004", -365, b"2003"),
        (b"2004", -30, b"2004"),
        (b"2004+1400", 365, b"2005+1400"),
        (b"200402-1200", 29, b"200403-1200"),
    ],
)
def test_a_date_and_time_stays_as_exact_as_it_was(value: bytes, days: int, moved: bytes) -> None:
    assert shifted_date_time(value, days) == moved


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"20",
        b"20041",
        b"200413",
        b"20190230",
        b"2019031924",  # no such hour
        b"201903191060",
        b"20190319102061",
        b"20190319987654",  # a number that is no time may be one that names somebody
        b"201903191020.5",
        b"20190319102030.1234567",
        b"20190319102030.",
        b"20190319+01",
        b"20190319+9999",
        b"20190319+0160",
        b"2019-03-19T10:20",
        b"DOE^JANE",
    ],
)
def test_what_is_no_date_and_time_is_none(value: bytes) -> None:
    assert shifted_date_time(value, -1) is None


@given(st.datetimes(datetime(1600, 1, 1), datetime(2399, 12, 31)), DAYS)
def test_the_time_of_day_stays(moment: datetime, days: int) -> None:
    moved = shifted_date_time(moment.strftime("%Y%m%d%H%M%S.%f").encode(), days)
    assert moved is not None
    assert datetime.strptime(moved.decode(), "%Y%m%d%H%M%S.%f") - moment == timedelta(days)


@pytest.mark.parametrize("value", [b"10", b"1020", b"102030", b"102030.1", b"235960.999999", b"10:20:30", b"10:20"])
def test_a_time_of_day_is_one(value: bytes) -> None:
    assert is_time(value)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"1",
        b"102",
        b"24",
        b"1060",
        b"102061",
        b"987654",
        b"10:2030",
        b"102030.1234567",
        b"1020.5",
        b"10h20",
        b"10 ",
    ],
)
def test_what_is_no_time_of_day_is_none(value: bytes) -> None:
    assert not is_time(value)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (b"+0100", True),
        (b"-1200", True),
        (b"+1400", True),
        (b"+0545", True),
        (b"0100", False),
        (b"+01:00", False),
        (b"+1500", False),
        (b"+0160", False),
        (b"+01000", False),
        (b"EST", False),
    ],
)
def test_an_offset_from_utc_is_told(value: bytes, *, is_one: bool) -> None:
    assert is_zone(value) is is_one
