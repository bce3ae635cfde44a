#include "emulator/store/bus_store.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "core/base/log.hpp"
#include "core/base/service.hpp"
#include "emulator/broker/text.hpp"
#include "emulator/entities/definition_json.hpp"
#include "emulator/entities/properties_json.hpp"
#include "emulator/store/schema.hpp"

namespace millrace::bus {
namespace {

int64_t to_ms(WallTime time) {
  return time.time_since_epoch().count();
}
WallTime from_ms(int64_t ms) {
  return WallTime{Millis{ms}};
}
template <class T>
std::optional<int64_t> to_ms(const std::optional<T>& time) {
  if (!time) return {};
  if constexpr (std::is_same_v<T, WallTime>) {
    return to_ms(*time);
  } else {
    return time->count();
  }
}

/// Writes one effect; runs on the writer's thread.
struct Apply {
  store::Connection& db;

  void operator()(const PutMessage& put) const {
    const auto& message = put.message;
    db.statement("INSERT OR IGNORE INTO payload (id, encoded, partition_key) VALUES (?, ?, ?)")
        .bind(message.payload->id, message.payload->encoded, message.payload->partition_key)
        .run();
    db.statement(
          "INSERT INTO message (entity, sequence, enqueue_sequence, payload, session_id, enqueued_ms, "
          "time_to_live_ms, expires_ms, delivery_count, state, changed, dead_letter_source, scheduled_ms) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(put.queue, message.sequence, message.enqueue_sequence, message.payload->id, message.session_id,
              to_ms(message.enqueued), to_ms(message.time_to_live), to_ms(message.expires),
              message.delivery_count, static_cast<int64_t>(message.state), to_json(message.changed),
              message.dead_letter_source, to_ms(message.scheduled))
        .run();
  }
  void operator()(const RemoveMessage& remove) const {
    db.statement("DELETE FROM message WHERE entity = ? AND sequence = ?")
        .bind(remove.queue, remove.sequence)
        .run();
    db.statement(
          "DELETE FROM payload WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM message WHERE payload = ?1)")
        .bind(remove.payload)
        .run();
  }
  void operator()(const UpdateMessage& update) const {
    const auto& message = update.message;
    db.statement(
          "UPDATE message SET delivery_count = ?, state = ?, changed = ? WHERE entity = ? AND sequence = ?")
        .bind(message.delivery_count, static_cast<int64_t>(message.state), to_json(message.changed),
              update.queue, message.sequence)
        .run();
  }
  void operator()(const AdvanceSequence& advance) const {
    db.statement("UPDATE entity SET next_sequence = ? WHERE id = ?").bind(advance.next, advance.entity).run();
  }
  void operator()(const RememberMessageId& remember) const {
    db.statement("INSERT OR REPLACE INTO seen (entity, message_id, until_ms) VALUES (?, ?, ?)")
        .bind(remember.entity, remember.message_id, to_ms(remember.until))
        .run();
  }
  void operator()(const ForgetMessageIds& forget) const {
    db.statement("DELETE FROM seen WHERE entity = ? AND until_ms <= ?")
        .bind(forget.entity, to_ms(forget.up_to))
        .run();
  }
  void operator()(const NameEntity& named) const {
    db.statement("INSERT INTO entity (id, path) VALUES (?, ?)").bind(named.id, named.path).run();
  }
  void operator()(const RemoveEntity& remove) const {
    for (const auto* sql :
         {"DELETE FROM message WHERE entity = ?", "DELETE FROM seen WHERE entity = ?",
          "DELETE FROM session_state WHERE entity = ?", "DELETE FROM entity WHERE id = ?"}) {
      db.statement(sql).bind(remove.id).run();
    }
    db.statement("DELETE FROM payload WHERE NOT EXISTS (SELECT 1 FROM message WHERE payload = payload.id)")
        .run();
  }
  void operator()(const Define& define) const {
    db.statement(
          "INSERT INTO definition (path, described) VALUES (?, ?) "
          "ON CONFLICT (path) DO UPDATE SET described = excluded.described")
        .bind(path_of(define.definition), to_json(define.definition))
        .run();
  }
  void operator()(const Undefine& undefine) const {
    db.statement("UPDATE definition SET described = NULL WHERE path = ?").bind(undefine.path).run();
    db.statement("DELETE FROM definition WHERE path = ? AND from_file IS NULL").bind(undefine.path).run();
  }
  void operator()(const SetSessionState& set) const {
    if (set.state) {
      db.statement("INSERT OR REPLACE INTO session_state (entity, session_id, state) VALUES (?, ?, ?)")
          .bind(set.queue, set.session_id, *set.state)
          .run();
    } else {
      db.statement("DELETE FROM session_state WHERE entity = ? AND session_id = ?")
          .bind(set.queue, set.session_id)
          .run();
    }
  }
};

std::map<PayloadId, std::shared_ptr<const Payload>> read_payloads(store::Connection& db) {
  std::map<PayloadId, std::shared_ptr<const Payload>> payloads;
  auto& rows = db.statement("SELECT id, encoded, partition_key FROM payload");
  rows.reset();
  while (rows.step()) {
    Payload payload{rows.integer(0), rows.bytes(1), {}};
    if (!rows.is_null(2)) payload.partition_key = rows.text(2);
    const auto id = payload.id;
    payloads.emplace(id, std::make_shared<Payload>(std::move(payload)));
  }
  rows.reset();
  return payloads;
}

Result<> restore_messages(store::Connection& db, Broker& broker) {
  const auto payloads = read_payloads(db);
  broker.restore_next_payload(payloads.empty() ? 1 : payloads.rbegin()->first + 1);
  auto& rows = db.statement(
      "SELECT entity, sequence, enqueue_sequence, payload, session_id, enqueued_ms, time_to_live_ms, "
      "expires_ms, "
      "delivery_count, state, changed, dead_letter_source, scheduled_ms FROM message ORDER BY entity, "
      "sequence");
  rows.reset();
  while (rows.step()) {
    auto changed = properties_from_json(rows.text(10));
    const auto payload = payloads.find(rows.integer(3));
    if (!changed) return std::unexpected(changed.error());
    if (payload == payloads.end()) {
      return fail(ErrorKind::corrupt, fmt::format("message {} has no payload", rows.integer(1)));
    }
    Message message;
    message.sequence = rows.integer(1);
    message.enqueue_sequence = rows.integer(2);
    message.payload = payload->second;
    message.session_id = rows.text(4);
    message.enqueued = from_ms(rows.integer(5));
    if (!rows.is_null(6)) message.time_to_live = Millis{rows.integer(6)};
    if (!rows.is_null(7)) message.expires = from_ms(rows.integer(7));
    message.delivery_count = static_cast<uint32_t>(rows.integer(8));
    message.state = static_cast<MessageState>(rows.integer(9));
    message.changed = std::move(*changed);
    message.dead_letter_source = rows.text(11);
    if (!rows.is_null(12)) message.scheduled = from_ms(rows.integer(12));
    broker.restore(rows.integer(0), std::move(message));
  }
  rows.reset();
  return {};
}

void restore_history(store::Connection& db, Broker& broker) {
  auto& seen = db.statement("SELECT entity, message_id, until_ms FROM seen ORDER BY entity, until_ms");
  seen.reset();
  while (seen.step()) broker.restore_message_id(seen.integer(0), seen.text(1), from_ms(seen.integer(2)));
  seen.reset();
  auto& states = db.statement("SELECT entity, session_id, state FROM session_state");
  states.reset();
  while (states.step()) broker.restore_session_state(states.integer(0), states.text(1), states.bytes(2));
  states.reset();
}

}  // namespace

Result<BusStore> BusStore::open(const std::filesystem::path& file, uint64_t disk_reserve_bytes) {
  auto db = store::Connection::open(file, store::Connection::Mode::writer);
  if (!db) return std::unexpected(db.error());
  if (auto done = store::migrate(**db, kMigrations); !done) return std::unexpected(done.error());
  return BusStore(file, disk_reserve_bytes, std::move(*db));
}

Result<EntityRecords> BusStore::entities() {
  if (!db_) return EntityRecords{};
  return store::read(*db_, [&](store::Connection& db) {
    EntityRecords records;
    auto& rows = db.statement("SELECT path, id, next_sequence FROM entity");
    rows.reset();
    while (rows.step()) records[lower_case(rows.text(0))] = {rows.integer(1), rows.integer(2)};
    rows.reset();
    return records;
  });
}

Result<std::vector<StoredDefinition>> BusStore::definitions() {
  if (!db_) return std::vector<StoredDefinition>{};
  auto read = store::read(*db_, [&](store::Connection& db) -> Result<std::vector<StoredDefinition>> {
    std::vector<StoredDefinition> all;
    auto& rows = db.statement("SELECT path, described, from_file FROM definition");
    rows.reset();
    while (rows.step()) {
      StoredDefinition one{rows.text(0), {}, {}};
      if (!rows.is_null(1)) {
        auto definition = definition_from_json(rows.text(1));
        if (!definition) return std::unexpected(definition.error());
        one.definition = std::move(*definition);
      }
      if (!rows.is_null(2)) one.from_file = rows.text(2);
      all.push_back(std::move(one));
    }
    rows.reset();
    return all;
  });
  return read ? std::move(*read) : std::unexpected(read.error());
}

Result<> BusStore::follow_file(const std::vector<Effect>& effects,
                               const std::map<std::string, std::string>& file) {
  if (!db_) return {};
  auto done = store::read(*db_, [&](store::Connection& db) {
    db.execute("BEGIN IMMEDIATE");
    for (const auto& effect : effects) std::visit(Apply{db}, effect);
    db.execute("UPDATE definition SET from_file = NULL");
    for (const auto& [path, json] : file) {
      db.statement(
            "INSERT INTO definition (path, from_file) VALUES (?, ?) "
            "ON CONFLICT (path) DO UPDATE SET from_file = excluded.from_file")
          .bind(path, json)
          .run();
    }
    db.execute("DELETE FROM definition WHERE described IS NULL AND from_file IS NULL");
    db.execute("COMMIT");
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<> BusStore::restore(Broker& broker) {
  if (!db_) return {};
  auto done = store::read(*db_, [&](store::Connection& db) -> Result<> {
    auto messages = restore_messages(db, broker);
    if (messages) restore_history(db, broker);
    return messages;
  });
  return done ? *done : std::unexpected(done.error());
}

bool BusStore::has_room() const {
  if (file_.empty()) return true;
  std::error_code unknown;
  const auto space = std::filesystem::space(file_.parent_path(), unknown);
  return unknown || space.available >= disk_reserve_bytes_;
}

void BusStore::start(boost::asio::any_io_executor executor) {
  executor_ = executor;
  if (db_) writer_ = std::make_unique<store::Writer>(std::move(db_), std::move(executor));
}

void BusStore::commit(std::vector<Effect> effects, Done done) {
  if (!writer_) return boost::asio::post(executor_, std::move(done));
  const auto shared = std::make_shared<const std::vector<Effect>>(std::move(effects));
  writer_->submit(
      [shared](store::Connection& db) -> Result<> {
        for (const auto& effect : *shared) std::visit(Apply{db}, effect);
        return {};
      },
      [done = std::move(done)](const Result<>& result) {
        if (!result) stop_process(fmt::format("bus.db: {}", result.error().message));
        done();
      });
}

}  // namespace millrace::bus
