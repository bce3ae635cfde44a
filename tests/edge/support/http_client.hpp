// A kiosk without a screen: one blocking HTTP client on the loopback, that keeps its cookie and its token.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace millrace::edge::test {

struct Answer {
  unsigned status = 0;                         ///< 0: the connection ended without an answer
  std::map<std::string, std::string> headers;  ///< lower-case names
  std::string body;

  /// The last part of a problem's type, or nothing.
  std::string problem() const;
};

using Headers = std::map<std::string, std::string>;

/// One connection for each request. One thread.
class HttpClient {
 public:
  explicit HttpClient(uint16_t port) : port_(port) {}

  /// Sends the cookie, the token and a JSON content type by itself; a header given here replaces its own, an
  /// empty one leaves it out.
  Answer call(const std::string& method, const std::string& path, const std::string& body = {},
              const Headers& more = {});
  /// Sends the bytes as they are and reads until the server closes.
  std::string raw(const std::string& bytes) const;

  /// Signs in; keeps cookie and token. The answer's status is 201 when it worked.
  Answer sign_in(const std::string& badge, const std::string& pin, const std::string& kiosk = "k1");
  /// The same for a name from the roster.
  Answer choose(const std::string& operator_id, const std::string& pin);
  void forget() {
    cookie_.clear();
    csrf_.clear();
  }
  const std::string& cookie() const { return cookie_; }
  /// Of the last sign-in.
  const std::string& badge() const { return badge_; }
  uint16_t port() const { return port_; }
  void set_port(uint16_t port) { port_ = port; }

 private:
  Answer begin_session(const std::string& members);

  uint16_t port_;
  std::string cookie_;
  std::string csrf_;
  std::string badge_;
};

/// Reads a stream of server-sent events, one at a time.
class EventReader {
 public:
  EventReader(const HttpClient& client, const std::string& path);
  ~EventReader();
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;
  unsigned status() const { return status_; }
  /// The data of the next event; empty when the stream ended.
  std::string next();

 private:
  bool more();
  struct Socket;
  Socket* socket_;
  std::string buffer_;
  unsigned status_ = 0;
};

}  // namespace millrace::edge::test
