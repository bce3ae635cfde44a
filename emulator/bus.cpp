#include "emulator/bus.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/http/health.hpp"
#include "emulator/admin/faults_api.hpp"
#include "emulator/print/bus_text.hpp"
#include "emulator/protocol/edit_codec.hpp"
#include "emulator/protocol/message_codec.hpp"
#include "emulator/store/catalogue.hpp"

namespace millrace::bus {
namespace {

/// What clients get to read the goodbye.
constexpr std::chrono::milliseconds kGoodbyeTime{200};

std::string host_and_port(const std::string& host, uint16_t port) {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

/// Each of them may become one of AMQP, which has a bound of its own.
constexpr size_t kMostConnections = kConnectionsMost;

/// A rule's filter may fill most of it.
constexpr size_t kBodyBytesMost = size_t{1} << 20U;

constexpr auto kWebSocketPath = "/$servicebus/websocket";
constexpr auto kWebSocketProtocol = "AMQPWSB10";

}  // namespace

Result<std::unique_ptr<Bus>> Bus::open(boost::asio::io_context& loop, const BusConfig& config) {
  std::optional<store::FolderLock> held;
  Result<BusStore> store = BusStore::in_memory();
  if (!config.data_dir.empty()) {
    auto lock = store::FolderLock::take(config.data_dir, "bus");
    if (!lock) return std::unexpected(lock.error());
    held.emplace(std::move(*lock));
    store = BusStore::open(config.data_dir / "bus.db");
    if (!store) return std::unexpected(store.error());
  }
  const SystemClock clock;
  auto broker = load_broker(
      *store, config.entities, clock.wall(), [clock] { return Uuid::v7(clock.wall()); }, read_stored,
      edit_stored);
  if (!broker) return std::unexpected(broker.error());
  return std::unique_ptr<Bus>(new Bus(loop, config, std::move(held), std::move(*store), std::move(*broker)));
}

Bus::Bus(boost::asio::io_context& loop, const BusConfig& config, std::optional<store::FolderLock> lock,
         BusStore store, std::unique_ptr<Broker> broker)
    : loop_(loop),
      config_(config),
      lock_(std::move(lock)),
      store_(std::move(store)),
      broker_(std::move(broker)),
      access_(config.access, *broker_),
      faults_(clock_),
      durable_(loop, clock_, *broker_, store_),
      amqp_({loop, clock_, durable_, access_, faults_, BusMetrics(registry_)}),
      admin_(durable_, access_, clock_),
      door_(loop, door_options(config.amqp), make_router()),
      http_(loop, door_options(config.http), make_router()),
      goodbye_(loop) {
  store_.start(loop.get_executor());
  clock_.on_shift = [this] { durable_.clock_changed(); };
  for (const auto& order : config.faults) obey(order, faults_, clock_);
}

Result<> Bus::start() {
  if (auto listening = door_.start(); !listening) return listening;
  return http_.start();
}

void Bus::stop() {
  door_.stop();
  http_.stop();
  amqp_.stop();
  durable_.stop();
  goodbye_.expires_after(amqp_.is_idle() ? std::chrono::milliseconds{0} : kGoodbyeTime);
  goodbye_.async_wait([this](boost::system::error_code) {
    store_.stop();
    loop_.stop();
  });
}

std::string Bus::amqp_address() const {
  return host_and_port(config_.amqp.host, door_.port());
}

std::string Bus::http_address() const {
  return host_and_port(config_.http.host, http_.port());
}

http::Server::Options Bus::door_options(const Address& address) {
  http::Server::Options options;
  options.address = address.host;
  options.port = address.port;
  options.tls = config_.tls;
  options.plain_beside_tls = true;
  options.limits.body_bytes = kBodyBytesMost;
  options.limits.connections = kMostConnections;
  options.limits.connections_per_address = kMostConnections;
  options.other = {.first_bytes = "AMQP",
                   .web_socket = {kWebSocketPath, kWebSocketProtocol},
                   .take = [this](std::unique_ptr<net::Wire> wire) { amqp_.take(std::move(wire)); },
                   .refuse_web_socket = [this](const auto& request) { return admin_.refuse_page(request); }};
  return options;
}

http::Router Bus::make_router() {
  http::Router router;
  // The official emulator's health check.
  router.add("GET", "/health", [](http::Request&) -> boost::asio::awaitable<http::Response> {
    co_return http::Response::json(R"({"status":"healthy"})");
  });
  http::Health health;
  health.metrics = [this] { return metrics_text(); };
  health.not_ready = [this] {
    std::map<std::string, std::string> reasons;
    if (!durable_.has_room())
      reasons["disk-nearly-full"] =
          "nothing that grows is accepted until the disk has room; settling goes on";
    return reasons;
  };
  http::add_health_routes(router, health);
  add_fault_routes(router, admin_, faults_, clock_);
  router.add("GET", "/$print", [this](http::Request& request) -> boost::asio::awaitable<http::Response> {
    if (auto refused = admin_.refuse_stranger(request, "")) co_return std::move(*refused);
    co_return http::Response::text(bus_text(*broker_, read_stored));
  });
  router.otherwise([this](http::Request& request) { return admin_.handle(request); });
  return router;
}

std::string Bus::metrics_text() {
  metrics::Registry entities;  // made anew each time: one that was deleted is not shown any more
  for (const auto* queue : broker_->queues()) {
    const metrics::Labels labels{{"entity", queue->path()}};
    entities.gauge("millrace_bus_messages", "Messages in the entity", labels)
        .set(static_cast<double>(queue->size()));
    entities.gauge("millrace_bus_messages_locked", "Messages in a receiver's hands", labels)
        .set(static_cast<double>(queue->locked()));
    entities.gauge("millrace_bus_sessions_locked", "Sessions in a receiver's hands", labels)
        .set(static_cast<double>(queue->locked_sessions()));
  }
  return registry_.text() + entities.text();
}

}  // namespace millrace::bus
