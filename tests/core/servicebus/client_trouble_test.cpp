// Routine troubles of a service, as the client bears and tells them.
#include "client_fixture.hpp"

namespace millrace::servicebus {
namespace {

using Kind = Outcome::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

const amqp::Condition kIdle{
    .name = "amqp:connection:forced",
    .description =
        "The connection was inactive for more than the allowed 300000 milliseconds and is closed by "
        "container 'LinkTracker'."};
const amqp::Condition kExpired{.name = "amqp:unauthorized-access",
                               .description = "ExpiredToken: The token is expired."};

class ClientTroubleTest : public ClientTest {
 protected:
  // Long, that a machine that stalls is not taken for a gap that lasts.
  ClientTroubleTest() { quiet_ = std::chrono::minutes{1}; }
  void come_up() {
    client_->start();
    run_until([this] { return ups_ == 1; });
  }
};

TEST_F(ClientTroubleTest, an_idle_connection_that_is_closed_is_made_again_without_a_word) {
  come_up();
  deliver("id-1");
  service_.connection->close(kIdle);
  run_until([this] { return !client_->is_up(); });
  deliver("id-2");  // it waits for the next connection
  EXPECT_EQ(service_.connections, 2);
  EXPECT_EQ(ups_, 1);
  EXPECT_TRUE(downs_.empty());
  ASSERT_THAT(kinds(), ElementsAre(TroubleKind::connection_idle));
  EXPECT_TRUE(troubles_[0].is_quiet);
}

TEST_F(ClientTroubleTest, a_service_that_is_moved_while_nothing_is_under_way_is_followed_without_a_word) {
  come_up();
  deliver("id-1");
  service_.connection->close({.name = "amqp:connection:forced", .description = "The service is upgraded."});
  run_until([this] { return service_.links.size() == 2 && client_->is_up(); });
  EXPECT_TRUE(downs_.empty());
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::connection_closed));
}

TEST_F(ClientTroubleTest, a_message_under_way_makes_a_close_known) {
  come_up();
  deliver("id-1");
  send("id-2");
  run_until([this] { return service_.arrived.size() == 2; });
  service_.connection->close(kIdle);
  run_until([this] { return ups_ == 2; });
  EXPECT_EQ(outcomes_["id-2"].kind, Kind::in_doubt);
  EXPECT_EQ(downs_.size(), 1U);
  EXPECT_FALSE(troubles_[0].is_quiet);
}

TEST_F(ClientTroubleTest, a_connection_that_never_worked_is_not_made_again_in_silence) {
  come_up();
  service_.connection->close(kIdle);
  run_until([this] { return ups_ == 2; });
  EXPECT_EQ(downs_.size(), 1U) << "else it could go round and round, and nobody would know";
}

TEST_F(ClientTroubleTest, a_quiet_connection_that_cannot_be_made_again_is_told_and_refuses_what_waited) {
  come_up();
  deliver("id-1");
  service_.listener.stop();
  service_.connection->close(kIdle);
  run_until([this] { return !client_->is_up(); });
  send("id-2");
  run_until([this] { return outcomes_.contains("id-2"); });
  EXPECT_EQ(outcomes_["id-2"].kind, Kind::entity_trouble) << "it was not sent";
  EXPECT_THAT(outcomes_["id-2"].reason, HasSubstr("not sent: "));
  EXPECT_FALSE(downs_.empty());
  EXPECT_THAT(kinds(), testing::Contains(TroubleKind::unreachable));
}

TEST_F(ClientTroubleTest, a_busy_service_that_refuses_a_link_is_left_alone_as_long_as_it_asks) {
  service_.refuse_with = {.name = "com.microsoft:server-busy",
                          .description = "Error code : 50009. Please wait 1 seconds and try again."};
  const auto begun = clock_.mono();
  client_->start();
  run_until([this] { return !downs_.empty(); });
  service_.refuse_with = {};
  run_until([this] { return ups_ == 1; });
  EXPECT_GE(clock_.mono() - begun, Millis{1'000});
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::server_busy));
}

TEST_F(ClientTroubleTest, a_refusal_for_the_entitys_sake_is_told_in_its_class) {
  come_up();
  send("id-1");
  run_until([this] { return service_.arrived.size() == 1; });
  service_.arrived[0].link->settle(
      service_.arrived[0].incoming.id,
      amqp::Outcome::rejected({.name = "com.microsoft:server-busy",
                               .description = "Error code : 50009. Please wait 3 seconds and try again."}));
  run_until([this] { return outcomes_.contains("id-1"); });
  EXPECT_EQ(outcomes_["id-1"].retry_after, Millis{3'000});
  ASSERT_THAT(kinds(), ElementsAre(TroubleKind::server_busy));
  EXPECT_EQ(troubles_[0].reason, outcomes_["id-1"].reason);
  EXPECT_TRUE(downs_.empty());
}

TEST_F(ClientTroubleTest, an_entity_that_gives_no_credit_is_said_once) {
  service_.credit = 0;
  come_up();
  send("id-1");
  clock_.ahead = kCredit + Millis{1};
  run_until([this] { return !troubles_.empty(); });
  for (int turn = 0; turn < 20; ++turn) {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(20));
  }
  ASSERT_THAT(kinds(), ElementsAre(TroubleKind::no_credit));
  EXPECT_TRUE(troubles_[0].is_quiet);
  EXPECT_THAT(troubles_[0].reason, HasSubstr("'events': no credit"));
  service_.links[0]->add_credit(10);
  run_until([this] { return service_.arrived.size() == 1; });
  EXPECT_TRUE(downs_.empty());
}

TEST_F(ClientTroubleTest, who_hears_of_an_entity_without_credit_may_stop_the_client) {
  entities_ = {"events", "operators", "recipes"};
  on_trouble_ = [this] { client_->stop(); };
  make_client();
  service_.credit = 0;
  come_up();
  for (const auto& entity : entities_) send("id of " + entity, entity);
  clock_.ahead = kCredit + Millis{1};
  run_until([this] { return !troubles_.empty(); });
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::no_credit));
}

