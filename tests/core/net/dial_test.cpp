// Outgoing connections: TLS, proxies, WebSockets, against servers of the test's on loopback.
#include "core/net/dial.hpp"

#include <fstream>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/bytes.hpp"
#include "core/net/tls.hpp"
#include "core/net/web_socket.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using test::Certificate;
using WirePtr = std::unique_ptr<Wire>;

const WebSocketPath kPath{"/$servicebus/websocket", "AMQPWSB10"};

asio::awaitable<std::string> read_until(Wire& wire, std::string end) {
  std::string text;
  error_code failed;
  while (!text.ends_with(end) && !failed) {
    char byte = 0;
    if (co_await wire.read(asio::buffer(&byte, 1), failed) == 1) text += byte;
  }
  co_return text;
}

/// Sends back what comes, until the end.
asio::awaitable<void> echo(Wire& wire) {
  Bytes buffer(100'000);
  error_code failed;
  while (!failed) {
    const auto count = co_await wire.read(asio::buffer(buffer), failed);
    if (!failed) co_await wire.write(asio::buffer(buffer.data(), count), failed);
  }
}

class DialTest : public testing::Test {
 protected:
  using Serve = std::function<asio::awaitable<void>(WirePtr)>;

  uint16_t port() { return acceptor_.local_endpoint().port(); }
  /// What becomes of the one client.
  void serve(Serve what) {
    asio::co_spawn(
        loop_,
        [this, what = std::move(what)]() -> asio::awaitable<void> {
          auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
          co_await what(wire_over(std::move(socket)));
        },
        asio::detached);
  }
  void serve_tls(const Certificate& certificate, Serve what) {
    identity_ = {certificate.certificate(), certificate.key_file()};
    asio::co_spawn(
        loop_,
        [this, what = std::move(what)]() -> asio::awaitable<void> {
          auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
          auto wire = TlsWire::over(std::move(socket), server_context(identity_).value());
          error_code failed;
          co_await wire->answer(failed);
          if (!failed) co_await what(std::move(wire));
        },
        asio::detached);
  }
  Result<WirePtr> dialled(Endpoint endpoint, std::shared_ptr<DialStop> stop = nullptr) {
    std::optional<Result<WirePtr>> wire;
    asio::co_spawn(
        loop_, [&]() -> asio::awaitable<void> { wire = co_await dial(std::move(endpoint), stop); },
        asio::detached);
    run_until([&] { return wire.has_value(); });
    return wire ? std::move(*wire) : fail(ErrorKind::timeout, "it never happened");
  }
  /// Whether what goes there comes back whole.
  bool echoes(Wire& wire, size_t size) {
    const Bytes out(size, 7);
    Bytes back;
    bool over = false;
    asio::co_spawn(
        loop_,
        [&]() -> asio::awaitable<void> {
          error_code failed;
          co_await wire.write(asio::buffer(out), failed);
        },
        asio::detached);
    asio::co_spawn(
        loop_,
        [&]() -> asio::awaitable<void> {
          error_code failed;
          Bytes buffer(10'000);
          while (back.size() < size && !failed) {
            const auto count = co_await wire.read(asio::buffer(buffer), failed);
            back.insert(back.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
          }
          over = true;
        },
        asio::detached);
    run_until([&] { return over; });
    return back == out;
  }
  template <class Reached>
  void run_until(Reached reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!reached()) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(10));
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it never happened";
    }
  }
  void TearDown() override {
    acceptor_.close();
    for (int i = 0; i < 20; ++i) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
  }

  asio::io_context loop_;
  Identity identity_;
  asio::ip::tcp::acceptor acceptor_{loop_, {asio::ip::make_address("127.0.0.1"), 0}};
};

TEST_F(DialTest, a_server_with_a_trusted_certificate_is_talked_to) {
  const Certificate certificate("DNS:localhost");
  serve_tls(certificate, [](WirePtr wire) -> asio::awaitable<void> { co_await echo(*wire); });
  auto wire = dialled({.host = "localhost", .port = port(), .ca_file = certificate.certificate()});
  ASSERT_TRUE(wire) << wire.error().message;
}

TEST_F(DialTest, an_address_in_the_certificate_is_as_good_as_a_name) {
  const Certificate certificate("IP:127.0.0.1");
  serve_tls(certificate, [](WirePtr wire) -> asio::awaitable<void> { co_await echo(*wire); });
  auto wire = dialled({.host = "127.0.0.1", .port = port(), .ca_file = certificate.certificate()});
  ASSERT_TRUE(wire) << wire.error().message;
  EXPECT_TRUE(echoes(**wire, 1'000'000));
}

