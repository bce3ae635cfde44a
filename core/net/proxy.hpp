// The way through an HTTP proxy: CONNECT (RFC 9110, 9.3.6).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/base/result.hpp"
#include "core/net/wire.hpp"

namespace millrace::net {

struct Proxy {
  std::string host;
  uint16_t port = 0;
  /// Basic authentication when there is a user.
  std::string user;
  /// Holds the password, a secret that is never logged; read anew at each dial.
  std::filesystem::path password_file;

  /// `http://HOST:PORT`, as plant IT writes it. Errors: invalid_input.
  static Result<Proxy> parse(std::string_view url);
};

/// Asks the proxy at the other end of the wire for a connection to `target`, HOST:PORT. Afterwards the wire
/// leads there. Errors: unauthorised (it wants other credentials, or does not allow the target), unavailable;
/// each says what the proxy said; invalid_input when the password's file cannot be read.
boost::asio::awaitable<Result<>> connect_through(Wire& wire, const Proxy& proxy, std::string target);

}  // namespace millrace::net