TEST_F(ClientTroubleTest, who_hears_that_the_client_is_down_may_stop_it_and_nothing_is_left_to_wait_for) {
  service_.listener.stop();
  on_down_ = [this] { client_->stop(); };
  client_->start();
  run_until([this] { return !downs_.empty(); });
  loop_.restart();
  loop_.poll();
  EXPECT_TRUE(loop_.stopped()) << "the loop would not end before the client's next attempt";
}

TEST_F(ClientTroubleTest, a_client_that_is_stopped_asks_for_no_time) {
  come_up();
  client_->stop();
  const auto before = clock_.asked;
  for (int turn = 0; turn < 20; ++turn) {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(clock_.asked, before) << "the clock outlives the client, and no more";
}

TEST_F(ClientTroubleTest, a_namespace_that_moves_is_found_at_its_new_address) {
  ScriptedService other(loop_);
  ASSERT_TRUE(other.listener.start("127.0.0.1", 0));
  come_up();
  port_ = other.listener.port();
  service_.connection->abort();
  run_until([this] { return ups_ == 2; });
  EXPECT_EQ(other.connections, 1);
  EXPECT_EQ(service_.connections, 1);
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::connection_lost));
  client_->stop();
  other.listener.stop();
  other.connection->abort();
  for (int turn = 0; turn < 20; ++turn) {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(1));
  }
}

TEST_F(ClientTroubleTest, a_fresh_token_that_the_service_takes_for_expired_is_explained_by_the_clock) {
  service_.token_status = 401;
  service_.token_description = kExpired.description;
  client_->start();
  run_until([this] { return !downs_.empty(); });
  EXPECT_THAT(downs_[0], HasSubstr("(401 ExpiredToken: The token is expired.). By this machine's clock, "));
  EXPECT_THAT(downs_[0],
              testing::ContainsRegex("that clock is 3[56][0-9][0-9] s or more behind the service's"));
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::token_expired));
}

TEST_F(ClientTroubleTest, an_expired_secret_is_no_clocks_fault) {
  credential_->trouble =
      "login.example:443 gave no token (401 invalid_client): AADSTS7000222: The provided client secret keys "
      "for app 'relay' are expired..";
  client_->start();
  run_until([this] { return !downs_.empty(); });
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::token_missing));
}

TEST_F(ClientTroubleTest, a_service_too_busy_for_a_token_is_busy_and_refuses_nobody) {
  service_.token_status = 503;
  service_.token_description = "Error code : 50009. Please wait 2 seconds and try again.";
  client_->start();
  run_until([this] { return !troubles_.empty(); });
  EXPECT_EQ(troubles_[0].kind, TroubleKind::server_busy);
  EXPECT_EQ(troubles_[0].wait, Millis{2'000});
}

TEST_F(ClientTroubleTest, a_service_too_busy_for_the_way_to_a_token_is_busy_and_left_alone) {
  service_.ignores_tokens = true;
  client_->start();
  run_until([this] { return !service_.tokens.empty(); });
  service_.cbs_reply->close({.name = "com.microsoft:server-busy", .description = "Please wait 2 seconds."});
  run_until([this] { return !troubles_.empty(); });
  EXPECT_EQ(troubles_[0].kind, TroubleKind::server_busy);
  EXPECT_EQ(troubles_[0].wait, Millis{2'000});
  EXPECT_THAT(troubles_[0].reason, HasSubstr("the link to $cbs was closed: "));
}

TEST_F(ClientTroubleTest, a_request_for_a_token_that_is_not_taken_is_told_as_refused_and_no_link_as_closed) {
  service_.refuse_tokens_with = {.name = "com.microsoft:server-busy",
                                 .description = "Please wait 2 seconds."};
  client_->start();
  run_until([this] { return !troubles_.empty(); });
  EXPECT_EQ(troubles_[0].kind, TroubleKind::server_busy);
  EXPECT_EQ(troubles_[0].wait, Millis{2'000});
  EXPECT_EQ(troubles_[0].reason.find("$cbs refused: com.microsoft:server-busy"), 0U) << troubles_[0].reason;
}

TEST_F(ClientTroubleTest, a_token_that_lapses_on_a_live_link_is_explained_by_the_clock) {
  come_up();
  service_.links[0]->close(kExpired);
  run_until([this] { return !downs_.empty(); });
  EXPECT_THAT(downs_[0], HasSubstr("'events': amqp:unauthorized-access: ExpiredToken"));
  EXPECT_THAT(downs_[0],
              testing::ContainsRegex("that clock is 3[56][0-9][0-9] s or more behind the service's"));
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::token_expired));
}

}  // namespace
}  // namespace millrace::servicebus
