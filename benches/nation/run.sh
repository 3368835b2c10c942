#!/usr/bin/env bash
# biaochi and its peers on a generated nation, in one run: sets up what it needs, measures in turn, prints a table.
#   benches/nation/run.sh [--counties 2895] [--rounds 5] [--biaochi PROGRAM] [--readme]
# NATION names a folder that keeps the environment, data and results between runs (else a scratch folder, removed at the end).
# About 1.5 GB of disk for the whole nation; Linux, because it counts processes and cores by its ways.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=target/release/biaochi options=()
while (($#)); do
  case $1 in
    --biaochi) program=$2; shift 2 ;;
    --counties | --rounds) options+=("$1" "$2"); shift 2 ;;
    --readme) options+=("$1"); shift ;;
    *) sed -n '3,5s/^# *//p' "$0" >&2; exit 2 ;;
  esac
done

work=${NATION:-$(mktemp -d)}
[[ -n ${NATION:-} ]] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work/office/user"

# LibreOffice reads workbooks and writes text; python3-venv makes the peers' environment.
needed=()
command -v soffice >/dev/null && [[ -e /usr/lib/libreoffice/program/libsclo.so ]] || needed+=(libreoffice-calc-nogui)
python3 -c 'import ensurepip' 2>/dev/null || needed+=(python3-venv)
if ((${#needed[@]})); then
  as_root=$([[ $EUID == 0 ]] || echo sudo)
  $as_root apt-get update -q >&2
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${needed[@]}" >&2
fi
[[ -x $work/python/bin/python ]] || python3 -m venv "$work/python"
"$work/python/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0 duckdb==2.0.1 openpyxl==3.1.5

# Formulas are computed again on loading, whatever values the workbook brings.
cat >"$work/office/user/registrymodifications.xcu" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
XML

[[ $program != target/release/biaochi ]] || cargo build --release --locked --quiet
rustc --edition 2024 -O benches/nation/generate.rs -o "$work/generate"
python3 benches/nation/measure.py --work "$work" --biaochi "$program" "${options[@]}"
