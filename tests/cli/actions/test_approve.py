"""`approve` and `apply --require-approvals`, with real ssh keys: what counts, what is refused, what is recorded."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from reconciler.applying.statement import NAMESPACE, ApprovalStatement, instant_text
from reconciler.cli import ssh_keygen
from reconciler.cli.actions import approve as approve_action
from reconciler.cli.approval_options import RequiredApprovals
from reconciler.cli.approvals import GivenApprovals, read_approvals
from reconciler.cli.plan_records import now
from reconciler.planning import plan_record_json
from tests.cli.embedded import Embedded
from tests.cli.program import Desk
from tests.programs import require_program


def keygen(*words: str, data: bytes = b"") -> bytes:
    require_program("ssh-keygen")
    return subprocess.run(["ssh-keygen", *words], input=data, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the keys of four people."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ana", "bo", "eve", "locked"):
        keygen(
            "-q",
            "-t",
            "ed25519",
            "-N",
            "a passphrase" if name == "locked" else "",
            "-C",
            name,
            "-f",
            str(folder / name),
        )
    return folder


@dataclass
class Desks:
    """A workspace with a manifest that adds two tags, its allowed signers, and their keys."""

    sandbox: Embedded
    keys: Path
    folder: Path
    digest: str = ""
    signers: dict[str, str] = field(default_factory=dict)

    def allow(self, **lines: str) -> None:
        """Write the allowed signers: name of a key → what precedes the key."""
        public = {name: " ".join((self.keys / f"{name}.pub").read_text().split()[:2]) for name in lines}
        text = "".join(f"{lines[name]} {public[name]}\n" for name in lines)
        (self.folder / "signers").write_text(text)

    def sign(self, name: str, *words: str, as_: str = "") -> Result:
        """Approve with somebody's key, into approvals/NAME.approval."""
        principal = as_ or f"{name}@x.example"
        made = self.sandbox.desk.call(
            "approve", self.digest, "--sign-with", str(self.keys / name), "--principal", principal,
            "-o", f"approvals/{as_ or name}.approval", *words,
        )  # fmt: skip
        assert made.exit_code == 0, made.stderr
        return made

    def forge(self, name: str, namespace: str = NAMESPACE, **changed: Any) -> None:
        """Sign any statement with somebody's key."""
        statement = replace(self.statement(name), **changed)
        payload = statement.to_text().encode()
        signature = keygen("-Y", "sign", "-q", "-f", str(self.keys / name), "-n", namespace, data=payload)
        path = self.folder / "approvals" / f"{name}.approval"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(payload + signature)

    def statement(self, name: str) -> ApprovalStatement:
        at = now()
        later = instant_text(at + timedelta(hours=1))
        return ApprovalStatement(self.digest, "", f"{name}@x.example", instant_text(at), later, instant_text(at))

    def apply(self, number: int, *words: str) -> Result:
        options = ("--require-approvals", str(number), "--allowed-signers", "signers", "--approval", "approvals")
        return self.sandbox.run("apply", "-q", *options, *words)

    @property
    def tags(self) -> list[str]:
        return sorted(item["name"] for item in self.sandbox.store.snapshot(self.sandbox.workspace)["tags"])


@pytest.fixture
def desks(sandbox: Embedded, keys: Path) -> Desks:
    sandbox.declare(tags=["one", "two"])
    found = Desks(sandbox, keys, sandbox.desk.folder)
    found.digest = sandbox.plan("-o", "plan.json")["digest"]
    found.allow(ana="ana@x.example,ana", bo="bo@x.example")
    return found


