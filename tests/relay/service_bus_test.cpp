// The relay's program between a real Mosquitto and a real bus.
#include "core/base/log.hpp"
#include "service_bus_line.hpp"

namespace millrace::relay {
namespace {

using ServiceBusTest = ServiceBusLine;

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
  write("access.json",
        R"([{"KeyName":"RootManageSharedAccessKey","PrimaryKey":"SAS_KEY_VALUE","Rights":["Send"]}])");
  // Each strikes while records are under way, at a place of its own.
  write("faults.json", R"([
    {"fault": "reject", "operation": "attach", "condition": "com.microsoft:entity-disabled"},
    {"fault": "throttle", "skip": 20, "wait_s": 1},
    {"fault": "lose_answer", "skip": 80},
    {"fault": "detach", "skip": 140, "condition": "amqp:link:detach-forced"},
    {"fault": "delay", "skip": 180, "times": 5, "delay_ms": 400},
    {"fault": "close", "skip": 240},
    {"fault": "reject", "skip": 300, "condition": "com.microsoft:timeout"},
    {"fault": "reject", "skip": 320, "condition": "amqp:internal-error"},
    {"fault": "no_credit", "skip": 1, "delay_ms": 1500},
    {"fault": "lose_answer", "skip": 400, "times": 2},
    {"fault": "reject", "skip": 450, "condition": "amqp:resource-limit-exceeded"},
    {"fault": "reject", "skip": 460, "condition": "amqp:unauthorized-access"}])");
  write_bus("[access]\nrules = \"access.json\"\n[faults]\nscript = \"faults.json\"\n");
  bus.start();
  relay.start();
  ASSERT_TRUE(loop.until([&] { return box.connected(); }));
  ASSERT_TRUE(settle_up_to(chain.last(), std::chrono::seconds{240}));
  EXPECT_EQ(relay.kill(SIGTERM), 0);
  EXPECT_EQ(bus.kill(SIGTERM), 0);
  EXPECT_EQ(received(), captured());
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("relay.parked")));
  // They did strike.
  for (const auto* said : {"com.microsoft:entity-disabled", "50009", "amqp:connection:forced",
                           "connection aborted", "amqp:resource-limit-exceeded", "amqp:unauthorized-access"})
    EXPECT_THAT(relay.output(), ::testing::HasSubstr(said));
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
