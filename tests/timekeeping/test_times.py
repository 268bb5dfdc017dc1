"""Times and durations as people write them: around midnight, at both changes of daylight-saving time, east and west of UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from reconciler.timekeeping.durations import parse_duration, show_duration
from reconciler.timekeeping.entries import iso_utc
from reconciler.timekeeping.times import Moment, parse_bound, parse_time
from reconciler.timekeeping.zones import WrittenTimeError, day_start, show_instant, zone_of

FRIDAY = "2026-11-27T12:00:00Z"


def at(now: str, zone: str) -> Moment:
    return Moment(datetime.fromisoformat(now), zone_of(zone))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("now", "2026-11-27T12:00:00Z"),
        ("09:00", "2026-11-27T08:00:00Z"),
        ("9:00:30", "2026-11-27T08:00:30Z"),
        ("9am", "2026-11-27T08:00:00Z"),
        ("12am", "2026-11-26T23:00:00Z"),
        ("at 5:30 PM", "2026-11-27T16:30:00Z"),
        ("noon", "2026-11-27T11:00:00Z"),
        ("midnight", "2026-11-26T23:00:00Z"),
        ("yesterday 9:00", "2026-11-26T08:00:00Z"),
        ("9:00 yesterday", "2026-11-26T08:00:00Z"),
        ("tomorrow at 8:15", "2026-11-28T07:15:00Z"),
        ("day before yesterday 9:00", "2026-11-25T08:00:00Z"),
        ("day after tomorrow 9:00", "2026-11-29T08:00:00Z"),
        ("monday 9:00", "2026-11-23T08:00:00Z"),
        ("friday 9:00", "2026-11-27T08:00:00Z"),
        ("last friday 9:00", "2026-11-20T08:00:00Z"),
        ("next friday 9:00", "2026-12-04T08:00:00Z"),
        ("last Monday at 17:30", "2026-11-23T16:30:00Z"),
        ("3 days ago 9:00", "2026-11-24T08:00:00Z"),
        ("2 hours ago", "2026-11-27T10:00:00Z"),
        ("1h30m ago", "2026-11-27T10:30:00Z"),
        ("an hour ago", "2026-11-27T11:00:00Z"),
        ("in 10 minutes", "2026-11-27T12:10:00Z"),
        ("2026-02-13 09:00", "2026-02-13T08:00:00Z"),
        ("2026-02-13T09:00Z", "2026-02-13T09:00:00Z"),
        ("2026-02-13T09:00:00-05:00", "2026-02-13T14:00:00Z"),
        ("yesterday 9:00 +09:00", "2026-11-26T00:00:00Z"),
    ],
)
def test_a_written_time_names_one_instant(text: str, instant: str) -> None:
    assert iso_utc(parse_time(text, at(FRIDAY, "Europe/Berlin"))) == instant


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "9", "today 9", "24:00", "yesterday 25:00", "9:60", "13pm", "0am", "03/04/2026", "27 Nov 9:00", "may", "9:00 EST",
        "2026-13-01 09:00", "2026-02-30 09:00", "20260213", "half past nine", "9:00 " * 30, "1e3", "monday tuesday 9:00", "-2 hours ago",
        "9:00 +99:00", "9000 weeks ago 9:00 x",
    ],
)  # fmt: skip
def test_any_other_time_is_refused_with_forms_that_work(text: str) -> None:
    with pytest.raises(WrittenTimeError, match="yesterday 9:00"):
        parse_time(text, at(FRIDAY, "Europe/Berlin"))


def test_a_day_alone_is_a_bound_and_no_time() -> None:
    moment = at(FRIDAY, "America/New_York")
    with pytest.raises(WrittenTimeError, match="add the time, for example yesterday 09:00"):
        parse_time("yesterday", moment)
    assert iso_utc(parse_bound("2026-11-26", moment)) == "2026-11-26T05:00:00Z"
    assert iso_utc(parse_bound("2026-11-26", moment, is_end=True)) == "2026-11-27T05:00:00Z"
    assert iso_utc(parse_bound("yesterday 09:00", moment, is_end=True)) == "2026-11-26T14:00:00Z"


@pytest.mark.parametrize(
    ("now", "zone", "today"),
    [
        ("2026-06-15T23:30:00Z", "Asia/Tokyo", "2026-06-16T00:00:00Z"),
        ("2026-06-16T00:30:00Z", "America/Los_Angeles", "2026-06-15T16:00:00Z"),
        ("2026-06-15T12:00:00Z", "Pacific/Kiritimati", "2026-06-15T19:00:00Z"),
        ("2026-06-15T10:30:00Z", "Pacific/Pago_Pago", "2026-06-14T20:00:00Z"),
    ],
)
def test_today_is_the_day_of_the_zone(now: str, zone: str, today: str) -> None:
    assert iso_utc(parse_time("9:00", at(now, zone))) == today
    assert parse_time("today 9:00", at(now, zone)) == parse_time("9:00", at(now, zone))


@pytest.mark.parametrize(
    ("zone", "text", "same"),
    [
        ("Europe/Berlin", "2026-03-29 02:30", "03:30"),
        ("America/New_York", "2026-03-08 02:00", "03:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "02:45"),
    ],
)
def test_a_time_that_the_zone_skips_is_refused(zone: str, text: str, same: str) -> None:
    with pytest.raises(WrittenTimeError, match=f"{text} does not exist in {zone}.*the same moment is {same} there"):
        parse_time(text, at(FRIDAY, zone))


@pytest.mark.parametrize(
    ("zone", "text", "choices"),
    [
        ("Europe/Berlin", "2026-10-25 02:30", ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")),
        ("America/New_York", "2026-11-01 01:30", ("2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00")),
    ],
)
def test_a_time_that_happens_twice_is_refused_and_each_choice_is_accepted(
    zone: str, text: str, choices: tuple[str, str]
) -> None:
    moment = at(FRIDAY, zone)
    with pytest.raises(WrittenTimeError, match="happens twice") as caught:
        parse_time(text, moment)
    assert all(choice in str(caught.value) for choice in choices)
    first, second = (parse_time(choice, moment) for choice in choices)
    assert (second - first).total_seconds() == 3600


def test_elapsed_time_counts_through_a_change_of_the_clocks_and_days_keep_their_hour() -> None:
    after = at("2026-03-29T08:00:00Z", "Europe/Berlin")
    assert iso_utc(parse_time("10 hours ago", after)) == "2026-03-28T22:00:00Z"
    assert iso_utc(parse_time("yesterday 09:00", after)) == "2026-03-28T08:00:00Z"
    assert iso_utc(parse_time("09:00", after)) == "2026-03-29T07:00:00Z"


def test_a_day_begins_after_the_gap_where_the_zone_skips_midnight() -> None:
    assert iso_utc(day_start(date(2018, 11, 4), zone_of("America/Sao_Paulo"))) == "2018-11-04T03:00:00Z"
    assert iso_utc(day_start(date(2026, 10, 25), zone_of("Europe/Berlin"))) == "2026-10-24T22:00:00Z"


@pytest.mark.parametrize(
    ("zone", "text"), [("America/New_York", "9999-12-31 23:00"), ("Asia/Tokyo", "0001-01-01 00:00")]
)
def test_the_ends_of_the_calendar_are_refused(zone: str, text: str) -> None:
    with pytest.raises(WrittenTimeError, match="beyond the calendar"):
        parse_time(text, at(FRIDAY, zone))


def test_offsets_and_bounds_beyond_the_calendar_are_refused() -> None:
    moment = at(FRIDAY, "UTC")
    with pytest.raises(WrittenTimeError, match="beyond the calendar"):
        parse_time("0001-01-01 00:00 +05:00", moment)
    with pytest.raises(WrittenTimeError, match="last day of the calendar"):
        parse_bound("9999-12-31", moment, is_end=True)


def test_a_weekday_is_the_latest_one_the_last_is_before_today_and_the_next_after() -> None:
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        for word, least, most in (("last ", 1, 7), ("", 0, 6), ("next ", -7, -1)):
            found = parse_time(f"{word}{day} 9:00", at(FRIDAY, "UTC"))
            assert found == parse_time(f"{word}{found:%A} 9:00", at(FRIDAY, "UTC"))
            assert least <= (date(2026, 11, 27) - found.date()).days <= most
            assert f"{found:%a}".lower() == day


def test_an_instant_is_shown_with_its_zone_and_offset() -> None:
    instant = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert show_instant(instant, zone_of("Europe/Berlin")) == "Wed 2026-07-01 14:00:00 CEST (UTC+02:00)"
    assert show_instant(instant, zone_of("Asia/Kathmandu")) == "Wed 2026-07-01 17:45:00 (UTC+05:45)"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "a" * 300, "Europe"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(WrittenTimeError, match="unknown time zone"):
        zone_of(name)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h30m", 5400), ("1h 30m", 5400), ("90m", 5400), ("1.5h", 5400), ("1:30", 5400), ("PT1H30M", 5400), ("pt90m", 5400),
        ("45s", 45), ("1 hour 30 minutes", 5400), ("2hrs", 7200), ("0:00:05", 5), ("100h", 360_000),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_written(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "90", "h", "PT", "0m", "-1h", "1:60", "1h30", "1d", "9999999h", "1" * 100 + "m", "1m1h"]
)
def test_any_other_duration_is_refused(text: str) -> None:
    with pytest.raises(WrittenTimeError, match="invalid duration"):
        parse_duration(text)


def test_a_duration_is_shown_without_what_is_zero() -> None:
    assert [show_duration(one) for one in (5400, 3600, 3660, 45, 0, 90_000)] == [
        "1h30m",
        "1h",
        "1h01m",
        "45s",
        "0m",
        "25h",
    ]