TEST_F(DialTest, a_certificate_that_nobody_vouches_for_is_refused) {
  const Certificate certificate("DNS:localhost");
  serve_tls(certificate, [](WirePtr) -> asio::awaitable<void> { co_return; });
  const auto wire = dialled({.host = "localhost", .port = port()});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::unauthorised);
  EXPECT_THAT(wire.error().message, testing::HasSubstr("Check the certificate authority"));
}

TEST_F(DialTest, a_certificate_for_another_name_is_refused) {
  const Certificate certificate("DNS:plant.example");
  serve_tls(certificate, [](WirePtr) -> asio::awaitable<void> { co_return; });
  const auto wire = dialled({.host = "localhost", .port = port(), .ca_file = certificate.certificate()});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::unauthorised);
}

TEST_F(DialTest, another_address_is_dialled_under_the_same_name) {
  const Certificate certificate("DNS:plant.servicebus.example");
  serve_tls(certificate, [](WirePtr wire) -> asio::awaitable<void> { co_await echo(*wire); });
  auto wire = dialled({.host = "plant.servicebus.example",
                       .port = 5671,
                       .ca_file = certificate.certificate(),
                       .address = "127.0.0.1",
                       .address_port = port()});
  ASSERT_TRUE(wire) << wire.error().message;
  EXPECT_TRUE(echoes(**wire, 10));
}

TEST_F(DialTest, a_ca_file_that_is_none_is_named) {
  const Certificate certificate("DNS:localhost");
  serve_tls(certificate, [](WirePtr) -> asio::awaitable<void> { co_return; });
  const auto wire = dialled({.host = "localhost", .port = port(), .ca_file = certificate.key_file()});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(wire.error().message, testing::HasSubstr("key.pem"));
}

TEST_F(DialTest, a_dial_can_be_stopped) {
  // The server accepts, and says nothing: the handshake would wait for the time limit.
  const auto stop = std::make_shared<DialStop>();
  serve([stop](WirePtr wire) -> asio::awaitable<void> {
    co_await read_until(*wire, "\x01");  // of the handshake's first record
    stop->stop();
  });
  const auto wire = dialled({.host = "127.0.0.1", .port = port()}, stop);
  ASSERT_FALSE(wire);
  EXPECT_THAT(wire.error().message, testing::HasSubstr("stopped while dialling"));
}

