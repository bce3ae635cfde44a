// Rows of the outbox, for outbox.cpp and outbox_reader.cpp only.
#pragma once

#include <cstdint>
#include <optional>

#include "core/delivery/outbox.hpp"

namespace millrace::delivery {

/// A bound statement that is reset at the end of its scope: a row left standing would keep its snapshot of
/// the database, and the writer could not wind its log back.
class Query {
 public:
  template <class... T>
  Query(store::Connection& db, std::string_view sql, const T&... values) : statement_(db.statement(sql)) {
    statement_.bind(values...);
  }
  ~Query() { statement_.reset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  store::Statement* operator->() { return &statement_; }

 private:
  store::Statement& statement_;
};

struct CurrentStream {
  int64_t number = 0;
  StreamPosition position;
};
std::optional<CurrentStream> current_stream(store::Connection& db);

/// hash(0) for 0; nothing when there is no such record.
std::optional<Hash> hash_at(store::Connection& db, int64_t stream, uint64_t sequence);

struct PendingRow {
  uint64_t sequence = 0;
  Uuid event_id;
  Attributes attributes;
  Bytes data;
  int64_t payload = 0;
  int64_t size_bytes = 0;
  WallTime recorded;
};
/// The first pending row of the stream after `after`.
std::optional<PendingRow> next_pending(store::Connection& db, int64_t stream, uint64_t after);

}  // namespace millrace::delivery
