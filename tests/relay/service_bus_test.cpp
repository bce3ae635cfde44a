// The relay's program between a real Mosquitto and a real bus.
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "core/amqp/message.hpp"
#include "core/base/log.hpp"
#include "core/store/database.hpp"
#include "fake_box.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::relay {
namespace {

using delivery::testing::Chain;
using test::Program;

constexpr uint64_t kWindow = 512;

class ServiceBusTest : public ::testing::Test {
 protected:
  ServiceBusTest() {
    const auto amqp_port = test::free_port();
    write("bus.toml", fmt::format("data_dir = \"bus\"\nentities = \"{}/emulator/config.json\"\n"
                                  "[amqp]\nport = {}\n[http]\nport = {}\n",
                                  MILLRACE_SOURCE_DIR, amqp_port, test::free_port()));
    write("connection-string",
          fmt::format("Endpoint=sb://127.0.0.1:{};SharedAccessKeyName=RootManageSharedAccessKey;"
                      "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;\n",
                      amqp_port));
    write("relay.toml", fmt::format("name = \"relay-1\"\ndata_dir = \"relay\"\nboxes_dir = \"boxes.d\"\n"
                                    "[[broker]]\nhost = \"127.0.0.1\"\nport = {}\n"
                                    "[servicebus]\nconnection_string_file = \"connection-string\"\n"
                                    "[http]\nport = {}\n",
                                    broker.port(), test::free_port()));
    std::filesystem::create_directories(folder.path() / "boxes.d");
    const auto [id, key] = *chain.keys().begin();
    write("boxes.d/demo-box-1.toml",
          fmt::format("site = \"demo\"\nedge = \"box-1\"\n[[key]]\nid = \"{}\"\npublic_key = \"{}\"\n", id,
                      base64url(key)));
  }
  ~ServiceBusTest() override {
    if (HasFailure()) fmt::print(stderr, "{}\n{}\n", relay.output(), bus.output());
  }

  std::string at(const std::string& name) const { return (folder.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }

  /// Behaves as a box does: sends its window from its base on, and again when nothing moves.
  bool settle_up_to(uint64_t goal, std::chrono::seconds within = std::chrono::seconds{90}) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < end) {
      const auto before = box.settled_through();
      if (before >= goal) return true;
      box.publish(chain, before + 1, std::min(chain.last(), before + kWindow), before + 1);
      loop.until([&] { return box.settled_through() >= std::min(goal, before + kWindow); },
                 std::chrono::seconds{1});
    }
    return false;
  }

  /// Sends a window in one go and comes back while it is under way: the moment to kill something.
  void be_busy() {
    const auto before = box.settled_through();
    const auto last = std::min(chain.last(), before + kWindow);
    ASSERT_TRUE(loop.until([&] {
      box.publish(chain, before + 1, last, before + 1);
      return loop.until([&] { return box.settled_through() > before; }, std::chrono::seconds{1});
    }));
    ASSERT_LT(box.settled_through(), last) << "nothing is under way any more";
  }

  /// What a subscription to everything holds: event ids by session, in the order of arrival.
  std::map<std::string, std::vector<std::string>> received() const {
    auto db = store::Connection::open(at("bus/bus.db"), store::Connection::Mode::reader);
    if (!db) throw std::runtime_error(db.error().message);
    std::map<std::string, std::vector<std::string>> out;
    auto& rows = (*db)->statement(
        "SELECT session_id, encoded FROM message JOIN payload ON payload.id = message.payload"
        " JOIN entity ON entity.id = message.entity"
        " WHERE entity.path LIKE 'millrace-events/Subscriptions/analytics' ORDER BY message.sequence");
    rows.bind();
    while (rows.step()) {
      const auto message = amqp::decode_message(rows.bytes(1));
      if (!message) throw std::runtime_error(message.error().message);
      const auto* id = message->application_property("cloudEvents_id");
      const auto* text = id == nullptr ? nullptr : id->get_if<std::string>();
      if (text == nullptr) throw std::runtime_error("a message without cloudEvents_id");
      out[rows.text(0)].push_back(*text);
    }
    return out;
  }
  std::map<std::string, std::vector<std::string>> captured() const {
    std::map<std::string, std::vector<std::string>> out;
    for (uint64_t sequence = 1; sequence <= chain.last(); ++sequence) {
      const auto& event = chain.event(sequence);
      out[std::string(event.get(delivery::attr::partitionkey))].emplace_back(event.get(delivery::attr::id));
    }
    return out;
  }

  Chain chain;
  test::TempFolder folder;
  test::Mosquitto broker;
  test::Loop loop;
  FakeBox box{loop, broker.port()};
  Program bus{"millrace-bus", {"--config", at("bus.toml")}, at("bus.log")};
  Program relay{"millrace-relay", {"--config", at("relay.toml")}, at("relay.log")};
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
