// What every check is: it looks at entries as they come, and says what must not be.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tests/ledger/facts.hpp"

namespace millrace::ledger {

/// I1 to I12.
inline constexpr size_t kInvariants = 12;

struct Violation {
  size_t invariant = 0;  ///< 1 to 12
  uint64_t line = 0;
  std::string what;
};

/// The violations of all checks, in the order in which they were found.
class Findings {
 public:
  /// Of each invariant, more are only counted: the first ones tell the story.
  static constexpr uint64_t kMostKept = 20;

  void add(size_t invariant, uint64_t line, std::string what) {
    if (++counts_.at(invariant - 1) <= kMostKept) kept_.push_back({invariant, line, std::move(what)});
  }
  const std::vector<Violation>& kept() const { return kept_; }
  uint64_t count(size_t invariant) const { return counts_.at(invariant - 1); }

 private:
  std::vector<Violation> kept_;
  std::array<uint64_t, kInvariants> counts_{};
};

/// Base of the twelve. A check has a function `see` for each kind of entry that it looks at; the facts are
/// those before the entry.
template <size_t kNumber>
class Check {
 public:
  static constexpr size_t kInvariant = kNumber;
  Check(const Facts& facts, Findings& findings) : facts_(facts), findings_(findings) {}

  /// How often there was something to judge.
  uint64_t looked() const { return looked_; }

 protected:
  const Facts& facts() const { return facts_; }
  void look() { ++looked_; }
  template <class... T>
  void violated_at(uint64_t line, fmt::format_string<T...> text, T&&... values) {
    findings_.add(kNumber, line, fmt::format(text, std::forward<T>(values)...));
  }
  template <class... T>
  void violated(fmt::format_string<T...> text, T&&... values) {
    violated_at(facts_.line(), text, std::forward<T>(values)...);
  }

 private:
  const Facts& facts_;
  Findings& findings_;
  uint64_t looked_ = 0;
};

}  // namespace millrace::ledger
