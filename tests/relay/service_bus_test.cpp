// The relay's program between a real Mosquitto and a real bus.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/base/log.hpp"
#include "core/http/client.hpp"
#include "core/servicebus/sas_token.hpp"
#include "service_bus_line.hpp"

namespace millrace::relay {
namespace {

class ServiceBusTest : public ServiceBusLine {
 protected:
  /// What a daemon of this machine answers.
  std::string asked(uint16_t port, const std::string& method, const std::string& target,
                    const std::string& body = {}) {
    http::Fetch request;
    request.server = {.host = "127.0.0.1", .port = port, .tls = false};
    request.method = method;
    request.target = target;
    request.body = body;
    // Good at the bus, wherever its clock stands.
    request.headers.emplace_back(
        "Authorization",
        servicebus::sas_token("sb://localhost/", kKeyName, kKey, clock.wall() + std::chrono::hours{24}));
    std::optional<Result<http::Fetched>> answer;
    boost::asio::co_spawn(
        loop.context(),
        [&]() -> boost::asio::awaitable<void> { answer = co_await http::fetch(std::move(request)); },
        boost::asio::detached);
    EXPECT_TRUE(loop.until([&] { return answer.has_value(); }));
    if (!answer || !*answer) return answer ? answer->error().message : "no answer";
    EXPECT_EQ((*answer)->status, 200U) << (*answer)->body;
    return (*answer)->body;
  }
  SystemClock clock;
};

TEST_F(ServiceBusTest, every_record_arrives_once_and_in_order_though_bus_relay_and_broker_are_killed) {
  // Few sessions are few lanes: slow enough to be caught in the middle.
  for (int at = 0; at < 2600; ++at) chain.append("operator:op-" + std::to_string(at % 2));
  ASSERT_TRUE(loop.until([&] { return box.connected(); }));
  relay.start();  // before its bus: it waits
  bus.start();
  ASSERT_TRUE(settle_up_to(200));

  be_busy();
  bus.kill(SIGKILL);
  loop.run_for(std::chrono::milliseconds{300});
  bus.start();
  ASSERT_TRUE(settle_up_to(800));

  be_busy();
  relay.kill(SIGKILL);
  relay.start();
  ASSERT_TRUE(settle_up_to(1400));

  be_busy();
  broker.kill();
  broker.start();
  ASSERT_TRUE(loop.until([&] { return box.connected(); }));
  ASSERT_TRUE(settle_up_to(2000));

  be_busy();
  bus.kill(SIGKILL);
  relay.kill(SIGKILL);
  relay.start();
  bus.start();
  ASSERT_TRUE(settle_up_to(2600));

  EXPECT_EQ(box.receipts.back().settled_hash(), as_text(chain.hash(2600)));
  EXPECT_EQ(box.receipts.back().parked_size(), 0);
  EXPECT_EQ(relay.kill(SIGTERM), 0);
  EXPECT_EQ(bus.kill(SIGTERM), 0);
  EXPECT_EQ(received(), captured());
}

TEST_F(ServiceBusTest, routine_troubles_of_the_service_park_nothing_and_change_no_order) {
  for (int at = 0; at < 600; ++at) chain.append("operator:op-" + std::to_string(at % 4));
  // Each strikes while records are under way, at a place of its own.
  write("faults.json", R"([
    {"fault": "reject", "operation": "attach", "condition": "com.microsoft:entity-disabled"},
    {"fault": "throttle", "skip": 20, "wait_s": 1},
    {"fault": "lose_answer", "skip": 80},
    {"fault": "detach", "skip": 140, "description": "IdleTimerExpired: Idle timeout: 00:10:00."},
    {"fault": "detach", "skip": 160},
    {"fault": "delay", "skip": 180, "times": 5, "delay_ms": 400},
    {"fault": "close", "skip": 240},
    {"fault": "close", "skip": 270, "description": "The connection was inactive for more than the allowed 300000 milliseconds and is closed by container 'LinkTracker'."},
    {"fault": "reject", "skip": 300, "condition": "com.microsoft:timeout"},
    {"fault": "reject", "skip": 320, "condition": "amqp:internal-error"},
    {"fault": "no_credit", "skip": 1, "delay_ms": 1500},
    {"fault": "lose_answer", "skip": 400, "times": 2},
    {"fault": "reject", "skip": 450, "condition": "amqp:resource-limit-exceeded"},
    {"fault": "reject", "skip": 460, "condition": "amqp:unauthorized-access"}])");
  write_bus(access() + "[faults]\nscript = \"faults.json\"\n");
  bus.start();
  relay.start();
  ASSERT_TRUE(loop.until([&] { return box.connected(); }));
  ASSERT_TRUE(settle_up_to(chain.last(), std::chrono::seconds{240}));
  const auto figures = asked(relay_http_port, "GET", "/metrics");
  for (const auto* kind :
       {"link-idle", "link-detached", "connection-idle", "connection-closed", "connection-lost",
        "server-busy", "entity-disabled", "entity-full", "token-refused"}) {
    EXPECT_THAT(figures, ::testing::ContainsRegex(
                             fmt::format("millrace_relay_sink_trouble_total.class=\"{}\". [1-9]", kind)));
  }
  EXPECT_EQ(relay.kill(SIGTERM), 0);
  EXPECT_EQ(bus.kill(SIGTERM), 0);
  EXPECT_EQ(received(), captured());
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("relay.parked")));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("relay.sink_not_taking state=paused class=server-busy"));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("relay.sink_routine class=link-idle"));
  // They did strike.
  for (const auto* said : {"com.microsoft:entity-disabled", "50009", "amqp:connection:forced",
                           "connection aborted", "amqp:resource-limit-exceeded", "amqp:unauthorized-access"})
    EXPECT_THAT(relay.output(), ::testing::HasSubstr(said));
}

