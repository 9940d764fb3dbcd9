#!/usr/bin/env bash
# Herald under load: a simulator and a server of its own on this machine's loopback, and Gatling against them.
#
#   loadtest/run.sh [messages|webhooks|mixed] [-Drate=1000] [-Dduration=60] [-DwarmUp=120] [-DcampaignRate=1000]
#
# Without a name all three run, one after the other, each with processes and a database of its own. Rates are a second, times in
# seconds. Ends with the status of the last that failed; reports and logs are in loadtest/target. HERALD_DB_URL names a database to
# use instead of an embedded one, LOADTEST_JVM the server's options.
set -euo pipefail

# For find_jdk; it goes to the root.
# shellcheck source=../.ci/run
. "$(dirname "${BASH_SOURCE[0]}")/../.ci/run"

target=$PWD/loadtest/target
running=()
work=

# A port that nobody listens at, below those that outgoing connections get.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# What is started here ends with this command, and in any case by itself: `timeout` hands a signal on to all processes of its own.
start() {
  timeout --kill-after=30 "$limit" "$@" </dev/null &
  running+=("$!")
}

# Ends the processes, the last one first.
end_all() {
  local i
  for ((i = ${#running[@]} - 1; i >= 0; i--)); do
    kill "${running[i]}" 2>/dev/null || true
    wait "${running[i]}" 2>/dev/null || true
  done
  running=()
  if [ -n "$work" ]; then
    rm -rf "$work"
    work=
  fi
}

# Waits until the URL answers with a success: await PID LOG URL.
await() {
  local pid=$1 log=$2 url=$3 tries
  for ((tries = 0; tries < 300; tries++)); do
    if curl -fsS -o /dev/null --max-time 2 "$url" 2>/dev/null; then
      return
    fi
    if ! kill -0 "$pid" 2>/dev/null; then
      break
    fi
    sleep 0.2
  done
  echo "$url does not answer; the end of $log:" >&2
  tail -n 5 "$log" >&2
  return 1
}

# One simulation, with all that it needs: simulate NAME CLASS [OPTION...]. Its processes end with it.
simulate() {
  local name=$1 class=$2 log=$target/$1 http simulator
  shift 2
  http=$(free_port)
  simulator=$(free_port)
  work=$(mktemp -d "$log.XXXXXX")
  HERALD_ADMIN_KEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  export HERALD_ADMIN_KEY

  start "$java" -jar target/herald.jar simulator --port "$simulator" >"$log-simulator.log" 2>&1
  await "${running[-1]}" "$log-simulator.log" "http://127.0.0.1:$simulator/_health" || return
  # shellcheck disable=SC2086
  HERALD_HTTP_HOST=127.0.0.1 HERALD_HTTP_PORT=$http HERALD_PUBLIC_URL=http://127.0.0.1:$http HERALD_REMOTE_PORT=0 \
    HERALD_DATA_DIR=$work start "$java" ${LOADTEST_JVM:--Xmx512m} --sun-misc-unsafe-memory-access=allow \
    -jar target/herald.jar server >"$log-server.log" 2>&1
  await "${running[-1]}" "$log-server.log" "http://127.0.0.1:$http/health/ready" || return

  start mvn -B -q -f loadtest gatling:test "-Dgatling.simulationClass=io.herald.loadtest.$class" \
    "-Dherald=http://127.0.0.1:$http" "-Dsimulator=http://127.0.0.1:$simulator" "$@"
  wait "${running[-1]}"
}

# The value of -DNAME=VALUE among the options, else the default: option NAME DEFAULT [OPTION...].
option() {
  local name=$1 value=$2 given
  shift 2
  for given in "$@"; do
    if [ "${given%%=*}" = "-D$name" ]; then
      value=${given#*=}
    fi
  done
  echo "$value"
}

main() {
  local names=(messages webhooks mixed) name class failed=0
  if [ $# -gt 0 ] && [[ $1 != -* ]]; then
    names=("$1")
    shift
  fi
  # Time for what is set up before, and for the report.
  limit=$((2 * ($(option duration 60 "$@") + $(option warmUp 120 "$@")) + 300))
  java=$(find_jdk)/bin/java
  trap end_all EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir -p "$target"
  if [ ! -f target/herald.jar ]; then
    mvn -B -q -DskipTests package </dev/null
  fi
  for name in "${names[@]}"; do
    case $name in
      messages) class=MessagesSimulation ;;
      webhooks) class=WebhooksSimulation ;;
      mixed) class=MixedSimulation ;;
      *)
        echo "there is no simulation $name: messages, webhooks, mixed" >&2
        return 2
        ;;
    esac
    simulate "$name" "$class" "$@" || failed=$?
    end_all
  done
  return "$failed"
}

main "$@"
