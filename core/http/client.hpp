// One HTTP request to somebody else's server.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/base/result.hpp"
#include "core/net/dial.hpp"

namespace millrace::http {

struct Fetch {
  net::Endpoint server;
  std::string method = "GET";
  std::string target = "/";  ///< path and query, encoded
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct Fetched {
  unsigned status = 0;
  std::map<std::string, std::string, std::less<>> headers;  ///< lower-case names
  std::string body;
};

inline constexpr std::chrono::seconds kFetchTime{20};
inline constexpr size_t kMostFetchedBytes = 256 * 1024;

/// Asks on a connection of its own, which ends with the answer. Any status is an answer. Errors: those of
/// net::dial; unavailable when no whole answer of at most kMostFetchedBytes comes within kFetchTime.
boost::asio::awaitable<Result<Fetched>> fetch(Fetch request);

/// `http://` or `https://`, host, port where it is not the scheme's, and path; no user, no query.
struct Url {
  net::Endpoint server;  ///< host, port and tls
  std::string path;      ///< "/" at least
};
/// Errors: invalid_input.
Result<Url> parse_url(std::string_view text);

}  // namespace millrace::http
