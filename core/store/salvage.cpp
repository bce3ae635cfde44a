#include "core/store/salvage.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace millrace::store {
namespace {

/// Row ids that are tried one by one behind a damaged page, before the rest of the table is given up.
constexpr int64_t kMostProbes = 100'000;

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Prepared = std::unique_ptr<sqlite3_stmt, Close>;

Prepared prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr);
  return Prepared(statement);
}

std::vector<std::string> texts(sqlite3* db, const std::string& sql) {
  std::vector<std::string> out;
  const auto query = prepare(db, sql);
  while (query && sqlite3_step(query.get()) == SQLITE_ROW) {
    out.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0)));
  }
  return out;
}

std::vector<std::string> columns_of(sqlite3* db, const std::string& table) {
  return texts(db, fmt::format("SELECT name FROM pragma_table_info('{}')", table));
}

class TableCopy {
 public:
  TableCopy(sqlite3* from, sqlite3* to, std::string table) : from_(from), to_(to) {
    salvaged_.table = std::move(table);
    std::vector<std::string> both;
    const auto damaged = columns_of(from, salvaged_.table);
    for (auto& column : columns_of(to, salvaged_.table)) {
      if (std::ranges::find(damaged, column) != damaged.end()) both.push_back(std::move(column));
    }
    if (both.empty()) return;
    columns_ = fmt::format("{}", fmt::join(both, ", "));
    const std::vector<std::string> marks(both.size(), "?");
    insert_ = prepare(to, fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ({})", salvaged_.table, columns_,
                                      fmt::join(marks, ", ")));
  }

  /// Throws Failure when the target fails.
  Salvaged run() {
    if (!insert_) return salvaged_;
    const auto keys = texts(
        from_,
        fmt::format("SELECT name FROM pragma_table_info('{}') WHERE pk > 0 ORDER BY pk", salvaged_.table));
    const bool has_rowid =
        prepare(from_, fmt::format("SELECT rowid FROM {} LIMIT 0", salvaged_.table)) != nullptr;
    if (has_rowid) {
      copy_by_rowid();
    } else {
      copy_from_both_ends(keys);
    }
    return salvaged_;
  }

 private:
  /// Column `first` of the row that the query stands on is the table's first.
  void copy_row(sqlite3_stmt* query, int first) {
    const int count = sqlite3_column_count(query) - first;
    for (int at = 0; at < count; ++at)
      sqlite3_bind_value(insert_.get(), at + 1, sqlite3_column_value(query, first + at));
    const int result = sqlite3_step(insert_.get());
    const auto changed = sqlite3_changes64(to_);
    sqlite3_reset(insert_.get());
    if (result == SQLITE_DONE) {
      salvaged_.rows += static_cast<uint64_t>(changed);
    } else if ((result & 0xff) != SQLITE_CONSTRAINT) {  // a row that breaks a rule is damaged, too
      throw Failure(result, fmt::format("salvaging {}: {}", salvaged_.table, sqlite3_errmsg(to_)));
    }
  }

  void copy_by_rowid() {
    int64_t last = std::numeric_limits<int64_t>::min();
    const auto scan = prepare(from_, fmt::format("SELECT rowid, {} FROM {} WHERE rowid > ? ORDER BY rowid",
                                                 columns_, salvaged_.table));
    salvaged_.whole = true;
    while (scan) {
      sqlite3_bind_int64(scan.get(), 1, last);
      int result = SQLITE_ROW;
      while ((result = sqlite3_step(scan.get())) == SQLITE_ROW) {
        copy_row(scan.get(), 1);
        last = sqlite3_column_int64(scan.get(), 0);
      }
      sqlite3_reset(scan.get());
      if (result == SQLITE_DONE) return;
      salvaged_.whole = false;
      // Taken by its number, since the scan may stumble over the same page again.
      const auto next = copy_next_readable(last);
      if (!next) return;
      last = *next;
    }
    salvaged_.whole = false;
  }

  /// The first row behind a damaged page that can be found by its number.
  std::optional<int64_t> copy_next_readable(int64_t last) {
    const auto find =
        prepare(from_, fmt::format("SELECT {} FROM {} WHERE rowid = ?", columns_, salvaged_.table));
    auto at = std::max<int64_t>(last, 0) + 1;
    for (int64_t tries = 0; find && tries < kMostProbes; ++tries, ++at) {
      sqlite3_bind_int64(find.get(), 1, at);
      const bool found = sqlite3_step(find.get()) == SQLITE_ROW;
      if (found) copy_row(find.get(), 0);
      sqlite3_reset(find.get());
      if (found) return at;
    }
    return std::nullopt;
  }

  void copy_from_both_ends(const std::vector<std::string>& keys) {
    for (const auto* direction : {"ASC", "DESC"}) {
      const auto scan =
          prepare(from_, fmt::format("SELECT {} FROM {} ORDER BY {} {}", columns_, salvaged_.table,
                                     fmt::join(keys, fmt::format(" {}, ", direction)), direction));
      int result = SQLITE_ERROR;
      while (scan && (result = sqlite3_step(scan.get())) == SQLITE_ROW) copy_row(scan.get(), 0);
      salvaged_.whole = result == SQLITE_DONE;
      if (salvaged_.whole) return;
    }
  }

  sqlite3* from_;
  sqlite3* to_;
  std::string columns_;
  Prepared insert_;
  Salvaged salvaged_;
};

}  // namespace

Result<std::vector<Salvaged>> salvage(const std::filesystem::path& damaged, Connection& into) {
  std::vector<Salvaged> salvaged;
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(damaged.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
  const Database from(raw);
  if (opened != SQLITE_OK) return salvaged;
  sqlite3_db_config(from.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_exec(from.get(), "PRAGMA wal_autocheckpoint=0; PRAGMA query_only=ON;", nullptr, nullptr, nullptr);
  const auto tables =
      texts(into.raw(), "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  try {
    into.execute("PRAGMA foreign_keys=OFF");
    into.execute("BEGIN IMMEDIATE");
    for (const auto& table : tables) salvaged.push_back(TableCopy(from.get(), into.raw(), table).run());
    into.execute("COMMIT");
    into.execute("PRAGMA foreign_keys=ON");
  } catch (const Failure& failure) {
    return std::unexpected(failure.error());
  }
  return salvaged;
}

}  // namespace millrace::store
