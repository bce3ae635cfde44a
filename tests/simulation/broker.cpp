#include "tests/simulation/broker.hpp"

#include "tests/simulation/box.hpp"
#include "tests/simulation/relay.hpp"

namespace millrace::simulation {
namespace {

/// Until a client notices that its connection is dead.
constexpr Millis kMostHalfOpen{3'000};

}  // namespace

void Broker::restart(Millis down_for) {
  world_.tell("the broker stops, and forgets");
  up_ = false;
  open_.clear();
  receipts_.clear();
  states_.clear();
  const auto lose = [&](auto& clients) {
    for (auto* client : clients) {
      if (const auto connection = client->connection(); connection != 0) {
        world_.after(world_.random.between(Millis{1}, kMostHalfOpen),
                     [client, connection] { client->lost(connection); });
      }
    }
  };
  lose(boxes_);
  lose(relays_);
  world_.after(down_for, [this] {
    world_.tell("the broker is back, empty");
    up_ = true;
  });
}

std::optional<Connection> Broker::connect(Box& box) {
  if (!up_) return std::nullopt;
  const auto connection = ++last_;
  open_.insert(connection);
  if (const auto kept = receipts_.find(box.name()); kept != receipts_.end()) {
    world_.after(Millis{1}, [&box, connection, receipt = kept->second] { box.hear(connection, receipt); });
  }
  for (const auto& [relay, state] : states_) {
    world_.after(Millis{1}, [&box, connection, says = state] { box.hear(connection, says); });
  }
  return connection;
}

std::optional<Connection> Broker::connect(Relay& /*relay*/) {
  if (!up_) return std::nullopt;
  open_.insert(++last_);
  return last_;
}

void Broker::publish(Connection from, const std::string& box, delivery::RecordPtr record) {
  world_.hand_over([this, from, box, record = std::move(record)] {
    if (!holds(from)) return;
    for (auto* each : boxes_) {
      if (each->connection() == from) {
        world_.hand_over([each, from, sequence = record->sequence()] { each->acknowledged(from, sequence); });
      }
    }
    for (auto* relay : relays_) {
      const auto to = relay->connection();
      if (!holds(to)) continue;
      world_.carry([this, relay, to, box, record] {
        if (holds(to)) relay->hear(to, box, record);
      });
    }
  });
}

void Broker::publish(Connection from, const std::string& box, const delivery::Receipt& receipt) {
  world_.hand_over([this, from, box, receipt] {
    if (!holds(from)) return;
    receipts_[box] = receipt;
    for (auto* each : boxes_) {
      const auto to = each->connection();
      if (each->name() != box || !holds(to)) continue;
      world_.carry([this, each, to, receipt] {
        if (holds(to)) each->hear(to, receipt);
      });
    }
  });
}

void Broker::publish(Connection from, const std::string& relay, const RelaySays& state) {
  world_.hand_over([this, from, relay, state] {
    if (!holds(from)) return;
    states_[relay] = state;
    for (auto* each : boxes_) {
      const auto to = each->connection();
      if (!holds(to)) continue;
      world_.carry([this, each, to, state] {
        if (holds(to)) each->hear(to, state);
      });
    }
  });
}

}  // namespace millrace::simulation
