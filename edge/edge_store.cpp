#include "edge/edge_store.hpp"

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/delivery/outbox_reader.hpp"
#include "core/store/replace.hpp"
#include "core/store/salvage.hpp"
#include "edge/capture/edge_schema.hpp"
#include "edge/publish/messages.hpp"

namespace millrace::edge {
namespace {

namespace fs = std::filesystem;
using store::Connection;

Result<std::unique_ptr<Connection>> open_migrated(const fs::path& database) {
  auto db = Connection::open(database, Connection::Mode::writer);
  if (!db) return db;
  if (auto migrated = store::migrate(**db, kEdgeMigrations); !migrated)
    return std::unexpected(migrated.error());
  return db;
}

Result<std::unique_ptr<Connection>> open_whole(const fs::path& database, const delivery::Outbox& outbox) {
  auto db = open_migrated(database);
  if (!db) return db;
  if (auto whole = store::check_integrity(**db); !whole) return std::unexpected(whole.error());
  // Leaving the stream looks at each record by itself, and a salvaged log may have gaps.
  const auto waiting = store::read(**db, [&](Connection& on) -> Result<> {
    return delivery::must_leave(on) ? Result<>() : outbox.check_unsettled(on);
  });
  if (!waiting) return std::unexpected(waiting.error());
  if (!*waiting) return std::unexpected(waiting->error());
  return db;
}

/// One transaction before the writer's thread is there. A COMMIT that fails ends the start.
template <class Work>
Result<> in_transaction(Connection& db, Work&& work) {
  const auto done = store::read(db, [&](Connection& on) -> Result<> {
    on.execute("BEGIN IMMEDIATE");
    if (auto worked = work(on); !worked) return worked;
    on.execute("COMMIT");
    return {};
  });
  return done ? *done : std::unexpected(done.error());
}

/// What refers to something that is lost. An attempt without its package goes on with the one in the
/// catalogue.
void mend_attempts(Connection& db) {
  db.execute(
      "INSERT INTO package SELECT DISTINCT package_sha256, '' FROM attempt"
      " WHERE package_sha256 NOT IN (SELECT sha256 FROM package);"
      "DELETE FROM journal WHERE attempt_id NOT IN (SELECT attempt_id FROM attempt);"
      "DELETE FROM interruption WHERE attempt_id NOT IN (SELECT attempt_id FROM attempt);"
      "DELETE FROM outcome WHERE attempt_id NOT IN (SELECT attempt_id FROM attempt);");
}

/// Builds a new database from what can be read of the damaged one, and puts it in its place.
Result<> rebuild(const fs::path& database, const delivery::Outbox& outbox, WallTime now,
                 const Error& damage) {
  log::error("store.damaged", {{"file", database.string()}, {"error", damage.message}});
  {
    const auto db = open_migrated(store::replacement_of(database));
    if (!db) return std::unexpected(db.error());
    const auto salvaged = store::salvage(database, **db);
    if (!salvaged) return std::unexpected(salvaged.error());
    for (const auto& table : *salvaged) {
      log::info("store.salvaged", {{"table", table.table}, {"rows", table.rows}, {"whole", table.whole}});
    }
    const auto mended = in_transaction(**db, [&](Connection& on) -> Result<> {
      const auto log = outbox.mend(on);
      mend_attempts(on);
      log::warn("outbox.mended", {{"lost", log.lost}, {"sent_again", log.again}});
      return {};
    });
    if (!mended) return mended;
    const auto sealed = store::read(**db, [](Connection& on) { on.seal(); });
    if (!sealed) return sealed;
  }
  const auto aside = store::replace_database(database, store::kCorrupt, now);
  if (!aside) return std::unexpected(aside.error());
  log::warn("store.replaced", {{"file", database.string()}, {"set_aside", aside->string()}});
  return {};
}

/// Before anything else is recorded. Returns why, or nothing.
Result<std::string> leave_stream(Connection& db, const delivery::Outbox& outbox, const Place& place,
                                 const Clock& clock) {
  const auto reason = store::read(db, delivery::must_leave);
  if (!reason) return std::unexpected(reason.error());
  if (!*reason) return std::string();
  bool left = false;
  const auto done = in_transaction(db, [&](Connection& on) -> Result<> {
    const auto opened = outbox.open_new_stream(on, [&](const auto& old, const auto& fresh) {
      return stream_opening(place.site, place.edge, old, fresh, clock.wall());
    });
    left = opened.has_value();
    if (!opened && opened.error().kind != ErrorKind::not_found) return std::unexpected(opened.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  if (!left) return std::string();  // it has none yet: its first record opens one
  log::warn("outbox.new_stream", {{"reason", **reason}});
  return **reason;
}

}  // namespace

Result<OpenedStore> open_store(const fs::path& database, const delivery::Outbox& outbox, const Place& place,
                               const Clock& clock) {
  if (auto finished = store::finish_replacement(database); !finished)
    return std::unexpected(finished.error());
  auto db = open_whole(database, outbox);
  if (!db && db.error().kind == ErrorKind::corrupt) {
    if (auto rebuilt = rebuild(database, outbox, clock.wall(), db.error()); !rebuilt)
      return std::unexpected(rebuilt.error());
    db = open_whole(database, outbox);
  }
  if (!db) return std::unexpected(db.error());
  auto left = leave_stream(**db, outbox, place, clock);
  if (!left) return std::unexpected(left.error());
  return OpenedStore{std::move(*db), std::move(*left)};
}

}  // namespace millrace::edge
