// One client connection of the HTTP server.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "core/http/server.hpp"

namespace millrace::http {

/// Serves requests on the socket until it closes, a bound is crossed or `closing` turns true. Plain when
/// `tls` is null. `on_open` receives a function that cuts the connection; it is good until this coroutine
/// ends.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket,
                                              boost::asio::ssl::context* tls, const Router& router,
                                              const Limits& limits,
                                              std::function<void(std::function<void()>)> on_open);

}  // namespace millrace::http
