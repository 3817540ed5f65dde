"""Runs a comparison or a sweep in shards on a Ray cluster, and merges them on this machine.

    pip install ray
    python examples/cluster/ray.py --shards 64 --out results/monday-30 compare scenarios/monday-30.toml [flags]

Every node needs the program (--stampede) and the scenario with its files at the same paths, from a shared folder or an
image. The shards come back through Ray, so nodes need no place to write to but their temporary folder. A shard whose node
is lost is run again on another one. The exit code is that of `stampede merge`.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

# This file is called ray.py too: without its folder on the path, `import ray` finds Ray.
here = str(pathlib.Path(__file__).resolve().parent)
sys.path[:] = [entry for entry in sys.path if str(pathlib.Path(entry or ".").resolve()) != here]

import ray  # noqa: E402


@ray.remote(num_cpus=1, max_retries=20, retry_exceptions=False)
def run_shard(command: list[str], shard: str) -> bytes:
    """The part file of a shard, e.g. of `3/64`; an exception with the program's own words where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        part = pathlib.Path(folder) / "shard.part"
        done = subprocess.run(
            [*command, "--threads", "1", "--quiet", "--shard", shard, "--out", str(part)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"shard {shard} ended with exit code {done.returncode}: {done.stderr.strip()}")
        return part.read_bytes()


def run(command: list[str], shards: int, folder: pathlib.Path, progress=lambda done: None) -> list[pathlib.Path]:
    """Runs the shards of a command and writes each to a file in the folder as it comes in."""
    waiting = {run_shard.remote(command, f"{number}/{shards}"): number for number in range(1, shards + 1)}
    parts = []
    while waiting:
        [ready], _ = ray.wait(list(waiting), num_returns=1)
        part = folder / f"{waiting.pop(ready)}.part"
        part.write_bytes(ray.get(ready))
        parts.append(part)
        progress(len(parts))
    return parts


def main() -> int:
    """Parses the arguments, runs the shards, merges them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, required=True, help="how many shards; a few per core of the cluster")
    parser.add_argument("--out", required=True, help="folder for the results")
    parser.add_argument("--stampede", default="target/release/stampede", help="the program, on every node")
    parser.add_argument("--address", default=None, help="the cluster [default: the one Ray finds, else this machine]")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="compare or sweep, the scenario, and flags")
    arguments = parser.parse_args()
    if arguments.shards < 1 or len(arguments.command) < 2:
        parser.error("say at least one shard, and a command with a scenario: compare scenarios/monday-30.toml")

    program = str(pathlib.Path(arguments.stampede).resolve())
    # Workers start in folders of their own.
    scenario = str(pathlib.Path(arguments.command[1]).resolve())
    command = [program, arguments.command[0], scenario, *arguments.command[2:]]
    ray.init(address=arguments.address, log_to_driver=False)

    def progress(done: int) -> None:
        print(f"\r{done} of {arguments.shards} shards", end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        try:
            parts = run(command, arguments.shards, pathlib.Path(folder), progress)
        except ray.exceptions.RayTaskError as error:
            print(f"\n{error.cause}", file=sys.stderr)
            return 1
        finally:
            print(file=sys.stderr)
        return subprocess.run([program, "merge", *map(str, parts), "--out", arguments.out], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
