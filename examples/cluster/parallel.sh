#!/usr/bin/env bash
# Runs a comparison or a sweep in shards, as many at a time as there are cores, and merges them. Needs GNU parallel
# (Debian: apt-get install parallel).
#
#   examples/cluster/parallel.sh SHARDS OUT compare scenarios/monday-30.toml [flags of the command]
#
# Shards that failed, or that were not done when it was interrupted, are run when it is called again in the same way; the
# others are not. With machines of one's own, `export PARALLEL='--sshlogin a,b --return …'` has them work too.
set -euo pipefail
if [ $# -lt 4 ]; then
  sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,8p' >&2
  exit 2
fi
shards=$1 out=$2
shift 2
stampede=${STAMPEDE:-target/release/stampede}
parts=$out.parts
mkdir -p "$parts"

# What is in there of another experiment must not be taken for a part of this one.
printf '%s\n' "$shards" "$@" > "$parts/asked.new"
if [ -e "$parts/log" ] && ! cmp -s "$parts/asked" "$parts/asked.new"; then
  echo "$parts holds shards of another call: remove it, or choose another OUT" >&2
  exit 2
fi
mv "$parts/asked.new" "$parts/asked"

# `--resume-failed` goes by the log: whatever is in it with exit code 0 is not run again. A shard judges nothing, so any
# other code is a failure.
seq "$shards" | parallel --will-cite --quote --joblog "$parts/log" --resume-failed --halt soon,fail=20% --retries 2 \
  "$stampede" "$@" --threads 1 --quiet --shard "{}/$shards" --out "$parts/{}.part"
"$stampede" merge "$parts"/*.part --out "$out"
