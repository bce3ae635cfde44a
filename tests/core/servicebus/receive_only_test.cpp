// A client that only receives, against frames written by hand: no sender's link tells it of a loss.
#include <boost/asio/io_context.hpp>

#include "../amqp/raw_peer.hpp"
#include "core/servicebus/client.hpp"
#include "tests/support/loop.hpp"

namespace millrace::servicebus {
namespace {

using amqp::described;
using amqp::List;
using amqp::RawPeer;
using boost::asio::ip::tcp;

constexpr uint64_t kAttach = 0x12;
constexpr uint64_t kFlow = 0x13;
constexpr uint64_t kEnd = 0x17;
constexpr uint64_t kClose = 0x18;
constexpr uint64_t kSaslInit = 0x41;

class ReceiveOnlyTest : public testing::Test {
 protected:
  void SetUp() override {
    acceptor.non_blocking(true);
    Client::Options options;
    options.endpoint = {.host = "127.0.0.1", .port = acceptor.local_endpoint().port(), .tls = false};
    options.container_id = "receiver";
    client = std::make_unique<Client>(
        loop.executor(), std::move(options), clock,
        Client::Events{.on_up = {}, .on_down = [this](std::string why) { downs.push_back(std::move(why)); }});
    client->start();
    receiver = client->receive({.entity = "queue"}, {.on_open = [this](const std::string&) { ++opens; },
                                                     .on_message = {},
                                                     .on_lost = [this](const std::string&) { ++losses; }});
  }
  void TearDown() override {
    receiver->close();
    client->stop();
    loop.run_for(std::chrono::milliseconds{20});
  }
  /// The next connection, with the receiver's link attached.
  void serve() {
    ASSERT_TRUE(loop.until([this] {
      boost::system::error_code none;
      auto socket = acceptor.accept(none);
      if (!none) peer.emplace(std::move(socket));
      return !none;
    }));
    peer->offer();
    ASSERT_TRUE(loop.until([this] { return peer->saw(kSaslInit); }));
    peer->welcome();
    RawPeer::Frame attach;
    ASSERT_TRUE(loop.until([&] { return peer->saw(kAttach, &attach); }));
    peer->send(kAttach, {attach.fields[0], uint32_t{0}, false, uint8_t{0}, uint8_t{1},
                         described(uint64_t{0x28}, List{"queue"}), described(uint64_t{0x29}, List{"t"}),
                         amqp::Value(), amqp::Value(), uint32_t{0}});
    ASSERT_TRUE(loop.until([this] { return peer->saw(kFlow); }));
  }

  test::Loop loop;
  SystemClock clock;
  tcp::acceptor acceptor{loop.context(), {boost::asio::ip::make_address("127.0.0.1"), 0}};
  std::optional<RawPeer> peer;
  std::unique_ptr<Client> client;
  std::shared_ptr<Receiver> receiver;
  std::vector<std::string> downs;
  int opens = 0;
  int losses = 0;
};

TEST_F(ReceiveOnlyTest, a_session_that_the_service_ends_is_followed_by_another_connection) {
  serve();
  EXPECT_EQ(opens, 1);
  peer->send(kEnd, {described(uint64_t{0x1d}, List{amqp::Symbol{"amqp:internal-error"}, "moved"})});
  ASSERT_TRUE(loop.until([this] { return peer->saw(kClose); }));
  peer->close();
  serve();
  EXPECT_EQ(opens, 2);
  EXPECT_EQ(losses, 1);
  EXPECT_THAT(downs, testing::ElementsAre(testing::HasSubstr("amqp:internal-error: moved")));
}

}  // namespace
}  // namespace millrace::servicebus
