// The ledger: hears what happened in a run and says which of the invariants held.
#pragma once

#include <array>
#include <tuple>

#include "tests/ledger/checks.hpp"

namespace millrace::ledger {

struct Verdict {
  enum class State : uint8_t { held, violated, not_looked_at } state = State::not_looked_at;
  std::string_view promise;
  std::string_view needs;  ///< what a history must hold for it to be judged
  uint64_t looked = 0;     ///< how often there was something to judge
  uint64_t violations = 0;
};

/// Takes the entries one by one, each judged as it comes; what can only be judged at the end is judged at
/// End. It expects the order in which things happened: whoever learns of them later sorts them first
/// (history.hpp). One thread.
class Ledger {
 public:
  Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// `line` is where the entry stands; without it, entries are counted.
  template <class Kind>
  void take(const Kind& entry, uint64_t line) {
    facts_.set_line(line);
    std::apply([&](auto&... check) { (show(check, entry), ...); }, checks_);
    if constexpr (requires { facts_.take(entry); }) facts_.take(entry);
  }
  template <class Kind>
  void take(const Kind& entry) {
    take(entry, facts_.line() + 1);
  }
  void take(const Entry& entry, uint64_t line) {
    std::visit([&](const auto& kind) { take(kind, line); }, entry);
  }

  const Facts& facts() const { return facts_; }
  /// In the order in which they were found.
  const std::vector<Violation>& violations() const { return findings_.kept(); }
  /// I1 first.
  std::array<Verdict, kInvariants> verdicts() const;

 private:
  template <class One, class Kind>
  static void show(One& check, const Kind& entry) {
    if constexpr (requires { check.see(entry); }) check.see(entry);
  }

  using Checks = std::tuple<NothingLost, SeenOnce, InOrder, NothingInvented, SameAnswer, ReceiptLast,
                            Recovered, ParkedForGood, Drains, Bounded, NothingLeaks, Reconciled>;
  template <class... All>
  static std::tuple<All...> make(const Facts& facts, Findings& findings,
                                 const std::tuple<All...>* /*kinds*/) {
    return {All(facts, findings)...};
  }

  Facts facts_;
  Findings findings_;
  Checks checks_ = make(facts_, findings_, static_cast<const Checks*>(nullptr));
};

}  // namespace millrace::ledger
