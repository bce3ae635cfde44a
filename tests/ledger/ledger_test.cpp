// Each invariant is violated on purpose, and held again once the history is mended.
#include <set>

#include <gtest/gtest.h>

#include "tests/ledger/cases.hpp"

namespace millrace::ledger {
namespace {

using namespace test;

std::set<size_t> violated(const Ledger& ledger) {
  std::set<size_t> out;
  for (const auto& violation : ledger.violations()) out.insert(violation.invariant);
  return out;
}

std::string words(const Ledger& ledger) {
  std::string out;
  for (const auto& one : ledger.violations())
    out += fmt::format("I{} line {}: {}\n", one.invariant, one.line, one.what);
  return out;
}

void tell(const Told& told, Ledger& ledger) {
  uint64_t line = 0;
  for (const auto& entry : told) ledger.take(entry, ++line);
}

TEST(Ledger, a_broken_history_violates_what_it_breaks_and_the_mended_one_nothing) {
  for (const auto& one : all_cases()) {
    SCOPED_TRACE(one.name);
    Ledger broken;
    tell(one.broken, broken);
    EXPECT_EQ(violated(broken), one.violated) << words(broken);
    Ledger mended;
    tell(one.mended, mended);
    EXPECT_EQ(violated(mended), std::set<size_t>{}) << words(mended);
    for (const auto invariant : one.violated) {
      EXPECT_EQ(mended.verdicts().at(invariant - 1).state, Verdict::State::held) << "I" << invariant;
    }
  }
}

TEST(Ledger, each_invariant_is_broken_alone_by_some_history) {
  std::set<size_t> alone;
  for (const auto& one : all_cases()) {
    if (one.violated.size() == 1) alone.insert(*one.violated.begin());
  }
  EXPECT_EQ(alone.size(), kInvariants);
}

TEST(Ledger, what_a_history_says_nothing_about_is_not_looked_at) {
  Ledger ledger;
  tell({End{}}, ledger);
  for (const auto& verdict : ledger.verdicts()) {
    EXPECT_EQ(verdict.state, Verdict::State::not_looked_at) << verdict.promise;
    EXPECT_FALSE(verdict.needs.empty());
  }
}

TEST(Ledger, a_drain_counts_only_after_the_last_fault) {
  Ledger ledger;
  tell({kDrained, Fault{}, End{}}, ledger);
  EXPECT_EQ(ledger.verdicts().at(8).state, Verdict::State::not_looked_at);
}

TEST(Ledger, a_violation_names_its_line_and_its_record) {
  Ledger ledger;
  tell({captured(1), captured(2), arrives(2)}, ledger);
  ASSERT_EQ(ledger.violations().size(), 1U);
  EXPECT_EQ(ledger.violations().front().line, 3U);
  EXPECT_EQ(ledger.violations().front().what,
            fmt::format("record 2 of stream {} arrived before 1 of the same session", kStream.string()));
}

TEST(Ledger, more_violations_than_are_kept_are_counted) {
  Ledger ledger;
  constexpr uint64_t kReceipts = 2 * Findings::kMostKept;
  for (uint64_t number = 0; number < kReceipts; ++number) ledger.take(Receipt{kStream, 2, 1});
  EXPECT_EQ(ledger.violations().size(), Findings::kMostKept);
  EXPECT_EQ(ledger.verdicts().at(5).violations, kReceipts);
}

TEST(Ledger, a_clone_goes_on_in_the_same_stream_with_an_order_of_its_own) {
  auto mine = captured(2);
  auto its = captured(2, kBob);
  its.hash = hash(102);
  its.event_id = id(102);
  its.submission = id(102);
  auto behind = captured(3);
  behind.hash = hash(103);
  behind.prevhash = its.hash;
  behind.event_id = id(103);
  behind.submission = id(103);
  auto arrived = arrives(3);
  arrived.hash = behind.hash;
  arrived.event_id = behind.event_id;
  // Of its session, record 1 is the one before: the clone never had the other's record 2.
  Ledger ledger;
  tell({captured(1), mine, its, behind, arrives(1), arrived}, ledger);
  EXPECT_EQ(violated(ledger), std::set<size_t>{}) << words(ledger);
  EXPECT_EQ(ledger.verdicts().at(2).looked, 1U);
}

TEST(Ledger, a_record_that_moved_is_the_same_event) {
  auto moved = captured(2);
  moved.place = {kNewStream, 1};
  moved.hash = hash(102);
  moved.prevhash = {};
  auto arrived = arrives(2);
  arrived.place = moved.place;
  arrived.hash = moved.hash;
  Ledger good;
  tell({captured(1), captured(2), moved, arrives(1), arrived, kDrained, End{}}, good);
  EXPECT_EQ(violated(good), std::set<size_t>{}) << words(good);
  Ledger twice;
  tell({captured(1), captured(2), moved, arrives(1), arrived, arrives(2), kDrained, End{}}, twice);
  EXPECT_EQ(violated(twice), std::set<size_t>{2}) << words(twice);
}

}  // namespace
}  // namespace millrace::ledger
