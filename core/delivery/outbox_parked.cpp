// What a person decides about a record that could not be delivered.
#include <fmt/format.h>

#include "core/delivery/outbox.hpp"
#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

struct ParkedRow {
  int64_t stream = 0;
  StoredContent content;
  int64_t size_bytes = 0;
};

Result<> check(const Decision& decision) {
  if (decision.actor.empty() || decision.reason.empty()) {
    return fail(ErrorKind::invalid_input, "a decision needs who made it, and a reason");
  }
  if (decision.actor.size() > kMostActorBytes || decision.reason.size() > kMostDecisionReasonBytes) {
    return fail(ErrorKind::invalid_input, fmt::format("a reason has at most {} bytes, a name at most {}",
                                                      kMostDecisionReasonBytes, kMostActorBytes));
  }
  return {};
}

Result<ParkedRow> find_parked(store::Connection& db, const RecordPlace& place) {
  Query stream(db, "SELECT number, settled_through FROM stream WHERE stream_id = ?",
               BytesView(place.stream_id.bytes));
  if (!stream->step()) {
    return fail(ErrorKind::not_found, fmt::format("this box has no stream {}", place.stream_id.string()));
  }
  ParkedRow row;
  row.stream = stream->integer(0);
  const auto settled_through = static_cast<uint64_t>(stream->integer(1));
  auto content = stored_content(db, row.stream, place.sequence);
  if (!content) return fail(ErrorKind::not_found, fmt::format("there is no record {}", place.sequence));
  if (content->state != RecordState::parked) {
    return fail(ErrorKind::conflict,
                fmt::format("record {} is {}, not parked", place.sequence, to_string(content->state)));
  }
  const auto current = current_stream(db);
  if (current && current->number == row.stream && place.sequence > settled_through) {
    return fail(ErrorKind::unavailable,
                fmt::format("records before {} still wait for their receipts; try again when they have them",
                            place.sequence));
  }
  row.size_bytes = content->size_bytes;
  row.content = std::move(*content);
  return row;
}

/// The row leaves the parked ones, and the audit says why.
void decide(store::Connection& db, const RecordPlace& place, const ParkedRow& row, RecordState becomes,
            std::string_view action, const Decision& decision, WallTime now) {
  db.statement("UPDATE record SET state = ? WHERE stream = ? AND sequence = ?")
      .bind(to_string(becomes), row.stream, place.sequence)
      .run();
  db.statement("UPDATE stream SET unsettled_bytes = unsettled_bytes - ? WHERE number = ?")
      .bind(row.size_bytes, row.stream)
      .run();
  db.statement(
        "INSERT INTO audit (at, actor, action, stream_id, sequence, event_id, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(now.time_since_epoch().count(), decision.actor, action, BytesView(place.stream_id.bytes),
            place.sequence, BytesView(row.content.event_id.bytes), decision.reason)
      .run();
}

}  // namespace

Result<Appended> Outbox::replay(store::Connection& db, const RecordPlace& place,
                                const Decision& decision) const {
  if (auto good = check(decision); !good) return std::unexpected(good.error());
  auto row = find_parked(db, place);
  if (!row) return std::unexpected(row.error());
  if (!row->content.whole) {
    return fail(
        ErrorKind::conflict,
        fmt::format("record {} is damaged on this disk: it is not what the operator handed in and cannot "
                    "be sent; discard it, and have the test taken again",
                    place.sequence));
  }
  decide(db, place, *row, RecordState::replayed, "replay", decision, clock_.wall());
  auto& content = row->content;
  content.attributes[std::string(attr::replayof)] =
      fmt::format("{}/{}", place.stream_id.string(), place.sequence);
  auto stream = current_stream(db);  // there is one: it has had a record
  return put(
      db, *stream, key_,
      {content.event_id, std::move(content.attributes), content.data, content.payload, content.recorded});
}

Result<Uuid> Outbox::discard(store::Connection& db, const RecordPlace& place,
                             const Decision& decision) const {
  if (auto good = check(decision); !good) return std::unexpected(good.error());
  const auto row = find_parked(db, place);
  if (!row) return std::unexpected(row.error());
  decide(db, place, *row, RecordState::discarded, "discard", decision, clock_.wall());
  return row->content.event_id;
}

}  // namespace millrace::delivery
