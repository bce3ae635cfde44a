// Entra's services when they keep silent: how long they are waited for, and who waits.
#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/http/server.hpp"
#include "core/servicebus/client.hpp"
#include "core/servicebus/entra.hpp"
#include "tests/support/dead_address.hpp"
#include "tests/support/loop.hpp"

namespace millrace::servicebus {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

static_assert(kTokenTime * 2 < Times{}.opening, "the attaches need their time, too");

class EntraPatienceTest : public testing::Test {
 protected:
  void SetUp() override {
    http::Router router;
    router.add("GET", "/metadata/identity/oauth2/token",
               [this](http::Request&) -> asio::awaitable<http::Response> {
                 co_return http::Response::json(
                     fmt::format(R"({{"access_token":"token {}","expires_in":3600}})", ++asked), status);
               });
    identity = std::make_unique<http::Server>(loop.context(), http::Server::Options{}, std::move(router));
    ASSERT_TRUE(identity->start());
    addresses = {{asio::ip::make_address("127.0.0.1"), identity->port()}};
    Entra entra;
    entra.service = http::parse_url("http://identity.example").value();
    entra.service.server.resolve = [this](std::string /*host*/, uint16_t /*port*/)
        -> asio::awaitable<Result<std::vector<tcp::endpoint>>> { co_return addresses; };
    entra.time = std::chrono::milliseconds{1500};
    credential = entra_credential(entra, clock);
  }
  void TearDown() override {
    mute.close();
    identity->stop();
    loop.run_for(std::chrono::milliseconds{20});
  }
  void ask() {
    asio::co_spawn(
        loop.context(),
        [this]() -> asio::awaitable<void> {
          auto token = co_await credential->token("sb://plant.example/events");
          tokens.push_back(std::move(token));
        },
        asio::detached);
  }
  Result<Token> token() {
    const auto before = tokens.size();
    ask();
    // Less than the time of a fetch on its own.
    EXPECT_TRUE(loop.until([&] { return tokens.size() > before; }, std::chrono::seconds{8}));
    return tokens.size() > before ? tokens.back() : fail(ErrorKind::timeout, "it never happened");
  }

  test::Loop loop;
  ManualClock clock;
  /// Takes connections and says nothing.
  tcp::acceptor mute{loop.context(), {asio::ip::make_address("127.0.0.1"), 0}};
  std::unique_ptr<http::Server> identity;
  std::vector<tcp::endpoint> addresses;
  std::unique_ptr<Credential> credential;
  std::vector<Result<Token>> tokens;
  unsigned status = 200;
  int asked = 0;
};

TEST_F(EntraPatienceTest, an_authority_whose_eight_addresses_are_dead_is_named_in_time) {
  const test::DeadAddress dead(loop.context());
  addresses = std::vector(net::kMostAddresses, dead.endpoint());
  const auto none = token();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(none.error().message, HasSubstr("no token from identity.example:80: "));
  EXPECT_THAT(none.error().message, HasSubstr("cannot connect to any of the 8 addresses"));
}

TEST_F(EntraPatienceTest, a_silent_authority_is_given_up_in_time) {
  addresses = {mute.local_endpoint()};
  const auto none = token();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "no token from identity.example:80: no answer within 1.5 s");
}

TEST_F(EntraPatienceTest, a_token_that_lives_bridges_a_silent_authority_in_time) {
  ASSERT_TRUE(token());
  clock.advance(std::chrono::minutes{50});
  addresses = {mute.local_endpoint()};
  const auto bridged = token();
  ASSERT_TRUE(bridged) << bridged.error().message;
  EXPECT_EQ(bridged->text, "token 1");
}

TEST_F(EntraPatienceTest, who_asks_meanwhile_gets_the_same_answer) {
  ask();
  ask();
  ask();
  ASSERT_TRUE(loop.until([this] { return tokens.size() == 3; }));
  EXPECT_TRUE(std::ranges::all_of(tokens, [](const auto& each) { return each && each->text == "token 1"; }));
  EXPECT_EQ(asked, 1);
  clock.advance(std::chrono::minutes{61});
  status = 503;
  ask();
  ask();
  ASSERT_TRUE(loop.until([this] { return tokens.size() == 5; }));
  EXPECT_FALSE(tokens[3]);
  EXPECT_FALSE(tokens[4]);
  EXPECT_EQ(asked, 2);
}

TEST_F(EntraPatienceTest, a_token_that_has_ended_is_not_handed_out) {
  ASSERT_TRUE(token());
  clock.advance(std::chrono::minutes{60} - std::chrono::seconds{10});
  status = 503;
  EXPECT_TRUE(token()) << "ten seconds are left";
  clock.advance(std::chrono::seconds{11});
  EXPECT_FALSE(token());
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace millrace::servicebus
