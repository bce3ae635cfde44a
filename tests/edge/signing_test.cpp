// Handing in a test asks for badge and PIN again, of those who signed in with a badge.
#include <gmock/gmock.h>

#include "core/delivery/outbox_reader.hpp"
#include "millrace/events/v1/test.pb.h"
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

using test::json;
using test::key;
using test::KioskApi;
using test::kPin;
using ::testing::ElementsAre;

class SigningAgain : public KioskApi {
 protected:
  explicit SigningAgain(std::function<void(EdgeConfig&)> adjust = {}) : KioskApi(std::move(adjust)) {}
  test::Answer signed_with(const std::string& badge, const std::string& pin,
                           const std::string& with_key = key()) {
    return submit_signed(with_key, R"("badge":")" + badge + R"(","pin":")" + pin + R"(")");
  }
  test::Answer signed_with_pin(const std::string& pin) {
    return submit_signed(key(), R"("pin":")" + pin + R"(")");
  }
  events::v1::Signature signature() {
    auto db =
        store::Connection::open(edge_.folder() / "data" / "edge.db", store::Connection::Mode::reader).value();
    const auto data = delivery::read_records(*db, 1, 1, 1024 * 1024).at(0).event.data;
    events::v1::TestCompleted message;
    EXPECT_TRUE(message.ParseFromArray(data.data(), static_cast<int>(data.size())));
    return message.operator_signature();
  }
};

class SignedInByBadge : public SigningAgain {
 protected:
  SignedInByBadge() {
    client_.sign_in("100", kPin);
    begin();
  }
};

TEST_F(SignedInByBadge, both_make_the_signature) {
  ASSERT_EQ(signed_with("100", kPin).status, 201U);
  EXPECT_EQ(signature().signer_id(), "op-1");
  EXPECT_THAT(signature().components_used(), ElementsAre("badge", "pin"));
}

TEST_F(SignedInByBadge, the_pin_alone_is_no_signature_and_guesses_at_nothing) {
  for (int i = 0; i < 10; ++i) {
    const auto refused = signed_with_pin(kPin);
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(refused.problem(), "wrong-badge");
  }
  EXPECT_EQ(rows("outcome"), 0);
  EXPECT_EQ(signed_with("100", kPin).status, 201U);
}

TEST_F(SignedInByBadge, another_person_s_badge_is_refused_alike_with_either_person_s_pin_and_a_wrong_one) {
  const auto refused = signed_with("200", kPin);
  EXPECT_EQ(refused.status, 401U);
  EXPECT_EQ(refused.problem(), "wrong-badge");
  EXPECT_EQ(signed_with("200", "0000").body, refused.body);
  EXPECT_EQ(signed_with("nobody", kPin).body, refused.body);
  EXPECT_EQ(rows("outcome"), 0);
}

TEST_F(SignedInByBadge, the_right_badge_with_a_wrong_pin_says_so) {
  EXPECT_EQ(signed_with("100", "0000").problem(), "wrong-pin");
}

TEST_F(SignedInByBadge, wrong_badges_lock_out_who_is_signed_in_and_not_whose_badge_it_is) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(signed_with("200", kPin).status, 401U);
  EXPECT_EQ(signed_with("100", kPin).problem(), "locked-out");
  test::HttpClient other(edge_.port());
  EXPECT_EQ(other.sign_in("100", kPin).problem(), "locked-out");
  EXPECT_EQ(other.sign_in("200", kPin).status, 201U);
}

TEST_F(SignedInByBadge, wrong_badges_and_wrong_pins_count_together) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(signed_with("200", kPin).problem(), "wrong-badge");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(signed_with("100", "0000").problem(), "wrong-pin");
  EXPECT_EQ(signed_with("100", kPin).problem(), "locked-out");
}

TEST_F(SignedInByBadge, handed_in_again_gets_the_first_answer_whatever_the_badge) {
  const auto event_id = key();
  const auto first = signed_with("100", kPin, event_id);
  ASSERT_EQ(first.status, 201U);
  const auto again = signed_with("200", "0000", event_id);
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(rows("record"), 1);
}

class SignedInByName : public SigningAgain {
 protected:
  SignedInByName() : SigningAgain([](EdgeConfig& config) { config.kiosk.roster_sign_in = true; }) {
    const auto answer = client_.choose("op-1", kPin);
    EXPECT_EQ(answer.status, 201U);
    begin();
  }
};

TEST_F(SignedInByName, the_pin_is_enough_and_the_signature_claims_no_badge) {
  ASSERT_EQ(signed_with_pin(kPin).status, 201U);
  EXPECT_THAT(signature().components_used(), ElementsAre("pin"));
}

TEST_F(SignedInByName, a_wrong_pin_is_refused_as_ever) {
  EXPECT_EQ(signed_with_pin("0000").problem(), "wrong-pin");
}

}  // namespace
}  // namespace millrace::edge
