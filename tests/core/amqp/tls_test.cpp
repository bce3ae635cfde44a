// Dialling with TLS, against a listener with a certificate made for the test.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "certificate.hpp"
#include "core/amqp/connection.hpp"
#include "loopback.hpp"

namespace millrace::amqp {
namespace {

namespace asio = boost::asio;
using test::Certificate;

/// The server's end of a TLS stream; the product has none, since nothing of it listens for AMQP over TLS.
class ServerTlsWire final : public Wire {
 public:
  ServerTlsWire(asio::ip::tcp::socket socket, asio::ssl::context& context)
      : stream_(std::move(socket), context) {}
  asio::awaitable<size_t> read(asio::mutable_buffer into, boost::system::error_code& failed) override {
    co_return co_await stream_.async_read_some(asio::buffer(into),
                                               asio::redirect_error(asio::use_awaitable, failed));
  }
  asio::awaitable<void> write(asio::const_buffer from, boost::system::error_code& failed) override {
    co_await asio::async_write(stream_, asio::buffer(from),
                               asio::redirect_error(asio::use_awaitable, failed));
  }
  void close() override {
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  }
  asio::awaitable<void> handshake(boost::system::error_code& failed) {
    co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                     asio::redirect_error(asio::use_awaitable, failed));
  }

 private:
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

class TlsTest : public Loopback {
 protected:
  /// Serves one client with the certificate.
  uint16_t serve(const Certificate& certificate) {
    context_.use_certificate_chain_file(certificate.certificate().string());
    context_.use_private_key_file(certificate.key_file().string(), asio::ssl::context::pem);
    asio::co_spawn(
        loop_,
        [this]() -> asio::awaitable<void> {
          auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
          auto wire = std::make_unique<ServerTlsWire>(std::move(socket), context_);
          boost::system::error_code failed;
          co_await wire->handshake(failed);
          if (failed) co_return;  // the client did not like our certificate
          Connection::Events events;
          events.on_link = [this](LinkPtr link) { server_links_.push_back(std::move(link)); };
          server_ = Connection::serve(loop_.get_executor(), std::move(wire), {.container_id = "server"},
                                      std::move(events));
        },
        asio::detached);
    return acceptor_.local_endpoint().port();
  }
  Result<std::unique_ptr<Wire>> dialled(Endpoint endpoint) {
    std::optional<Result<std::unique_ptr<Wire>>> wire;
    asio::co_spawn(
        loop_, [&]() -> asio::awaitable<void> { wire = co_await dial(std::move(endpoint)); }, asio::detached);
    run_until([&] { return wire.has_value(); });
    return wire ? std::move(*wire) : fail(ErrorKind::timeout, "it never happened");
  }

  asio::ssl::context context_{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor_{loop_, {asio::ip::make_address("127.0.0.1"), 0}};
};

TEST_F(TlsTest, a_listener_with_a_trusted_certificate_is_talked_to) {
  const Certificate certificate("DNS:localhost");
  auto wire =
      dialled({.host = "localhost", .port = serve(certificate), .ca_file = certificate.certificate()});
  ASSERT_TRUE(wire) << wire.error().message;
  bool closed = false;
  Connection::Events events;
  events.on_close = [&](const Condition&) { closed = true; };
  const auto client =
      Connection::connect(loop_.get_executor(), std::move(*wire),
                          {.container_id = "client", .hostname = "localhost"}, std::move(events));
  const auto sender = client->open_sender("s", "queue");
  run_until([this] { return !server_links_.empty(); });
  std::optional<Incoming> arrived;
  server_links_[0]->on_message = [&](Incoming message) { arrived = std::move(message); };
  server_links_[0]->accept({});
  server_links_[0]->add_credit(1);
  run_until([&] { return sender->credit() == 1; });
  sender->send(Bytes(100'000, 7), as_bytes("t"));
  run_until([&] { return arrived.has_value(); });
  EXPECT_EQ(arrived->bytes, Bytes(100'000, 7));
  client->close();
  run_until([&] { return closed; });
}

TEST_F(TlsTest, an_address_in_the_certificate_is_as_good_as_a_name) {
  const Certificate certificate("IP:127.0.0.1");
  EXPECT_TRUE(
      dialled({.host = "127.0.0.1", .port = serve(certificate), .ca_file = certificate.certificate()}));
}

TEST_F(TlsTest, a_certificate_that_nobody_vouches_for_is_refused) {
  const Certificate certificate("DNS:localhost");
  const auto wire = dialled({.host = "localhost", .port = serve(certificate)});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::unauthorised);
  EXPECT_NE(wire.error().message.find("Check the certificate authority"), std::string::npos);
}

TEST_F(TlsTest, a_certificate_for_another_name_is_refused) {
  const Certificate certificate("DNS:plant.example");
  const auto wire =
      dialled({.host = "localhost", .port = serve(certificate), .ca_file = certificate.certificate()});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::unauthorised);
}

TEST_F(TlsTest, a_ca_file_that_is_none_is_named) {
  const Certificate certificate("DNS:localhost");
  const auto wire =
      dialled({.host = "localhost", .port = serve(certificate), .ca_file = certificate.key_file()});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, ErrorKind::invalid_input);
  EXPECT_NE(wire.error().message.find("key.pem"), std::string::npos);
}

TEST_F(TlsTest, a_dial_can_be_stopped) {
  // The listener accepts, and says nothing: the handshake would wait for the time limit.
  const auto stop = std::make_shared<DialStop>();
  std::optional<Result<std::unique_ptr<Wire>>> wire;
  std::optional<asio::ip::tcp::socket> accepted;
  acceptor_.async_accept(
      [&](boost::system::error_code, asio::ip::tcp::socket made) { accepted.emplace(std::move(made)); });
  asio::co_spawn(
      loop_,
      [&]() -> asio::awaitable<void> {
        wire = co_await dial({.host = "127.0.0.1", .port = acceptor_.local_endpoint().port()}, stop);
      },
      asio::detached);
  run_until([&] { return accepted.has_value(); });
  stop->stop();
  run_until([&] { return wire.has_value(); });
  EXPECT_FALSE(*wire);
}

}  // namespace
}  // namespace millrace::amqp
