#include "relay/relay_config.hpp"

#include <fstream>

#include "tests/support/temp_folder.hpp"

namespace millrace::relay {
namespace {

using ::testing::HasSubstr;

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
  EXPECT_EQ(config->sink.events, "millrace-events");
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

/// The [servicebus] table of relay.toml, by itself.
class ServiceBusTable : public RelayConfigTest {
 protected:
  Result<RelayConfig> with(const std::string& table) const {
    auto text = good;
    const std::string usual = "connection_string_file = \"sb.secret\"\n";
    return load(text.replace(text.find(usual), usual.size(), table));
  }
  std::string trouble(const std::string& table) const {
    const auto config = with(table);
    return config ? "" : config.error().message;
  }
  const std::string key = "connection_string_file = \"sb.secret\"\n";
  const std::string plant = "namespace = \"plant.servicebus.windows.net\"\n";
};

TEST_F(ServiceBusTable, the_port_follows_the_way) {
  write("sb.secret", "Endpoint=sb://plant.example/;SharedAccessKeyName=n;SharedAccessKey=k");
  EXPECT_EQ(with(key)->sink.endpoint.port, 5671);
  EXPECT_EQ(with(key + "transport = \"websocket\"\n")->sink.endpoint.port, 443);
  EXPECT_EQ(with(key)->sink.audience, "sb://plant.example/");
  write("sb.secret", "Endpoint=sb://h;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true");
  EXPECT_EQ(with(key)->sink.endpoint.port, 5672);
  EXPECT_FALSE(with(key)->sink.endpoint.tls);
  write("sb.secret", "Endpoint=sb://h:7777;SharedAccessKeyName=n;SharedAccessKey=k");
  EXPECT_EQ(with(key + "transport = \"websocket\"\n")->sink.endpoint.port, 7777);
}

TEST_F(ServiceBusTable, a_proxy_and_another_address_are_read) {
  write("password", "secret\n");
  const auto config =
      with(key + "proxy = \"http://proxy:3128\"\nproxy_user = \"u\"\nproxy_password_file = \"password\"\n" +
           "address = \"[::1]:5671\"\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto& endpoint = config->sink.endpoint;
  EXPECT_EQ(endpoint.proxy->host, "proxy");
  EXPECT_EQ(endpoint.proxy->password_file.filename(), "password");
  EXPECT_EQ(endpoint.address, "::1");
  EXPECT_EQ(endpoint.address_port, 5671);
}

TEST_F(ServiceBusTable, entra_needs_what_its_method_needs) {
  write("secret", "s");
  const auto machine = with(plant + "entra = \"managed-identity\"\n");
  ASSERT_TRUE(machine) << machine.error().message;
  EXPECT_EQ(machine->sink.entra->service.server.host, "169.254.169.254");
  EXPECT_EQ(machine->sink.audience, "sb://plant.servicebus.windows.net/");
  const auto secret = with(
      plant + "entra = \"client-secret\"\ntenant = \"t\"\nclient_id = \"c\"\nsecret_file = \"secret\"\n");
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(secret->sink.entra->service.server.host, "login.microsoftonline.com");
  const auto missing = trouble(plant + "entra = \"workload-identity\"\n");
  for (const auto* name : {"tenant", "client_id", "secret_file"}) {
    EXPECT_THAT(missing, ::testing::HasSubstr(fmt::format("servicebus.{}: missing", name)));
  }
  EXPECT_THAT(
      trouble(plant +
              "entra = \"client-secret\"\ntenant = \"t\"\nclient_id = \"c\"\nsecret_file = \"secret\"\n"
              "token_service = \"http://login.example\"\n"),
      ::testing::HasSubstr("must be https"));
}

TEST_F(ServiceBusTable, what_does_not_fit_is_told_at_its_line) {
  const std::pair<std::string, const char*> kCases[] = {
      {"", "needs connection_string_file, or namespace"},
      {plant, "needs entra or sas_token_file beside it"},
      {key + plant, "is in the connection string already"},
      {key + "entra = \"azure-arc\"\n", "more than one of"},
      {"namespace = \"sb://plant/\"\nentra = \"azure-arc\"\n", "is a host's name"},
      {plant + "entra = \"password\"\n", "must be managed-identity, azure-arc"},
      {plant + "sas_token_file = \"missing\"\n", "does not exist"},
      {key + "transport = \"http\"\n", "must be amqp (port 5671) or websocket"},
      {key + "address = \"10.1.2.3:0\"\n", "is no address"},
      {key + "address = \"a@b:1\"\n", "is no address"},
      {key + "proxy = \"proxy:3128\"\n", "is no proxy"},
      {key + "proxy_user = \"u\"\n", "needs proxy"},
      {key + "proxy = \"http://p:1\"\nproxy_user = \"u\"\n", "belong together"},
      {key + "proxy = \"http://p:1\"\nproxy_user = \"u:v\"\nproxy_password_file = \"sb.secret\"\n",
       "must not hold a colon"},
      {key + "ca = \"missing.pem\"\n", "does not exist"},
  };
  for (const auto& [table, words] : kCases) {
    EXPECT_THAT(trouble(table), ::testing::HasSubstr(words)) << table;
    EXPECT_THAT(trouble(table), ::testing::HasSubstr("relay.toml:")) << table;
  }
}

/// The [amqp] table of relay.toml, by itself.
class AmqpTable : public RelayConfigTest {
 protected:
  Result<RelayConfig> with(const std::string& table) const {
    auto text = good;
    const std::string usual = "[servicebus]\nconnection_string_file = \"sb.secret\"\n";
    return load("sink = \"amqp\"\n" + text.replace(text.find(usual), usual.size(), "[amqp]\n" + table));
  }
  std::string trouble(const std::string& table) const {
    const auto config = with(table);
    return config ? "" : config.error().message;
  }
  const std::string host = "host = \"broker.plant.example\"\n";
};

TEST_F(AmqpTable, the_port_follows_tls_and_nothing_is_taken_for_a_token) {
  const auto config = with(host + "address_prefix = \"/amq/queue/\"\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto& sink = config->sink;
  EXPECT_EQ(sink.endpoint.port, 5671);
  EXPECT_TRUE(sink.endpoint.tls);
  EXPECT_EQ(sink.events, "millrace-events");
  EXPECT_EQ(sink.address_prefix, "/amq/queue/");
  EXPECT_EQ(sink.duplicate_window.count(), 0);
  EXPECT_EQ(sink.credential(SystemClock{}), nullptr);
  EXPECT_EQ(with("host = \"127.0.0.1\"\ntls = false\n")->sink.endpoint.port, 5672);
}

TEST_F(AmqpTable, what_does_not_go_together_is_told) {
  write("password", "secret\n");
  write("cert.pem", "");
  write("key.pem", "");
  const std::string user = "user = \"u\"\npassword_file = \"password\"\n";
  const std::string certificate = "certificate = \"cert.pem\"\nkey = \"key.pem\"\n";
  EXPECT_EQ(trouble(host + user), "");
  EXPECT_EQ(trouble(host + certificate), "");
  EXPECT_THAT(trouble(host + user + certificate), HasSubstr("there is a certificate already"));
  EXPECT_THAT(trouble(host + "user = \"u\"\n"),
              HasSubstr("amqp.user: user and password_file belong together"));
  EXPECT_THAT(trouble(host + "certificate = \"cert.pem\"\n"),
              HasSubstr("certificate and key belong together"));
  EXPECT_THAT(trouble(host + "tls = false\n"), HasSubstr("only for a broker on this machine"));
  EXPECT_THAT(trouble("host = \"localhost\"\ntls = false\n" + certificate), HasSubstr("must be true"));
  EXPECT_THAT(trouble(host + "password_file = \"nowhere\"\n"), HasSubstr("does not exist"));
  EXPECT_THAT(trouble("port = 5671\n"), HasSubstr("amqp.host"));
}

TEST_F(AmqpTable, one_table_is_the_right_one) {
  EXPECT_THAT(refusal("sink = \"kafka\"\n" + good), HasSubstr("sink: must be servicebus or amqp"));
  EXPECT_THAT(refusal("sink = \"amqp\"\n" + good), HasSubstr("servicebus"));
}

}  // namespace
}  // namespace millrace::relay
