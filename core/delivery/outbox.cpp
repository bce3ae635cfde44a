#include "core/delivery/outbox.hpp"

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

/// What append fills; a draft that brings one of them is a bug of the caller.
constexpr std::string_view kFilledHere[] = {attr::streamid,  attr::sequence, attr::prevhash,
                                            attr::signature, attr::keyid,    attr::recordedtime,
                                            attr::clockstate};
constexpr std::string_view kRequired[] = {attr::id, attr::source, attr::type, attr::partitionkey};
constexpr std::string_view kCloudEventsVersion = "1.0";

Result<Uuid> check_draft(const Event& draft) {
  for (const auto name : kFilledHere) {
    if (draft.attributes.contains(name)) {
      return fail(ErrorKind::invalid_input, fmt::format("the log fills the attribute '{}' itself", name));
    }
  }
  for (const auto name : kRequired) {
    if (draft.get(name).empty()) {
      return fail(ErrorKind::invalid_input, fmt::format("the attribute '{}' is missing", name));
    }
  }
  if (draft.get(attr::partitionkey).size() > kMostKeyCharacters) {
    return fail(ErrorKind::invalid_input,
                fmt::format("partitionkey is longer than {} characters", kMostKeyCharacters));
  }
  if (draft.data.size() > kMostDataBytes) {
    return fail(ErrorKind::invalid_input, fmt::format("the event's data are {} bytes; at most {} are allowed",
                                                      draft.data.size(), kMostDataBytes));
  }
  return Uuid::parse(draft.get(attr::id));
}

bool is_recorded(store::Connection& db, const Uuid& event_id) {
  Query query(db, "SELECT 1 FROM record WHERE event_id = ? AND state NOT IN ('moved', 'replayed')",
              BytesView(event_id.bytes));
  return query->step();
}

uint64_t total_unsettled_bytes(store::Connection& db) {
  Query query(db, "SELECT coalesce(sum(unsettled_bytes), 0) FROM stream");
  query->step();
  return static_cast<uint64_t>(query->integer(0));
}

CurrentStream open_stream(store::Connection& db, WallTime now) {
  CurrentStream stream;
  stream.position.stream_id = Uuid::v7(now);
  stream.position.last_hash = kFirstPrevHash;
  Query query(db, "INSERT INTO stream (stream_id, opened_at, last_hash) VALUES (?, ?, ?) RETURNING number",
              BytesView(stream.position.stream_id.bytes), now.time_since_epoch().count(),
              BytesView(kFirstPrevHash));
  query->step();
  stream.number = query->integer(0);
  return stream;
}

std::vector<std::pair<int64_t, uint64_t>> streams_before(store::Connection& db, int64_t fresh) {
  std::vector<std::pair<int64_t, uint64_t>> streams;
  Query query(db, "SELECT number, settled_through FROM stream WHERE number < ? ORDER BY number", fresh);
  while (query->step()) streams.emplace_back(query->integer(0), static_cast<uint64_t>(query->integer(1)));
  return streams;
}

void park_damaged(store::Connection& db, int64_t stream, const StoredContent& row, WallTime now) {
  constexpr auto kDamaged = "damaged on the box's disk: it is not what was recorded";
  log::error("outbox.record_damaged", {{"sequence", row.sequence}, {"event", row.event_id.string()}});
  db.statement(
        "UPDATE record SET state = 'parked', reason = ?, receipted_at = ? WHERE stream = ? AND sequence = ?")
      .bind(kDamaged, now.time_since_epoch().count(), stream, row.sequence)
      .run();
}

int64_t insert_payload(store::Connection& db, BytesView data) {
  Query query(db, "INSERT INTO payload (data) VALUES (?) RETURNING id", data);
  query->step();
  return query->integer(0);
}

}  // namespace

