// One connection over Paho; the only code that Paho's threads enter.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/mqtt/client.hpp"
#include "core/mqtt/inbox.hpp"

namespace millrace::mqtt {

/// Publishes handed to Paho at one time. Mosquitto's default receive maximum is 20; beyond a broker's maximum
/// Paho 1.3.12 holds messages back and looks again only after a second or at the next call.
inline constexpr size_t kMostInFlight = 20;

/// One attempt at one connection, used up when it ends: a fresh Paho client each time, so that nothing of an
/// earlier connection (queued, in flight) can come out of the next one. Called on the loop; what happens goes
/// into the inbox from Paho's threads. Owned by Client.
class PahoLink {
 public:
  /// `number` marks its events in the inbox. Errors: those of the calls below.
  static Result<std::unique_ptr<PahoLink>> make(std::shared_ptr<Inbox> inbox, uint64_t number,
                                                const Options& options, const std::optional<Message>& will);
  ~PahoLink();
  PahoLink(const PahoLink&) = delete;
  PahoLink& operator=(const PahoLink&) = delete;

  /// Each starts the action; the inbox tells the outcome. Errors: unavailable, invalid_input (when Paho takes
  /// it not at all; then nothing comes into the inbox).
  Result<> connect();
  Result<> subscribe(const std::string& filter, uint64_t id);
  Result<> publish(const Message& message, uint64_t id);
  Result<> disconnect();

 private:
  struct State;
  explicit PahoLink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace millrace::mqtt
