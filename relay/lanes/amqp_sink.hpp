// The sink that is Azure Service Bus, or any other AMQP 1.0 broker.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/servicebus/client.hpp"
#include "relay/lanes/sink.hpp"

namespace millrace::relay {

/// Every entity that the routing can name: the topic of the events and one queue for each service that takes
/// commands.
std::vector<std::string> sink_entities(const std::string& events_topic);

/// What the service made of a message, as the lanes take it.
delivery::Outcome outcome_of(servicebus::Outcome from);

/// Opens a sender on every entity at each connect and is up when all of them are: an entity that does not
/// exist, is disabled, or may not be sent to is so found before the first record goes out, and said. What
/// AMQP shows a sender nothing of (sessions, duplicate detection, its window) cannot be checked here; the log
/// says so once. On the loop; owned by CloudRelay.
class AmqpSink final : public Sink {
 public:
  struct Options {
    /// Its entities, container id and times are the sink's to fill in.
    servicebus::Client::Options client;
    std::string events;  ///< the topic, or queue, that takes the events
    std::string
        address_prefix;    ///< before each entity's name, for brokers whose addresses have more than one kind
    bool durable = false;  ///< ask for it with each message
    std::string relay_name;
  };
  /// `clock` must outlive the sink.
  AmqpSink(boost::asio::any_io_executor loop, Options options, const Clock& clock);
  ~AmqpSink() override;

  void start(Handlers handlers) override;
  void send(Outbound outbound, Done done) override;
  boost::asio::awaitable<void> stop() override;

 private:
  Options options_;
  Handlers handlers_;
  bool told_ = false;
  std::unique_ptr<servicebus::Client> client_;
};

}  // namespace millrace::relay