def test_enough_signers_approve_the_plan_and_the_run_records_them(desks: Desks) -> None:
    made = desks.sign("ana")
    assert f"approving {desks.digest} of " in made.stderr
    assert "2 create\nsigned as ana@x.example with the key SHA256:" in made.stderr
    refused = desks.apply(2)
    assert (refused.exit_code, desks.tags) == (3, [])
    assert "the plan needs the signed approvals of 2 distinct signers; 1 can be counted" in refused.stderr
    assert "ana@x.example: counts (SHA256:" in refused.stderr
    desks.sign("bo", "--expires", "PT1H")
    applied = desks.apply(2, "--not-author", "eve@x.example")
    assert applied.exit_code == 0, applied.stderr
    assert desks.tags == ["one", "two"]
    shown = desks.sandbox.desk.call("runs", "show", "latest")
    assert "approved by ana@x.example with the key SHA256:" in " ".join(shown.stdout.split())
    session = json.loads(desks.sandbox.desk.call("runs", "show", "latest", "--json").stdout)["sessions"][0]
    assert [one["signer"] for one in session["approvals"]] == ["ana@x.example", "bo@x.example"]
    assert session["approved_as"] == desks.digest


def test_no_output_and_no_file_has_a_private_key(desks: Desks) -> None:
    made = desks.sign("ana")
    secret = "".join((desks.keys / "ana").read_text().splitlines()[1:-1])
    written = "".join(path.read_text(errors="replace") for path in desks.folder.rglob("*") if path.is_file())
    for text in (made.output, written):
        assert secret[40:80] not in text
        assert "OPENSSH PRIVATE KEY" not in text


FORGERIES: dict[str, tuple[dict[str, Any], str]] = {
    "another digest": ({"digest": "sha256:" + "0" * 64}, "bo@x.example: approves another plan, sha256:0000"),
    "another workspace": ({"workspace_id": "w2"}, "bo@x.example: approves this plan for another workspace, w2"),
    "expired": ({"expires_at": instant_text(now() - timedelta(seconds=1)), "signed_at": "2026-01-01T00:00:00Z"}, "bo.approval: expired at "),
    "dated in the future": ({"signed_at": "2999-01-01T00:00:00Z", "expires_at": "2999-01-02T00:00:00Z"}, "its dates are not possible"),
    "the name of somebody else": ({"signer": "ana@x.example"}, "do not let the key SHA256:"),
    "another namespace": ({"namespace": "git"}, "it was edited, or signed for another purpose"),
}  # fmt: skip


@pytest.mark.parametrize("case", FORGERIES)
def test_a_forged_approval_is_not_counted(desks: Desks, case: str) -> None:
    changed, reason = FORGERIES[case]
    desks.forge("ana")
    desks.forge("bo", **changed)
    refused = desks.apply(2)
    assert (refused.exit_code, desks.tags) == (3, [])
    assert "2 distinct signers; 1 can be counted" in refused.stderr
    assert reason in " ".join(refused.stderr.split())


def test_an_unknown_key_an_edited_statement_and_a_broken_file_are_not_counted(desks: Desks) -> None:
    desks.forge("ana")
    desks.forge("eve", signer="bo@x.example")
    edited = (desks.folder / "approvals/ana.approval").read_text().replace("ana@x.example", "bo@x.example")
    (desks.folder / "approvals/edited.approval").write_text(edited)
    (desks.folder / "approvals/broken.approval").write_text("{}")
    refused = desks.apply(2)
    text = " ".join(refused.stderr.split())
    assert (refused.exit_code, desks.tags) == (3, [])
    assert "eve.approval: the key SHA256:" in text
    assert "is not that of an allowed signer" in text
    assert "edited.approval: the signature is not one of this statement: it was edited" in text
    assert "broken.approval: not a signed approval of reconciler" in text


def test_the_same_signer_twice_is_one(desks: Desks) -> None:
    desks.allow(ana="ana@x.example,ana", bo="ana@x.example")
    desks.sign("ana", as_="ana")  # two names of the same key
    desks.sign("ana", as_="ana@x.example")
    desks.forge("bo", signer="ana@x.example")  # another key of the same name
    refused = desks.apply(2)
    assert "2 distinct signers; 1 can be counted" in refused.stderr
    assert (refused.exit_code, desks.apply(1).exit_code) == (3, 0)