TEST_F(DialTest, a_proxy_is_asked_for_the_peer_and_leads_there) {
  const test::TempFolder folder;
  const auto password = folder.path() / "password";
  std::ofstream(password) << "open sesame\n";
  std::string asked;
  serve([&](WirePtr wire) -> asio::awaitable<void> {
    asked = co_await read_until(*wire, "\r\n\r\n");
    error_code failed;
    co_await wire->write(
        asio::buffer(std::string_view("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")), failed);
    co_await echo(*wire);
  });
  auto wire = dialled(
      {.host = "plant.example",
       .port = 5671,
       .tls = false,
       .proxy = Proxy{.host = "127.0.0.1", .port = port(), .user = "Aladdin", .password_file = password}});
  ASSERT_TRUE(wire) << wire.error().message;
  EXPECT_TRUE(asked.starts_with("CONNECT plant.example:5671 HTTP/1.1\r\nHost: plant.example:5671\r\n"))
      << asked;
  // The example of RFC 7617.
  EXPECT_THAT(asked, testing::HasSubstr("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
  EXPECT_TRUE(echoes(**wire, 10));
}

TEST_F(DialTest, a_password_that_was_replaced_is_what_the_proxy_is_told_next) {
  const test::TempFolder folder;
  const auto password = folder.path() / "password";
  const Endpoint endpoint{
      .host = "plant.example",
      .port = 5671,
      .tls = false,
      .proxy = Proxy{.host = "127.0.0.1", .port = port(), .user = "relay", .password_file = password}};
  for (const auto* word : {"first", "second"}) {
    std::ofstream(password) << word;
    std::string asked;
    serve([&](WirePtr wire) -> asio::awaitable<void> {
      asked = co_await read_until(*wire, "\r\n\r\n");
      error_code failed;
      co_await wire->write(asio::buffer(std::string_view("HTTP/1.1 200 Go\r\n\r\n")), failed);
    });
    const auto wire = dialled(endpoint);
    ASSERT_TRUE(wire) << wire.error().message;
    EXPECT_THAT(asked,
                testing::HasSubstr("Basic " + base64(as_bytes(fmt::format("relay:{}", word))) + "\r\n"));
  }
  std::filesystem::remove(password);
  serve([](WirePtr) -> asio::awaitable<void> { co_return; });
  const auto wire = dialled(endpoint);
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(wire.error().message, testing::HasSubstr(password.string()));
}

TEST_F(DialTest, what_a_proxy_refuses_is_said) {
  const test::TempFolder folder;
  const auto password = folder.path() / "password";
  std::ofstream(password) << "hunter2";
  struct Case {
    const char* answer;
    ErrorKind kind;
    const char* words;
  };
  for (const auto& [answer, kind, words] :
       {Case{"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nContent-Length: "
             "2\r\n\r\nno",
             ErrorKind::unauthorised, "answered 407 Negotiate"},
        Case{"HTTP/1.1 403 Filtered\r\n\r\n", ErrorKind::unauthorised, "does not allow plant.example:5671"},
        Case{"HTTP/1.1 502 Bad Gateway\r\n\r\n", ErrorKind::unavailable,
             "answered 502 for plant.example:5671"},
        Case{"SSH-2.0-OpenSSH_9.2\r\n", ErrorKind::unavailable, "no answer to CONNECT"},
        Case{"", ErrorKind::unavailable, "no answer to CONNECT"}}) {
    serve([said = answer](WirePtr wire) -> asio::awaitable<void> {
      co_await read_until(*wire, "\r\n\r\n");
      error_code failed;
      co_await wire->write(asio::buffer(std::string_view(said)), failed);
    });
    const auto wire = dialled(
        {.host = "plant.example",
         .port = 5671,
         .proxy = Proxy{.host = "127.0.0.1", .port = port(), .user = "relay", .password_file = password}});
    ASSERT_FALSE(wire) << answer;
    EXPECT_EQ(wire.error().kind, kind) << wire.error().message;
    EXPECT_THAT(wire.error().message, testing::HasSubstr(words));
    EXPECT_THAT(wire.error().message, testing::Not(testing::HasSubstr("hunter2")));
  }
}

TEST_F(DialTest, a_proxy_is_written_as_a_url) {
  const auto proxy = Proxy::parse("http://proxy.plant.example:3128/");
  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->host, "proxy.plant.example");
  EXPECT_EQ(proxy->port, 3128);
  EXPECT_EQ(Proxy::parse("http://[::1]:3128")->host, "::1");
  for (const auto* bad :
       {"", "proxy:3128", "https://proxy:3128", "http://proxy", "http://:3128", "http://proxy:0",
        "http://proxy:70000", "http://user:word@proxy:3128", "http://proxy:3128/path"}) {
    EXPECT_FALSE(Proxy::parse(bad)) << bad;
  }
}

TEST_F(DialTest, a_web_socket_carries_the_bytes_inside_tls) {
  const Certificate certificate("DNS:localhost");
  std::string asked;
  serve_tls(certificate, [&](WirePtr wire) -> asio::awaitable<void> {
    asked = co_await read_until(*wire, "\r\n\r\n");
    auto made = co_await web_socket_accept(std::move(wire), asked, kPath.subprotocol);
    EXPECT_TRUE(made);
    if (made) co_await echo(**made);
  });
  auto wire = dialled(
      {.host = "localhost", .port = port(), .ca_file = certificate.certificate(), .web_socket = kPath});
  ASSERT_TRUE(wire) << wire.error().message;
  EXPECT_TRUE(asked.starts_with("GET /$servicebus/websocket HTTP/1.1\r\n")) << asked;
  EXPECT_THAT(asked, testing::HasSubstr("AMQPWSB10"));
  EXPECT_TRUE(echoes(**wire, 1));
  EXPECT_TRUE(echoes(**wire, 1'000'000));
}

TEST_F(DialTest, a_server_that_speaks_no_web_socket_or_another_protocol_is_named) {
  serve([](WirePtr wire) -> asio::awaitable<void> {
    co_await read_until(*wire, "\r\n\r\n");
    error_code failed;
    co_await wire->write(
        asio::buffer(std::string_view("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")), failed);
  });
  auto wire = dialled({.host = "127.0.0.1", .port = port(), .tls = false, .web_socket = kPath});
  ASSERT_FALSE(wire);
  EXPECT_THAT(wire.error().message, testing::HasSubstr("answered 404 instead of a WebSocket"));

  serve([](WirePtr under) -> asio::awaitable<void> {
    auto head = co_await read_until(*under, "\r\n\r\n");
    auto made = co_await web_socket_accept(std::move(under), head, "chat");
    if (made) co_await read_until(**made, "end");
  });
  wire = dialled({.host = "127.0.0.1", .port = port(), .tls = false, .web_socket = kPath});
  ASSERT_FALSE(wire);
  EXPECT_THAT(wire.error().message, testing::HasSubstr("but not AMQPWSB10"));
}

}  // namespace
}  // namespace millrace::net
