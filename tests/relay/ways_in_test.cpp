// Every way in to Service Bus, and every proof: the relay's program, the bus with a certificate, and
// tinyproxy between.
#include "core/http/server.hpp"
#include "core/servicebus/sas_token.hpp"
#include "service_bus_line.hpp"
#include "tests/support/certificate.hpp"

namespace millrace::relay {
namespace {

constexpr auto kName = "plant.servicebus.example";  // no resolver knows it
constexpr auto kProxyUser = "relay";
constexpr auto kProxyPassword = "pass-word";

class WaysIn : public ServiceBusLine {
 protected:
  WaysIn() {
    write_bus(fmt::format("[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n", certificate.certificate().string(),
                          certificate.key_file().string()));
    write("connection-string", connection_string(fmt::format("localhost:{}/", amqp_port)));
  }
  std::string ca() const { return fmt::format("ca = \"{}\"\n", certificate.certificate().string()); }
  /// The lines of relay.toml for a proxy that knows one user, which this starts.
  std::string proxied() {
    const auto port = test::free_port();
    write("tinyproxy.conf",
          fmt::format("Port {}\nListen 127.0.0.1\nTimeout 600\nAllow 127.0.0.1\nLogLevel Connect\n"
                      "BasicAuth {} {}\n",
                      port, kProxyUser, kProxyPassword));
    write("proxy-password", std::string(kProxyPassword) + "\n");
    proxy.start();
    return fmt::format(
        "proxy = \"http://127.0.0.1:{}\"\nproxy_user = \"{}\"\n"
        "proxy_password_file = \"proxy-password\"\n",
        port, kProxyUser);
  }
  /// 600 records arrive once and in order, though the bus is killed on the way.
  void expect_delivery(const std::string& servicebus) {
    write_relay(servicebus);
    constexpr int kRecords = 600;
    for (int at = 0; at < kRecords; ++at) chain.append("operator:op-" + std::to_string(at % 4));
    ASSERT_TRUE(loop.until([&] { return box.connected(); }));
    bus.start();
    relay.start();
    ASSERT_TRUE(settle_up_to(50));
    be_busy();
    bus.kill(SIGKILL);
    bus.start();
    ASSERT_TRUE(settle_up_to(kRecords));
    EXPECT_EQ(relay.kill(SIGTERM), 0);
    EXPECT_EQ(bus.kill(SIGTERM), 0);
    EXPECT_EQ(received(), captured());
  }

  test::Certificate certificate{fmt::format("DNS:localhost,DNS:{}", kName)};
  Program proxy{"/usr/bin/tinyproxy", {"-d", "-c", at("tinyproxy.conf")}, at("proxy.log")};
};

const std::string kKey = "connection_string_file = \"connection-string\"\n";
const std::string kWebSocket = "transport = \"websocket\"\n";

TEST_F(WaysIn, tcp_to_an_emulator_on_a_port_that_speaks_tls_as_well) {
  write("connection-string",
        connection_string(fmt::format("localhost:{}", amqp_port)) + "UseDevelopmentEmulator=true");
  expect_delivery(kKey);
}

TEST_F(WaysIn, tls) {
  expect_delivery(kKey + ca());
}

TEST_F(WaysIn, web_sockets) {
  expect_delivery(kKey + ca() + kWebSocket);
}

TEST_F(WaysIn, tls_through_a_proxy) {
  expect_delivery(kKey + ca() + proxied());
  EXPECT_THAT(proxy.output(), ::testing::HasSubstr(fmt::format("CONNECT localhost:{}", amqp_port)));
}

TEST_F(WaysIn, web_sockets_through_a_proxy) {
  expect_delivery(kKey + ca() + kWebSocket + proxied());
  EXPECT_THAT(proxy.output(), ::testing::HasSubstr(fmt::format("CONNECT localhost:{}", amqp_port)));
}

TEST_F(WaysIn, another_address_under_the_namespaces_name) {
  write("connection-string", connection_string(fmt::format("{}/", kName)));
  expect_delivery(kKey + ca() + fmt::format("address = \"127.0.0.1:{}\"\n", amqp_port));
}

TEST_F(WaysIn, a_token_in_a_file) {
  write("token", servicebus::sas_token(fmt::format("sb://{}/", kName), "n", "k",
                                       SystemClock{}.wall() + std::chrono::hours(1)));
  expect_delivery(fmt::format("namespace = \"{}\"\nsas_token_file = \"token\"\naddress = \"127.0.0.1:{}\"\n",
                              kName, amqp_port) +
                  ca());
}

TEST_F(WaysIn, an_entra_application_whose_authority_is_reached_through_the_proxy) {
  http::Router router;
  int tokens = 0;
  router.add("POST", "/contoso/oauth2/v2.0/token",
             [&](http::Request&) -> boost::asio::awaitable<http::Response> {
               ++tokens;
               co_return http::Response::json(R"({"access_token":"x.y.z","expires_in":3599})");
             });
  http::Server::Options options;
  options.tls = net::Identity{certificate.certificate(), certificate.key_file()};
  http::Server authority(loop.context(), std::move(options), std::move(router));
  ASSERT_TRUE(authority.start());
  write("secret", "s3cret");
  expect_delivery(
      fmt::format("namespace = \"localhost\"\naddress = \"localhost:{}\"\nentra = \"client-secret\"\n"
                  "tenant = \"contoso\"\nclient_id = \"c\"\nsecret_file = \"secret\"\n"
                  "token_service = \"https://localhost:{}\"\n",
                  amqp_port, authority.port()) +
      ca() + proxied());
  EXPECT_EQ(tokens, 1) << "it serves all entities, and the second connection";
  EXPECT_THAT(proxy.output(), ::testing::HasSubstr(fmt::format("CONNECT localhost:{}", authority.port())));
  authority.stop();
}

TEST_F(WaysIn, a_proxy_that_wants_another_password_is_said_without_ours) {
  chain.append(1);
  write_relay(kKey + ca() + proxied());
  write("proxy-password", "hunter2");
  bus.start();
  relay.start();
  EXPECT_FALSE(settle_up_to(1, std::chrono::seconds{3}));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("wants a user and a password that it knows"));
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("hunter2")));
}

}  // namespace
}  // namespace millrace::relay
