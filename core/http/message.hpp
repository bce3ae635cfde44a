// HTTP requests and responses as the rest of Millrace sees them; Beast stays behind core/http.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/base/result.hpp"

namespace millrace::http {

struct Request {
  std::string method;  ///< "GET", "PUT", …
  std::string path;    ///< decoded, without the query
  std::map<std::string, std::string, std::less<>> query;
  std::map<std::string, std::string, std::less<>> params;   ///< what {name} in the route matched
  std::map<std::string, std::string, std::less<>> headers;  ///< lower-case names
  std::map<std::string, std::string, std::less<>> cookies;
  std::string body;
  std::string peer;     ///< the client's address, without the port; on a local socket, the user's name
  bool secure = false;  ///< came over TLS, or did not leave the machine

  /// The header's value (name in lower case), or an empty string.
  std::string_view header(std::string_view name) const;
};

/// Writes server-sent events to one client. Loop thread.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// One event; resumes when it is written. False once the client is gone: stop then.
  virtual boost::asio::awaitable<bool> send(std::string event, std::string data) = 0;
  /// A comment line that keeps proxies from closing an idle stream.
  virtual boost::asio::awaitable<bool> keep_alive() = 0;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// Set for a stream of server-sent events: called after the head is written; the connection closes when it
  /// returns.
  std::function<boost::asio::awaitable<void>(std::shared_ptr<EventSink>)> events;

  static Response json(std::string body, unsigned status = 200);
  static Response text(std::string body, unsigned status = 200);
  static Response no_content();
  /// A problem document (RFC 9457, application/problem+json). `code` is stable and machine-readable, it
  /// becomes the type `urn:millrace:problem:{code}`; `detail` says what to do.
  static Response problem(unsigned status, std::string_view code, std::string_view detail);
  /// The problem for an operation's error: invalid_input 400, unauthorised 401, not_found 404, conflict 409,
  /// no_space 507, unavailable and timeout 503, anything else 500 (without its detail).
  static Response problem(const Error& error);
};

using Handler = std::function<boost::asio::awaitable<Response>(Request&)>;

}  // namespace millrace::http
