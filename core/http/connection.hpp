// One client connection of the HTTP server.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/http/server.hpp"

namespace millrace::http {

struct Peer {
  std::string name;     ///< becomes Request::peer
  bool secure = false;  ///< becomes Request::secure
};

/// Serves requests on the wire until it closes or a bound is crossed. The wire must outlive the coroutine.
/// With `other`: ends early and returns what to do with the wire, when that is not HTTP's.
boost::asio::awaitable<Takeover> serve_connection(net::Wire& wire, const Router& router, const Limits& limits,
                                                  Peer peer, const OtherProtocol* other);

}  // namespace millrace::http
