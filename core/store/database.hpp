// SQLite behind two classes: a connection and a statement.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace millrace::store {

/// A failed SQLite call. Thrown only inside a transaction or a read, and caught by Writer and by `read`,
/// which turn it into an Error: SQL stays readable and no failure can be overlooked (docs/decisions/0005).
class Failure : public std::runtime_error {
 public:
  Failure(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  int code() const { return code_; }  ///< SQLite's extended result code
  /// no_space (SQLITE_FULL), conflict (constraint), corrupt, unavailable (busy, no memory, no file for what
  /// does not fit into memory), else io.
  Error error() const;
  /// True when only a restart can tell or help: the outcome of the transaction is unknown (I/O error,
  /// corruption), or this connection cannot write.
  bool is_fatal() const;

 private:
  int code_;
};

/// One prepared statement. Belongs to its connection and its thread. Columns and parameters count from 0.
class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Binds all parameters in order: integers, text, bytes, std::nullopt/nullptr, or std::optional of those.
  template <class... T>
  Statement& bind(const T&... values) {
    reset();
    int at = 0;
    (bind_one(at++, values), ...);
    return *this;
  }
  /// True while there is a row. Throws Failure.
  bool step();
  /// Steps to the end, for statements without rows.
  void run() {
    while (step()) {
    }
    reset();
  }
  void reset();

  int64_t integer(int column) const;
  std::string text(int column) const;
  Bytes bytes(int column) const;
  bool is_null(int column) const;

 private:
  void bind_integer(int at, int64_t value);
  void bind_text(int at, std::string_view value);
  void bind_bytes(int at, BytesView value);
  void bind_null(int at);

  template <class T>
  void bind_one(int at, const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>) {
      bind_null(at);
    } else if constexpr (std::integral<T>) {
      bind_integer(at, static_cast<int64_t>(value));
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
      bind_text(at, std::string_view(value));
    } else if constexpr (std::convertible_to<const T&, BytesView>) {
      bind_bytes(at, BytesView(value));
    } else {  // std::optional
      if (value) {
        bind_one(at, *value);
      } else {
        bind_null(at);
      }
    }
  }

  sqlite3_stmt* statement_ = nullptr;
};

/// One SQLite connection with Millrace's settings, read back and checked after opening: WAL,
/// synchronous=FULL, foreign keys on, no automatic checkpoint. One thread.
class Connection {
 public:
  enum class Mode {
    writer,   ///< creates the file; the only one that writes and checkpoints
    reader,   ///< read-only; never checkpoints
    visitor,  ///< read-only, of any database: one that a daemon uses, a backup, one that was set aside
  };
  /// A writer takes over what an earlier one left, even one that met a disk that failed: whatever is read
  /// afterwards is on disk. Errors: io, corrupt, no_space, unavailable; the message names the file.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The statement for this text, prepared once and kept. The reference stays good for the connection's life.
  /// Pass literals, not built text. Throws Failure.
  Statement& statement(std::string_view sql);
  /// Runs one or several statements without parameters. Throws Failure.
  void execute(std::string_view sql);
  /// False after an error for which SQLite has undone the transaction by itself.
  bool in_transaction() const;
  /// Rows changed by the last statement.
  int64_t changes() const;
  /// Copies the WAL into the database and syncs both. Writer only. Throws Failure.
  void checkpoint();
  /// Leaves nothing beside the database's own file, so that it can be moved; then close it. Writer only.
  /// Throws Failure.
  void seal();
  /// For what SQLite alone can do; in core/store only.
  sqlite3* raw() const { return db_; }
  /// Pages in the WAL after the last commit, also those that another process left there. Writer only.
  int log_pages() const { return log_pages_; }

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  sqlite3* db_;
  int log_pages_ = 0;
  std::map<std::string, std::unique_ptr<Statement>, std::less<>> statements_;
};

/// One step of a schema's history. Steps are numbered from 1, never edited, only added.
struct Migration {
  int version;
  std::string_view sql;
};

/// Brings the database to the last version, each step in a transaction of its own. Errors: invalid_input when
/// the file is newer than this program ("downgrade"), corrupt, io, no_space.
Result<> migrate(Connection& db, std::span<const Migration> migrations);

/// The last step that was made. Errors: those of reading.
Result<int64_t> schema_version(Connection& db);

/// Looks at every page, index and constraint of the database. Errors: corrupt with what SQLite found first;
/// io, which says nothing about the database.
Result<> check_integrity(Connection& db);

/// Runs a read on a reader connection and turns a Failure into an Error.
template <class Read>
auto read(Connection& db, Read&& run) -> Result<decltype(run(db))> {
  try {
    if constexpr (std::is_void_v<decltype(run(db))>) {
      run(db);
      return {};
    } else {
      return run(db);
    }
  } catch (const Failure& failure) {
    return std::unexpected(failure.error());
  }
}

}  // namespace millrace::store
