#!/usr/bin/env bash
# The equality of engines: installs them, and judges every shipped standard and sample by each and by `biaochi run`.
#   tests/engines/run.sh [--more STANDARD=DATA]… [engine…]     (all engines where none is named)
# An engine that cannot be installed or started is a failure. BIAOCHI names the program (else a release build is made), ENGINES a folder
# that keeps the Python environment between runs.
set -euo pipefail
cd "$(dirname "$0")/../.."

engines=() more=()
while (($#)); do
  case $1 in
    --more) more+=("$2"); shift 2 ;;
    *) engines+=("$1"); shift ;;
  esac
done
((${#engines[@]})) || engines=(duckdb postgres spark)

work=$(mktemp -d)
home=${ENGINES:-$work/engines}
cluster=()
trap 'stop_postgres; stop_cluster; rm -rf "$work"' EXIT
stop_postgres() { [[ ! -d $work/postgres/data ]] || as_postgres "$bin/pg_ctl" -D "$work/postgres/data" -m immediate stop >/dev/null || true; }

biaochi=${BIAOCHI:-}
if [[ -z $biaochi ]]; then
  cargo build --release --locked --quiet
  biaochi=target/release/biaochi
fi

[[ -x $home/bin/python ]] || python3 -m venv "$home"
package() { "$home/bin/python" -c "import ${1%%=*}" 2>/dev/null || "$home/bin/pip" install --quiet "$1"; }

# Installs what is not there.
debian() { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"; }

start_duckdb() { package duckdb==2.0.1; }

stop_cluster() { [[ ${#cluster[@]} == 0 ]] || { kill "${cluster[@]}"; wait "${cluster[@]}"; } 2>/dev/null || true; }

# Spark runs on Java 17: a local session, and a cluster of a master and a worker on the loopback.
start_spark() {
  ls /usr/lib/jvm/*17*/bin/java >/dev/null 2>&1 || debian openjdk-17-jre-headless
  JAVA_HOME=$(dirname "$(dirname "$(ls /usr/lib/jvm/*17*/bin/java | head -1)")")
  export JAVA_HOME
  package pyspark==4.3.0
  local class port=${SPARK_PORT:-57077}
  class=$("$home/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')/bin/spark-class
  export SPARK_MASTER=spark://127.0.0.1:$port SPARK_LOCAL_IP=127.0.0.1
  "$class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0 >"$work/master" 2>&1 &
  cluster+=($!)
  "$class" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 2 --memory 2g --webui-port 0 --work-dir "$work/worker" "$SPARK_MASTER" \
    >"$work/worker.log" 2>&1 &
  cluster+=($!)
}

# PostgreSQL refuses to run as root: the package's own account serves then.
as_postgres() { if [[ $(id -u) == 0 ]]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

# Own data directory, own port, loopback only; gone with the script.
start_postgres() {
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || debian postgresql
  bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)")
  export PGHOST=127.0.0.1 PGPORT=${PGPORT:-55433} PGUSER=postgres
  mkdir -p "$work/postgres"
  chmod 755 "$work"
  [[ $(id -u) != 0 ]] || chown postgres "$work/postgres"
  as_postgres "$bin/initdb" -D "$work/postgres/data" -A trust -U postgres --locale=C.UTF-8 -E UTF8 >/dev/null
  as_postgres "$bin/pg_ctl" -D "$work/postgres/data" -w -l "$work/postgres/log" \
    -o "-p $PGPORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off" start >/dev/null
}

pairs=(
  tests/sql/standard=tests/sql/data
  tests/sql/standard=!tests/sql/data
  tests/sql/standard=?tests/sql/data
  tests/sql/standard=tests/sql/hostile
  specs/changjiang-2026=specs/changjiang-2026/示例数据
  specs/national-2017=specs/national-2017/示例数据
  specs/basic-2012=specs/basic-2012/示例数据
  specs/basic-2012=specs/basic-2012/公布数据
  specs/rio-claro=specs/rio-claro/data
)
for sample in tests/fixtures/samples/*/; do pairs+=("specs/changjiang-2026=${sample%/}"); done
# What lies elsewhere and is the same is not judged twice.
for pair in "${more[@]}"; do
  known=
  for other in "${pairs[@]}"; do
    [[ ${pair%%=*} != "${other%%=*}" ]] || ! diff -rq "${pair#*=}" "${other#*=}" >/dev/null 2>&1 || known=1
  done
  [[ -n $known ]] || pairs+=("$pair")
done
pairs+=(
  tests/sql/standard=+20:tests/sql/data
  specs/changjiang-2026=+4:specs/changjiang-2026/示例数据
  specs/national-2017=+4:specs/national-2017/示例数据
  specs/basic-2012=+5:specs/basic-2012/示例数据
  specs/rio-claro=+10:specs/rio-claro/data
)

failed=()
for engine in "${engines[@]}"; do
  "start_$engine"
  own=("${pairs[@]}")
  [[ $engine != spark ]] || own=(specs/basic-2012=@specs/basic-2012/示例数据 "${own[@]}")
  echo "== $engine"
  time "$home/bin/python" tests/engines/equality.py "$biaochi" "$engine" "$work" "${own[@]}" || failed+=("$engine")
done
((${#failed[@]} == 0)) || { echo "engines that differ or failed: ${failed[*]}" >&2; exit 1; }
