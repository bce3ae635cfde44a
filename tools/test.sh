# `./dev test`: every test, in the everyday build and under the sanitizers. Sourced by ./dev.

RESULTS="$ROOT/build/test-results"
SANITIZED_LABELS_OFF='tidy|kiosk|browser|systemd|^fuzz$'
tests_failed=0

# Most tests wait for somebody else most of the time.
AT_ONCE=$(($(nproc) + 1))

# ctest_run PRESET[-PART] [ctest arguments…]: AT_ONCE tests beside one another. Each verdict is shown as it comes, output only of
# those that fail.
ctest_run() {
  local name=$1 preset=${1%%-*} code=0
  shift
  begin "tests ($name)"
  say "$title"
  # A newcomer's colours would end up in the counts.
  NO_COLOR=1 ctest --test-dir "$ROOT/build/$preset" --output-on-failure --no-tests=error \
    --output-junit "$RESULTS/$name.xml" --test-output-size-passed 4194304 --test-output-size-failed 4194304 \
    --parallel "$AT_ONCE" "$@" < /dev/null 2>&1 | tee "$LOGS/tests-$name.log" || code=$?
  [[ $code -eq 0 ]] || tests_failed=1
  done_step
}

# run_some_tests NAME [PACKAGE…]: one test in the everyday build, with these packages from Debian.
run_some_tests() {
  STEPS=5
  mkdir -p "$LOGS" "$RESULTS"
  set_up "${@:2}"
  setup_configure dev
  setup_build dev all unit_tests
  ctest_run dev -R "^$1\$" --verbose
  exit "$tests_failed"
}

# The browser tests that have a longer form, in that form.
run_full_tests() {
  STEPS=6
  mkdir -p "$LOGS" "$RESULTS"
  rm -f "$RESULTS"/*.xml
  set_up
  setup_configure dev
  setup_build dev all unit_tests
  setup_kiosk
  export MILLRACE_LAYOUT=all MILLRACE_JOURNEYS=all MILLRACE_FAULT_ROUNDS=25
  ctest_run dev -R '^browser_(layout|questions|languages|languages_people|faults)$' --verbose
  "$NODE" "$ROOT/tools/summary.mjs" "$RESULTS"/*.xml || tests_failed=1
  exit "$tests_failed"
}

# run_fuzzers SECONDS: each of them for so long.
run_fuzzers() {
  setup_configure asan "-DMILLRACE_FUZZ_SECONDS=$1"
  setup_build asan fuzzers
  AT_ONCE=$(nproc) ctest_run asan-fuzz --label-regex '^fuzz$'
}

run_tests() {
  local quick=${1:-}
  case "$quick" in
    --sdks) run_some_tests sdks ;;
    --full) run_full_tests ;;
    --peers) run_some_tests peers_rabbitmq_test rabbitmq-server ;;
    "" | quick) ;;
    *) die "./dev test $quick: there is no such choice; ./dev help lists them" ;;
  esac
  STEPS=13
  [[ $quick == quick ]] && STEPS=6
  mkdir -p "$RESULTS" "$LOGS"
  rm -f "$RESULTS"/*.xml
  set_up
  setup_configure dev
  if [[ $quick == quick ]]; then
    setup_build dev all unit_tests
    setup_kiosk
    ctest_run dev
  else
    setup_build dev
    setup_kiosk
    # What the sanitizers look at below shows nothing more without them.
    ctest_run dev --label-exclude '^unit$'
    # For as long as tests/fuzz says, whatever ./dev fuzz was told.
    setup_configure asan -DMILLRACE_FUZZ_SECONDS=
    setup_build asan all unit_tests
    ctest_run asan --label-exclude "$SANITIZED_LABELS_OFF"
    AT_ONCE=$(nproc) ctest_run asan-fuzz --label-regex '^fuzz$'
    setup_configure tsan
    setup_build tsan all unit_tests
    ctest_run tsan --label-exclude "$SANITIZED_LABELS_OFF"
  fi
  "$NODE" "$ROOT/tools/summary.mjs" "$RESULTS"/*.xml || tests_failed=1
  exit "$tests_failed"
}
