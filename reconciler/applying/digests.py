"""The short form of a plan's digest, which approves the plan."""

from __future__ import annotations

from typing import Final

from reconciler.planning.plan import Plan

MIN_DIGITS: Final = 16
"""Fewest hex digits of a digest that approve it: 64 bits."""


def short(plan: Plan) -> str:
    """The shortest form of the digest that approves the plan."""
    return plan.digest.removeprefix("sha256:")[:MIN_DIGITS]