def test_the_author_does_not_approve_also_under_another_name(desks: Desks) -> None:
    desks.sign("ana", as_="ana")
    refused = desks.apply(1, "--not-author", "ana@x.example")
    assert (refused.exit_code, desks.tags) == (3, [])
    assert "ana is the author of the plan (ana@x.example), whose approval does not count" in " ".join(
        refused.stderr.split()
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f'ana@x.example namespaces="{NAMESPACE}"', 0),
        ('ana@x.example namespaces="git"', 3),
        ('ana@x.example valid-before="20200101"', 3),
        ('ana@x.example valid-after="29990101"', 3),
        ("*@x.example", 0),
    ],
)
def test_namespaces_and_validity_of_the_allowed_signers_hold(desks: Desks, line: str, code: int) -> None:
    desks.allow(ana=line)
    desks.forge("ana")
    assert desks.apply(1).exit_code == code


def test_a_digest_beside_the_approvals_has_to_match(desks: Desks) -> None:
    desks.forge("ana")
    assert desks.apply(1, "--approve", "0" * 16).exit_code == 3
    assert desks.tags == []
    applied = desks.sandbox.desk.call(
        "--sandbox", "apply", "plan.json", "--require-approvals", "1", "--allowed-signers", "signers",
        "--approval", "approvals/ana.approval", "--approve", desks.digest,
    )  # fmt: skip
    assert applied.exit_code == 0, applied.stderr


def test_what_moved_since_the_approved_plan_is_named(desks: Desks) -> None:
    desks.forge("ana")
    desks.sandbox.call("POST", "tags", {"name": "two"})
    refused = desks.apply(1)
    assert (refused.exit_code, desks.tags) == (3, ["two"])
    assert "1 distinct signers; 0 can be counted; moved since the approved plan of " in " ".join(refused.stderr.split())
    assert "\n  tag:two is no longer created\n" in refused.stderr


def test_a_statement_has_the_time_of_the_plan_where_no_record_has_it(desks: Desks) -> None:
    desks.sandbox.declare(tags=["one"], policy={"plan_expires": "P3D"})
    desks.digest = desks.sandbox.plan()["digest"]
    for path in (desks.folder / ".reconciler" / "planned").iterdir():
        path.unlink()
    desks.forge("ana", plan_created_at="")
    assert "the time of the plan is not known" in desks.apply(1).stderr
    desks.forge("ana", plan_created_at="2026-01-01T00:00:00Z")
    assert "has expired: plans expire after P3D" in " ".join(desks.apply(1).stderr.split())
    desks.forge("ana")
    assert desks.apply(1).exit_code == 0


@pytest.mark.parametrize("name", ["", " ", "Ana <ana@x.example>", "*@x.example"])
def test_an_author_that_no_signer_can_be_is_a_usage_error(desks: Desks, name: str) -> None:
    """As that of a variable that is not set: it would exclude no signer."""
    desks.sign("ana")
    refused = desks.apply(1, "--not-author", name)
    assert (refused.exit_code, desks.tags) == (64, [])
    assert "is no principal; write it as the allowed signers do" in " ".join(refused.stderr.split())


