// A test that is handed in with a witness.
#include <gmock/gmock.h>

#include "core/base/crypto.hpp"
#include "core/delivery/outbox_reader.hpp"
#include "millrace/events/v1/test.pb.h"
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

using test::Answer;
using test::json;
using test::key;
using test::KioskApi;
using test::kPin;
using test::text;
using ::testing::ElementsAre;

class WitnessedTest : public KioskApi {
 protected:
  WitnessedTest() {
    client_.sign_in("200", kPin);
    begin("as-witnessed");
  }
  Answer witnessed(const std::string& with_key, const std::string& badge, const std::string& pin) {
    return submit_signed(with_key, R"("badge":"200","pin":")" + std::string(kPin) +
                                       R"(","witness":{"badge":")" + badge + R"(","pin":")" + pin + R"("})");
  }
  events::v1::TestCompleted completion() {
    auto db =
        store::Connection::open(edge_.folder() / "data" / "edge.db", store::Connection::Mode::reader).value();
    const auto data = delivery::read_records(*db, 1, 1, 1024 * 1024).at(0).event.data;
    events::v1::TestCompleted message;
    EXPECT_TRUE(message.ParseFromArray(data.data(), static_cast<int>(data.size())));
    return message;
  }
};

TEST_F(WitnessedTest, says_beforehand_that_it_needs_one) {
  EXPECT_TRUE(json(client_.call("GET", path_)).at("witness_required").as_bool());
  const auto work = json(client_.call("GET", "/api/v1/work")).at("assignments");
  EXPECT_FALSE(work.at(0).at("witness_required").as_bool()) << "as-2";
  EXPECT_TRUE(work.at(1).at("witness_required").as_bool()) << "as-witnessed";
}

TEST_F(WitnessedTest, is_not_handed_in_without_one) {
  const auto answer = submit(key());
  EXPECT_EQ(answer.status, 409U);
  EXPECT_EQ(answer.problem(), "witness-missing");
  EXPECT_EQ(rows("outcome"), 0);
}

TEST_F(WitnessedTest, still_needs_one_when_the_assignment_was_withdrawn_meanwhile) {
  edge_.stop();
  test::write_text(
      edge_.folder() / "assignments.json",
      R"({"format": "millrace-assignments/1", "as_of": "2026-01-05T06:00:00Z", "assignments": []})");
  edge_.start();
  client_.set_port(edge_.port());
  client_.sign_in("200", kPin);
  begin("as-witnessed");
  EXPECT_EQ(submit(key()).problem(), "witness-missing");
  EXPECT_EQ(witnessed(key(), "800", kPin).status, 201U);
}

TEST_F(WitnessedTest, carries_the_witness_s_signature_under_what_the_operator_signed) {
  ASSERT_EQ(witnessed(key(), "800", kPin).status, 201U);
  auto message = completion();
  const auto witness = message.witness_signature();
  EXPECT_EQ(witness.signer_id(), "op-8");
  EXPECT_EQ(witness.meaning(), "test.witnessed");
  EXPECT_THAT(witness.components_used(), ElementsAre("badge", "pin"));
  EXPECT_EQ(witness.at_ms(), message.operator_signature().at_ms());
  message.clear_witness_signature();
  EXPECT_EQ(witness.record_sha256(), as_text(sha256(as_bytes(message.SerializeAsString()))));
  const auto operator_hash = message.operator_signature().record_sha256();
  message.clear_operator_signature();
  EXPECT_EQ(operator_hash, as_text(sha256(as_bytes(message.SerializeAsString()))));
}

TEST_F(WitnessedTest, a_team_leader_may_witness_too) {
  EXPECT_EQ(witnessed(key(), "900", kPin).status, 201U);
  EXPECT_EQ(completion().witness_signature().signer_id(), "op-9");
}

TEST_F(WitnessedTest, a_witness_s_wrong_pin_a_badge_of_nobody_and_an_inactive_one_look_alike) {
  const auto wrong_pin = witnessed(key(), "800", "0000");
  EXPECT_EQ(wrong_pin.status, 401U);
  EXPECT_EQ(wrong_pin.problem(), "wrong-witness");
  EXPECT_EQ(witnessed(key(), "777", kPin).body, wrong_pin.body);
  EXPECT_EQ(witnessed(key(), "300", kPin).body, wrong_pin.body);
  EXPECT_EQ(rows("outcome"), 0);
}

TEST_F(WitnessedTest, who_may_not_witness_is_told_after_the_right_pin_only) {
  const auto nobody = witnessed(key(), "100", kPin);
  EXPECT_EQ(nobody.status, 403U);
  EXPECT_EQ(nobody.problem(), "witness-not-allowed");
  const auto themselves = witnessed(key(), "200", kPin);
  EXPECT_EQ(themselves.status, 403U);
  EXPECT_EQ(themselves.problem(), "witness-not-allowed");
  EXPECT_EQ(witnessed(key(), "100", "0000").problem(), "wrong-witness");
  EXPECT_EQ(rows("outcome"), 0);
}

TEST_F(WitnessedTest, a_witness_who_guesses_pins_is_locked_out_everywhere) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(witnessed(key(), "800", "0000").status, 401U);
  EXPECT_EQ(json(witnessed(key(), "800", "0000")).at("retry_after_s").as_int64(), 30);
  EXPECT_EQ(witnessed(key(), "800", kPin).problem(), "locked-out");
  test::HttpClient other(edge_.port());
  EXPECT_EQ(other.sign_in("800", kPin).problem(), "locked-out");
  EXPECT_EQ(witnessed(key(), "900", kPin).status, 201U) << "another one may";
}

TEST_F(WitnessedTest, handed_in_again_gets_the_same_answer_whatever_the_pins) {
  const auto event_id = key();
  const auto first = witnessed(event_id, "800", kPin);
  ASSERT_EQ(first.status, 201U);
  edge_.restart();
  client_.set_port(edge_.port());
  client_.sign_in("200", kPin);
  const auto again = witnessed(event_id, "800", "0000");
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(rows("record"), 1);
}

TEST_F(WitnessedTest, the_same_key_with_another_witness_is_a_conflict_with_a_reference) {
  const auto event_id = key();
  ASSERT_EQ(witnessed(event_id, "800", kPin).status, 201U);
  const auto refused = witnessed(event_id, "900", kPin);
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.problem(), "key-reused");
  EXPECT_EQ(text(json(refused).at("reference")), "KC-1");
  EXPECT_EQ(rows("record"), 1);
}

TEST_F(WitnessedTest, what_is_kept_of_a_submission_holds_neither_pin_nor_badge) {
  ASSERT_EQ(witnessed(key(), "800", kPin).status, 201U);
  EXPECT_EQ(rows("submission WHERE body LIKE 'submit%'"), 1);
  for (const auto* secret : {"2468", "800"}) {
    const auto line = std::string("'%' || char(10) || '") + secret + "' || char(10) || '%'";
    EXPECT_EQ(rows("submission WHERE body LIKE " + line), 0) << secret;
  }
}

TEST_F(KioskApi, a_witness_may_stand_by_where_none_is_asked_for) {
  client_.sign_in("100", kPin);
  begin();
  const auto answer =
      submit_signed(key(), R"("badge":"100","pin":"2468","witness":{"badge":"800","pin":"2468"})");
  EXPECT_EQ(answer.status, 201U) << answer.body;
}

}  // namespace
}  // namespace millrace::edge
