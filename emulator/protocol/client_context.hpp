// What the links of one client share.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/amqp/link.hpp"
#include "emulator/access/access.hpp"
#include "emulator/faults/faults.hpp"
#include "emulator/protocol/bus_metrics.hpp"
#include "emulator/protocol/management.hpp"
#include "emulator/protocol/receivers.hpp"
#include "emulator/store/durable_broker.hpp"

namespace millrace::bus {

/// The bus, as its AMQP side sees it. Everything outlives the clients.
struct BusParts {
  boost::asio::io_context& loop;
  const Clock& clock;
  DurableBroker& broker;
  const Access& access;
  Faults& faults;
  BusMetrics metrics;
};

/// One client's. Shared by its links; loop thread.
struct ClientContext {
  BusParts parts;
  /// Ends the connection with this reason, or, without one, in mid-sentence.
  std::function<void(const std::optional<amqp::Condition>&)> hang_up;
  Receivers receivers{};

  /// Does `what` after the time, or at once when there is none.
  template <class What>
  void later(Millis delay, What what) {
    if (delay == Millis{0}) return what();
    const auto timer = std::make_shared<boost::asio::steady_timer>(parts.loop, delay);
    timer->async_wait([timer, what = std::move(what)](boost::system::error_code) mutable { what(); });
  }
};
using ClientContextPtr = std::shared_ptr<ClientContext>;

inline amqp::Condition condition_of(const Fault& fault) {
  return {fault.condition, fault.description, {}};
}

}  // namespace millrace::bus
