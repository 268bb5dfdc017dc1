"""Stories of edits: each step is a whole manifest, made from what is believed to be live and from a few edits of it.

Manifests are plain data. `in_files` splits one into several files; `expanded` parts are never needed for that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from random import Random
from typing import Any

import yaml

from tests.search.live import escaped
from tests.search.settings import make_trouble
from tests.search.worlds import NAMES, Item, World, every_list, spelled_otherwise

Manifest = dict[str, Any]
ENDINGS = ("yaml", "yml", "YAML", "Yml")
SECTIONS = ("clients", "projects", "tags")
_FIELDS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "client": {
        "note": ("one", "two", None),
        "address": ("2 Street", None),
        "email": ("new@x.example", None),
        "cc_emails": ([], ["z@x.example", "a@x.example"]),
    },
    "project": {
        "note": ("one", "two", None),
        "color": ("#112233", "#aabbcc", "#AB47BC"),
        "public": (True, False),
        "billable": (True, False),
        "estimate": ("PT1H", "PT90M", "PT40H", None),
        "hourly_rate": ("10.00", 0, "95", 12.5, None),
    },
    "task": {
        "estimate": ("PT1H", "PT90M", None),
        "billable": (True, False),
        "assignees": ([], ["jo@acme.example"], ["KIM@acme.example", "jo@acme.example"]),
        "status": ("active", "done"),
    },
    "tag": {},
}


def make_story(random: Random, world: World) -> list[Item]:
    """One to four steps; each with its manifest, how it is applied, and what goes wrong."""
    teller = _Teller(random, world)
    steps = []
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        step: Item = {"manifest": teller.manifest(), "files": random.choice((0, 0, 0, 1, 2, 3))}
        step["saved"] = random.random() < 0.5
        if random.random() < 0.3:
            step["trouble"] = make_trouble(random)
        elif random.random() < 0.45:
            step["undo"] = True
        if random.random() < 0.3:
            step["shuffled"] = random.randrange(1000)
        if random.random() < 0.25:
            step["except_blocked"] = True
        if random.random() < 0.15:
            step["verify"] = True
        steps.append(step)
    return steps


def valid(name: str) -> str:
    """The form of a live name that a manifest may declare."""
    return unicodedata.normalize("NFC", name).strip()


def in_files(manifest: Manifest, number: int) -> list[tuple[str, str]]:
    """The manifest as `number` files or more, each with its name; 0 for a single one."""
    if not number:
        return [("workspace.yaml", _text(manifest))]
    head = {key: value for key, value in manifest.items() if key not in (*SECTIONS, "removed")}
    parts: list[Manifest] = [head] if head else []
    for section in (*SECTIONS, "removed"):
        items = manifest.get(section)
        if items is not None:
            cut = len(items) // 2 if number > 1 else len(items)
            parts += [{section: items[:cut]}, {section: items[cut:]}] if cut < len(items) else [{section: items}]
    if number == 2:
        return [("all.yml", "\n---\n".join(_text(part) for part in reversed(parts)))]
    return [(f"{at % 2}/{at:02}.{ENDINGS[at % len(ENDINGS)]}", _text(part)) for at, part in enumerate(parts)]


def _text(part: Manifest) -> str:
    return yaml.safe_dump({"version": 1, **part}, allow_unicode=True, sort_keys=False)


def shuffled(manifest: Manifest, random: Random) -> Manifest:
    """The same manifest with its keys and its resources in another order."""
    return {key: _shuffled(key, value, random) for key, value in _in_any_order(manifest, random)}


def _shuffled(key: str, value: Any, random: Random) -> Any:
    if isinstance(value, dict) and key != "task_sets":
        return {inner: _shuffled(inner, item, random) for inner, item in _in_any_order(value, random)}
    if isinstance(value, list) and key in (*SECTIONS, "tasks", "removed", "protect"):
        items = [_shuffled("", item, random) for item in value]
        return random.sample(items, len(items))
    return value


def _in_any_order(value: Mapping[str, Any], random: Random) -> Iterator[tuple[str, Any]]:
    yield from random.sample(list(value.items()), len(value))


class _Teller:
    """Tells one story: `believed` is what should be live after the steps so far, `gone` the names that went."""

    def __init__(self, random: Random, world: World) -> None:
        self.random = random
        self.believed: Manifest = deepcopy({key: world[key] for key in SECTIONS})
        self.gone: dict[str, list[str]] = {kind: [] for kind in NAMES}
        self.is_first = True

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def manifest(self) -> Manifest:
        """The manifest of the next step."""
        declared: Manifest = {
            "clients": self.adopted("client", self.believed["clients"]),
            "projects": self.adopted("project", self.believed["projects"]),
            "tags": self.adopted("tag", self.believed["tags"]),
        }
        extra: Manifest = self.settings()
        edits = self.random.choice((1, 1, 2, 2, 3, 4))
        for _ in range(edits):
            self.random.choice(_EDITS)(self, declared, extra)
        self.believed = deepcopy(declared)
        self.is_first = False
        for section in SECTIONS:
            if self.chance(0.12) and len(declared) > 1:
                del declared[section]
        for kind, items in list(every_list(declared)):
            for at, item in enumerate(items):
                items[at] = self.written(kind, item)
        for _, items in every_list(self.believed):
            for item in items:
                if self.chance(0.6):
                    item.pop("was", None)
        return {**extra, **declared}

    def settings(self) -> Manifest:
        """Policy and defaults."""
        policy: Manifest = {}
        for plural in ("clients", "projects", "tasks", "tags"):
            if self.chance(0.25):
                policy.setdefault("prune", {})[plural] = self.random.choice(("delete", "archive", "keep"))
        if self.chance(0.12):
            policy["tracked_time"] = self.random.choice(("keep", "delete"))
        extra: Manifest = {"policy": policy} if policy else {}
        if self.chance(0.06):
            extra["defaults"] = {"project": {"billable": self.chance(0.5)}, "task": {"billable": self.chance(0.5)}}
        return extra

    def adopted(self, kind: str, items: list[Item]) -> list[Item]:
        """What the manifest declares of what is live: most of it, each with some of its values."""
        found: list[Item] = []
        for item in items:
            name = valid(item["name"])
            if self.chance(0.1 if self.is_first else 0.04) or any(
                name.casefold() == o["name"].casefold() for o in found
            ):
                self.gone[kind].append(item["name"])
                continue
            new: Item = {"name": name, "live": item["name"]}
            new |= {key: value for key, value in item.items() if key in ("was", "client")}
            if item.get("archived") and self.chance(0.7):
                new["archived"] = True
            if (item.get("done") or item.get("status") == "done") and self.chance(0.7):
                new["status"] = "done"
            for field, values in _FIELDS[kind].items():
                if self.chance(0.07):
                    new[field] = self.random.choice(values)
            if "projects" in item:
                new["projects"] = self.adopted("project", item["projects"])
            if kind == "project":
                new["tasks"] = self.adopted("task", item.get("tasks", []))
                if self.chance(0.08):
                    del new["tasks"]
            found.append(new)
        return found

    def written(self, kind: str, item: Item) -> Any:
        """An item as a manifest has it: without our own keys, and often as a bare name."""
        kept = {key: value for key, value in item.items() if key not in ("live", "n")}
        if kind == "client" and not kept.get("projects") and self.chance(0.7):
            kept.pop("projects", None)
        if kind == "project" and self.chance(0.04 if kept.get("tasks") else 0.5):
            kept.pop("tasks", None)
        return kept["name"] if list(kept) == ["name"] and self.chance(0.8) else kept

    def siblings(self, declared: Manifest, *, least: int = 1) -> tuple[str, list[Item]] | None:
        """A list of siblings with at least this many items."""
        lists = [(kind, items) for kind, items in every_list(_with_tasks(declared)) if len(items) >= least]
        return self.random.choice(lists) if lists else None

    def free_name(self, kind: str, items: list[Item]) -> str:
        """A name that no sibling has, or a spelling of one that went."""
        used = {item["name"].casefold() for item in items}
        pool = [*NAMES[kind], *map(valid, self.gone[kind]), *(f"{name} 2024" for name in NAMES[kind][:3])]
        pool = [name for name in pool if name.casefold() not in used and len(name) > 1]
        name = self.random.choice(pool)
        return valid(spelled_otherwise(self.random, name)) if self.chance(0.08) else name

    def reference(self, name: str) -> str:
        """A name in `was:`, `removed:` and the like: as it is, or in another spelling."""
        return escaped(spelled_otherwise(self.random, name) if self.chance(0.15) else name)

    # -- edits ---------------------------------------------------------------------------------------------------

    def _renamed(self, declared: Manifest) -> tuple[str, Item, str] | None:
        """Give an item another name: its kind, the item, and the name that is live."""
        found = self.siblings(declared)
        if not found:
            return None
        kind, items = found
        item = self.random.choice(items)
        before = _live(item)
        item["name"] = self.free_name(kind, items)
        return kind, item, before

    def rename(self, declared: Manifest, _extra: Manifest) -> None:
        """With `was:` mostly."""
        if renamed := self._renamed(declared):
            kind, item, before = renamed
            if self.chance(0.75):
                item["was"] = self.reference(before)
                if self.chance(0.15):
                    item["was"] = [self.reference(self.random.choice(NAMES[kind])), item["was"]]

    def rename_wrongly(self, declared: Manifest, _extra: Manifest) -> None:
        """With a mistyped `was:`, or one that names something else."""
        if renamed := self._renamed(declared):
            kind, item, before = renamed
            item["was"] = escaped(
                self.random.choice((f"{before}x", before[:-1] or "x", self.random.choice(NAMES[kind])))
            )

    def retype(self, declared: Manifest, _extra: Manifest) -> None:
        """Another spelling of the same name."""
        if found := self.siblings(declared):
            item = self.random.choice(found[1])
            name = valid(spelled_otherwise(self.random, item["name"]))
            if len(name) > 1:
                item["name"] = name

    def turn(self, declared: Manifest, _extra: Manifest) -> None:
        """A swap, or a ring of three, with `was:`."""
        if found := self.siblings(declared, least=2):
            items = self.random.sample(found[1], 3 if len(found[1]) > 2 and self.chance(0.3) else 2)
            names = [item["name"] for item in items]
            before = [_live(item) for item in items]
            for item, name, was in zip(items, (*names[1:], names[0]), before, strict=True):
                item["name"], item["was"] = name, self.reference(was)
            if self.chance(0.15):
                self.random.choice(items).pop("was")

    def hand_over(self, declared: Manifest, _extra: Manifest) -> None:
        """A rename, and something new under the old name."""
        if found := self.siblings(declared):
            kind, items = found
            item = self.random.choice(items)
            before = item["name"]
            item["name"], item["was"] = self.free_name(kind, items), self.reference(_live(item))
            items.append(self.new(kind, before))

    def move(self, declared: Manifest, _extra: Manifest) -> None:
        """A project to another client, or to none."""
        homes = [("", declared["projects"])]
        homes += [(_live(c), c.setdefault("projects", [])) for c in declared["clients"]]
        full = [home for home in homes if home[1]]
        if not full or len(homes) < 2:
            return
        source, items = self.random.choice(full)
        _, target = self.random.choice([home for home in homes if home[1] is not items])
        item = self.random.choice(items)
        items.remove(item)
        item.pop("client", None)
        if self.chance(0.85):
            item["was"] = f"{escaped(source)}/{self.reference(item.get('live', item['name']))}"
        if self.chance(0.2) or any(item["name"].casefold() == other["name"].casefold() for other in target):
            item["name"] = self.free_name("project", target)
        target.append(item)

    def drop(self, declared: Manifest, _extra: Manifest) -> None:
        """Something that is no longer declared."""
        if found := self.siblings(declared):
            kind, items = found
            item = self.random.choice(items)
            items.remove(item)
            self.gone[kind].append(item["name"])

    def remove(self, declared: Manifest, extra: Manifest) -> None:
        """An entry of `removed:` for something that is no longer declared, under old names or new ones of its parents."""
        lists = list(_with_paths(declared))
        lists = [found for found in lists if found[1]]
        if not lists:
            return
        kind, items, parents = self.random.choice(lists)
        item = self.random.choice(items)
        items.remove(item)
        self.gone[kind].append(item["name"])
        parts = [parent["name"] if self.chance(0.5) else _live(parent) for parent in parents]
        path = "/".join(escaped(part) for part in parts)
        name = self.reference(_live(item))
        if self.chance(0.08):
            name += "x"
        extra.setdefault("removed", []).append({kind: f"{path}/{name}" if path else name})
        if kind == "task" and self.chance(0.25):  # its project goes as well
            for _, owners, _ in list(_with_paths(declared)):
                if any(owner is parents[-1] for owner in owners):
                    owners[:] = [owner for owner in owners if owner is not parents[-1]]

    def add(self, declared: Manifest, _extra: Manifest) -> None:
        """Something new; often with a name that something had."""
        lists = [("client", declared["clients"]), ("tag", declared["tags"]), ("project", declared["projects"])]
        if self.chance(0.6) and (found := self.siblings(declared)):
            lists = [found]
        kind, items = self.random.choice(lists)
        items.append(self.new(kind, self.free_name(kind, items)))

    def new(self, kind: str, name: str) -> Item:
        """A new item, with children now and then."""
        item: Item = {"name": name}
        for field, values in _FIELDS[kind].items():
            if self.chance(0.15):
                item[field] = self.random.choice(values)
        if kind != "task" and self.chance(0.05):
            item["archived"] = True
        if kind == "client" and self.chance(0.5):
            item["projects"] = [self.new("project", self.random.choice(NAMES["project"]))]
        if kind == "project" and self.chance(0.6):
            names = self.random.sample(NAMES["task"], self.random.choice((1, 2, 3)))
            item["tasks"] = [self.new("task", task) for task in names]
        return item

    def change(self, declared: Manifest, _extra: Manifest) -> None:
        """Values of something."""
        if found := self.siblings(declared):
            kind, items = found
            item = self.random.choice(items)
            for field, values in _FIELDS[kind].items():
                if self.chance(0.4):
                    item[field] = self.random.choice(values)
            if kind != "task":
                item["archived"] = self.chance(0.4)

    def refer(self, declared: Manifest, _extra: Manifest) -> None:
        """A client's projects go to the top level with `client:`; the client itself may be unlisted."""
        clients = [client for client in declared["clients"] if client.get("projects")]
        if not clients:
            return
        client = self.random.choice(clients)
        name = client["name"]
        if self.chance(0.4):
            declared["clients"].remove(client)
            name = _live(client)
        for project in client.pop("projects"):
            spelled = spelled_otherwise(self.random, name) if self.chance(0.1) else name
            declared["projects"].append({**project, "client": spelled})

    def use_set(self, declared: Manifest, extra: Manifest) -> None:
        """A task set for a project or two."""
        projects = [item for kind, items in every_list(_with_tasks(declared)) if kind == "project" for item in items]
        if projects:
            tasks: list[Any] = self.random.sample(NAMES["task"], 2)
            extra.setdefault("task_sets", {})["usual"] = [tasks[0], {"name": tasks[1], "estimate": "PT8H"}]
            for project in self.random.sample(projects, min(2, len(projects))):
                project["use"] = ["usual"]

    def protect(self, declared: Manifest, extra: Manifest) -> None:
        """A pattern: of something that is declared or went, or of many."""
        lists = [found for found in _with_paths(declared) if found[1]]
        patterns = ["tag:*", "project:*", "client:A*"]
        patterns += [f"tag:{self.reference(name)}" for name in self.gone["tag"][-2:]]
        if lists:
            kind, items, parents = self.random.choice(lists)
            path = [escaped(_live(parent)) for parent in parents]
            name = self.reference(_live(self.random.choice(items)))
            patterns += [f"{kind}:{'/'.join((*path, name))}", f"{kind}:{'/'.join((*path, '*'))}"]
        policy = extra.setdefault("policy", {})
        policy["protect"] = [*policy.get("protect", []), self.random.choice(patterns)]


