// Reading rows, for the .cpp files of this folder and of edge/api.
#pragma once

#include <algorithm>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"
#include "core/base/uuid.hpp"
#include "core/store/database.hpp"

namespace millrace::edge {

/// For a row that this program cannot have written. SQLITE_ERROR: it fails the request, not the daemon.
inline constexpr int kUnreadableRow = 1;

/// A bound statement that is reset at the end of its scope: a row left standing would keep its snapshot of
/// the database, and the writer could not wind its log back.
class Query {
 public:
  template <class... T>
  explicit Query(store::Connection& db, std::string_view sql, const T&... values)
      : statement_(db.statement(sql)) {
    statement_.bind(values...);
  }
  ~Query() { statement_.reset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  store::Statement* operator->() { return &statement_; }
  const store::Statement* operator->() const { return &statement_; }

 private:
  store::Statement& statement_;
};

inline WallTime read_wall(const Query& row, int column) {
  return WallTime{Millis{row->integer(column)}};
}

template <class Array>
Array read_array(const Query& row, int column) {
  const auto bytes = row->bytes(column);
  Array out{};
  if (bytes.size() != out.size()) throw store::Failure(kUnreadableRow, "an id or hash has another length");
  std::ranges::copy(bytes, out.begin());
  return out;
}
inline Uuid read_uuid(const Query& row, int column) {
  return Uuid{read_array<std::array<uint8_t, 16>>(row, column)};
}
inline Sha256 read_hash(const Query& row, int column) {
  return read_array<Sha256>(row, column);
}

}  // namespace millrace::edge