Result<Appended> put(store::Connection& db, CurrentStream& stream, const SigningKey& key, Content content) {
  auto& at = stream.position;
  const auto sequence = at.last_sequence + 1;
  auto traceparent = content.attributes.extract(std::string(attr::traceparent));
  content.attributes[std::string(attr::streamid)] = at.stream_id.string();
  content.attributes[std::string(attr::sequence)] = sequence_text(sequence);

  const auto attributes = attribute_bytes(content.attributes);
  if (!attributes) return std::unexpected(attributes.error());
  if (attributes->size() > kMostAttributeBytes) {
    return fail(ErrorKind::invalid_input,
                fmt::format("the event's attributes are {} bytes; at most {} are allowed", attributes->size(),
                            kMostAttributeBytes));
  }
  const auto hash = chain_hash(at.last_hash, {.stream_id = at.stream_id,
                                              .sequence = sequence,
                                              .event_id = content.event_id,
                                              .attribute_bytes = *attributes,
                                              .data = content.data});
  const auto signature = key.sign(hash);
  const auto payload = content.payload ? *content.payload : insert_payload(db, content.data);
  const auto size = attributes->size() + content.data.size() + kRecordOverheadBytes;
  db.statement(
        "INSERT INTO record (stream, sequence, event_id, attributes, traceparent, payload, size_bytes, "
        "prevhash,"
        " hash, signature, key_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(stream.number, sequence, BytesView(content.event_id.bytes), *attributes,
            traceparent.empty() ? std::nullopt : std::optional(traceparent.mapped()), payload, size,
            BytesView(at.last_hash), BytesView(hash), BytesView(signature), key.key_id(),
            content.recorded.time_since_epoch().count())
      .run();
  db.statement(
        "UPDATE stream SET last_sequence = ?, last_hash = ?, unsettled_bytes = unsettled_bytes + ?"
        " WHERE number = ?")
      .bind(sequence, BytesView(hash), size, stream.number)
      .run();
  at.last_sequence = sequence;
  at.last_hash = hash;
  at.unsettled_bytes += size;
  return Appended{at.stream_id, sequence, hash, content.recorded};
}

std::string_view to_string(RecordState state) {
  switch (state) {
    case RecordState::pending:
      return "pending";
    case RecordState::settled:
      return "settled";
    case RecordState::parked:
      return "parked";
    case RecordState::moved:
      return "moved";
    case RecordState::replayed:
      return "replayed";
    case RecordState::discarded:
      return "discarded";
  }
  return "unknown";
}

Result<Appended> Outbox::append_at(store::Connection& db, CurrentStream& stream, Event draft) const {
  const auto event_id = check_draft(draft);
  if (!event_id) return std::unexpected(event_id.error());
  if (is_recorded(db, *event_id)) {
    return fail(ErrorKind::conflict, fmt::format("the event {} is recorded already", event_id->string()));
  }
  const auto now = clock_.wall();
  auto attributes = std::move(draft.attributes);
  attributes[std::string(attr::id)] = event_id->string();
  attributes.try_emplace(std::string(attr::specversion), kCloudEventsVersion);
  attributes[std::string(attr::recordedtime)] = rfc3339(now);
  attributes[std::string(attr::clockstate)] = to_string(clock_.state());
  const bool is_checkpoint = attributes[std::string(attr::type)] == kCheckpointType;
  auto appended = put(db, stream, key_, {*event_id, std::move(attributes), draft.data, std::nullopt, now});
  if (appended && is_checkpoint) {
    db.statement("UPDATE stream SET checkpoint_sequence = ?, checkpoint_at = ? WHERE number = ?")
        .bind(appended->sequence, now.time_since_epoch().count(), stream.number)
        .run();
  }
  return appended;
}

Result<Appended> Outbox::append(store::Connection& db, Event draft) const {
  const auto needed = draft.data.size() + kMostAttributeBytes + kRecordOverheadBytes;
  const auto used = total_unsettled_bytes(db);
  if (used + needed > quota_bytes_) {
    return fail(
        ErrorKind::no_space,
        fmt::format("the outbox holds {} of {} bytes: records wait for their receipts; bring the link to "
                    "the relay back or raise outbox_quota_bytes",
                    used, quota_bytes_));
  }
  auto stream = current_stream(db);
  if (!stream) stream = open_stream(db, clock_.wall());
  return append_at(db, *stream, std::move(draft));
}

