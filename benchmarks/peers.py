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
import subprocess
import sys
import tempfile
from pathlib import Path

from export import estimate, fill
from startup import ENVIRONMENT, cpu_and_wall, installed, python_path
from table import record

from reconciler.sandbox import Store, blank

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


def manifest(projects: int, changed_every: int) -> str:
    """What `fill` stores, in which every n-th task has another estimate."""
    lines = ["version: 1", "workspace: Bench", "clients:"]
    for project in range(projects):
        if project % 10 == 0:
            lines += [f"  - name: Client {project // 10:04}", "    projects:"]
        lines += [f"      - name: Project {project:05}", "        tasks:"]
        for task in range(TASKS):
            is_changed = changed_every and (project * TASKS + task) % changed_every == 0
            lines.append(
                f"          - {{name: Task {task:03}, estimate: {'PT999H' if is_changed else estimate(project, task)}}}"
            )
    return "\n".join(lines) + "\n"


def prepare_ours(folder: Path, objects: int) -> dict[str, list[str]]:
    """Fill a sandbox and write manifests; the command of each case."""
    state, projects = folder / "state", objects // (TASKS + 1)
    state.mkdir(mode=0o700)
    with Store(str(state / "sandbox.sqlite3")) as store:
        workspace = blank(store, "Bench")
        with store.transaction():
            fill(store, workspace, projects, TASKS)
    commands = {}
    for name, every in CASES.items():
        path = folder / f"{name.replace(' ', '-')}.yaml"
        path.write_text(manifest(projects, every), encoding="utf-8")
        commands[name] = [sys.executable, "-m", "reconciler", "--sandbox", "--state-dir", str(state), "plan", str(path)]
    return commands


def require_updates(command: list[str], modules: Path, pattern: str, updates: int) -> None:
    """Run a command and exit if its plan is another than the one that is to be measured."""
    done = subprocess.run(
        command, env={**ENVIRONMENT, "PYTHONPATH": python_path(modules)}, capture_output=True, text=True, check=True
    )
    found = [int(count.replace(",", "")) for count in re.findall(pattern, done.stdout + done.stderr)] or [0]
    if abs(found[-1] - updates) > 0.1 * updates:
        sys.exit(f"{command[0]} plans {found[-1]} updates instead of about {updates}")


def main(turns: int, objects: int) -> bool:
    """Print and record the table; whether the aim is met."""
    is_met = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = installed("octodns", "octodns-sync", folder)
        peer, ours = prepare_octodns(folder, program, objects), prepare_ours(folder, objects)
        for case, every in CASES.items():
            updates = objects // every if every else 0
            require_updates(peer[case], folder, r"Updates=([0-9]+)", updates)
            require_updates(ours[case], folder, r"Plan: ([0-9,]+) to update", updates)
            times: dict[str, list[float]] = {"octoDNS": [], "reconciler": []}
            for _ in range(turns):
                for who, command in (("octoDNS", peer[case]), ("reconciler", ours[case])):
                    times[who].append(cpu_and_wall(command, folder)[0])
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