TEST_F(ServiceBusTest, a_clock_that_is_an_hour_slow_is_said_and_nothing_is_lost_when_it_is_put_right) {
  chain.append(10);
  write_bus(access());
  bus.start();
  relay.start();
  ASSERT_TRUE(loop.until([&] { return box.connected(); }));
  ASSERT_TRUE(settle_up_to(10));
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("clock")));
  chain.append(10);
  // To the bus, this machine is now an hour slow: the token of each new connection has expired there.
  asked(bus_http_port, "POST", "/$faults",
        R"([{"fault": "shift_clock", "by_ms": 3660000}, {"fault": "close", "operation": "send"}])");
  EXPECT_FALSE(settle_up_to(20, std::chrono::seconds{4}));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("class=token-expired"));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("s or more behind the service's. Set it (NTP)."));
  asked(bus_http_port, "DELETE", "/$faults");
  ASSERT_TRUE(settle_up_to(20));
  EXPECT_EQ(relay.kill(SIGTERM), 0);
  EXPECT_EQ(bus.kill(SIGTERM), 0);
  EXPECT_EQ(received(), captured());
}

TEST_F(ServiceBusTest, a_clock_that_is_an_hour_fast_costs_nothing_and_is_not_blamed) {
  chain.append(10);
  write("faults.json", R"([{"fault": "shift_clock", "by_ms": -3600000}])");
  write_bus(access() + "[faults]\nscript = \"faults.json\"\n");
  bus.start();
  relay.start();
  ASSERT_TRUE(settle_up_to(10));
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("clock")));
}

TEST_F(ServiceBusTest, a_command_reaches_the_queue_of_its_service) {
  chain.append("request:r-1", 16, 0, "millrace.command.decideworkflowstep.v1");
  bus.start();
  relay.start();
  ASSERT_TRUE(settle_up_to(1));
  bus.kill(SIGTERM);
  auto db = store::Connection::open(at("bus/bus.db"), store::Connection::Mode::reader);
  ASSERT_TRUE(db);
  auto& rows = (*db)->statement(
      "SELECT count(*) FROM message JOIN entity ON entity.id = message.entity"
      " WHERE entity.path = 'millrace-commands-workflow'");
  rows.bind();
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), 1);
}

TEST_F(ServiceBusTest, a_bus_without_the_entities_is_said_and_nothing_is_sent) {
  chain.append(1);
  write("empty.json", R"({"UserConfig":{"Namespaces":[{"Name":"sbemulatorns","Queues":[],"Topics":[]}]}})");
  auto text = std::ifstream(at("bus.toml"));
  std::string config{std::istreambuf_iterator<char>(text), {}};
  const auto from = config.find("entities");
  config.replace(from, config.find('\n', from) - from, "entities = \"empty.json\"");
  write("bus.toml", config);
  bus.start();
  relay.start();
  EXPECT_FALSE(settle_up_to(1, std::chrono::seconds{4}));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("millrace-events"));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("relay.sink_not_taking"));
  EXPECT_EQ(relay.kill(SIGTERM), 0);
}

TEST_F(ServiceBusTest, bad_configuration_ends_the_program_with_2_and_says_everything) {
  write("relay.toml", "name = \"relay-1\"\ncolour = \"red\"\n");
  relay.start();
  EXPECT_EQ(relay.wait(), 2);
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("relay.toml:2: colour: unknown key"));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("add [[broker]]"));
}

TEST_F(ServiceBusTest, checking_the_configuration_finds_a_bad_key_and_changes_nothing) {
  write("boxes.d/demo-box-2.toml", "site = \"demo\"\nedge = \"box-2\"\n");
  Program check{"millrace-relay", {"--config", at("relay.toml"), "--check-config"}, at("check.log")};
  check.start();
  EXPECT_EQ(check.wait(), 2);
  EXPECT_THAT(check.output(), ::testing::HasSubstr("demo-box-2.toml"));
  EXPECT_FALSE(std::filesystem::exists(at("relay")));
  std::filesystem::remove(at("boxes.d/demo-box-2.toml"));
  check.start();
  EXPECT_EQ(check.wait(), 0);
}

}  // namespace
}  // namespace millrace::relay
