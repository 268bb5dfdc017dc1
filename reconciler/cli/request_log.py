"""What stderr says of requests: each one with `--verbose`, and long waits always."""

from __future__ import annotations

from reconciler.cli.terminal.output import print_message, print_record
from reconciler.cli.terminal.streams import is_json_log
from reconciler.gateway import Paused, Sent
from reconciler.render.values import duration

LONG_SECONDS = 10.0
"""A wait of this length is reported."""


def log_request(sent: Sent) -> None:
    """Report a request: method, path, status, seconds and attempt; never its query, its headers or its body."""
    if is_json_log():
        request = sent.request
        details = {"method": request.method, "path": request.path, "status": sent.status or None}
        print_record("request", **details, seconds=round(sent.seconds, 3), attempt=sent.attempt)
        return
    attempt = f", attempt {sent.attempt}" if sent.attempt > 1 else ""
    print_message(f"{sent.request.name}  {sent.status or 'no answer'}, {sent.seconds:.3f} s{attempt}")


def log_pause(paused: Paused) -> None:
    """Report a long wait."""
    if paused.seconds >= LONG_SECONDS:
        reason = "rate limit reached" if paused.is_rate_limit else "the service is failing"
        print_message(f"{reason}; continuing in {duration(paused.seconds)}")