def test_what_is_no_approval_in_a_folder_does_not_count_and_the_rest_does(desks: Desks) -> None:
    desks.sign("ana")
    folder = desks.folder / "approvals"
    (folder / "gone.approval").symlink_to(folder / "nowhere")
    (folder / "large.approval").write_bytes(b"\xff" * 100_000)
    refused = desks.apply(2)
    assert refused.exit_code == 3
    shown = " ".join(refused.stderr.split())
    assert "cannot read approvals/gone.approval: No such file" in shown
    assert "cannot read approvals/large.approval: it is larger than 64 KiB" in shown
    assert desks.apply(1).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--approval", "approvals"),
        ("--not-author", "ana"),
        ("--require-approvals", "1"),
        ("--require-approvals", "0", "--allowed-signers", "signers", "--approval", "approvals"),
        ("--require-approvals", "1", "--allowed-signers", "-", "--approval", "approvals"),
    ],
)
def test_options_that_do_not_belong_together_are_a_usage_error(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.call("--sandbox", "apply", *words).exit_code == 64


def test_missing_files_and_an_empty_folder(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    (desks.folder / "approvals").mkdir()
    refused = desks.apply(1)
    assert "approvals: no file in it ends in .approval" in refused.stderr
    (desks.folder / "signers").unlink()
    assert "cannot read signers: No such file" in desks.apply(1).stderr
    assert "cannot read x: No such file" in desks.apply(1, "--approval", "x", "--allowed-signers", "plan.json").stderr
    monkeypatch.setattr("reconciler.cli.approvals._MOST_FILES", 0)
    desks.forge("ana")
    with pytest.raises(Exception, match="more than 0 approvals"):
        read_approvals(RequiredApprovals(1, "plan.json", ["approvals"]))
    assert GivenApprovals(RequiredApprovals()).verify(datetime.now(UTC)).required == 0


def test_without_ssh_keygen_there_is_one_message(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    desks.forge("ana")
    monkeypatch.setenv("PATH", "")
    refused = desks.apply(1)
    assert refused.exit_code == 1
    assert "error: cannot verify approvals: ssh-keygen is not installed\nhint: install OpenSSH" in refused.stderr
    monkeypatch.setattr(ssh_keygen, "PROGRAM", "no-such-program")
    signed = desks.sandbox.desk.call(
        "approve", "plan.json", "--sign-with", str(desks.keys / "ana"), "--principal", "ana"
    )
    assert "error: cannot run no-such-program: it is not installed" in signed.stderr
    monkeypatch.setattr(ssh_keygen, "PROGRAM", str(desks.folder))
    signed = desks.sandbox.desk.call(
        "approve", "plan.json", "--sign-with", str(desks.keys / "ana"), "--principal", "ana"
    )
    assert "Permission denied" in signed.stderr


def approve(desk: Desk, *words: str, **environment: str) -> Result:
    return desk.call("approve", *words, **environment)


def test_a_digest_is_completed_from_the_recorded_plans_alone(desks: Desks) -> None:
    words = ("--sign-with", str(desks.keys / "ana"), "--principal", "ana")
    desk, short = desks.sandbox.desk, desks.digest.removeprefix("sha256:")[:16]
    made = approve(desk, short, *words)
    content = made.stdout.partition("-----BEGIN")[0]
    assert json.loads(content)["digest"] == desks.digest
    assert json.loads(content)["workspace"] == desks.sandbox.workspace
    for plan, message in (
        ("0" * 16, "no recorded plan has a digest that begins with 0000000000000000"),
        ("0" * 15, "invalid digest"),
        ("additive", "invalid digest 'additive'"),
    ):
        refused = approve(desk, plan, *words)
        assert (refused.exit_code, message in refused.stderr) == (3, True)
    unknown = approve(desk, "f" * 64, *words)
    assert json.loads(unknown.stdout.partition("-----BEGIN")[0])["workspace"] is None


def test_the_signer_is_named_as_in_the_configuration_of_git(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, key = desks.sandbox.desk, str(desks.keys / "ana")
    (desks.folder / "config").write_text("[user]\n\temail = ana@x.example\n")
    made = approve(desk, "plan.json", "--sign-with", key, GIT_CONFIG_GLOBAL="config", GIT_CONFIG_NOSYSTEM="1")
    assert '"signer": "ana@x.example"' in made.stdout
    (desks.folder / "config").write_text("")
    unnamed = approve(desk, "plan.json", "--sign-with", key, GIT_CONFIG_GLOBAL="config", GIT_CONFIG_NOSYSTEM="1")
    assert "error: the name of the signer is not known\nhint: name yourself" in unnamed.stderr
    assert "invalid principal 'a b'" in approve(desk, "plan.json", "--sign-with", key, "--principal", "a b").stderr
    monkeypatch.setenv("PATH", "")
    assert approve_action._email_of_git() == ""


def test_what_cannot_be_signed_or_written_is_one_message(desks: Desks) -> None:
    desk, ana, locked = desks.sandbox.desk, str(desks.keys / "ana"), str(desks.keys / "locked")
    (desks.folder / "other.approval").write_text("mine")
    asking = {"SSH_ASKPASS": "false", "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none"}
    cases: list[tuple[tuple[str, ...], int, str]] = [
        (("--sign-with", "no-key"), 1, "the key no-key is not a file"),
        (("--sign-with", "plan.json"), 1, "ssh-keygen cannot sign with plan.json"),
        (
            ("--sign-with", locked),
            1,
            "locked: its passphrase was not given, or is another one hint: run the command on a",
        ),
        (("--sign-with", ana, "--expires", "3 days"), 64, "invalid period '3 days'"),
        (
            ("--sign-with", ana, "--expires", "P1M"),
            64,
            "use ISO 8601 weeks, or days, hours and minutes (months and years",
        ),
        (("--sign-with", ana, "-o", "a.txt"), 64, "it ends in .approval"),
        (("--sign-with", ana, "-o", "other.approval"), 1, "it exists and is not an approval"),
        (("--sign-with", ana, "-o", "-"), 0, "signed as ana"),
    ]
    for words, code, message in cases:
        result = approve(desk, "plan.json", "--principal", "ana", *words, **asking)
        assert (result.exit_code, message in " ".join(result.stderr.split())) == (code, True), result.output
    assert (desks.folder / "other.approval").read_text() == "mine"
    desks.sign("ana")
    desks.sign("ana")  # an approval may be replaced by a newer one


def test_a_record_is_verified_before_its_summary_is_shown(desks: Desks) -> None:
    desk, words = desks.sandbox.desk, ("--principal", "ana", "--sign-with", str(desks.keys / "ana"))
    unproved = "note: these numbers are from a record without values"
    assert unproved in approve(desk, desks.digest, *words).stderr
    assert unproved not in approve(desk, "plan.json", *words).stderr
    (path,) = (desks.folder / ".reconciler" / "planned").glob("*.json")
    data = json.loads(path.read_text())
    data["changes"][0]["action"] = "update"
    data["checksum"] = plan_record_json._checksum(data)
    text = json.dumps(data)
    path.write_text(text)
    (desks.folder / "forged.json").write_text(text)
    refused = approve(desk, "forged.json", *words)
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "error: forged.json: the record of planned changes is not one that a plan has: changes[0]" in refused.stderr
    assert "approving" not in refused.stderr
    ignored = approve(desk, desks.digest, *words)
    assert f"warning: the record of {desks.digest} is ignored: changes[0]: " in ignored.stderr
    assert "approving" not in ignored.stderr


def test_a_key_that_others_can_read_is_not_used(desks: Desks) -> None:
    key = desks.folder / "open"
    key.write_bytes((desks.keys / "ana").read_bytes())
    key.chmod(0o644)
    made = approve(desks.sandbox.desk, "plan.json", "--principal", "ana", "--sign-with", "open")
    assert (made.exit_code, "cannot sign with open: other users can read it\nhint: chmod 600 open" in made.stderr) == (
        1,
        True,
    )


@pytest.mark.parametrize(
    "printed",
    ["ssh-keygen: unknown option -- Y", "ssh-keygen: invalid option -- 'Y'", 'Unsupported operation for -Y: "x"'],
)
def test_a_program_that_is_too_old_is_named_as_that(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, printed: str
) -> None:
    desks.sign("ana")

    def old(words: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(words, 1, b"", f"{printed}\nusage: ssh-keygen\n".encode())

    monkeypatch.setattr(subprocess, "run", old)
    made = approve(desks.sandbox.desk, "plan.json", "--principal", "ana", "--sign-with", str(desks.keys / "ana"))
    for result in (made, desks.apply(1)):
        assert (result.exit_code, "ssh-keygen is too old" in result.stderr) == (1, True), result.stderr
        assert "edited" not in result.stderr


def test_a_malformed_line_of_the_allowed_signers_is_named(desks: Desks) -> None:
    desks.sign("ana")
    text = (desks.folder / "signers").read_text().splitlines()
    (desks.folder / "signers").write_text("\n".join(["# people", "ana@x.example ssh-ed25519", *text[1:], ""]))
    refused = desks.apply(1)
    assert refused.exit_code == 3
    assert "is not that of an allowed signer" in refused.stderr
    assert "line 2 of signers names no signer: " in refused.stderr


def test_a_signature_that_cannot_be_verified_is_not_written(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approve_action, "key_of", lambda _: "")
    words = ("--sign-with", str(desks.keys / "ana"), "--principal", "ana", "-o", "a.approval")
    assert "the new signature cannot be verified" in approve(desks.sandbox.desk, "plan.json", *words).stderr
    assert not (desks.folder / "a.approval").exists()
