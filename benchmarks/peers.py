"""A plan of ours and one of octoDNS for the same number of objects: CPU of whole processes, in turn.

Run: python benchmarks/peers.py [TURNS [OBJECTS]]        (5 turns of 5,000 objects by default)

octoDNS keeps DNS records as ours keeps a workspace: a file declares them, a provider has them, and the program plans the
difference. It is installed by pip from the configured index into an environment of its own, which BENCHMARK_ENVIRONMENTS keeps.
Its records are one zone of A records in YAML; what exists is read from a second YAML file. Ours are projects with 24
tasks each; what exists is in the sandbox of the process, requests and JSON included. Two plans each: nothing to change, and every
tenth object changed. Both print their plan to a pipe. Aim: at most the CPU of octoDNS. Each number is the median over the turns.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from pathlib import Path

from export import fill
from startup import cpu_and_wall, installed
from table import record

from reconciler.gateway import GatewayConfig, Rate, open_reader
from reconciler.live import choose_workspace, read_everything
from reconciler.manifest import ExportOptions, export_manifest
from reconciler.sandbox import Store, Switches, blank, create_service

TASKS = 24
AIM = 1.0
CASES = {"no change": 0, "every 10th changed": 10}
EXISTING = '''"""What exists, from YAML: the provider of octoDNS reads nothing when it is a target."""

from octodns.provider.yaml import YamlProvider


class Existing(YamlProvider):
    def populate(self, zone, target=False, lenient=False):
        super().populate(zone, target=False, lenient=lenient)
        return True
'''
CONFIG = """\
providers:
  declared: {class: octodns.provider.yaml.YamlProvider, directory: DECLARED, enforce_order: false}
  existing: {class: existing.Existing, directory: ACTUAL, enforce_order: false}
zones:
  example.com.: {sources: [declared], targets: [existing]}
"""


def zone(objects: int, changed_every: int) -> str:
    """A zone of A records, of which every n-th has another address."""
    lines = []
    for number in range(objects):
        last = 2 if changed_every and number % changed_every == 0 else 1
        lines.append(f"host-{number:06}: {{type: A, ttl: 300, values: [10.{number >> 8 & 255}.{number & 255}.{last}]}}")
    return "\n".join(lines) + "\n"


def prepare_octodns(folder: Path, program: Path, objects: int) -> dict[str, list[str]]:
    """Write what octoDNS reads; the command of each case."""
    (folder / "existing.py").write_text(EXISTING, encoding="utf-8")
    commands = {}
    for name, every in {"existing": 0, **CASES}.items():
        place = folder / name.replace(" ", "-")
        place.mkdir()
        (place / "example.com.yaml").write_text(zone(objects, every), encoding="utf-8")
        config = folder / f"{place.name}-config.yaml"
        text = CONFIG.replace("DECLARED", str(place)).replace("ACTUAL", str(folder / "existing"))
        config.write_text(text, encoding="utf-8")
        # `--force` allows a plan of many changes; without `--doit` nothing is written.
        commands[name] = [str(program), f"--config-file={config}", "--force"]
    return {name: commands[name] for name in CASES}


def prepare_ours(folder: Path, objects: int) -> dict[str, list[str]]:
    """Fill a sandbox and write its manifest; the command of each case."""
    state = folder / "state"
    state.mkdir(mode=0o700)
    with Store(str(state / "sandbox.sqlite3")) as store:
        workspace = blank(store, "Bench")
        with store.transaction():
            fill(store, workspace, objects // (TASKS + 1), TASKS)
        app = create_service(store, Switches(rate="off"))
        with open_reader(GatewayConfig("sandbox", key="any", rate=Rate.parse("100000/s"), app=app)) as reader:
            live = read_everything(reader, choose_workspace(reader, "Bench"))
    text = export_manifest(live, ExportOptions()).files["workspace.yaml"]
    commands = {}
    for name, every in CASES.items():
        path = folder / f"{name.replace(' ', '-')}.yaml"
        path.write_text(changed(text, every), encoding="utf-8")
        ours = [sys.executable, "-m", "reconciler", "--sandbox", "--state-dir", str(state)]
        commands[name] = [*ours, "plan", "--workspace", "Bench", str(path)]
    return commands


def changed(text: str, every: int) -> str:
    """The manifest with another estimate for every n-th of its estimates; the same text for 0."""
    count = -1

    def other(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return "PT999H" if every and count % every == 0 else match.group()

    return re.sub(r"PT[0-9]+H", other, text)


def main(turns: int, objects: int) -> bool:
    """Print and record the table; whether the aim is met."""
    is_met = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = installed("octodns", "octodns-sync", folder)
        peer, ours = prepare_octodns(folder, program, objects), prepare_ours(folder, objects)
        for case in CASES:
            times: dict[str, list[float]] = {"octoDNS": [], "reconciler": []}
            for turn in range(turns + 1):  # the first of each warms the file cache and is not counted
                for who, command in (("octoDNS", peer[case]), ("reconciler", ours[case])):
                    cpu, _ = cpu_and_wall(command, folder)
                    times[who] += [cpu] if turn else []
            medians = {who: statistics.median(each) for who, each in times.items()}
            ratio = medians["reconciler"] / medians["octoDNS"]
            shown = "   ".join(f"{who} {seconds:.2f} s" for who, seconds in medians.items())
            print(f"{objects:,} objects, {case}: {shown}   ratio {ratio:.2f}, aim {AIM:.2f}")
            record(f"CPU of a plan ÷ octoDNS, {objects:,} objects, {case}", ratio, "×", aim=AIM)
            is_met = is_met and ratio <= AIM
    return is_met


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(0 if main(*(*given, *(5, 5000)[len(given) :])) else 1)
