"""The page of a plan with thousands of changes: each in a short form, in a file that a browser opens and a mail carries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reconciler.planning.plan import Change, FieldChange, Plan
from reconciler.render import values, words
from reconciler.render.blocks import Block, GuardBlocks
from reconciler.render.collapse import FIRST_NAMES
from reconciler.render.grouping import Group, Node
from reconciler.render.html_plan import PlanPage
from reconciler.render.outcomes import RunOutcomes

LARGE = 2000
"""A plan with more changes has the short form."""
GROUPS_LIMIT = 9_000_000
"""Bytes of the changes by client; the whole page stays below 10 MB."""
LISTED_GROUPS = 300
FIRST_REMOVALS = 500
FIRST_REASONS = 50
FIRST_BLOCKED = 20
_TAGS = {"before": "del", "removed": "del", "after": "ins", "added": "ins"}


class LargePage(PlanPage):
    """As PlanPage, with lists that end. `escape`: text as HTML."""

    is_large = True

    def __init__(
        self, plan: Plan, outcomes: RunOutcomes | None, source_url: str, *, escape: Callable[[str], str]
    ) -> None:
        super().__init__(plan, outcomes, source_url)
        self._escape = escape

    @property
    def listed_groups(self) -> Sequence[Group]:
        """The groups of the contents and of the filter."""
        return self.groups[:LISTED_GROUPS]

    def first_removals(self) -> Sequence[Change]:
        """The removals with a row; each stands with its client as well."""
        return self.removals[:FIRST_REMOVALS]

    def more_removals(self) -> Sequence[Change]:
        """None: they stand with their clients."""
        return ()

    def removals_below(self) -> int:
        """The number of removals without a row."""
        return max(0, len(self.removals) - FIRST_REMOVALS)

    def listed_blocks(self, guard: GuardBlocks) -> Sequence[Block]:
        """The reasons that are listed."""
        return guard.blocks[:FIRST_REASONS]

    def listed_blocked(self, block: Block) -> Sequence[Change]:
        """The blocked changes that are listed."""
        return block.changes[:FIRST_BLOCKED]

    def sections(self) -> Iterator[str]:
        """The HTML of each group, as far as the page has room for them; the others are counted."""
        room = GROUPS_LIMIT
        for position, group in enumerate(self.groups, 1):
            section = self._section(group, position)
            room -= len(section.encode())
            if room < 0:
                yield self._omitted(self.groups[position - 1 :])
                return
            yield section

    def _omitted(self, left: Sequence[Group]) -> str:
        number = sum(len(group.all_changes()) for group in left)
        what = f"{words.count(len(left), 'more group')} with {words.count(number, 'change')}"
        return f'<p class="summary">{what} omitted (size limit); see the plan file.</p>\n'

    def _section(self, group: Group, position: int) -> str:
        title = self._escape(values.name(group.title) if group.is_name else group.title)
        counts = "".join(
            f'<span class="count {action}">{mark} {number:,}<span class="hide"> to {action}</span></span> '
            for mark, action, number in self.counts(group)
        )
        blocked = self.blocked(group)
        counts += f'<span class="blocked">! {blocked:,} blocked</span>' if blocked else ""
        start = (
            f'<details class="group" id="group-{position}">\n<summary><h3><bdi>{title}</bdi></h3> {counts}</summary>\n'
        )
        return f"{start}{self._nodes(group.nodes)}\n</details>\n"

    def _nodes(self, nodes: Sequence[Node]) -> str:
        return f"<ul>{''.join(map(self._node, nodes))}</ul>"

    def _node(self, node: Node) -> str:
        own = "".join(map(self._change, node.changes))
        if not node.changes:
            name = self._escape(values.name(node.address.name))
            own = f'<div class="what soft">{node.address.kind} <bdi>{name}</bdi></div>'
        return f'<li class="node">{own}{self._nodes(node.children) if node.children else ""}</li>\n'

    def _change(self, change: Change) -> str:
        """One change. What its place says of it, the script adds: group, action and address."""
        state, place = self.state(change), ""
        if reason := words.reason(change):
            place = self._escape(reason) + (" · " if change.source else "")
        if change.source:
            place += self._source(change.source)
        parts = [
            f'<div class="change {change.action}" data-kind="{change.kind}"',
            f' data-state="{self._escape(state)}">' if state else ">",
            f'<div class="what"><span class="word">{words.MARKS[change.action]} {change.action}</span> {change.kind}',
            f" <strong><bdi>{self._escape(values.name(change.address.name))}</bdi></strong>",
            self._badge(change, state),
            f' <span class="soft">{place}</span></div>' if place else "</div>",
            *(f'<div class="note">{self._escape(note)}</div>' for note in (self.notes(change),) if note),
            *(f'<div class="note bad">! {self._escape(text)}</div>' for text in (self.message(change),) if text),
            self._fields(change),
            self._embedded(change),
            "</div>",
        ]
        return "".join(parts)

    def _source(self, source: str) -> str:
        url, shown = self.link(source), self._escape(source)
        return f'<a href="{self._escape(url)}" rel="noreferrer">{shown}</a>' if url else shown

    def _badge(self, change: Change, state: str) -> str:
        if self.outcomes:
            return f' <span class="badge {self.state_class(change)}">{self._escape(state)}</span>'
        if not state:
            return ""
        return f' <a class="badge blocked" href="#guard-{self.guard_position(change)}">! blocked by {self._escape(state)}</a>'

    def _fields(self, change: Change) -> str:
        found = " · ".join(self._field(change, field) for field in words.shown_fields(change))
        return f'<div class="note">{found}</div>' if found else ""

    def _field(self, change: Change, field: FieldChange) -> str:
        shown = [f"{self._escape(field.name)}: "]
        for text, tone in values.field_pieces(change, field):
            tag = _TAGS.get(tone)
            shown.append(f"<{tag}>{self._escape(text)}</{tag}>" if tag else self._escape(text))
        return "".join(shown)

    def _embedded(self, change: Change) -> str:
        taken = change.impact.embedded
        if not taken:
            return ""
        names = ", ".join(self._escape(values.name(address.name)) for address in taken[:FIRST_NAMES])
        more = f" and {len(taken) - FIRST_NAMES:,} more" if len(taken) > FIRST_NAMES else ""
        return f'<div class="note removed">- {self._escape(words.embedded(change))}: {names}{more}</div>'
