// Rows of the outbox, for outbox.cpp and outbox_reader.cpp only.
#pragma once

#include <algorithm>
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

/// A record's content on its way into the stream: everything but its place and its evidence.
struct Content {
  Uuid event_id;
  Attributes attributes;  // those that name a place are replaced
  BytesView data;
  std::optional<int64_t> payload;  // when the data are stored already
  WallTime recorded;
};
/// Gives the content the next place of the stream, chains and signs it, and stores it. Errors: invalid_input
/// when its attributes are too large.
Result<Appended> put(store::Connection& db, CurrentStream& stream, const SigningKey& key, Content content);

/// hash(0) for 0; nothing when there is no such record.
std::optional<Hash> hash_at(store::Connection& db, int64_t stream, uint64_t sequence);

/// A blob of a fixed length; a shorter one is filled with zeros.
template <class Array>
Array fixed_bytes(const Bytes& bytes) {
  Array out{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), out.size()), out.begin());
  return out;
}

/// As it is stored: milliseconds since 1970.
inline WallTime wall_time(int64_t milliseconds) {
  return WallTime{Millis{milliseconds}};
}

struct StoredContent {
  uint64_t sequence = 0;
  RecordState state = RecordState::pending;
  Uuid event_id;
  Attributes attributes;  // without the evidence; empty when they cannot be read
  Bytes data;
  int64_t payload = 0;
  int64_t size_bytes = 0;
  WallTime recorded;
  Hash prevhash{};
  Hash hash{};
  Signature signature{};
  std::string key_id;
  bool whole = false;  // what is stored is what was hashed
};
std::optional<StoredContent> stored_content(store::Connection& db, int64_t stream, uint64_t sequence);
/// The first pending row of the stream after `after`.
std::optional<StoredContent> next_pending(store::Connection& db, int64_t stream, uint64_t after);

}  // namespace millrace::delivery
