// Names with several addresses, and names whose addresses change.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "core/net/dial.hpp"
#include "tests/support/dead_address.hpp"
#include "tests/support/loop.hpp"

namespace millrace::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const asio::ip::address kLoopback = asio::ip::make_address("127.0.0.1");

class AddressesTest : public testing::Test {
 protected:
  using Addresses = std::vector<tcp::endpoint>;

  Result<std::unique_ptr<Wire>> dialled() {
    Endpoint endpoint{.host = "plant.example", .port = 5671, .tls = false};
    endpoint.resolve = [this](std::string host, uint16_t port) -> asio::awaitable<Result<Addresses>> {
      EXPECT_EQ(host, "plant.example");
      EXPECT_EQ(port, 5671);
      co_return addresses;
    };
    endpoint.address_time = address_time;
    endpoint.addresses_time = addresses_time;
    std::optional<Result<std::unique_ptr<Wire>>> wire;
    asio::co_spawn(
        loop.context(), [&]() -> asio::awaitable<void> { wire = co_await dial(std::move(endpoint)); },
        asio::detached);
    // Less than the 10 seconds in which the whole would be given up.
    EXPECT_TRUE(loop.until([&] { return wire.has_value(); }, std::chrono::seconds{8}));
    return wire ? std::move(*wire) : fail(ErrorKind::timeout, "it never happened");
  }
  /// Whether somebody has come there.
  static bool was_reached(tcp::acceptor& acceptor) {
    acceptor.non_blocking(true);
    boost::system::error_code none;
    acceptor.accept(none);
    return !none;
  }

  test::Loop loop;
  Result<Addresses> addresses;
  std::chrono::milliseconds address_time{50};
  std::chrono::milliseconds addresses_time = kAddressesTime;
  tcp::acceptor first{loop.context(), {kLoopback, 0}};
  tcp::acceptor second{loop.context(), {kLoopback, 0}};
};

TEST_F(AddressesTest, an_address_that_never_answers_costs_its_own_time_and_not_the_next_ones) {
  const test::DeadAddress dead(loop.context());
  const test::DeadAddress dead_too(loop.context());
  addresses = Addresses{dead.endpoint(), dead_too.endpoint(), first.local_endpoint()};
  const auto wire = dialled();
  ASSERT_TRUE(wire) << wire.error().message;
  EXPECT_TRUE(was_reached(first));
}

TEST_F(AddressesTest, addresses_that_all_fail_are_counted_in_what_is_said) {
  const test::DeadAddress dead(loop.context());
  const auto refusing = second.local_endpoint();
  second.close();
  addresses = Addresses{refusing, dead.endpoint()};
  const auto wire = dialled();
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(wire.error().message, testing::HasSubstr("any of the 2 addresses of plant.example:5671"));
  EXPECT_THAT(wire.error().message, testing::HasSubstr("timed out"));
}

TEST_F(AddressesTest, addresses_that_never_answer_share_a_time_which_is_bounded) {
  const test::DeadAddress dead(loop.context());
  addresses = Addresses(kMostAddresses, dead.endpoint());
  address_time = kAddressTime;  // eight times that is more than anybody waits
  addresses_time = std::chrono::milliseconds{200};
  const auto wire = dialled();
  ASSERT_FALSE(wire);
  EXPECT_THAT(wire.error().message, testing::HasSubstr("any of the 8 addresses of plant.example:5671"));
}

TEST_F(AddressesTest, the_last_of_many_addresses_has_its_turn_within_the_time_of_all) {
  const test::DeadAddress dead(loop.context());
  addresses = Addresses(kMostAddresses - 1, dead.endpoint());
  addresses->push_back(first.local_endpoint());
  address_time = kAddressTime;
  addresses_time = std::chrono::milliseconds{800};
  const auto wire = dialled();
  ASSERT_TRUE(wire) << wire.error().message;
  EXPECT_TRUE(was_reached(first));
}

TEST_F(AddressesTest, the_only_address_keeps_within_the_time_of_all) {
  const test::DeadAddress dead(loop.context());
  addresses = Addresses{dead.endpoint()};
  addresses_time = std::chrono::milliseconds{50};
  EXPECT_FALSE(dialled()) << "within the 8 seconds of the test";
}

TEST_F(AddressesTest, the_best_address_that_answers_is_taken) {
  addresses = Addresses{first.local_endpoint(), second.local_endpoint()};
  ASSERT_TRUE(dialled());
  EXPECT_TRUE(was_reached(first));
  EXPECT_FALSE(was_reached(second));
}

TEST_F(AddressesTest, a_name_is_asked_for_at_each_dial) {
  addresses = Addresses{first.local_endpoint()};
  ASSERT_TRUE(dialled());
  addresses = fail(ErrorKind::unavailable, "the name server restarts");
  const auto unknown = dialled();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
  EXPECT_THAT(unknown.error().message,
              testing::HasSubstr("cannot resolve plant.example: the name server restarts"));
  addresses = Addresses{second.local_endpoint()};
  ASSERT_TRUE(dialled());
  EXPECT_TRUE(was_reached(first));
  EXPECT_TRUE(was_reached(second));
  addresses = Addresses{};
  EXPECT_EQ(dialled().error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace millrace::net
