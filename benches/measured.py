"""Runs a program and says what it took: CPU-seconds (user and system), seconds by the clock and, where asked, peak memory."""

import os
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple, Optional


class Run(NamedTuple):
    printed: str
    cpu: float
    wall: float
    peak_mb: Optional[float] = None


def run(command):
    """Runs `command` to its end; a program that fails ends the script, with what it said."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.monotonic()
        try:
            child = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        except OSError as error:
            sys.exit(f"cannot run {command[0]}: {error.strerror}")
        # Of this child alone: `getrusage` sums over all of them.
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            sys.exit(f"{' '.join(command)}\nended with {child.returncode}:\n{err.read()}")
        return Run(out.read(), usage.ru_utime + usage.ru_stime, wall)


def run_with_peak(command):
    """The same with peak memory, by GNU time: a child's own record begins with the size of the Python that started it."""
    with tempfile.NamedTemporaryFile("r") as peak:
        it = run(["/usr/bin/time", "--format=%M", f"--output={peak.name}", *command])
        return it._replace(peak_mb=int(peak.read()) * 1024 / 1e6)
