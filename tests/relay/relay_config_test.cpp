#include "relay/relay_config.hpp"

#include <fstream>

#include "tests/support/temp_folder.hpp"

namespace millrace::relay {
namespace {

class RelayConfigTest : public ::testing::Test {
 protected:
  RelayConfigTest() {
    write("sb.secret", "Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=k\n");
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path() / name) << text;
  }
  Result<RelayConfig> load(const std::string& text) const {
    write("relay.toml", text);
    return RelayConfig::load(folder.path() / "relay.toml");
  }
  std::string refusal(const std::string& text) const {
    auto config = load(text);
    return config ? "" : config.error().message;
  }

  test::TempFolder folder;
  const std::string good = R"(name = "relay-1"
data_dir = "data"
boxes_dir = "boxes.d"
[[broker]]
host = "127.0.0.1"
port = 1883
[servicebus]
connection_string_file = "sb.secret"
[http]
port = 8081
)";
};

TEST_F(RelayConfigTest, a_good_file_is_read_with_paths_relative_to_it) {
  auto config = load(good);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->name, "relay-1");
  EXPECT_EQ(config->data_dir, folder.path() / "data");
  EXPECT_EQ(config->brokers.size(), 1u);
  EXPECT_FALSE(config->brokers[0].tls);
  EXPECT_EQ(config->servicebus.events_topic, "millrace-events");
  EXPECT_EQ(config->limits.window_records, delivery::kWindowRecords);
}

TEST_F(RelayConfigTest, every_problem_is_told_at_once_with_its_line) {
  const auto message = refusal(R"(name = "Relay 1"
data_dir = "data"
colour = "red"
[[broker]]
host = "127.0.0.1"
port = 99999
key = "broker.key"
[servicebus]
connection_string_file = "missing.secret"
[delivery]
window_bytes = 10
)");
  for (const auto* expected :
       {"relay.toml:1: name", "boxes_dir: missing", "relay.toml:3: colour: unknown key",
        "relay.toml:6: broker[0].port", "relay.toml:7: broker[0].key", "certificate and key belong together",
        "relay.toml:9: servicebus.connection_string_file", "relay.toml:11: delivery.window_bytes"}) {
    EXPECT_THAT(message, ::testing::HasSubstr(expected));
  }
}

TEST_F(RelayConfigTest, a_relay_without_a_broker_is_refused) {
  auto text = good;
  text.erase(text.find("[[broker]]"), text.find("[servicebus]") - text.find("[[broker]]"));
  EXPECT_THAT(refusal(text), ::testing::HasSubstr("add [[broker]]"));
}

TEST_F(RelayConfigTest, a_file_that_holds_no_connection_string_is_refused_without_telling_what_it_holds) {
  write("sb.secret", "hunter2");
  const auto message = refusal(good);
  EXPECT_THAT(message, ::testing::HasSubstr("Endpoint=sb://"));
  EXPECT_THAT(message, ::testing::Not(::testing::HasSubstr("hunter2")));
}

}  // namespace
}  // namespace millrace::relay
