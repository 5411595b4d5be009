# A sweep on a real Slurm: a controller and two nodes on this machine, one of
# which is lost in the middle. The content is that of one process.
#
# auth/none and no accounting: nothing listens but on the loopback, and it all
# ends with this script.
. "$(dirname "$0")/lib.sh" "$@"
for tool in slurmctld slurmd sbatch squeue scontrol; do
    PATH=$PATH:/usr/sbin command -v $tool >/dev/null ||
        skip "Slurm is not installed: apt-get install slurm-wlm"
done
PATH=$PATH:/usr/sbin

base=$((20000 + $$ % 20000))
me=$(id -un)
host=$(hostname)
cat >slurm.conf <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$base
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=2
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000
SchedulerTimeSlice=5
SlurmdParameters=config_overrides
SlurmdTimeout=5
MessageTimeout=3
UnkillableStepTimeout=5
KillWait=1
MinJobAge=300
StateSaveLocation=$work/state
SlurmctldPidFile=$work/ctld.pid
SlurmctldLogFile=$work/ctld.log
SlurmdSpoolDir=$work/spool.%n
SlurmdPidFile=$work/%n.pid
SlurmdLogFile=$work/%n.log
NodeName=n0 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + 1)) CPUs=1
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + 2)) CPUs=1
PartitionName=all Nodes=n0,n1 Default=YES State=UP MaxTime=INFINITE
END
# No cgroup is used here; finding out which kind there is would fail where none
# is mounted, as in a container.
echo 'CgroupPlugin=cgroup/v1' >cgroup.conf
mkdir state spool.n0 spool.n1
export SLURM_CONF=$work/slurm.conf

daemons=()
left=
cleanup() {
    scancel --user="$me" >/dev/null 2>&1
    for pid in "${daemons[@]}"; do
        kill "$pid" 2>/dev/null
    done
    sleep 1
    for pid in "${daemons[@]}"; do
        kill -9 "$pid" 2>/dev/null
    done
    # Steps that outlived their node.
    for pid in $left; do
        kill -9 "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap cleanup EXIT

slurmctld -D >ctld.out 2>&1 &
daemons+=($!)
slurmd -D -N n0 >n0.out 2>&1 &
daemons+=($!)
slurmd -D -N n1 >n1.out 2>&1 &
lost=$!
daemons+=("$lost")

until_true() { # SECONDS WHAT WORDS...
    local limit=$((10 * $1)) what=$2
    shift 2
    for _ in $(seq "$limit"); do
        "$@" && return 0
        sleep 0.1
    done
    fail "$what did not come"
    tail -n 15 ctld.log n0.log n1.log >&2
    squeue >&2
    finish
}
both_idle() { [ "$(sinfo -h -N -o %T 2>/dev/null | grep -c idle)" = 2 ]; }
until_true 30 'two idle nodes' both_idle

cat >plan.json <<'END'
{ "title": "plan",
  "system": { "policy": "round-robin", "slice": "10us" },
  "threads": [ { "name": "a", "count": 3,
                 "program": [ { "run": { "exponential": "1s" } } ] } ],
  "sweep": { "vary": { "/threads/0/count": [2, 3, 4, 6] },
             "replications": 30 },
  "expect": [ { "metric": "processor.busy", "is": "100%" } ] }
END
content() {
    sqlite3 -batch "$1" .dump | grep -v '^INSERT INTO wall' | sha256sum
}
expect 0 sweep --quiet --db whole.db plan.json
whole=$(content whole.db)

# A sweep on both nodes, one of which is lost when it is under way. Its first
# task goes on unseen while another node is given the same: two copies.
expect 0 submit --slurm --shards 6 --db slurm.db plan.json
says out 'array job '
says out 'merge job '
merge=$(sed -n 's/^merge job \([0-9]*\).*/\1/p' out)
on_both() { [ "$(squeue -h -t R -o %N | sort -u | wc -l)" = 2 ]; }
until_true 30 'a task on each node' on_both
taken=$(squeue -h -t R -w n1 -o %i | head -1)
left=$(SLURMD_NODENAME=n1 scontrol -N n1 listpids 2>/dev/null |
    awk 'NR > 1 && $1 > 1 { print $1 }')
kill -9 "$lost"
wait "$lost" 2>/dev/null
# The controller would find out by itself in a while; the task may be done by
# then.
scontrol update NodeName=n1 State=DOWN Reason=lost
# A task that comes back waits two minutes, for its old credential to expire;
# here nothing is gained by that.
state_of() { scontrol show job "$1" -o 2>/dev/null | grep -o 'JobState=[A-Z]*'; }
comes_back() { [ "$(state_of "$taken")" = JobState=PENDING ]; }
until_true 30 'the lost task' comes_back
scontrol update JobId="$taken" StartTime=now
merged() {
    case $(state_of "$merge") in
    *COMPLETED | *FAILED | *CANCELLED) return 0 ;;
    esac
    return 1
}
until_true 200 'the end of the merge' merged
[ "$(state_of "$merge")" = JobState=COMPLETED ] ||
    fail "the merge: $(state_of "$merge"); $(cat slurm.db.jobs/*.out)"
restarts=$(scontrol show job "$taken" -o | grep -o 'Restarts=[0-9]*')
echo "task $taken was on the node that was lost: $restarts"
[ "$restarts" != Restarts=0 ] || fail "no task was lost: the test tests nothing"
[ "$(content slurm.db)" = "$whole" ] || fail "Slurm: another content"
[ "$(find slurm.db.jobs -name 'shard.*.db' | wc -l)" = 6 ] ||
    fail "not 6 shards"
grep -q 'ok  ' slurm.db.jobs/merge.out || fail "no report"

# Submitted again, all is there already; --wait ends as the merge does.
expect 0 submit --slurm --shards 6 --wait --db slurm.db plan.json
[ "$(content slurm.db)" = "$whole" ] || fail "submitted again: another content"
expect 1 submit --slurm --shards 2 --wait --db missed.db \
    --set '/expect/0/is=50%' --set /sweep/replications=1 plan.json
finish
