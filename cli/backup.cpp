#include "cli/backup.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include "core/delivery/outbox.hpp"
#include "core/store/folder_lock.hpp"
#include "core/store/replace.hpp"
#include "edge/capture/edge_schema.hpp"

namespace millrace::cli {

namespace fs = std::filesystem;
using store::Connection;

namespace {

constexpr auto kBeforeRestore = "before-restore";
constexpr auto kReason = "it was restored from a backup";

Result<uint64_t> count_records(Connection& db) {
  return store::read(db, [](Connection& on) {
    auto& query = on.statement("SELECT count(*) FROM record").bind();
    query.step();
    const auto count = static_cast<uint64_t>(query.integer(0));
    query.reset();
    return count;
  });
}

/// Brings the copy up to date, looks at it, and has it leave its stream.
Result<> prepare(const fs::path& copy) {
  auto db = Connection::open(copy, Connection::Mode::writer);
  if (!db) return std::unexpected(db.error());
  if (auto migrated = store::migrate(**db, edge::kEdgeMigrations); !migrated) return migrated;
  if (auto whole = store::check_integrity(**db); !whole) return whole;
  return store::read(**db, [](Connection& on) {
    delivery::Outbox::leave_stream(on, kReason);
    on.seal();
  });
}

}  // namespace

Result<BackedUp> back_up(const Box& box, const fs::path& to) {
  if (auto copied = store::copy_database(box.database(), to); !copied) return std::unexpected(copied.error());
  std::error_code ignored;
  auto db = visit(to);
  if (db) {
    if (auto whole = store::check_integrity(**db); !whole) db = std::unexpected(whole.error());
  }
  const auto records = db ? count_records(**db) : std::unexpected(db.error());
  if (!records) {
    fs::remove(to, ignored);
    return std::unexpected(records.error());
  }
  return BackedUp{*records, fs::file_size(to, ignored)};
}

Result<fs::path> restore(const Box& box, const fs::path& from, WallTime now) {
  std::error_code failed;
  if (!fs::exists(from, failed))
    return fail(ErrorKind::not_found, fmt::format("{}: there is no such file", from.string()));
  const auto lock = store::FolderLock::take(box.data_dir, edge::kEdgeLock);
  if (!lock) {
    if (lock.error().kind != ErrorKind::conflict) return std::unexpected(lock.error());
    return fail(ErrorKind::conflict, "the box runs: stop it first (systemctl stop millrace-edge)");
  }
  if (auto finished = store::finish_replacement(box.database()); !finished)
    return std::unexpected(finished.error());
  const auto copy = store::replacement_of(box.database());
  if (auto copied = store::copy_database(from, copy); !copied) return std::unexpected(copied.error());
  if (auto prepared = prepare(copy); !prepared) {
    fs::remove(copy, failed);
    auto error = prepared.error();
    error.message = fmt::format("{}: {}; nothing was changed", from.string(), error.message);
    return std::unexpected(error);
  }
  return store::replace_database(box.database(), kBeforeRestore, now);
}

}  // namespace millrace::cli