_EDITS: tuple[Callable[[_Teller, Manifest, Manifest], None], ...] = (
    *(_Teller.rename,) * 4,
    _Teller.rename_wrongly,
    _Teller.retype,
    *(_Teller.turn,) * 2,
    _Teller.hand_over,
    *(_Teller.move,) * 2,
    *(_Teller.drop,) * 2,
    *(_Teller.remove,) * 2,
    *(_Teller.add,) * 2,
    *(_Teller.change,) * 2,
    _Teller.refer,
    _Teller.use_set,
    _Teller.protect,
)


def _live(item: Item) -> str:
    """The name that an item is believed to have now."""
    return str(item.get("live", item["name"]))


def _with_tasks(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same, every client with projects and every project with tasks, so that items can be added there."""
    for client in declared["clients"]:
        client.setdefault("projects", [])
    for projects in (declared["projects"], *(client["projects"] for client in declared["clients"])):
        for project in projects:
            project.setdefault("tasks", [])
    return declared


def _with_paths(declared: Mapping[str, Any]) -> Iterator[tuple[str, list[Item], tuple[Item, ...]]]:
    """Every list of siblings with its kind and its parents."""
    _with_tasks(declared)
    yield "client", declared["clients"], ()
    yield "tag", declared["tags"], ()
    owners: list[tuple[Item, ...]] = [(), *((client,) for client in declared["clients"])]
    for above in owners:
        projects = above[0]["projects"] if above else declared["projects"]
        yield "project", projects, above
        for project in projects:
            client: tuple[Item, ...] = ({"name": project["client"]},) if "client" in project else above
            yield "task", project["tasks"], (*client, project)
