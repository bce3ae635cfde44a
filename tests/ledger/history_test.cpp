// Histories as text: what is malformed is named, and what was learnt late is put where it belongs.
#include "tests/ledger/history.hpp"

#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::ledger {
namespace {

constexpr auto kRun = R"({"kind":"run","boxes":["box-1"]})";
constexpr auto kEnd = R"({"kind":"end","at_ms":12.5})";

std::string id(int number) {
  return fmt::format("00000000-0000-7000-8000-{:012}", number);
}
std::string hash(int number) {
  return fmt::format("{:064}", number);
}
std::string captured(int number) {
  return fmt::format(
      R"({{"kind":"captured","box":"box-1","stream":"{}","sequence":{},"event_id":"{}","session":"ann",)"
      R"("hash":"{}","prevhash":"{}"}})",
      id(99), number, id(number), hash(number), hash(number - 1));
}
std::string received(int number, std::string_view more = "") {
  return fmt::format(
      R"({{"kind":"received","stream":"{}","sequence":{},"event_id":"{}","session":"ann","hash":"{}",)"
      R"("notice":false,"marked":false{}}})",
      id(99), number, id(number), hash(number), more);
}
std::string row(std::string_view kind, int number, std::string_view more = "") {
  return fmt::format(R"({{"kind":"{}","box":"box-1","stream":"{}","sequence":{},"event_id":"{}"{}}})", kind,
                     id(99), number, id(number), more);
}

Result<History> read(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  std::istringstream in(text);
  return read_history(in);
}

/// The invariants that the lines violate; they are well formed.
std::set<size_t> violated(const std::vector<std::string>& lines) {
  const auto history = read(lines);
  if (!history) throw std::runtime_error(history.error().message);
  Ledger ledger;
  judge(*history, ledger);
  std::set<size_t> out;
  for (const auto& violation : ledger.violations()) out.insert(violation.invariant);
  return out;
}
using Set = std::set<size_t>;

TEST(History, records_read_from_a_disk_at_the_end_were_there_before_they_arrived) {
  EXPECT_EQ(violated({kRun, received(1), received(2), captured(2), captured(1), kEnd}), Set{});
  EXPECT_EQ(violated({kRun, received(1), received(3), captured(2), captured(1), kEnd}), Set{4});
  EXPECT_EQ(violated({kRun, received(2), received(1), captured(2), captured(1), kEnd}), Set{3});
}

TEST(History, a_row_settled_before_anybody_saw_the_arrival_is_judged_behind_it) {
  EXPECT_EQ(violated({kRun, captured(1), row("settled", 1), received(1), kEnd}), Set{});
  EXPECT_EQ(violated({kRun, captured(1), row("settled", 1), kEnd}), Set{6});
}

TEST(History, what_the_sink_refuses_is_known_from_the_beginning) {
  const auto refused = fmt::format(R"({{"kind":"notice_refused","event_id":"{}"}})", id(1));
  const auto refusable = fmt::format(R"({{"kind":"refusable","event_id":"{}"}})", id(1));
  EXPECT_EQ(violated({kRun, captured(1), row("parked", 1), refused, refusable, kEnd}), Set{});
  EXPECT_EQ(violated({kRun, captured(1), row("parked", 1), refused, kEnd}), Set{8});
}

TEST(History, a_replayed_record_names_the_place_that_it_repeats) {
  auto again = captured(2);
  again.replace(again.find(id(2)), id(2).size(), id(1));
  again.insert(again.size() - 1, fmt::format(R"(,"replayof":"{}/{:020}")", id(99), 1));
  const auto refusable = fmt::format(R"({{"kind":"refusable","event_id":"{}"}})", id(1));
  const auto notice =
      fmt::format(R"({{"kind":"notice_refused","event_id":"{}","stream":"{}","sequence":1}})", id(1), id(99));
  // The new place is not the old one's, which alone is filled.
  EXPECT_EQ(violated({kRun, captured(1), again, captured(3), refusable, notice, row("parked", 1), kEnd}),
            Set{});
  EXPECT_EQ(violated({kRun, captured(1), again, captured(3), refusable, notice, received(3), kEnd}), Set{3});
}

TEST(History, resources_are_held_to_the_bounds_of_their_part_or_to_those_of_all) {
  const auto run = R"({"kind":"run","bounds":{"descriptors":50,"relay":{"descriptors":10}}})";
  const auto look = [](std::string_view part, int descriptors) {
    return fmt::format(R"({{"kind":"resources","part":"{}","descriptors":{},"rss_kib":999}})", part,
                       descriptors);
  };
  EXPECT_EQ(violated({run, look("relay", 10), look("edge", 50), kEnd}), Set{});
  EXPECT_EQ(violated({run, look("relay", 11), kEnd}), Set{10});
  EXPECT_EQ(violated({run, look("edge", 51), kEnd}), Set{10});
}

TEST(History, answers_are_held_to_what_was_asked) {
  const auto asked = fmt::format(R"({{"kind":"invoked","submission":"{}","session":"ann","body_hash":"{}"}})",
                                 id(1), hash(7));
  const auto answer = [](int status, std::string_view more) {
    return fmt::format(
        R"({{"kind":"answered","submission":"{}","status":{},"saved":false,"body_hash":"{}"{}}})", id(1),
        status, hash(7), more);
  };
  EXPECT_EQ(violated({kRun, asked, answer(409, R"(,"reason":"stale-lease")"), kEnd}), Set{});
  EXPECT_EQ(violated({kRun, asked, answer(409, R"(,"reason":"key-reused")"), kEnd}), Set{5});
  EXPECT_EQ(violated({kRun, asked, answer(409, ""), kEnd}), Set{5});
  EXPECT_EQ(violated({kRun, asked, answer(500, ""), kEnd}), Set{10});
}

TEST(History, null_is_absent_and_what_nobody_asks_for_is_left_alone) {
  EXPECT_EQ(violated({kRun, R"({"kind":"drained","within_ms":null,"bound_ms":5})", kEnd}), Set{9});
  EXPECT_EQ(violated({kRun, R"({"kind":"drained","within_ms":5,"bound_ms":5,"note":"x"})", kEnd}), Set{});
}

TEST(History, a_violation_names_the_line_of_the_file) {
  const auto history = read({kRun, received(1, R"(,"data_equal":false)"), captured(1), kEnd});
  ASSERT_TRUE(history);
  Ledger ledger;
  judge(*history, ledger);
  ASSERT_EQ(ledger.violations().size(), 1U);
  EXPECT_EQ(ledger.violations().front().line, 2U);
}

TEST(History, one_that_is_cut_off_has_not_ended) {
  EXPECT_FALSE(read({kRun, captured(1)})->ended);
  EXPECT_TRUE(read({kRun, captured(1), kEnd})->ended);
}

TEST(History, a_malformed_line_is_named) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"", "it is not JSON"},
      {R"({"kind":"leak","where":"a)", "it is not JSON"},
      {R"(["leak"])", "it is not an object"},
      {R"({"where":"a"})", "'kind' is missing"},
      {R"({"kind":"leek","where":"a"})", "there is no kind 'leek'"},
      {R"({"kind":"leak"})", "'where' is missing"},
      {R"({"kind":"leak","where":7})", "'where' is not text"},
      {R"({"kind":"refusable","event_id":"7"})", "'event_id' is no UUID"},
      {R"({"kind":"drained","within_ms":1.5,"bound_ms":2})", "'within_ms' is not a whole number"},
      {R"({"kind":"drained","within_ms":-1,"bound_ms":2})", "'within_ms' is not a whole number"},
      {R"({"kind":"fault","what":"kill","part":"edge"})", "'state' is missing"},
      {row("settled", 0), "'sequence' is 0; the first is 1"},
      {row("discarded", 1), "'why' is missing"},
      {row("parked", 1, R"(,"alarm":"yes")"), "'alarm' is neither true nor false"},
      {row("captured", 1, R"(,"session":"ann","hash":"77","prevhash":"")"), "'hash' is not 32 bytes in hex"},
      {captured(1).insert(captured(1).size() - 1, R"(,"replayof":"7")"),
       "'replayof' is not {stream}/{sequence}"},
      {kRun, "'run' is the first line, and no other"},
  };
  for (const auto& [line, what] : wrong) {
    const auto history = read({kRun, captured(1), line, kEnd});
    ASSERT_FALSE(history) << line;
    EXPECT_THAT(history.error().message, testing::StartsWith("line 3: " + what));
  }
  EXPECT_EQ(read({captured(1)}).error().message, "line 1: 'run' is the first line, and no other");
  EXPECT_EQ(read({kRun, kEnd, captured(1)}).error().message, "line 3: the history ended before");
  EXPECT_EQ(read({}).error().message, "the history is empty");
}

}  // namespace
}  // namespace millrace::ledger
