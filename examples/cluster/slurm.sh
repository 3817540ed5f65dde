#!/usr/bin/env bash
# A Slurm array: a task per shard, and a job that merges when all have ended well.
#
#   examples/cluster/slurm.sh SHARDS OUT compare scenarios/monday-30.toml [flags of the command]
#
# The folder that it is called in has to be the same on every node, as home folders mostly are. Tasks that fail leave their
# part missing, and the merge says which; `sbatch --array=…` with the script that is printed runs them again.
set -euo pipefail
if [ $# -lt 4 ]; then
  sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,7p' >&2
  exit 2
fi
shards=$1 out=$2
shift 2
stampede=${STAMPEDE:-target/release/stampede}
parts=$out.parts
mkdir -p "$parts"
command=$(printf ' %q' "$stampede" "$@")
cat > "$parts/shard.sbatch" <<SCRIPT
#!/usr/bin/env bash
#SBATCH --job-name=stampede --ntasks=1 --cpus-per-task=1 --output=$parts/%a.log
$command --threads 1 --quiet --shard "\$SLURM_ARRAY_TASK_ID/$shards" --out "$parts/\$SLURM_ARRAY_TASK_ID.part"
SCRIPT
cat > "$parts/merge.sbatch" <<SCRIPT
#!/usr/bin/env bash
#SBATCH --job-name=stampede-merge --ntasks=1 --output=$parts/merge.log
$(printf '%q' "$stampede") merge "$parts"/*.part --out "$out"
SCRIPT
job=$(sbatch --parsable --array="1-$shards" "$parts/shard.sbatch")
merge=$(sbatch --parsable --dependency="afterok:$job" --kill-on-invalid-dep=yes "$parts/merge.sbatch")
echo "array $job ($parts/shard.sbatch), then $merge merges into $out ($parts/merge.log)"
