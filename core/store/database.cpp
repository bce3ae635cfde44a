#include "core/store/database.hpp"

#include <sqlite3.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/base/files.hpp"

namespace millrace::store {
namespace {

constexpr int kBusyTimeoutMs = 5'000;
constexpr size_t kCopyBytes = 65'536;
// SQLite's own size of a piece; each indexes 4,096 pages of the log. Eight are enough for 128 MiB of it, many
// times what the writer lets it grow to.
constexpr int kLogIndexPieceBytes = 32'768;
constexpr int kLogIndexPieces = 8;

[[noreturn]] void raise(sqlite3* db, std::string_view doing) {
  throw Failure(sqlite3_extended_errcode(db), fmt::format("{}: {}", doing, sqlite3_errmsg(db)));
}

std::string pragma(Connection& db, std::string_view sql) {
  auto& statement = db.statement(sql);
  statement.bind();
  std::string value = statement.step() ? statement.text(0) : std::string();
  statement.reset();
  return value;
}

void require_pragma(Connection& db, std::string_view sql, std::string_view wanted) {
  const auto value = pragma(db, sql);
  if (value != wanted) {
    throw Failure(SQLITE_ERROR, fmt::format("{} is '{}' and must be '{}'", sql, value, wanted));
  }
}

/// Writes the write-ahead log over itself and syncs it; the caller holds the write lock. After a sync that
/// failed, the kernel shows to readers what it did not write, and takes it for written: without this, what an
/// earlier run could not sync would be answered "saved" now and be gone after a power cut.
void write_log_again(sqlite3* db) {
  sqlite3_file* log = nullptr;
  sqlite3_int64 size = 0;
  const auto must = [](int result) {
    if (result != SQLITE_OK)
      throw Failure(result, "writing the log again: " + std::string(sqlite3_errstr(result)));
  };
  must(sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log));
  must(log->pMethods->xFileSize(log, &size));
  Bytes piece(kCopyBytes);
  for (sqlite3_int64 at = 0; at < size; at += static_cast<sqlite3_int64>(piece.size())) {
    const auto length = static_cast<int>(std::min<sqlite3_int64>(size - at, kCopyBytes));
    must(log->pMethods->xRead(log, piece.data(), length, at));
    must(log->pMethods->xWrite(log, piece.data(), length, at));
  }
  must(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL));
}

/// SQLite makes do with reading when a file cannot be opened for writing, and says so only at the first
/// write.
void take_over(Connection& db, sqlite3* raw) {
  if (sqlite3_db_readonly(raw, "main") != 0) throw Failure(SQLITE_READONLY, "the database can only be read");
  db.execute("BEGIN IMMEDIATE");
  write_log_again(raw);
  db.execute("ROLLBACK");
}

/// Takes the room for the log's index now. SQLite would take it in the middle of a commit, and a full disk is
/// an I/O error there, whose outcome nobody knows: the box would stop where it has to answer "full".
void reserve_log_index(sqlite3* db) {
  sqlite3_file* file = nullptr;
  int result = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  for (int piece = 0; result == SQLITE_OK && piece < kLogIndexPieces; ++piece) {
    void volatile* there = nullptr;
    result = file->pMethods->xShmMap(file, piece, kLogIndexPieceBytes, 1, &there);
  }
  if (result != SQLITE_OK)
    throw Failure(result, std::string("room for the log's index: ") + sqlite3_errstr(result));
}

}  // namespace

Error Failure::error() const {
  switch (code_ & 0xff) {
    case SQLITE_FULL:
      return {ErrorKind::no_space, what()};
    case SQLITE_CONSTRAINT:
      return {ErrorKind::conflict, what()};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorKind::corrupt, what()};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_CANTOPEN:
      return {ErrorKind::unavailable, what()};
    default:
      return {ErrorKind::io, what()};
  }
}

bool Failure::is_fatal() const {
  switch (code_ & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
      return true;
    default:
      return false;
  }
}

Statement::Statement(sqlite3* db, std::string_view sql) {
  if (sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_,
                         nullptr) != SQLITE_OK) {
    raise(db, sql);
  }
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

