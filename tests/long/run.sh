#!/usr/bin/env bash
# Runs the long form of the reliability campaigns and prints a table; the last results are in docs/reliability.md.
# Needs root, xfsprogs and strace for the power cuts and the calls of the system; without them those tests say why they skip.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export ASRFAILBACK_LONG=1 PATH="$PATH:/usr/sbin:/sbin"

dotnet build -c Release >/dev/null || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

run() { # title, project, filter
  local started=$SECONDS
  dotnet test -c Release --no-build "tests/AsrFailback.$2.Tests" --filter "$3" --logger 'console;verbosity=detailed' >"$log" 2>&1 || failed=1
  awk -v title="$1" -v seconds=$((SECONDS - started)) '
    /^ +Passed AsrFailback/ { passed++ } /^ +Failed AsrFailback/ { failed++ } /^ +Skipped AsrFailback/ { skipped++ }
    END { printf "%-34s %5d passed %3d failed %3d skipped %6d s\n", title, passed, failed, skipped, seconds }' "$log"
  grep -E 'crash states|seed|calls failed once|operations, each|samples of|stopped at each|power cuts of|flips,|bits flipped|cut at each|inputs|points,|walks,|failovers|^ +Failed|^ +Skipped' "$log" | sed 's/^ */    /'
}

echo "$(uname -r), $(nproc) processors, $(stat -f -c %T .), $(git rev-parse --short HEAD), $(date -u +%F)"
run "crash states of a simulated disk" Replication "FullyQualifiedName~JournalCrashTests"
run "stops and failed calls in process" Replication "FullyQualifiedName~JournalFaultTests|FullyQualifiedName~JournalErrorTests|FullyQualifiedName~JournalLifeCrashTests"
run "stops of jobs in process" Engine "FullyQualifiedName~Invariant4|FullyQualifiedName~InterruptedOpeningTests"
run "killed programs, strace" Engine "FullyQualifiedName~KilledProgramTests"
run "killed drills" Node "FullyQualifiedName~CrashAtTests|FullyQualifiedName~KillTests|FullyQualifiedName~CrashedResumeTests"
run "power cuts of ext4 and xfs" Replication "FullyQualifiedName~RealPowerCutTests"
run "full disks" Replication "FullyQualifiedName~FullDiskTests|FullyQualifiedName~FullTargetTests"
run "full disks of the program" Node "FullyQualifiedName~FullDiskTests"
run "changed bits" Replication "FullyQualifiedName~BitFlipTests|FullyQualifiedName~ScrubTests"
run "mutated inputs" Replication "FullyQualifiedName~Mutated"
run "spoilt links" Replication "FullyQualifiedName~LinkReplicationTests|FullyQualifiedName~MayDifferModelTests"
run "common points" Replication "FullyQualifiedName~CommonPointTests"
run "test failover" Engine "FullyQualifiedName~TestFailoverTests"
run "walks of the life cycle" Core "FullyQualifiedName~LifeCycleModelTests"
run "walks on real disks" Engine "FullyQualifiedName~EngineWalkTests"
exit "$failed"
