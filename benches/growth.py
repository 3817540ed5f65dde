#!/usr/bin/env python3
"""Measures CPU time and peak memory of Stampede against the size of what it simulates, prints tables and draws growth.svg.

growth.py STAMPEDE [--most TICKETS] [--svg FILE]. Needs GNU time as /usr/bin/time."""

import argparse
import math
import pathlib

from measured import run_with_peak

HERE = pathlib.Path(__file__).resolve().parent
SCENARIO = str(HERE.parent / "scenarios" / "bench" / "w2.toml")


def simulate(stampede, tickets=30, technicians=20, replications=1, arms=1, threads=1):
    """One `compare` of W2 without files, so that what is measured is the simulation and its numbers."""
    disciplines = ",".join(f'{{kind="parallel",name="arm-{arm}",max_attempts=10,peer_awareness=0.0}}' for arm in range(arms))
    command = [stampede, "compare", SCENARIO, "--no-files", "--quiet", "--max-memory", "1TB"]
    command += ["--replications", str(replications), "--threads", str(threads)]
    for setting in (
        f"burst.tickets={tickets}",
        f"desk.technicians={technicians}",
        f"discipline=[{disciplines}]",
        "thresholds={}",
    ):
        command += ["--set", setting]
    return run_with_peak(command)


def table(title, columns, rows):
    print(f"\n{title}\n\n| " + " | ".join(columns) + " |\n" + "|--:" * len(columns) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def by_tickets(stampede, most):
    """Tickets and technicians grow together. What memory the desk takes is known from the same desk with one ticket."""
    rows, runs, before = [], [], None
    for tickets in [10**power for power in range(3, 7) if 10**power <= most]:
        technicians = tickets * 2 // 5
        measured, desk = (simulate(stampede, count, technicians) for count in (tickets, 1))
        each = measured.cpu / tickets * 1e6
        rows.append((
            f"{tickets:,}",
            f"{technicians:,}",
            f"{measured.cpu:.2f}",
            f"{each:.1f}",
            f"{each / before:.2f}" if before else "",
            f"{measured.peak_mb:.0f}",
            f"{desk.peak_mb:.0f}",
            f"{(measured.peak_mb - desk.peak_mb) * 1e6 / tickets:.0f}",
        ))
        runs.append((tickets, measured))
        before = each
    columns = ["tickets", "technicians", "CPU-s", "µs a ticket", "× the row before", "MB", "MB of the desk", "B a ticket"]
    table("Tickets, with 0.4 technicians a ticket", columns, rows)
    return runs


def by(what, title, stampede, counts, **fixed):
    """One thing grows, all else is fixed."""
    runs = [(count, simulate(stampede, **fixed, **{what: count})) for count in counts]
    rows = [
        (f"{count:,}", f"{it.cpu:.2f}", f"{it.wall:.2f}", f"{it.peak_mb:.0f}") for count, it in runs
    ]
    table(title, [what, "CPU-s", "s by the clock", "MB"], rows)
    return runs


# Okabe and Ito's colours, which readers who see few colours can tell apart.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"]
WIDTH, HEIGHT, LEFT, TOP, SIDE = 800, 440, 60, 50, 310


def chart(series):
    """Two panels on logarithmic axes: how many times the CPU time, and the memory, of the smallest run a larger one takes."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    times = lambda of: {
        name: [(count / runs[0][0], of(it) / of(runs[0][1])) for count, it in runs] for name, runs in series.items()
    }
    panels = [("CPU time", times(lambda it: max(it.cpu, 0.001))), ("Peak memory", times(lambda it: it.peak_mb))]
    highest = max(value for _, lines in panels for line in lines.values() for point in line for value in point)
    decades = max(1, math.ceil(math.log10(highest)))

    for number, (title, lines) in enumerate(panels):
        left = LEFT + number * (SIDE + 70)
        # A fifth of a decade below 1 shows what takes less than the smallest run.
        at = lambda value: (math.log10(max(value, 0.63)) + 0.2) / (decades + 0.2) * SIDE
        x, y = (lambda value: left + at(value)), (lambda value: TOP + SIDE - at(value))
        text = lambda x, y, what, anchor="middle": parts.append(
            f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{what}</text>'
        )
        text(left + SIDE / 2, TOP - 20, f"{title}, × the smallest run")
        text(left + SIDE / 2, TOP + SIDE + 38, "size, × the smallest run")
        for power in range(decades + 1):
            tick = 10**power
            parts.append(
                f'<path d="M{x(tick):.1f} {TOP}V{TOP + SIDE}M{left} {y(tick):.1f}H{left + SIDE}" stroke="#ddd"/>'
            )
            text(x(tick), TOP + SIDE + 18, f"{tick:,}")
            text(left - 6, y(tick) + 4, f"{tick:,}", "end")
        parts.append(f'<rect x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>')
        most = 10**decades
        parts.append(f'<path d="M{x(1):.1f} {y(1):.1f}L{x(most):.1f} {y(most):.1f}" stroke="#888" stroke-dasharray="4 4"/>')
        for colour, line in zip(COLOURS, lines.values()):
            points = " ".join(f"{x(size):.1f},{y(cost):.1f}" for size, cost in line)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts += [f'<circle cx="{x(size):.1f}" cy="{y(cost):.1f}" r="3" fill="{colour}"/>' for size, cost in line]
    place = LEFT
    for colour, name in [*zip(COLOURS, series), ("#888", "in proportion (dashed)")]:
        parts.append(f'<rect x="{place}" y="{HEIGHT - 26}" width="14" height="4" fill="{colour}"/>')
        parts.append(f'<text x="{place + 19}" y="{HEIGHT - 19}">{name}</text>')
        place += 40 + 7.2 * len(name)
    return "\n".join([*parts, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description="Measures how time and memory grow.")
    parser.add_argument("stampede", help="the program, built with --profile dist")
    parser.add_argument("--most", type=int, default=1_000_000, help="tickets of the largest run (default: 1000000)")
    parser.add_argument("--svg", type=pathlib.Path, default=HERE / "growth.svg", help="where the chart goes")
    arguments = parser.parse_args()
    most = arguments.most
    if most < 10_000:
        parser.error("--most is at least 10000")
    replications = max(100, most // 10)
    each = [replications // 100, replications // 10, replications]
    series = {"tickets": by_tickets(arguments.stampede, most)}
    for what, title, counts, fixed in [
        ("technicians", "Technicians, with 10,000 tickets", [1_000, 10_000, 100_000], {"tickets": 10_000}),
        ("replications", "Replications of 30 tickets and 20 technicians", each, {}),
        ("arms", f"Arms, with {each[1]:,} replications of 30 tickets", [1, 2, 4, 8], {"replications": each[1]}),
        ("threads", f"Threads, with {each[2]:,} replications of 30 tickets", [1, 2, 4], {"replications": each[2]}),
    ]:
        series[what] = by(what, title, arguments.stampede, counts, **fixed)
    arguments.svg.write_text(chart(series))


main()
