#include "core/net/tls.hpp"

#include <fmt/format.h>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "core/net/stream_wire.hpp"

namespace millrace::net {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using boost::system::error_code;
using tcp = asio::ip::tcp;

/// Made before the stream that refers to it.
struct ContextHolder {
  TlsContext context;
};

class AsioTlsWire final : ContextHolder, public StreamWire<ssl::stream<tcp::socket>, TlsWire> {
 public:
  AsioTlsWire(tcp::socket socket, TlsContext made)
      : ContextHolder{std::move(made)}, StreamWire(std::move(socket), *context) {}

  asio::awaitable<void> greet(const std::string& host, error_code& failed) override {
    error_code no_address;
    asio::ip::make_address(host, no_address);
    // RFC 6066: an address is no server name.
    if (no_address) SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
    stream_.set_verify_mode(ssl::verify_peer, failed);
    stream_.set_verify_callback(ssl::host_name_verification(host), failed);
    co_await stream_.async_handshake(ssl::stream_base::client,
                                     asio::redirect_error(asio::use_awaitable, failed));
  }
  asio::awaitable<void> answer(error_code& failed) override {
    co_await stream_.async_handshake(ssl::stream_base::server,
                                     asio::redirect_error(asio::use_awaitable, failed));
  }
  asio::awaitable<void> finish() override {
    error_code ignored;
    co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
  }
};

TlsContext context_for(ssl::context::method method) {
  auto context = std::make_shared<ssl::context>(method);
  error_code failed;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                           ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                       failed);
  return context;
}

Result<> show(ssl::context& context, const Identity& identity) {
  error_code failed;
  context.use_certificate_chain_file(identity.certificate.string(), failed);
  if (failed) {
    return fail(ErrorKind::invalid_input, fmt::format("{}: not a PEM certificate chain: {}",
                                                      identity.certificate.string(), failed.message()));
  }
  context.use_private_key_file(identity.key.string(), ssl::context::pem, failed);
  if (failed) {
    return fail(ErrorKind::invalid_input,
                fmt::format("{}: not the PEM private key of {}: {}", identity.key.string(),
                            identity.certificate.string(), failed.message()));
  }
  return {};
}

}  // namespace

std::unique_ptr<TlsWire> TlsWire::over(tcp::socket socket, TlsContext context) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  return std::make_unique<AsioTlsWire>(std::move(socket), std::move(context));
}

Result<TlsContext> server_context(const Identity& identity) {
  auto context = context_for(ssl::context::tls_server);
  if (auto shown = show(*context, identity); !shown) return std::unexpected(shown.error());
  return context;
}

Result<TlsContext> client_context(const std::filesystem::path& ca_file,
                                  const std::optional<Identity>& identity) {
  auto context = context_for(ssl::context::tls_client);
  error_code failed;
  context->set_default_verify_paths(failed);
  if (!ca_file.empty()) {
    context->load_verify_file(ca_file.string(), failed);
    if (failed) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("{}: not a file of PEM certificates: {}", ca_file.string(), failed.message()));
    }
  }
  if (!identity) return context;
  if (auto shown = show(*context, *identity); !shown) return std::unexpected(shown.error());
  return context;
}

}  // namespace millrace::net
