// TLS, both ends. 1.2 at least.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "core/base/result.hpp"
#include "core/net/identity.hpp"
#include "core/net/wire.hpp"

namespace millrace::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// Errors: invalid_input, with the file.
Result<TlsContext> server_context(const Identity& identity);
/// Trusts the system's store, and `ca_file` beside it unless that is empty; shows `identity` to a server that
/// asks. Errors: invalid_input, with the file.
Result<TlsContext> client_context(const std::filesystem::path& ca_file,
                                  const std::optional<Identity>& identity = {});

/// A TLS stream before and after its handshake.
class TlsWire : public Wire {
 public:
  static std::unique_ptr<TlsWire> over(boost::asio::ip::tcp::socket socket, TlsContext context);
  /// As a client: the certificate must be good for `host`, a name or an address.
  virtual boost::asio::awaitable<void> greet(const std::string& host, boost::system::error_code& failed) = 0;
  /// As a server.
  virtual boost::asio::awaitable<void> answer(boost::system::error_code& failed) = 0;
};

}  // namespace millrace::net
