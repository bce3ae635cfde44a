# Brings the machine from bare Debian 12 to a built Millrace, in steps that are skipped once done.
# Sourced by ./dev, which sets ROOT and STEPS (how many steps the verb has).

LOGS="$ROOT/build/logs"
STAMPS="$ROOT/build/stamps"
step=0

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

seconds_now() { printf '%s' "$EPOCHSECONDS"; }

# begin TITLE: announces the next step.
begin() {
  step=$((step + 1))
  title="[$step/$STEPS] $1"
  began=$(seconds_now)
}

# Shows the last line of a log while a step runs: on a terminal in place, elsewhere every 20 s.
follow() {
  local log=$1 every=20 line
  [[ -t 1 ]] && every=1
  while sleep "$every"; do
    line=$(tail -c 2000 "$log" 2>/dev/null | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 | cut -c 1-90)
    if [[ -t 1 ]]; then
      printf '\r\033[K%s … %s' "$title" "$line"
    else
      say "$title … $(( $(seconds_now) - began )) s: $line"
    fi
  done
}

# run LOGNAME COMMAND…: runs it with its output in a log, whose tail is shown on failure.
run() {
  local log="$LOGS/$1.log" follower code=0
  shift
  mkdir -p "$LOGS"
  : > "$log"
  follow "$log" &
  follower=$!
  "$@" > "$log" 2>&1 < /dev/null || code=$?
  kill "$follower" 2> /dev/null
  wait "$follower" 2> /dev/null || true
  [[ -t 1 ]] && printf '\r\033[K'
  if [[ $code -ne 0 ]]; then
    say "$title: FAILED after $(( $(seconds_now) - began )) s. The end of $log:"
    tail -n 60 "$log"
    exit 1
  fi
}

done_step() { say "$title: done ($(( $(seconds_now) - began )) s)"; }
skip_step() { say "$title: nothing to do"; }

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  else
    command -v sudo > /dev/null || die "This step needs root: run ./dev as root once, or install sudo. Wanted: $*"
    sudo "$@"
  fi
}

missing_packages() {
  local wanted have
  wanted=$(grep -v '^#' "$ROOT/tools/apt-packages.txt" && printf '%s\n' "$@")
  # Any npm will do; another vendor's nodejs brings its own and does not go with Debian's.
  command -v npm > /dev/null && wanted=$(grep -vx npm <<< "$wanted")
  have=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' 2> /dev/null | sed -n 's/^.i *//p')
  grep -vxF -f <(printf '%s\n' "$have") <<< "$wanted" || true
}

# While this file stands, Debian starts no service that it installs.
POLICY=/usr/sbin/policy-rc.d

install_packages() {
  local held=""
  export DEBIAN_FRONTEND=noninteractive
  if [[ -e $POLICY ]]; then
    held="$POLICY.before-millrace"
    as_root mv "$POLICY" "$held"
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" > /dev/null
  as_root chmod 755 "$POLICY"
  local code=0
  { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } || code=$?
  as_root rm -f "$POLICY"
  [[ -z $held ]] || as_root mv "$held" "$POLICY"
  # Nor shall a broker start with the machine: Millrace's tests run brokers of their own.
  local broker
  for broker in mosquitto rabbitmq-server; do
    if [[ $code -eq 0 && " $* " == *" $broker "* ]]; then as_root systemctl disable "$broker.service" || true; fi
  done
  return "$code"
}

# setup_packages [PACKAGE…]: the project's, and these.
setup_packages() {
  begin "Debian packages"
  local missing
  missing=$(missing_packages "$@")
  if [[ -z $missing ]]; then skip_step; return; fi
  command -v apt-get > /dev/null || die "$title: this machine has no apt-get. Millrace builds on Debian 12. Missing: ${missing//$'\n'/ }"
  say "$title: installing $(wc -l <<< "$missing") of $(($(grep -vc '^#' "$ROOT/tools/apt-packages.txt") + $#))"
  # sudo asks for its password here, not behind a log file.
  [[ $EUID -eq 0 ]] || as_root true
  # shellcheck disable=SC2086  # one word a package
  run packages install_packages $missing
  done_step
}

setup_npm() {
  begin "npm packages"
  local lock stamp="$ROOT/node_modules/.millrace-lock"
  lock=$(cd "$ROOT" && cat package.json kiosk/package.json package-lock.json | sha256sum)
  if [[ -f $stamp && $(< "$stamp") == "$lock" ]]; then skip_step; return; fi
  run npm npm ci
  printf '%s\n' "$lock" > "$stamp"
  done_step
}

find_node() {
  local folder
  for folder in "$ROOT"/node_modules/node-linux-*/bin; do
    if [[ -x $folder/node ]]; then
      NODE="$folder/node"
      # What a tool's own #! line finds is the same Node.
      export PATH="$folder:$PATH"
      return
    fi
  done
  die "Node is missing from node_modules: remove the folder and run ./dev again."
}

# setup_configure PRESET [CMAKE ARGUMENT…]
setup_configure() {
  begin "configure ($1)"
  if [[ -f $ROOT/build/$1/build.ninja && $# -eq 1 ]]; then skip_step; return; fi
  run "configure-$1" cmake -S "$ROOT" --preset "$@"
  done_step
}

# setup_build PRESET [TARGET…]: ninja knows by itself when there is nothing to do.
setup_build() {
  local preset=$1 before after log="$LOGS/build-$1.log"
  shift
  begin "build ($preset)"
  run "build-$preset" cmake --build "$ROOT/build/$preset" ${1:+--target "$@"}
  if grep -q 'no work to do' "$log"; then skip_step; else done_step; fi
}

kiosk_hash() {
  (cd "$ROOT" && find kiosk package-lock.json -name dist -prune -o -name node_modules -prune -o -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum)
}

setup_kiosk() {
  begin "kiosk"
  local hash stamp="$STAMPS/kiosk"
  hash=$(kiosk_hash)
  if [[ -f $stamp && -f $ROOT/kiosk/dist/index.html && $(< "$stamp") == "$hash" ]]; then skip_step; return; fi
  run kiosk npm_run_kiosk build
  mkdir -p "$STAMPS"
  printf '%s\n' "$hash" > "$stamp"
  done_step
}

npm_run_kiosk() { npm --workspace kiosk run "$1"; }
