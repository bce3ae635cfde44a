// The client against a scripted service on loopback.
#include "client_fixture.hpp"

namespace millrace::servicebus {
namespace {

using Kind = Outcome::Kind;

TEST_F(ClientTest, comes_up_with_a_token_for_each_entity_and_delivers) {
  client_->start();
  run_until([this] { return ups_ == 1; });
  ASSERT_EQ(service_.audiences.size(), 1U);
  EXPECT_EQ(service_.audiences[0], fmt::format("sb://127.0.0.1:{}/events", service_.listener.port()));
  EXPECT_EQ(service_.tokens[0], "token for " + service_.audiences[0]);
  send("id-1");
  run_until([this] { return service_.arrived.size() == 1; });
  const auto message = amqp::decode_message(service_.arrived[0].incoming.bytes).value();
  EXPECT_EQ(*message.properties->message_id.text(), "id-1");
  EXPECT_EQ(message.properties->group_id, "operator:1");
  EXPECT_EQ(message.data, std::vector<Bytes>({{1, 2}}));
  service_.arrived[0].link->settle(service_.arrived[0].incoming.id, amqp::Outcome::accepted());
  run_until([this] { return outcomes_.contains("id-1"); });
  EXPECT_EQ(outcomes_["id-1"].kind, Kind::accepted);
}

TEST_F(ClientTest, an_answer_that_never_came_is_in_doubt_and_the_client_comes_back) {
  client_->start();
  run_until([this] { return ups_ == 1; });
  send("id-1");
  run_until([this] { return service_.arrived.size() == 1; });
  service_.connection->abort();
  run_until([this] { return outcomes_.contains("id-1"); });
  EXPECT_EQ(outcomes_["id-1"].kind, Kind::in_doubt);
  run_until([this] { return ups_ == 2; });
  EXPECT_EQ(downs_.size(), 1U);
  EXPECT_EQ(service_.connections, 2);
}

TEST_F(ClientTest, a_link_detached_for_idleness_is_opened_again_when_it_is_needed) {
  client_->start();
  run_until([this] { return ups_ == 1; });
  service_.links[0]->close({.name = "amqp:link:detach-forced", .description = "IdleTimerExpired"});
  send("id-1");
  run_until([this] { return outcomes_.contains("id-1"); });
  EXPECT_EQ(outcomes_["id-1"].kind, Kind::in_doubt) << "it met the detach on its way";
  send("id-2");
  run_until([this] { return service_.arrived.size() == 1; });
  service_.arrived[0].link->settle(service_.arrived[0].incoming.id, amqp::Outcome::accepted());
  run_until([this] { return outcomes_.contains("id-2"); });
  EXPECT_EQ(outcomes_["id-2"].kind, Kind::accepted);
  EXPECT_EQ(service_.links.size(), 2U);
  EXPECT_EQ(service_.connections, 1);
  EXPECT_TRUE(downs_.empty()) << "idleness is no trouble";
  EXPECT_THAT(kinds(), testing::ElementsAre(TroubleKind::link_idle));
  EXPECT_TRUE(troubles_[0].is_quiet);
}

TEST_F(ClientTest, a_link_detached_for_another_reason_costs_the_connection) {
  client_->start();
  run_until([this] { return ups_ == 1; });
  service_.links[0]->close({.name = "amqp:internal-error", .description = "out of luck"});
  run_until([this] { return ups_ == 2; });
  EXPECT_THAT(downs_, testing::ElementsAre(testing::HasSubstr("out of luck")));
}

TEST_F(ClientTest, a_token_is_renewed_before_it_expires) {
  credential_->life = std::chrono::seconds{1};
  client_->start();
  run_until([this] { return ups_ == 1; });
  run_until([this] { return service_.tokens.size() == 3; });
  EXPECT_EQ(service_.connections, 1);
  EXPECT_EQ(service_.links.size(), 1U);
}

TEST_F(ClientTest, a_credential_in_trouble_is_said_and_asked_again) {
  credential_->trouble = "no key today";
  client_->start();
  run_until([this] { return !downs_.empty(); });
  EXPECT_EQ(downs_[0], "no key today");
  credential_->trouble.clear();
  run_until([this] { return ups_ == 1; });
}

TEST_F(ClientTest, a_refused_token_is_said_and_tried_again) {
  service_.token_status = 401;
  credential_->secret = " s3cret";
  client_->start();
  run_until([this] { return !downs_.empty(); });
  EXPECT_THAT(service_.tokens[0], testing::HasSubstr("s3cret"));
  EXPECT_THAT(downs_[0], testing::HasSubstr("refused the token (401 as scripted)"));
  EXPECT_THAT(downs_[0],
              testing::Not(testing::AnyOf(testing::HasSubstr("s3cret"), testing::HasSubstr("clock"))));
  EXPECT_THAT(kinds(), testing::ElementsAre(TroubleKind::token_refused));
  service_.token_status = 202;
  run_until([this] { return ups_ == 1; });
}

TEST_F(ClientTest, a_missing_entity_is_named_and_waited_for) {
  service_.refuse_with = {.name = "amqp:not-found",
                          .description = "The messaging entity could not be found."};
  client_->start();
  run_until([this] { return !downs_.empty(); });
  EXPECT_THAT(downs_[0], testing::HasSubstr("'events': amqp:not-found"));
  service_.refuse_with = {};
  run_until([this] { return ups_ == 1; });
}

TEST_F(ClientTest, sends_while_down_blame_the_entity_and_not_the_message) {
  send("early");
  run_until([this] { return outcomes_.contains("early"); });
  EXPECT_EQ(outcomes_["early"].kind, Kind::entity_trouble);
}

TEST_F(ClientTest, stops_while_it_waits_for_a_token) {
  service_.ignores_tokens = true;
  client_->start();
  run_until([this] { return service_.tokens.size() == 1; });
  client_->stop();
  for (int i = 0; i < 50; ++i) {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(ups_, 0);
  EXPECT_TRUE(downs_.empty());
}

TEST_F(ClientTest, nothing_is_called_after_stop) {
  client_->start();
  run_until([this] { return ups_ == 1; });
  send("id-1");
  run_until([this] { return service_.arrived.size() == 1; });
  client_->stop();
  for (int i = 0; i < 50; ++i) {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(outcomes_.contains("id-1"));
  EXPECT_TRUE(downs_.empty());
}

}  // namespace
}  // namespace millrace::servicebus
