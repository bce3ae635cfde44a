// The administration API of Service Bus: entities as Atom over HTTP.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/http/server.hpp"
#include "emulator/admin/atom_read.hpp"
#include "emulator/admin/atom_write.hpp"
#include "emulator/store/durable_broker.hpp"

namespace millrace::bus {

/// What ServiceBusAdministrationClient calls: create, update, get, delete, list and count queues, topics,
/// subscriptions and rules, at `/{queue}`, `/{topic}/Subscriptions/{name}/Rules/{name}`,
/// `/$Resources/Queues`, `/$namespaceinfo`. An answer comes after the commit. Owned by the composition root;
/// loop thread.
class AdminApi {
 public:
  explicit AdminApi(DurableBroker& broker) : broker_(broker) {}
  AdminApi(const AdminApi&) = delete;
  AdminApi& operator=(const AdminApi&) = delete;

  /// Any address that is not the bus's own.
  boost::asio::awaitable<http::Response> handle(http::Request& request);

 private:
  struct Place;

  boost::asio::awaitable<http::Response> put(const http::Request& request, const Place& place);
  boost::asio::awaitable<http::Response> remove(const Place& place);
  http::Response get(const http::Request& request, const Place& place) const;
  http::Response list(const http::Request& request, const Place& place) const;
  std::optional<AtomEntry> find(const http::Request& request, const Place& place) const;
  AtomEntry entry(const http::Request& request, const QueueDefinition& queue) const;
  AtomEntry entry(const http::Request& request, const TopicDefinition& topic) const;
  AtomEntry entry(const http::Request& request, const Broker::Subscription& subscription) const;
  Counts counts(const Queue& queue) const;
  template <class Command>
  boost::asio::awaitable<Answer<>> administer(Command command);

  DurableBroker& broker_;
};

}  // namespace millrace::bus
