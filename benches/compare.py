"""Measures Stampede beside other tools on the two workloads of benches/README.md, which says what a program is given and
what it prints. Called by compare.sh: compare.py FOLDER_OF_STAMPEDE FOLDER_OF_PROGRAMS [--rounds N] [--share SHARE]"""

import argparse
import json
import os
import pathlib
import re
import statistics
import sys
import tempfile

from measured import run

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "scenarios" / "bench"

# What each workload is called, the prefix of its programs, its size (customers; or tickets, technicians, replications),
# the size at which answers are checked, and the answers, each with how far off it may be: a share of it, several times
# what chance makes of it. A mean wait is in units of the mean service time.
HERD = {"conflicts/ticket": (4.61, 0.03), "attempts/ticket": (1.732, 0.02), "meanTTA": (260.0, 0.02)}
LARGE_HERD = {"conflicts/ticket": (39.3, 0.01), "attempts/ticket": (9.85, 0.01), "meanTTA": (1476.0, 0.01)}
WORKLOADS = [
    ("W1", "w1_", "direct", [1_000_000], [1_000_000], {"meanwait": (0.6353, 0.06)}),
    ("W2 30 × 20, `direct`", "w2_", "direct", [30, 20, 20_000], [30, 20, 2_000], HERD),
    ("W2 30 × 20, `actix`", "w2_", "actix", [30, 20, 20_000], [30, 20, 2_000], HERD),
    ("W2 10,000 × 4,000, `direct`", "w2_", "direct", [10_000, 4_000, 3], [10_000, 4_000, 1], LARGE_HERD),
]
# Programs that are looked for besides whatever else is there, and what one of them is given after the number of threads.
KNOWN = ["w1_nexosim", "w1_cimba", "w1_hand", "w2_nexosim", "w2_cimba", "w2_tuned", "w2_hand"]
MORE = {"w2_nexosim": ["svc"]}
# How Stampede's numbers are called where other programs print them, and what they are divided by.
STATED = {
    "conflicts_per_ticket": ("conflicts/ticket", 1),
    "attempts": ("attempts/ticket", 1),
    "dispatch_delay.mean": ("meanTTA", 1),
    "time_to_start.mean": ("meanwait", 70 * 60),
}
WHOLE, ALONE = "Stampede, whole process with reports", "Stampede, simulation alone"


def stated(numbers):
    """Stampede's numbers under the names that other programs give them."""
    return {STATED[key][0]: value / STATED[key][1] for key, value in numbers.items() if value is not None}


def own(folder, results, workload, size, threads=1):
    """Stampede's two commands for a workload of this size."""
    _, prefix, engine, *_ = workload
    scenario = str(SCENARIOS / f"{prefix[:2]}.toml")
    if prefix == "w1_":
        replications, settings = 1, [f"burst.tickets={size[0]}"]
    else:
        replications, settings = size[2], [f"burst.tickets={size[0]}", f"desk.technicians={size[1]}"]
    whole = [f"{folder}/stampede", "compare", scenario, "--replications", str(replications), "--threads", str(threads)]
    whole += ["--engine", engine, "--quiet", "--out", results]
    for setting in [*settings, "thresholds={}"]:
        whole += ["--set", setting]
    alone = [f"{folder}/examples/simulate", scenario, str(replications), engine, *settings]
    return {WHOLE: whole, ALONE: alone}


def answers(name, command, results):
    """What a program finds."""
    printed = run(command).printed
    if name == WHOLE:
        metrics = json.loads(pathlib.Path(results, "data/summary.json").read_text())["disciplines"][0]["metrics"]
        return stated({key: metrics[key]["mean"] for key in STATED})
    found = {key: float(value) for key, value in re.findall(r"(\S+)=(-?\d+(?:\.\d+)?)", printed)}
    return stated({key: found.get(key) for key in STATED}) if name == ALONE else found


def differing(expected, found):
    """What is wrong with a program's answers."""
    wrong = []
    for key, (answer, tolerance) in expected.items():
        if key not in found:
            wrong.append(f"{key} is not stated")
        elif not abs(found[key] / answer - 1) <= tolerance:
            wrong.append(f"{key} is {found[key]:g} and not {answer:g}")
    return wrong


