// Each fault alone is found and named; a sound set has none.
#include "cli/verification.hpp"

#include <gmock/gmock.h>

#include "cli/event_json.hpp"
#include "millrace/events/v1/stream.pb.h"
#include "tests/support/chain.hpp"

namespace millrace::cli {
namespace {

using delivery::Event;
using delivery::testing::Chain;
using ::testing::HasSubstr;
namespace attr = delivery::attr;
namespace wire = millrace::events::v1;

class VerificationTest : public ::testing::Test {
 protected:
  VerificationTest() { chain.append(5); }
  static std::vector<PublicKey> keys(const Chain& of) {
    std::vector<PublicKey> out;
    for (const auto& [id, key] : of.keys()) out.push_back(key);
    return out;
  }
  void add(uint64_t from, uint64_t to) {
    for (auto at = from; at <= to; ++at) verification.add(chain.event(at), "line " + std::to_string(at));
  }
  /// The one fault, as one line.
  std::string only_fault() {
    const auto faults = verification.finish().faults;
    EXPECT_EQ(faults.size(), 1U);
    return faults.empty() ? "" : faults.front().place + ": " + faults.front().what;
  }
  template <class Array>
  static std::string raw(const Array& bytes) {
    return {bytes.begin(), bytes.end()};
  }
  Event notice(uint64_t sequence, const delivery::Hash& hash) const {
    wire::EventWithheld withheld;
    withheld.set_stream_id(raw(chain.stream_id().bytes));
    withheld.set_sequence(sequence);
    withheld.set_hash(raw(hash));
    Event event;
    event.attributes[std::string(attr::type)] = "millrace.event.withheld.v1";
    const auto data = withheld.SerializeAsString();
    event.data.assign(data.begin(), data.end());
    return event;
  }

