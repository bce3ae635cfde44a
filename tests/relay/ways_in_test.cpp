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
    write_bus(access() + fmt::format("[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n",
                                     certificate.certificate().string(), certificate.key_file().string()));
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
  /// 1,200 records, more than two windows, arrive once and in order, though the bus is killed on the way.
  void expect_delivery(const std::string& servicebus) {
    write_relay(servicebus);
    constexpr int kRecords = 1'200;
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

  /// Nothing is taken, and the relay says why.
  void expect_refusal(const std::string& servicebus, const std::string& words) {
    chain.append(1);
    write_relay(servicebus);
    bus.start();
    relay.start();
    EXPECT_FALSE(settle_up_to(1, std::chrono::seconds{3}));
    EXPECT_THAT(relay.output(), ::testing::HasSubstr("class=token-refused"));
    EXPECT_THAT(relay.output(), ::testing::HasSubstr(words));
  }

  test::Certificate certificate{fmt::format("DNS:localhost,DNS:{}", kName)};
  Program proxy{"/usr/bin/tinyproxy", {"-d", "-c", at("tinyproxy.conf")}, at("proxy.log")};
};

const std::string kByKey = "connection_string_file = \"connection-string\"\n";
const std::string kWebSocket = "transport = \"websocket\"\n";

TEST_F(WaysIn, tcp_to_an_emulator_on_a_port_that_speaks_tls_as_well) {
  write("connection-string",
        connection_string(fmt::format("localhost:{}", amqp_port)) + "UseDevelopmentEmulator=true");
  expect_delivery(kByKey);
}

TEST_F(WaysIn, tls) {
  expect_delivery(kByKey + ca());
}

TEST_F(WaysIn, web_sockets) {
  expect_delivery(kByKey + ca() + kWebSocket);
}

TEST_F(WaysIn, tls_through_a_proxy) {
  expect_delivery(kByKey + ca() + proxied());
  EXPECT_THAT(proxy.output(), ::testing::HasSubstr(fmt::format("CONNECT localhost:{}", amqp_port)));
}

TEST_F(WaysIn, web_sockets_through_a_proxy) {
  expect_delivery(kByKey + ca() + kWebSocket + proxied());
  EXPECT_THAT(proxy.output(), ::testing::HasSubstr(fmt::format("CONNECT localhost:{}", amqp_port)));
}

TEST_F(WaysIn, another_address_under_the_namespaces_name) {
  write("connection-string", connection_string(fmt::format("{}/", kName)));
  expect_delivery(kByKey + ca() + fmt::format("address = \"127.0.0.1:{}\"\n", amqp_port));
}

TEST_F(WaysIn, a_token_in_a_file) {
  write("token", servicebus::sas_token(fmt::format("sb://{}/", kName), kKeyName, kKey,
                                       SystemClock{}.wall() + std::chrono::hours(1)));
  expect_delivery(fmt::format("namespace = \"{}\"\nsas_token_file = \"token\"\naddress = \"127.0.0.1:{}\"\n",
                              kName, amqp_port) +
                  ca());
}

/// The identity service gives what the test says: a JWT is opaque to the relay, and of what this bus can
/// check a shared access signature is the one thing that nobody but the identity service could have given it.
class ByEntra : public WaysIn {
 protected:
  void SetUp() override {
    http::Router router;
    router.add(
        "POST", "/contoso/oauth2/v2.0/token",
        [this](http::Request&) -> boost::asio::awaitable<http::Response> {
          ++tokens;
          co_return http::Response::json(fmt::format(R"({{"access_token":"{}","expires_in":3599}})", token));
        });
    http::Server::Options options;
    options.tls = net::Identity{certificate.certificate(), certificate.key_file()};
    authority = std::make_unique<http::Server>(loop.context(), std::move(options), std::move(router));
    ASSERT_TRUE(authority->start());
    write("secret", "s3cret");
  }
  void TearDown() override { authority->stop(); }
  std::string way() {
    return fmt::format(
               "namespace = \"localhost\"\naddress = \"localhost:{}\"\nentra = \"client-secret\"\n"
               "tenant = \"contoso\"\nclient_id = \"c\"\nsecret_file = \"secret\"\n"
               "token_service = \"https://localhost:{}\"\n",
               amqp_port, authority->port()) +
           ca() + proxied();
  }
  static std::string signed_by(const std::string& key) {
    return servicebus::sas_token("sb://localhost/", kKeyName, key,
                                 SystemClock{}.wall() + std::chrono::hours(1));
  }

  std::string token;
  int tokens = 0;
  std::unique_ptr<http::Server> authority;
};

TEST_F(ByEntra, an_application_whose_authority_is_reached_through_the_proxy) {
  token = signed_by(kKey);
  expect_delivery(way());
  EXPECT_EQ(tokens, 1) << "it serves all entities, and the second connection";
  EXPECT_THAT(proxy.output(), ::testing::HasSubstr(fmt::format("CONNECT localhost:{}", authority->port())));
}

TEST_F(ByEntra, a_token_that_the_bus_does_not_take_is_refused_and_not_told) {
  token = "eyJ0.x.y";
  expect_refusal(way(), "this bus cannot check others");
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("eyJ0")));
}

TEST_F(WaysIn, another_key_is_refused) {
  write("connection-string", connection_string(fmt::format("localhost:{}/", amqp_port), "wr0ng-key"));
  expect_refusal(kByKey + ca(), "InvalidSignature");
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("wr0ng-key")));
}

TEST_F(WaysIn, a_token_that_was_signed_with_another_key_is_refused) {
  write("token", servicebus::sas_token(fmt::format("sb://{}/", kName), kKeyName, "wr0ng-key",
                                       SystemClock{}.wall() + std::chrono::hours(1)));
  expect_refusal(fmt::format("namespace = \"{}\"\nsas_token_file = \"token\"\naddress = \"127.0.0.1:{}\"\n",
                             kName, amqp_port) +
                     ca(),
                 "InvalidSignature");
}

TEST_F(WaysIn, a_proxy_that_wants_another_password_is_said_without_ours) {
  chain.append(1);
  write_relay(kByKey + ca() + proxied());
  write("proxy-password", "hunter2");
  bus.start();
  relay.start();
  EXPECT_FALSE(settle_up_to(1, std::chrono::seconds{3}));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("class=way-refused"));
  EXPECT_THAT(relay.output(), ::testing::HasSubstr("wants a user and a password that it knows"));
  EXPECT_THAT(relay.output(), ::testing::Not(::testing::HasSubstr("hunter2")));
  write("proxy-password", kProxyPassword);
  EXPECT_TRUE(settle_up_to(1)) << "the file is read anew at each dial";
}

}  // namespace
}  // namespace millrace::relay
