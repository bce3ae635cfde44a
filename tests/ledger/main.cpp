// Judges the history of a run.
//   millrace_ledger FILE     0 if nothing is violated and the history ended; 1 if something is; 2 if it
//   cannot tell
#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/ledger/history.hpp"

namespace {

using namespace millrace;
using namespace millrace::ledger;

constexpr int kGood = 0;
constexpr int kViolated = 1;
constexpr int kCannotTell = 2;
/// Of each invariant.
constexpr int kMostShown = 5;

void show(size_t invariant, const Verdict& verdict, const std::vector<Violation>& violations) {
  const auto id = fmt::format("I{}", invariant);
  if (verdict.state == Verdict::State::held) {
    fmt::print("{:<3}  held           {} ({} times)\n", id, verdict.promise, verdict.looked);
    return;
  }
  if (verdict.state == Verdict::State::not_looked_at) {
    fmt::print("{:<3}  not looked at  {}: the history lacks {}\n", id, verdict.promise, verdict.needs);
    return;
  }
  fmt::print("{:<3}  violated       {} ({} times)\n", id, verdict.promise, verdict.violations);
  int shown = 0;
  for (const auto& violation : violations) {
    if (violation.invariant != invariant || ++shown > kMostShown) continue;
    fmt::print("       line {}: {}\n", violation.line, violation.what);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Reads the history of a run and says which of the invariants I1 to I12 held."};
  std::string file;
  app.add_option("file", file, "One JSON object per line; tests/ledger/README.md describes them")->required();
  CLI11_PARSE(app, argc, argv);

  std::ifstream in(file);
  if (!in) {
    fmt::print(stderr, "{}: cannot be read\n", file);
    return kCannotTell;
  }
  const auto history = read_history(in);
  if (!history) {
    fmt::print(stderr, "{}: {}\n", file, history.error().message);
    return kCannotTell;
  }
  Ledger ledger;
  judge(*history, ledger);
  const auto verdicts = ledger.verdicts();
  for (size_t at = 0; at < verdicts.size(); ++at) show(at + 1, verdicts.at(at), ledger.violations());
  if (!ledger.violations().empty()) return kViolated;
  if (history->ended) return kGood;
  fmt::print(stderr, "{}: the history does not end\n", file);
  return kCannotTell;
}