  Chain chain;
  Verification verification{keys(chain)};
};

TEST_F(VerificationTest, a_sound_set_has_no_fault_in_whatever_order) {
  for (const uint64_t at : {3U, 1U, 5U, 2U, 4U}) verification.add(chain.event(at), "a line");
  const auto found = verification.finish();
  EXPECT_TRUE(found.faults.empty());
  EXPECT_EQ(found.records, 5U);
  ASSERT_EQ(found.streams.size(), 1U);
  EXPECT_EQ(found.streams[0].first, 1U);
  EXPECT_EQ(found.streams[0].last, 5U);
}

TEST_F(VerificationTest, a_file_may_begin_in_the_middle) {
  add(3, 5);
  EXPECT_TRUE(verification.finish().faults.empty());
}

TEST_F(VerificationTest, a_copy_is_no_fault_and_is_counted) {
  add(1, 5);
  add(2, 2);
  const auto found = verification.finish();
  EXPECT_TRUE(found.faults.empty());
  EXPECT_EQ(found.copies, 1U);
  EXPECT_EQ(found.records, 5U);
}

TEST_F(VerificationTest, a_gap_is_named) {
  add(1, 1);
  add(4, 5);
  EXPECT_THAT(only_fault(), HasSubstr("record 2: missing: 2 to 3 are not there"));
}

TEST_F(VerificationTest, one_changed_byte_is_named) {
  add(1, 4);
  auto event = chain.event(5);
  event.data.back() ^= 1;
  verification.add(event, "line 5");
  EXPECT_THAT(only_fault(), HasSubstr("the signature does not hold"));
}

TEST_F(VerificationTest, another_attribute_is_named) {
  add(1, 4);
  auto event = chain.event(5);
  event.attributes["time"] = "2026-01-05T06:00:01.000Z";
  verification.add(event, "line 5");
  EXPECT_THAT(only_fault(), HasSubstr("the signature does not hold"));
}

TEST_F(VerificationTest, a_key_that_was_not_given_is_named) {
  Verification other(keys(Chain(1, 9)));
  other.add(chain.event(1), "line 1");
  const auto found = other.finish();
  ASSERT_EQ(found.faults.size(), 1U);
  EXPECT_THAT(found.faults[0].what, HasSubstr("which was not given"));
}

TEST_F(VerificationTest, two_histories_of_one_stream_are_named) {
  add(1, 5);
  auto fork = chain.copy_up_to(3);
  fork.append("operator:op-1", 16, 1);
  verification.add(fork.event(4), "line 6");
  EXPECT_THAT(only_fault(), HasSubstr("another record stands in the same place"));
}

TEST_F(VerificationTest, a_broken_chain_is_named) {
  add(1, 3);
  auto fork = chain.copy_up_to(2);
  fork.append("operator:op-1", 16, 1);
  fork.append("operator:op-1", 16, 1);
  verification.add(fork.event(4), "line 4");
  EXPECT_THAT(only_fault(), HasSubstr("record 4: it does not continue the record before it"));
}

TEST_F(VerificationTest, a_notice_fills_its_records_place) {
  add(1, 2);
  verification.add(notice(3, chain.hash(3)), "line 3");
  add(4, 5);
  const auto found = verification.finish();
  EXPECT_TRUE(found.faults.empty());
  EXPECT_EQ(found.notices, 1U);
  EXPECT_EQ(found.records, 4U);
}

TEST_F(VerificationTest, a_notice_about_another_record_is_named) {
  add(1, 2);
  verification.add(notice(3, chain.hash(2)), "line 3");
  add(4, 5);
  EXPECT_THAT(only_fault(), HasSubstr("record 4: it does not continue"));
}

TEST_F(VerificationTest, a_tail_that_is_cut_off_shows_by_what_vouches_for_it) {
  verification.begins_behind(chain.stream_id(), 0, delivery::kFirstPrevHash);
  verification.ends_with(chain.stream_id(), 5, chain.hash(5));
  add(1, 4);
  EXPECT_THAT(only_fault(), HasSubstr("record 5: missing: the log's own end vouches for everything up to 5"));
}

TEST_F(VerificationTest, a_head_that_is_cut_off_shows_by_where_the_log_begins) {
  verification.begins_behind(chain.stream_id(), 1, chain.hash(1));
  add(3, 5);
  EXPECT_THAT(only_fault(), HasSubstr("record 2: missing"));
}

TEST_F(VerificationTest, a_pruned_log_is_sound_with_one_that_still_waits_for_a_person) {
  verification.begins_behind(chain.stream_id(), 3, chain.hash(3));
  add(1, 1);
  add(4, 5);
  for (const auto& fault : verification.finish().faults) ADD_FAILURE() << fault.place << ": " << fault.what;
}

TEST_F(VerificationTest, a_log_that_begins_elsewhere_than_its_kept_hash_is_named) {
  verification.begins_behind(chain.stream_id(), 3, chain.hash(2));
  add(4, 5);
  EXPECT_THAT(only_fault(), HasSubstr("record 4: it does not continue"));
}

TEST_F(VerificationTest, an_end_that_is_another_is_named) {
  verification.ends_with(chain.stream_id(), 5, chain.hash(4));
  add(1, 5);
  EXPECT_THAT(only_fault(), HasSubstr("record 5: it is not the one that the log's own end vouches for"));
}

TEST_F(VerificationTest, an_event_that_no_box_recorded_is_counted) {
  Event event;
  event.attributes[std::string(attr::type)] = "millrace.assignment.made.v1";
  verification.add(event, "line 1");
  const auto found = verification.finish();
  EXPECT_TRUE(found.faults.empty());
  EXPECT_EQ(found.others, 1U);
}

TEST(EventJson, reads_what_it_writes) {
  Chain chain;
  const auto& event = chain.append();
  const auto read = from_json(to_json(event));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->attributes, event.attributes);
  EXPECT_EQ(read->data, event.data);
}

TEST(EventJson, says_what_is_wrong) {
  for (const auto* line : {"", "[]", "{", R"({"data_base64": 1})", R"({"data_base64": "*"})"}) {
    const auto read = from_json(line);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_input);
  }
  EXPECT_TRUE(from_json("{\"x\": \"" + std::string(kMostLineBytes - 9, 'x') + "\"}"));
  EXPECT_FALSE(from_json("{\"x\": \"" + std::string(kMostLineBytes - 8, 'x') + "\"}"));
}

}  // namespace
}  // namespace millrace::cli
