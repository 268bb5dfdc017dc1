"""The records of planned changes in the state folder: private, bounded, and not trusted. And the age of a plan."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.applying import plan_records
from reconciler.applying.expiry import parse_instant, require_unexpired
from reconciler.applying.plan_records import PlannedRecords
from reconciler.errors import JournalError, StalePlanError
from reconciler.planning.plan_record import PlannedRecord, planned_record
from reconciler.state import Policy
from tests.planning.literals import plan_of

PLAN = plan_of({"tags": ["a"]}, {})
NOW = datetime(2026, 2, 13, 12, tzinfo=UTC)


def record(number: int = 0) -> PlannedRecord:
    return replace(planned_record(PLAN), digest=f"sha256:{number:064x}")


def test_a_record_is_found_by_the_first_digits_of_its_digest(tmp_path: Path) -> None:
    records = PlannedRecords(tmp_path / "state")
    assert records.find("0" * 16) == ((), ())
    records.save(record(1))
    records.save(record(2))
    assert records.find("0" * 16) == ((record(1), record(2)), ())
    assert records.find(f"{2:064x}") == ((record(2),), ())
    assert stat.S_IMODE(records.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in records.path.iterdir()} == {0o600}


def test_only_the_newest_records_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_records, "MOST_RECORDS", 3)
    records = PlannedRecords(tmp_path)
    for number in range(5):
        records.save(record(number))
        os.utime(records.path / f"{number:064x}.json", (number, number))
    assert records.find("")[0] == (record(2), record(3), record(4))
    monkeypatch.setattr(plan_records, "_MOST_BYTES", 10)
    records.save(record(5))
    assert records.find("")[0] == (record(5),)


def test_an_old_record_that_another_process_deletes_first_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_unlink = Path.unlink

    def second(path: Path, *, missing_ok: bool = False) -> None:
        real_unlink(path)
        real_unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(plan_records, "MOST_RECORDS", 1)
    records = PlannedRecords(tmp_path)
    records.save(record(1))
    os.utime(records.path / f"{1:064x}.json", (1, 1))
    monkeypatch.setattr(Path, "unlink", second)
    records.save(record(2))
    assert records.find("") == ((record(2),), ())


def test_broken_and_forged_records_are_named_and_ignored(tmp_path: Path) -> None:
    records = PlannedRecords(tmp_path)
    records.save(record(1))
    content = (records.path / f"{1:064x}.json").read_bytes()
    (records.path / f"{2:064x}.json").write_bytes(content)
    (records.path / f"{3:064x}.json").write_bytes(b"{")
    (records.path / f"{4:064x}.json").symlink_to(records.path / f"{1:064x}.json")
    (records.path / f"{5:064x}.json").mkdir()
    found, problems = records.find("0" * 16)
    assert found == (record(1),)
    assert [problem.partition(": ")[2] for problem in problems] == [
        f"it is the record of sha256:{1:064x}",
        "the record of planned changes is damaged: Expecting property name enclosed in double quotes at line 1, column 2",
        "it is a symbolic link",
        "it is not a regular file",
    ]


def test_a_folder_that_cannot_be_written_is_an_error_and_one_that_is_a_link_too(tmp_path: Path) -> None:
    (tmp_path / "planned").write_text("")
    with pytest.raises(JournalError, match="cannot record the planned changes"):
        PlannedRecords(tmp_path).save(record())
    (tmp_path / "other").mkdir()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "planned").symlink_to(tmp_path / "other")
    with pytest.raises(JournalError, match="symbolic link"):
        PlannedRecords(tmp_path / "state").save(record())


def expiring(seconds: int | None) -> None:
    plan = replace(PLAN, policy=replace(Policy(), plan_expires=seconds))
    require_unexpired(plan, "2026-02-10T12:00:00Z", NOW)


def test_a_plan_expires_after_the_age_of_its_policy() -> None:
    expiring(None)
    expiring(3 * 86_400)
    with pytest.raises(
        StalePlanError, match=r"the plan of 2026-02-10T12:00:00Z has expired: plans expire after P2DT23H59M"
    ):
        expiring(3 * 86_400 - 60)


@pytest.mark.parametrize("made_at", ["", "yesterday", "2026-02-13T12:00:00", "9999-99-99", "0001-01-01T00:00:00+14:00"])
def test_a_plan_of_an_unknown_time_is_refused_where_plans_expire(made_at: str) -> None:
    plan = replace(PLAN, policy=replace(Policy(), plan_expires=60))
    assert parse_instant(made_at) is None
    with pytest.raises(StalePlanError, match=r"the time of the plan is not known, and plans expire after PT1M"):
        require_unexpired(plan, made_at, NOW)


def test_a_plan_of_a_time_to_come_is_refused_beyond_what_clocks_differ() -> None:
    plan = replace(PLAN, policy=replace(Policy(), plan_expires=60))
    require_unexpired(plan, "2026-02-13T12:05:00Z", NOW)
    with pytest.raises(StalePlanError, match="dated in the future"):
        require_unexpired(plan, "2026-02-13T12:05:01Z", NOW)


def test_the_limits_of_the_records() -> None:
    assert (plan_records.MOST_RECORDS, plan_records._MOST_BYTES) == (100, 64 * 1024 * 1024)