bool Statement::step() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default: {
      auto* db = sqlite3_db_handle(statement_);
      Failure failure(sqlite3_extended_errcode(db),
                      fmt::format("{}: {}", sqlite3_sql(statement_), sqlite3_errmsg(db)));
      sqlite3_reset(statement_);
      throw failure;
    }
  }
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return value == nullptr ? std::string()
                          : std::string(value, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

Bytes Statement::bytes(int column) const {
  const auto* value = static_cast<const uint8_t*>(sqlite3_column_blob(statement_, column));
  return value == nullptr ? Bytes() : Bytes(value, value + sqlite3_column_bytes(statement_, column));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

namespace {
void check_bind(sqlite3_stmt* statement, int result) {
  if (result != SQLITE_OK) raise(sqlite3_db_handle(statement), "binding a parameter");
}
}  // namespace

void Statement::bind_integer(int at, int64_t value) {
  check_bind(statement_, sqlite3_bind_int64(statement_, at + 1, value));
}
void Statement::bind_text(int at, std::string_view value) {
  check_bind(statement_, sqlite3_bind_text64(statement_, at + 1, value.empty() ? "" : value.data(),
                                             value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}
void Statement::bind_bytes(int at, BytesView value) {
  // A null pointer would bind NULL; an empty blob is not NULL.
  check_bind(statement_, value.empty() ? sqlite3_bind_zeroblob(statement_, at + 1, 0)
                                       : sqlite3_bind_blob64(statement_, at + 1, value.data(), value.size(),
                                                             SQLITE_TRANSIENT));
}
void Statement::bind_null(int at) {
  check_bind(statement_, sqlite3_bind_null(statement_, at + 1));
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, Mode mode) {
  sqlite3* raw = nullptr;
  // A visitor opens for writing, since a log without its index can be read only by who may make the index.
  const int flags = mode == Mode::writer    ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                    : mode == Mode::visitor ? SQLITE_OPEN_READWRITE
                                            : SQLITE_OPEN_READONLY;
  const int opened = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Connection> db(new Connection(raw));
  if (opened != SQLITE_OK) {
    return fail(ErrorKind::io,
                fmt::format("{}: cannot open the database: {}. Check that the folder exists and "
                            "belongs to the user the daemon runs as.",
                            file.string(), raw != nullptr ? sqlite3_errmsg(raw) : "out of memory"));
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  try {
    // Only the writer checkpoints: SQLite 3.40.1 can corrupt when two connections race on a WAL reset.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    db->execute("PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=ON;");
    if (mode == Mode::writer) {
      db->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
      require_pragma(*db, "PRAGMA synchronous", "2");
      reserve_log_index(raw);
      constexpr auto kNote = [](void* pages, sqlite3* /*db*/, const char* /*name*/, int now) {
        *static_cast<int*>(pages) = now;
        return SQLITE_OK;
      };
      sqlite3_wal_hook(raw, kNote, &db->log_pages_);
      take_over(*db, raw);
    } else {
      db->execute("PRAGMA query_only=ON;");
    }
    if (mode != Mode::visitor) require_pragma(*db, "PRAGMA journal_mode", "wal");
    require_pragma(*db, "PRAGMA wal_autocheckpoint", "0");
    require_pragma(*db, "PRAGMA foreign_keys", "1");
  } catch (const Failure& failure) {
    auto error = failure.error();
    error.message = fmt::format("{}: {}", file.string(), error.message);
    return std::unexpected(error);
  }
  if (mode == Mode::writer) {
    // SQLite makes a new database with a rollback journal, and does not sync the folder after it removed
    // that. Were the journal to come back with a power cut, everything committed since would be rolled back.
    if (auto synced = sync_folder(file.has_parent_path() ? file.parent_path() : "."); !synced)
      return std::unexpected(synced.error());
  }
  return db;
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close_v2(db_);
}

Statement& Connection::statement(std::string_view sql) {
  auto at = statements_.find(sql);
  if (at == statements_.end()) {
    at = statements_.emplace(std::string(sql), std::make_unique<Statement>(db_, sql)).first;
  }
  return *at->second;
}

void Connection::execute(std::string_view sql) {
  if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) raise(db_, sql);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(db_) == 0;
}

int64_t Connection::changes() const {
  return sqlite3_changes64(db_);
}

void Connection::checkpoint() {
  // PASSIVE never waits for readers; what it could not copy goes next time.
  if (sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr) != SQLITE_OK) {
    raise(db_, "checkpoint");
  }
}

void Connection::seal() {
  statements_.clear();
  execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE;");
  require_pragma(*this, "PRAGMA journal_mode", "delete");
}

Result<> check_integrity(Connection& db) {
  const auto found = read(db, [](Connection& on) {
    auto& query = on.statement("PRAGMA integrity_check(1)");
    query.bind();
    auto first = query.step() ? query.text(0) : std::string("no answer");
    query.reset();
    return first;
  });
  if (!found) return std::unexpected(found.error());
  if (*found != "ok") return fail(ErrorKind::corrupt, *found);
  return {};
}

Result<int64_t> schema_version(Connection& db) {
  return read(db, [](Connection& on) {
    auto& query = on.statement("PRAGMA user_version").bind();
    query.step();
    const auto version = query.integer(0);
    query.reset();
    return version;
  });
}

Result<> migrate(Connection& db, std::span<const Migration> migrations) {
  try {
    auto& query = db.statement("PRAGMA user_version");
    query.bind();
    query.step();
    auto version = query.integer(0);
    query.reset();
    const auto last = migrations.empty() ? 0 : migrations.back().version;
    if (version > last) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("the database has schema version {} and this program knows only {}: "
                              "install the newer release again",
                              version, last));
    }
    for (const auto& step : migrations) {
      if (step.version <= version) continue;
      // A failure leaves the transaction open; the caller drops the connection, which undoes it.
      db.execute("BEGIN IMMEDIATE");
      db.execute(step.sql);
      db.execute(fmt::format("PRAGMA user_version={}", step.version));
      db.execute("COMMIT");
      version = step.version;
    }
    return {};
  } catch (const Failure& failure) {
    return std::unexpected(failure.error());
  }
}

}  // namespace millrace::store
