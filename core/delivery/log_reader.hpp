// The whole log for people: every stream, every record, whatever state it is in.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/delivery/outbox_reader.hpp"

namespace millrace::delivery {

/// One stream that this disk has had.
struct LoggedStream {
  StreamPosition position;
  WallTime opened;
  uint64_t pruned_through = 0;  ///< the log begins behind this record …
  Hash pruned_hash{};           ///< … whose hash this is
};
/// Oldest first. Throws store::Failure.
std::vector<LoggedStream> read_streams(store::Connection& db);

struct LoggedRecord {
  RecordStatus status;
  Event event;         ///< as published; without attributes when they cannot be read
  Hash hash{};         ///< as stored
  bool whole = false;  ///< the data are there and the attributes can be read
};

/// What is left empty does not matter.
struct RecordFilter {
  std::optional<Uuid> stream_id;
  std::optional<uint64_t> sequence;
  std::optional<Uuid> event_id;
  std::optional<RecordState> state;
};
/// Calls `each` with every record that fits, in the order of stream and sequence. Throws store::Failure.
void read_log(store::Connection& db, const RecordFilter& filter,
              const std::function<void(const LoggedRecord&)>& each);
/// The parked ones alone, in the same order, without a look at any other; `whole` says whether each is what
/// was recorded: only then can it be replayed. Throws store::Failure.
std::vector<LoggedRecord> read_parked(store::Connection& db, size_t most);

/// A person's decision about a parked record.
struct AuditEntry {
  WallTime at;
  std::string action;
  RecordPlace place;
  Uuid event_id;
  Decision decision;
};
/// About one event, oldest first. Throws store::Failure.
std::vector<AuditEntry> read_audit(store::Connection& db, const Uuid& event_id);
/// The newest decisions about whatever event, newest first. Throws store::Failure.
std::vector<AuditEntry> read_decisions(store::Connection& db, size_t most);

}  // namespace millrace::delivery
