// An MQTT 5 client on the event loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace::mqtt {

/// Always sent and asked for with QoS 1.
struct Message {
  std::string topic;
  Bytes payload;
  std::string content_type;  ///< the Content Type property; empty for none
  std::vector<std::pair<std::string, std::string>> user_properties;
  bool retained = false;
};

/// PEM files. The server's certificate is always checked, with its name.
struct Tls {
  std::filesystem::path ca;
  std::filesystem::path certificate;  ///< with `key`: the client's own; both or none
  std::filesystem::path key;
};

/// Messages received but not yet handled, in number and in payload bytes. Paho gives no back-pressure (its
/// callbacks must not wait), so beyond these a message is dropped and counted; whoever uses the client lives
/// with loss anyway, since the broker is a lossy wire.
inline constexpr size_t kMostInboundMessages = 16'384;
inline constexpr size_t kMostInboundBytes = size_t{64} * 1024 * 1024;

/// Publishes that wait for their turn or for their PUBACK; more are refused at once.
inline constexpr size_t kMostPublishes = 16'384;

struct Options {
  std::string host;
  uint16_t port = 1883;
  std::string client_id;
  std::optional<Tls> tls;
  Millis keep_alive{15'000};       ///< whole seconds; a dead peer is noticed after about one and a half of it
  Millis connect_timeout{10'000};  ///< whole seconds
  Millis reconnect_first{250};
  Millis reconnect_most{30'000};
  size_t most_inbound_messages = kMostInboundMessages;
  size_t most_inbound_bytes = kMostInboundBytes;
};

/// Keeps one connection to one broker, with a clean start each time: nothing is persisted, nothing is
/// buffered while offline, and what was in flight when a connection ends has failed. Tries again for ever,
/// with backoff. All calls and all handlers on the loop; Paho's threads stay inside client.cpp. Owned by the
/// daemon's part that speaks to the broker; no handler is called after the destructor.
class Client {
 public:
  struct Handlers {
    /// Connected, and every subscription is acknowledged. `connection` counts from 1.
    std::function<void(uint64_t connection)> on_connected;
    /// The connection is gone. Called once for each on_connected, with a reason for people.
    std::function<void(const std::string& reason)> on_disconnected;
    /// An attempt failed (refused, unreachable, subscription refused); another follows.
    std::function<void(const std::string& reason)> on_attempt_failed;
    /// Makes the will of the connection that is about to be tried; nothing or an empty function for none.
    std::function<std::optional<Message>(uint64_t connection)> make_will;
  };
  using MessageHandler = std::function<void(const Message&)>;
  /// Success is the PUBACK. Errors: unavailable (no connection, it ended first, or too many wait),
  /// unauthorised or invalid_input (the broker said so).
  using Published = std::function<void(Result<>)>;

  Client(boost::asio::any_io_executor loop, Options options, Handlers handlers);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Handles every message whose topic fits the filter (+ and # as in MQTT). Call before `start`; subscribed
  /// anew on each connection.
  void subscribe(std::string filter, MessageHandler handler);
  void start();
  /// Ends the connection in good form (the broker drops the will) and stops trying. Idempotent.
  boost::asio::awaitable<void> stop();

  bool connected() const;
  /// `done` is called exactly once, later, never from inside publish.
  void publish(Message message, Published done);
  /// Messages dropped because the inbound bound was reached, since the start.
  uint64_t dropped() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// MQTT 5, 4.7: whether the topic fits the filter. `$` topics fit no filter that begins with a wildcard.
bool topic_matches(std::string_view filter, std::string_view topic);

}  // namespace millrace::mqtt
