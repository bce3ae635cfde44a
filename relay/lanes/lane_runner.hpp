// From the lanes to the sink and back.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/clock.hpp"
#include "core/delivery/lanes.hpp"
#include "core/metrics/metrics.hpp"
#include "relay/lanes/sink.hpp"

namespace millrace::relay {

/// What Service Bus gives an entity that says nothing else: the safe assumption, since AMQP cannot show it.
inline constexpr std::chrono::seconds kDuplicateWindow{600};

struct LaneRunnerOptions {
  std::string relay_name;
  std::string events_topic;
  std::chrono::seconds duplicate_window = kDuplicateWindow;
  delivery::LaneLimits limits;
};

/// Wires the pure delivery::Lanes to a sink: makes the message of each send, tells the outcome, turns the
/// timers, counts the sink's troubles by their class. Decides nothing itself but the route. On the loop;
/// owned by CloudRelay; what is passed by reference must outlive it.
class LaneRunner {
 public:
  struct Parts {
    boost::asio::any_io_executor loop;
    const Clock& clock;
    metrics::Registry& metrics;
    Sink& sink;
  };
  struct Handlers {
    std::function<void(const delivery::Lanes::Settlement&)> on_settled;
    /// The sink's state or reason changed.
    std::function<void()> on_sink;
  };
  LaneRunner(const Parts& parts, LaneRunnerOptions options, Handlers handlers);
  ~LaneRunner();
  LaneRunner(const LaneRunner&) = delete;
  LaneRunner& operator=(const LaneRunner&) = delete;

  void start();
  /// No handler is called after it has returned; sends under way stay in doubt.
  boost::asio::awaitable<void> stop();

  void add(delivery::StreamNumber stream, delivery::RecordPtr record);
  void drop_below(delivery::StreamNumber stream, uint64_t sequence);

  const delivery::Lanes& lanes() const;
  /// The trouble that the sink's reason tells of; null when none is known.
  const servicebus::Trouble* trouble() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::relay
