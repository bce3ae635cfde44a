// A byte stream inside a WebSocket (RFC 6455): binary messages, their bounds mean nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "core/base/result.hpp"
#include "core/net/wire.hpp"

namespace millrace::net {

/// As a client, on a wire whose peer is an HTTP server. The server must agree to the subprotocol. No time
/// limit of its own: close the wire to end it. Errors: unavailable, with the server's answer.
boost::asio::awaitable<Result<std::unique_ptr<Wire>>> web_socket_connect(std::unique_ptr<Wire> wire,
                                                                         std::string host, std::string path,
                                                                         std::string subprotocol);

/// As a server, when the client's request has been read from the wire. `request` is its head, as it came.
/// Errors: unavailable, invalid_input (not an upgrade that RFC 6455 allows).
boost::asio::awaitable<Result<std::unique_ptr<Wire>>> web_socket_accept(std::unique_ptr<Wire> wire,
                                                                        std::string request,
                                                                        std::string subprotocol);

}  // namespace millrace::net
