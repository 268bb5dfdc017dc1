"""What earlier sessions of a run have written, told from its journal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model import Address


@dataclass(frozen=True, slots=True)
class History:
    """`created`: ids of what the run made, by address. `doubtful`: addresses of creates whose outcome the journal does not
    know. `wrote`: whether anything was written, or may have been. `in_doubt`: intents without a known outcome, oldest first.
    """

    created: Mapping[Address, str] = field(default_factory=dict)
    doubtful: frozenset[Address] = frozenset()
    wrote: bool = False
    in_doubt: tuple[Mapping[str, Any], ...] = ()


EMPTY_HISTORY = History()


def history_of(lines: Iterable[Mapping[str, Any]]) -> History:
    """The ledger of a journal's lines, in their order."""
    builder = _HistoryBuilder()
    for line in lines:
        builder.take(line)
    doubtful = {Address.parse(address) for intent in builder.open.values() for address in _creates(intent)}
    doubtful |= {Address.parse(address) for address in builder.unread}
    created = {Address.parse(address): resource_id for address, resource_id in builder.created.items()}
    return History(
        created, frozenset(doubtful), wrote=builder.wrote or bool(builder.open), in_doubt=tuple(builder.open.values())
    )


def is_about(settled: Mapping[str, Any], intent: Mapping[str, Any]) -> bool:
    """Whether a `settled` line tells of this intent: by its number, else by the address and the action, since what gives a name
    up and what takes it share an address.
    """
    if "n" in settled:
        return bool(settled["n"] == intent["n"])
    return (settled["address"], settled.get("action", "create")) == (intent["address"], intent.get("action", "create"))


def action_of(settled: Mapping[str, Any], intents: Mapping[int, Mapping[str, Any]]) -> str:
    """The action of the change that a `settled` line tells of."""
    intent = intents.get(settled.get("n", 0), settled)
    return str(intent.get("action", "create"))


class _HistoryBuilder:
    """Reads a journal line by line."""

    def __init__(self) -> None:
        self.open: dict[int, Mapping[str, Any]] = {}
        self.created: dict[str, str] = {}
        self.unread: set[str] = set()
        self.wrote = False

    def take(self, line: Mapping[str, Any]) -> None:
        match line.get("event"):
            case "intent":
                self.open[line["n"]] = line
            case "outcome":
                self._close(line)
            case "settled":
                self._resolve(line)

    def _close(self, line: Mapping[str, Any]) -> None:
        intent = self.open.get(line["n"])
        if intent is None:
            return
        if line["result"] == "unknown":
            self.wrote = True
            return
        del self.open[line["n"]]
        if line["result"] != "done":
            return
        self.wrote = True
        if intent["step"] == "create":
            self.unread |= set(intent.get("covers", ()))
            if line.get("id"):
                self.created[intent["address"]] = line["id"]
            else:
                self.unread.add(intent["address"])

    def _resolve(self, line: Mapping[str, Any]) -> None:
        address, is_found = line["address"], line["result"] == "found"
        if line["result"] == "moved":
            return  # what is there is another's: nothing is known of ours
        mine = [number for number, intent in self.open.items() if is_about(line, intent)]
        creates = address in self.unread and action_of(line, self.open) == "create"
        self.unread -= {address} if creates else set()
        for number in mine:
            intent = self.open.pop(number)
            creates = creates or intent["step"] == "create"
            if is_found:
                self.unread |= set(intent.get("covers", ()))
        if is_found and creates and line.get("id"):
            self.created[address] = line["id"]


def _creates(intent: Mapping[str, Any]) -> tuple[str, ...]:
    return (intent["address"], *intent.get("covers", ())) if intent["step"] == "create" else ()
