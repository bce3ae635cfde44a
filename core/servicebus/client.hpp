// Sends messages to the queues and topics of one Service Bus namespace, or of any other AMQP 1.0 broker, and
// takes them from there.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/clock.hpp"
#include "core/net/dial.hpp"
#include "core/servicebus/credential.hpp"
#include "core/servicebus/outcome.hpp"
#include "core/servicebus/outgoing_message.hpp"
#include "core/servicebus/receiver.hpp"

namespace millrace::servicebus {

inline constexpr Millis kReconnectFirst{500};
inline constexpr Millis kReconnectMost{30'000};

/// How long an entity may take no messages before that is said.
inline constexpr Millis kCreditPatience{5'000};

/// What the client waits for what. The defaults are what a namespace needs; tests shorten them.
struct Times {
  /// From connecting until all is open: the AMQP open, the tokens, the attaches.
  Millis opening = std::chrono::seconds{30};
  /// From `send`, or from a token's way to the service, to the answer. After that the connection is taken for
  /// dead.
  Millis answer = std::chrono::seconds{60};
  /// The same of a receiver's settlements, of its questions (locks, a session's state) and of its attach.
  /// After that its links are taken for dead: who waits is told `unavailable`, and it attaches again.
  /// Senders, and other receivers, have no part in it.
  Millis receiver_answer = std::chrono::seconds{60};
  /// From `send` until it is said that the entity lets nothing in.
  Millis credit = kCreditPatience;
  /// From the loss of a connection of which nobody is told until it is told, because there is no other yet.
  Millis quiet = std::chrono::seconds{5};
  /// Between two looks at the others.
  Millis check = std::chrono::seconds{2};
};

/// One connection with one sender link per entity, and the receivers that were asked for, kept up for ever:
/// after any loss it connects again with backoff and asks for its tokens anew; it does so too when a quarter
/// of the first token's life is left. A working connection that the service closes while nothing is under way
/// is made again without a word, once in kReconnectMost and within `Times::quiet`; what is sent meanwhile
/// waits for that. Many sends may be unsettled at a time; order among them is the caller's business. On the
/// loop; `stop` before the loop ends.
class Client {
 public:
  struct Options {
    net::Endpoint endpoint;  ///< the namespace's, and the way there
    std::string audience;    ///< what tokens are made for: sb://NAMESPACE/, with the slash
    /// Null: the broker wants no tokens, and knows us by what follows.
    std::shared_ptr<Credential> credential;
    /// SASL PLAIN; the password is the first line of the file, read at each connect. Empty: none.
    std::string user;
    std::filesystem::path password_file;
    /// SASL EXTERNAL: the endpoint's identity is who we are.
    bool external = false;
    /// Opened at each connect; the client is up when all of them are. Others are opened at their first send.
    std::vector<std::string> entities;
    std::string container_id;
    Times times;
  };
  struct Events {
    /// At first, and after each on_down, when all is open.
    std::function<void()> on_up;
    /// The connection is gone or could not be made; the reason is for people and names no secret.
    std::function<void(std::string reason)> on_down;
    /// Each trouble in its class: before its on_down, and for each message that was refused for the entity's
    /// sake; alone where the client goes on without (`is_quiet`), as it does for all that a receiver meets.
    std::function<void(const Trouble&)> on_trouble{};
  };
  /// Called once for each send, later, never from inside `send`; not after `stop`.
  using Done = std::function<void(Outcome)>;

  /// `clock` must outlive the client.
  Client(boost::asio::any_io_executor executor, Options options, const Clock& clock, Events events);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void start();
  void stop();
  bool is_up() const;
  /// While the client is down: entity_trouble at once.
  void send(const std::string& entity, const OutgoingMessage& message, Done done);
  /// Takes messages from now on, whenever the client is up. Let go of it, or `close` it, to end that.
  std::shared_ptr<Receiver> receive(Receiver::Options options, Receiver::Events events);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::servicebus