Result<Settled> Outbox::settle(store::Connection& db, const Uuid& stream_id, uint64_t through,
                               const Hash& hash, const std::vector<Parking>& parkings) const {
  const auto stream = current_stream(db);
  if (!stream || stream->position.stream_id != stream_id) {
    return fail(ErrorKind::conflict, "the receipt is about another stream");
  }
  const auto own_hash = hash_at(db, stream->number, through);
  if (through > stream->position.last_sequence || (own_hash && *own_hash != hash)) {
    return fail(ErrorKind::conflict, "the receipt is not about this log's past");
  }
  const auto now = clock_.wall().time_since_epoch().count();
  Settled result;
  for (const auto& parking : parkings) {
    db.statement(
          "UPDATE record SET state = 'parked', reason = ?, maybe_delivered = ?, receipted_at = ?"
          " WHERE stream = ? AND sequence = ? AND event_id = ? AND state = 'pending'")
        .bind(parking.reason, parking.maybe_delivered, now, stream->number, parking.sequence,
              BytesView(parking.event_id.bytes))
        .run();
    if (db.changes() > 0) result.parked.push_back(parking);
  }
  const auto settled_before = stream->position.settled_through;
  result.through = std::max(through, settled_before);
  if (through <= settled_before) return result;

  int64_t freed_bytes = 0;
  {
    Query query(db,
                "SELECT coalesce(sum(size_bytes), 0) FROM record"
                " WHERE stream = ? AND sequence > ? AND sequence <= ? AND state = 'pending'",
                stream->number, settled_before, through);
    query->step();
    freed_bytes = query->integer(0);
  }
  db.statement(
        "UPDATE record SET state = 'settled', receipted_at = ?"
        " WHERE stream = ? AND sequence > ? AND sequence <= ? AND state = 'pending'")
      .bind(now, stream->number, settled_before, through)
      .run();
  result.settled = static_cast<uint64_t>(db.changes());
  db.statement(
        "UPDATE stream SET settled_through = ?, unsettled_bytes = unsettled_bytes - ? WHERE number = ?")
      .bind(through, freed_bytes, stream->number)
      .run();
  return result;
}

Result<StreamPosition> Outbox::open_new_stream(store::Connection& db, const Opening& opening) const {
  db.execute("DELETE FROM leave_stream");
  const auto old = current_stream(db);
  if (!old) return fail(ErrorKind::not_found, "there is no stream to leave yet");
  auto fresh = open_stream(db, clock_.wall());
  if (auto first = append_at(db, fresh, opening(old->position, fresh.position)); !first)
    return std::unexpected(first.error());

  // Earlier streams have something to send only when their rows were salvaged from a damaged disk.
  for (const auto& [number, settled_through] : streams_before(db, fresh.number)) {
    int64_t moved_bytes = 0;
    // One row at a time by its sequence: a statement that is being stepped must not see its own changes.
    for (uint64_t after = settled_through;;) {
      const auto row = next_pending(db, number, after);
      if (!row) break;
      after = row->sequence;
      if (!is_as_recorded(*row)) {
        park_damaged(db, number, *row, clock_.wall());
        continue;
      }
      moved_bytes += row->size_bytes;
      db.statement("UPDATE record SET state = 'moved' WHERE stream = ? AND sequence = ?")
          .bind(number, row->sequence)
          .run();
      auto placed =
          put(db, fresh, key_, {row->event_id, row->attributes, row->data, row->payload, row->recorded});
      if (!placed) return std::unexpected(placed.error());
    }
    db.statement("UPDATE stream SET unsettled_bytes = unsettled_bytes - ? WHERE number = ?")
        .bind(moved_bytes, number)
        .run();
  }
  return fresh.position;
}

void Outbox::leave_stream(store::Connection& db, std::string_view reason) {
  db.statement(
        "INSERT INTO leave_stream VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET reason = excluded.reason")
      .bind(reason)
      .run();
}

}  // namespace millrace::delivery
