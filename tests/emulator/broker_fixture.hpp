// A broker with a few entities and a clock that is turned by hand.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"
#include "emulator/broker/broker.hpp"

namespace millrace::bus {

inline Incoming message(const std::string& id, const std::string& session = "") {
  Incoming incoming;
  incoming.message_id = id;
  if (!session.empty()) incoming.session_id = session;
  incoming.encoded = Bytes(id.begin(), id.end());
  return incoming;
}

inline std::string id_of(const Message& message) {
  return {message.payload->encoded.begin(), message.payload->encoded.end()};
}

/// Instead of AMQP's form: the id, and what an action wrote.
inline Bytes rewrite(const Bytes& /*encoded*/, const Edited& edited) {
  auto text = edited.message.message_id.value_or("");
  for (const auto& [name, value] : edited.properties) {
    const auto* written = value ? std::get_if<std::string>(&*value) : nullptr;
    text += ";" + name + (!value ? " gone" : written != nullptr ? "=" + *written : " written");
  }
  return {text.begin(), text.end()};
}

/// Queues: `plain`, `sessions`, `unique` (duplicate detection, 10 min). Topic: whatever a test adds to
/// `definitions` before `make`.
class BrokerTest : public testing::Test {
 protected:
  BrokerTest() {
    QueueSettings plain;
    plain.max_delivery_count = 3;
    QueueSettings sessions;
    sessions.requires_session = true;
    sessions.max_delivery_count = 3;
    definitions.queues = {
        {"plain", plain, {}}, {"sessions", sessions, {}}, {"unique", {}, DuplicateDetection{}}};
  }

  void make() {
    broker = std::make_unique<Broker>(
        EntityRecords{},
        [this] {
          Uuid token;
          token.bytes[15] = ++tokens;
          return token;
        },
        [](const Bytes& encoded) { return message({encoded.begin(), encoded.end()}); }, rewrite);
    Change made;
    for (const auto& queue : definitions.queues) broker->define(Definition(queue), made);
    for (const auto& topic : definitions.topics) {
      broker->define(Definition(topic), made);
      for (const auto& subscription : topic.subscriptions)
        broker->define(Definition(SubscriptionOf{topic.name, subscription}), made);
    }
  }
  Broker& bus() {
    if (!broker) make();
    return *broker;
  }
  Queue& queue(const std::string& path) { return *bus().queue(path); }
  Moment now() const { return moment(clock); }

  /// Sends and commits.
  Answer<Broker::Sent> send(const std::string& path, Incoming incoming) {
    std::vector<Incoming> batch;
    batch.push_back(std::move(incoming));
    return send_batch(path, std::move(batch));
  }
  Answer<Broker::Sent> send_batch(const std::string& path, std::vector<Incoming> batch) {
    Change change;
    auto sent = bus().send(path, std::move(batch), now(), change);
    commit(change);
    return sent;
  }
  void commit(Change& change) {
    bus().committed(change);
    last = std::move(change);
  }
  /// Turns the clock and lets locks and lives end.
  void pass(Millis by) {
    clock.advance(by);
    Change change;
    bus().refresh(now(), change);
    commit(change);
  }
  std::optional<Delivery> take(const std::string& path) { return queue(path).take(1, nullptr, now()); }
  std::optional<Delivery> take(const std::string& path, const std::string& session, ReceiverId receiver = 1) {
    return queue(path).take(receiver, &session, now());
  }
  std::string take_id(const std::string& path) {
    const auto delivery = take(path);
    return delivery ? id_of(delivery->message) : "";
  }
  std::string take_id(const std::string& path, const std::string& session, ReceiverId receiver = 1) {
    const auto delivery = take(path, session, receiver);
    return delivery ? id_of(delivery->message) : "";
  }
  template <class Command>
  auto run(Command command) {
    Change change;
    auto answer = command(change);
    commit(change);
    return answer;
  }
  /// Leaves room for so many bytes in the entity, as full as it may be: with one payload again and again.
  void fill(const std::string& path, size_t room) {
    auto& full = queue(path);
    const auto put = [&](const std::shared_ptr<Payload>& payload) {
      Message one;
      one.payload = payload;
      run([&](Change& change) { return full.put(std::move(one), change); });
    };
    const auto megabyte = std::make_shared<Payload>(Payload{1, Bytes(size_t{1} << 20U), {}});
    const auto before = full.bytes();
    put(megabyte);
    const auto beside =
        full.bytes() - before - megabyte->encoded.size();  // what each message counts beside its bytes
    while (full.has_room(2 * (megabyte->encoded.size() + beside) + room)) put(megabyte);
    put(std::make_shared<Payload>(
        Payload{2, Bytes(kQueueBytesMost - full.bytes_of_entity() - room - beside), {}}));
    ASSERT_TRUE(full.has_room(room));
    ASSERT_FALSE(full.has_room(room + 1));
  }
  Answer<> complete(const std::string& path, const Uuid& token) {
    return run([&](Change& change) { return queue(path).complete(token, change); });
  }
  Answer<> abandon(const std::string& path, const Uuid& token, const Properties& changed = {}) {
    return run([&](Change& change) { return queue(path).abandon(token, changed, change); });
  }
  template <class Wanted>
  size_t count(const Change& change) const {
    return static_cast<size_t>(std::ranges::count_if(
        change.effects, [](const Effect& effect) { return std::holds_alternative<Wanted>(effect); }));
  }

  Definitions definitions;
  ManualClock clock;
  std::unique_ptr<Broker> broker;
  Change last;  ///< of the last command
  uint8_t tokens = 0;
};

}  // namespace millrace::bus
