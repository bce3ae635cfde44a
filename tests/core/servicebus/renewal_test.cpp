// A client whose tokens come from Entra, on a clock that is turned by hand.
#include <boost/asio/io_context.hpp>

#include "core/http/server.hpp"
#include "core/servicebus/client.hpp"
#include "core/servicebus/entra.hpp"
#include "scripted_service.hpp"
#include "tests/support/loop.hpp"

namespace millrace::servicebus {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class RenewalTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(service.listener.start("127.0.0.1", 0));
    http::Router router;
    router.add("GET", "/metadata/identity/oauth2/token",
               [this](http::Request&) -> asio::awaitable<http::Response> {
                 co_return http::Response::json(
                     fmt::format(R"({{"access_token":"token {}","expires_in":3600}})", ++given), status);
               });
    identity = std::make_unique<http::Server>(loop.context(), http::Server::Options{}, std::move(router));
    ASSERT_TRUE(identity->start());
    Entra entra;
    entra.method = Entra::Method::managed_identity;
    entra.service = http::parse_url("http://identity.example").value();
    entra.service.server.resolve =
        [this](std::string /*host*/,
               uint16_t /*port*/) -> asio::awaitable<Result<std::vector<tcp::endpoint>>> {
      const auto port = is_silent ? mute.local_endpoint().port() : identity->port();
      co_return std::vector{tcp::endpoint{asio::ip::make_address("127.0.0.1"), port}};
    };
    entra.time = std::chrono::milliseconds{1500};
    Client::Options options;
    options.endpoint = {.host = "127.0.0.1", .port = service.listener.port(), .tls = false};
    options.audience = "sb://plant.example/";
    options.credential = entra_credential(entra, clock);
    options.entities = {"events"};
    options.container_id = "relay";
    options.times.check = std::chrono::milliseconds{5};
    client = std::make_unique<Client>(
        loop.executor(), std::move(options), clock,
        Client::Events{.on_up = [this] { ++ups; },
                       .on_down = [this](std::string why) { downs.push_back(std::move(why)); },
                       .on_trouble = [this](const Trouble& trouble) { last = trouble.kind; }});
    client->start();
    ASSERT_TRUE(loop.until([this] { return ups == 1; }));
  }
  void TearDown() override {
    client->stop();
    mute.close();
    service.listener.stop();
    if (service.connection) service.connection->abort();
    identity->stop();
    loop.run_for(std::chrono::milliseconds{20});
  }

  test::Loop loop;
  ManualClock clock;
  ScriptedService service{loop.context()};
  std::unique_ptr<http::Server> identity;
  std::unique_ptr<Client> client;
  /// Takes connections and says nothing.
  tcp::acceptor mute{loop.context(), {asio::ip::make_address("127.0.0.1"), 0}};
  bool is_silent = false;
  TroubleKind last = TroubleKind::other;
  unsigned status = 200;
  int given = 0;
  int ups = 0;
  std::vector<std::string> downs;
};

TEST_F(RenewalTest, a_quarter_of_an_hour_before_a_token_ends_the_service_has_another_one) {
  EXPECT_EQ(service.tokens, std::vector<std::string>{"token 1"});
  clock.advance(std::chrono::minutes{45} + std::chrono::seconds{1});
  ASSERT_TRUE(loop.until([this] { return service.tokens.size() == 2; }));
  EXPECT_EQ(service.tokens[1], "token 2") << "the same token again would be of no use";
  clock.advance(std::chrono::minutes{45} + std::chrono::seconds{1});
  ASSERT_TRUE(loop.until([this] { return service.tokens.size() == 3; }));
  EXPECT_EQ(service.tokens[2], "token 3");
  EXPECT_TRUE(downs.empty());
}

TEST_F(RenewalTest, an_identity_service_that_is_away_costs_no_connection_while_the_token_lives) {
  status = 503;
  clock.advance(std::chrono::minutes{46});
  ASSERT_TRUE(loop.until([this] { return service.tokens.size() == 2; }));
  EXPECT_EQ(service.tokens[1], "token 1");
  status = 200;
  clock.advance(std::chrono::minutes{12});  // a quarter of the rest is left
  ASSERT_TRUE(loop.until([this] { return service.tokens.size() == 3; }));
  EXPECT_EQ(service.tokens[2], fmt::format("token {}", given));
  EXPECT_TRUE(downs.empty());
  EXPECT_EQ(service.connections, 1);
}

TEST_F(RenewalTest, a_silent_identity_service_keeps_no_connection_away_while_the_token_lives) {
  is_silent = true;
  clock.advance(std::chrono::minutes{46});
  service.connection->abort();
  // Less than a client gives its opening.
  ASSERT_TRUE(loop.until([this] { return ups == 2; }, std::chrono::seconds{10}));
  EXPECT_EQ(service.tokens.back(), "token 1");
}

TEST_F(RenewalTest, a_silent_identity_service_is_named_when_the_token_has_ended) {
  is_silent = true;
  clock.advance(std::chrono::minutes{61});
  service.connection->abort();
  ASSERT_TRUE(loop.until([this] { return downs.size() == 2; }, std::chrono::seconds{10}));
  EXPECT_EQ(downs[1], "no token from identity.example:80: no answer within 1.5 s");
  EXPECT_EQ(last, TroubleKind::token_missing);
}

}  // namespace
}  // namespace millrace::servicebus
