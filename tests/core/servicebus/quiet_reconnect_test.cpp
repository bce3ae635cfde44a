// Connections that are made again without a word, and when there is a word after all.
#include <boost/asio/ip/tcp.hpp>

#include "client_fixture.hpp"

namespace millrace::servicebus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class QuietReconnectTest : public ClientTest {
 protected:
  QuietReconnectTest() { quiet_ = std::chrono::milliseconds{100}; }
  /// It has worked, and the service closes it.
  void work_and_lose(const std::string& id) {
    deliver(id);
    service_.connection->close(
        {.name = "amqp:connection:forced", .description = "The connection was inactive for too long."});
    run_until([this] { return !client_->is_up(); });
  }
  void come_up() {
    client_->start();
    run_until([this] { return ups_ == 1; });
  }

  /// Takes connections and says nothing.
  boost::asio::ip::tcp::acceptor mute_{loop_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
};

TEST_F(QuietReconnectTest, a_quiet_gap_that_lasts_is_told_and_refuses_what_waited) {
  come_up();
  port_ = mute_.local_endpoint().port();
  work_and_lose("id-1");
  send("id-2");
  run_until([this] { return outcomes_.contains("id-2") && !downs_.empty(); });
  EXPECT_EQ(outcomes_["id-2"].kind, Outcome::Kind::entity_trouble) << "it was not sent";
  EXPECT_THAT(downs_, ElementsAre(HasSubstr("not connected again within 100 ms")));
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::connection_idle, TroubleKind::no_answer));
  EXPECT_EQ(troubles_[1].reason, downs_[0]);
  EXPECT_FALSE(troubles_[1].is_quiet);
  send("id-3");
  run_until([this] { return outcomes_.contains("id-3"); });
  EXPECT_EQ(outcomes_["id-3"].reason, "not connected") << "nothing waits any more";
  port_ = service_.listener.port();
  mute_.close();
  run_until([this] { return ups_ == 2; });
  deliver("id-4");
}

TEST_F(QuietReconnectTest, a_service_that_closes_again_at_once_is_told_and_left_alone_for_a_while) {
  quiet_ = std::chrono::minutes{1};
  client_->stop();
  make_client();
  come_up();
  work_and_lose("id-1");
  run_until([this] { return client_->is_up(); });
  EXPECT_TRUE(downs_.empty());
  work_and_lose("id-2");
  run_until([this] { return ups_ == 2; });
  EXPECT_EQ(downs_.size(), 1U);
  EXPECT_FALSE(troubles_.back().is_quiet);
  clock_.ahead = kReconnectMost;
  work_and_lose("id-3");
  run_until([this] { return client_->is_up(); });
  EXPECT_EQ(downs_.size(), 1U);
  EXPECT_TRUE(troubles_.back().is_quiet);
  EXPECT_EQ(service_.connections, 4);
}

}  // namespace
}  // namespace millrace::servicebus
