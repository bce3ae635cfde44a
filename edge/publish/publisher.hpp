// From the log to the broker, and receipts back into the log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/base/clock.hpp"
#include "core/delivery/outbox.hpp"
#include "core/delivery/outbox_reader.hpp"
#include "core/delivery/sender.hpp"
#include "core/metrics/metrics.hpp"
#include "core/mqtt/client.hpp"
#include "core/store/database.hpp"
#include "core/store/writer.hpp"
#include "edge/publish/links.hpp"

namespace millrace::edge {

struct PublisherOptions {
  std::string site;
  std::string edge;
  std::string version;
  mqtt::Options broker;  ///< `client_id` may be empty: then it is made from site and edge
  delivery::SenderLimits limits;
};

/// Publishes the log's records in order, settles what receipts cover, and says how the links are. Wires the
/// pure delivery::Sender to the MQTT client, the log's reader and the store's writer; decides nothing itself.
/// On the loop. Owned by the daemon; everything that is passed by reference must outlive it.
class Publisher {
 public:
  struct Parts {
    boost::asio::any_io_executor loop;
    store::Writer& writer;
    store::Connection& reader;  ///< used on the loop only
    const delivery::Outbox& outbox;
    const Clock& clock;
    metrics::Registry& metrics;
    metrics::Alarms& alarms;
  };
  struct Listeners {
    /// After the commit that settled or parked records; ask find_record for what interests you.
    std::function<void(const delivery::Settled&)> on_settled;
    /// A link changed.
    std::function<void()> on_links;
  };

  Publisher(Parts parts, PublisherOptions options, Listeners listeners);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Errors: what reading the log gives.
  Result<> start();
  /// Says offline, then disconnects.
  boost::asio::awaitable<void> stop();
  /// Call after the commit of new records. Only makes it faster: timers drain a backlog without it.
  void wake();

  Link plant_link() const;   ///< to the broker
  Link centre_link() const;  ///< to the relay and through it to Service Bus; unknown until a relay says
  /// The site's relays that were heard of since the broker is there; up is who reaches Service Bus.
  std::map<std::string, Link> relays() const;
  Result<delivery::Backlog> backlog() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::edge
