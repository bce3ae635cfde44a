// The administration API of Service Bus: entities as Atom over HTTP.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/http/server.hpp"
#include "emulator/access/access.hpp"
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
  AdminApi(DurableBroker& broker, const Access& access, const Clock& clock)
      : broker_(broker), access_(access), clock_(clock) {}
  AdminApi(const AdminApi&) = delete;
  AdminApi& operator=(const AdminApi&) = delete;

  /// Whether the request's token lets it manage what is at the path; a refusal otherwise. A page of the web
  /// may change nothing, with or without a token.
  std::optional<http::Response> refuse_stranger(const http::Request& request, std::string_view path) const;
  /// Whether a page of the web may speak AMQP inside a WebSocket: where it must show a key.
  std::optional<http::Response> refuse_page(const http::Request& request) const;
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
  const Access& access_;
  const Clock& clock_;
};

}  // namespace millrace::bus
