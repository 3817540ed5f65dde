#!/usr/bin/env bash
# Builds Stampede and measures it beside other tools, whose programs lie in a folder: see benches/README.md.
# Needs a Rust toolchain and Python 3.9 or later.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 FOLDER_OF_PROGRAMS [--rounds N] [--share SHARE]" >&2; exit 2; }
[ -d "$1" ] || { echo "$0: $1 is not a folder: name the one that has the programs of the other tools" >&2; exit 2; }
peers=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."
cargo build --locked --quiet --profile dist --bin stampede --example simulate
exec python3 benches/compare.py "${CARGO_TARGET_DIR:-target}/dist" "$peers" "$@"
