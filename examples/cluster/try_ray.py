"""Tries ray.py on a head and two nodes on this machine, one of which is removed without warning in mid-run.

    python examples/cluster/try_ray.py [--stampede target/release/stampede]

Every shard has to be there once, and the merged folder has to equal that of a single run, byte for byte.
"""

import argparse
import filecmp
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "monday-30.toml"
SHARDS = 24
FLAGS = ["--replications", "24000"]

spec = importlib.util.spec_from_file_location("on_ray", pathlib.Path(__file__).with_name("ray.py"))
on_ray = sys.modules["on_ray"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(on_ray)

import ray  # noqa: E402
from ray.cluster_utils import Cluster  # noqa: E402


def files(folder: pathlib.Path) -> list[str]:
    """Every file of a folder, by its path in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def main() -> int:
    """Runs on the cluster and alone, and compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stampede", default=str(ROOT / "target/release/stampede"))
    program = str(pathlib.Path(parser.parse_args().stampede).resolve())
    # Tasks find the function in this process by value: nodes do not have the file on their path.
    ray.cloudpickle.register_pickle_by_value(on_ray)

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    nodes = [cluster.add_node(num_cpus=1), cluster.add_node(num_cpus=1)]
    ray.init(address=cluster.address, log_to_driver=False)
    command = [program, "compare", str(SCENARIO), *FLAGS]
    lost = threading.Event()

    def progress(done: int) -> None:
        if done == SHARDS // 4 and not lost.is_set():
            lost.set()
            cluster.remove_node(nodes[1], allow_graceful=False)
            print(f"a node was lost after {done} of {SHARDS} shards", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "parts").mkdir()
        parts = on_ray.run(command, SHARDS, folder / "parts", progress)
        expected = {f"{number}.part" for number in range(1, SHARDS + 1)}
        assert lost.is_set() and {part.name for part in parts} == expected and len(parts) == SHARDS, parts
        print(f"{len(parts)} shards, each once")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
        subprocess.run([program, "merge", *map(str, parts), "--out", str(folder / "merged")], **quiet)
        subprocess.run([*command, "--out", str(folder / "single")], **quiet)
        names = files(folder / "single")
        assert names == files(folder / "merged"), names
        _, different, unread = filecmp.cmpfiles(folder / "single", folder / "merged", names, shallow=False)
        assert not different and not unread, (different, unread)
        print(f"{len(names)} files, all equal to those of a single run")
    ray.shutdown()
    cluster.shutdown()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")
    sys.exit(main())