def median_seconds(commands, rounds, of):
    """Runs the programs in turns, all of them in every round; the median of each."""
    taken = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(of(run(command)))
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def two_threads(arguments, results):
    """How many times as fast two threads are as one, by the clock: the whole, and each replication more."""
    workload = WORKLOADS[1]
    many = scaled(workload[3], arguments.share)
    few = [*many[:2], max(1, many[2] // 10)]
    commands = {
        (threads, size[2]): own(arguments.stampede, results, workload, size, threads)[WHOLE]
        for threads in (1, 2)
        for size in (few, many)
    }
    wall = median_seconds(commands, arguments.rounds, lambda run: run.wall)
    whole = wall[1, many[2]] / wall[2, many[2]]
    more = {threads: wall[threads, many[2]] - wall[threads, few[2]] for threads in (1, 2)}
    print(f"\nTwo threads, W2 30 × 20, by the clock: {whole:.2f} × one thread for {many[2]:,} replications with reports", end="")
    if min(more.values()) > 0:
        print(f", {more[1] / more[2]:.2f} × for what each replication takes beyond {few[2]:,} of them", end="")
    print(".")


def scaled(size, share):
    """A share of the customers, or of the replications: the world stays as large as it is."""
    return [*size[:-1], max(1, round(size[-1] * share))]


def main():
    parser = argparse.ArgumentParser(
        prog="compare.sh", usage="%(prog)s FOLDER_OF_PROGRAMS [--rounds N] [--share SHARE]"
    )
    parser.add_argument("stampede", type=pathlib.Path)
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5, help="how often each program is run (default: 5)")
    parser.add_argument("--share", type=float, default=1.0, help="how much of each workload is run, as 0.1")
    arguments = parser.parse_args()
    if not arguments.programs.is_dir():
        parser.error(f"{arguments.programs} is not a folder")
    if arguments.rounds < 1 or not 0 < arguments.share <= 1:
        parser.error("--rounds is at least 1, and --share above 0 and at most 1")
    there = {
        path.name
        for path in arguments.programs.iterdir()
        if re.fullmatch(r"w[12]_[^.]+", path.name) and path.is_file() and os.access(path, os.X_OK)
    }
    absent = [name for name in KNOWN if name not in there]
    if not there:
        print(f"There are no programs in {arguments.programs}: Stampede is measured alone.", file=sys.stderr)
    elif absent:
        print(f"Not in {arguments.programs} and left out: {', '.join(absent)}.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments, sorted(there), os.path.join(folder, "results"))


def compare(arguments, there, results):
    """Checks all answers, then measures, then prints the tables."""

    def commands(workload, size):
        peers = {
            name: [str(arguments.programs / name), *map(str, size), "1", *MORE.get(name, [])]
            for name in there
            if name.startswith(workload[1])
        }
        return {**own(arguments.stampede, results, workload, size), **peers}

    refused = {}
    for workload in WORKLOADS:
        title, _, _, _, checked, expected = workload
        refused[title] = set()
        for name, command in commands(workload, checked).items():
            wrong = differing(expected, answers(name, command, results))
            if wrong:
                print(f"{title}: {name} is not timed: {', '.join(wrong)}.", file=sys.stderr)
                refused[title].add(name)
    seconds = {}
    for workload in WORKLOADS:
        timed = {
            name: command
            for name, command in commands(workload, scaled(workload[3], arguments.share)).items()
            if name not in refused[workload[0]]
        }
        seconds[workload[0]] = median_seconds(timed, arguments.rounds, lambda run: run.cpu)

    tools = sorted({name[3:] for name in there})

    def taken(title, prefix, tool):
        return seconds[title].get(tool if tool in (WHOLE, ALONE) else prefix + tool)

    def table(first, rows, cell):
        print(f"\n| {first} | " + " | ".join(title for title, *_ in WORKLOADS) + " |")
        print("|---" * (len(WORKLOADS) + 1) + "|")
        for label, *row in rows:
            cells = [cell(title, prefix, *row) for title, prefix, *_ in WORKLOADS]
            print(f"| {label} | " + " | ".join("–" if value is None else f"{value:.3g}" for value in cells) + " |")

    def speed(title, prefix, mine, tool):
        ours, theirs = taken(title, prefix, mine), taken(title, prefix, tool)
        return theirs / ours if ours and theirs else None

    if tools:
        rows = [(f"{mine}: × {tool}", mine, tool) for mine in (WHOLE, ALONE) for tool in tools]
        table("how many times as fast, one thread", rows, speed)
    table("CPU-seconds, median", [(name, name) for name in (WHOLE, ALONE, *tools)], taken)
    if WHOLE not in refused[WORKLOADS[1][0]]:
        two_threads(arguments, results)
    sys.exit(any(refused.values()))


main()
