// Which TLS is spoken: 1.2 at least.
#include "core/net/tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/error.hpp>

#include "tests/support/certificate.hpp"
#include "tests/support/loop.hpp"

namespace millrace::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Nothing but this end's own options then keeps it from an old TLS: not what the machine's OpenSSL is set
/// to.
void loosen(TlsContext& context) {
  SSL_CTX_set_security_level(context->native_handle(), 0);
  SSL_CTX_set_cipher_list(context->native_handle(), "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context->native_handle(), 0);
}
void allow_old(TlsContext& context) {
  SSL_CTX_clear_options(context->native_handle(), SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() { loosen(client); }
  /// What the client says to a server that speaks this version and no other.
  error_code meet(int version) {
    auto server = server_context({certificate.certificate(), certificate.key_file()}).value();
    loosen(server);
    allow_old(server);
    SSL_CTX_set_min_proto_version(server->native_handle(), version);
    SSL_CTX_set_max_proto_version(server->native_handle(), version);
    tcp::acceptor acceptor(loop.context(), {asio::ip::make_address("127.0.0.1"), 0});
    tcp::socket socket(loop.context());
    socket.connect(acceptor.local_endpoint());
    auto theirs = TlsWire::over(acceptor.accept(), server);
    auto ours = TlsWire::over(std::move(socket), client);
    std::optional<error_code> said;
    std::optional<error_code> answered;
    asio::co_spawn(
        loop.context(),
        [&]() -> asio::awaitable<void> {
          error_code failed;
          co_await theirs->answer(failed);
          answered = failed;
        },
        asio::detached);
    asio::co_spawn(
        loop.context(),
        [&]() -> asio::awaitable<void> {
          error_code failed;
          co_await ours->greet("localhost", failed);
          if (failed) ours->close();
          said = failed;
        },
        asio::detached);
    EXPECT_TRUE(loop.until([&] { return said && answered; }));
    return said.value_or(asio::error::timed_out);
  }

  test::Certificate certificate{"DNS:localhost"};
  test::Loop loop;
  TlsContext client = client_context(certificate.certificate()).value();
};

TEST_F(TlsTest, a_server_that_speaks_only_tls_1_1_is_refused) {
  const auto said = meet(TLS1_1_VERSION);
  EXPECT_EQ(said.category(), asio::error::get_ssl_category()) << said.message();
  allow_old(client);
  EXPECT_FALSE(meet(TLS1_1_VERSION)) << "else the server, and not the client, was what refused";
}

TEST_F(TlsTest, tls_1_2_and_1_3_are_spoken) {
  EXPECT_FALSE(meet(TLS1_2_VERSION));
  EXPECT_FALSE(meet(TLS1_3_VERSION));
}

}  // namespace
}  // namespace millrace::net
