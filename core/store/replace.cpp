#include "core/store/replace.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "core/base/files.hpp"
#include "core/store/database.hpp"

namespace millrace::store {
namespace {

namespace fs = std::filesystem;

// While this name exists the replacement is decided, and what stands at the database's own name is worth
// nothing.
constexpr auto kDecided = ".ready";
constexpr auto kBuilding = ".new";
constexpr const char* kBeside[] = {"-wal", "-shm", "-journal"};

fs::path with(const fs::path& database, std::string_view suffix) {
  auto path = database;
  path += suffix;
  return path;
}

std::unexpected<Error> io(const fs::path& path, const std::error_code& failed) {
  return fail(ErrorKind::io, fmt::format("{}: {}", path.string(), failed.message()));
}

/// 20260105T060000Z: sorts, and is a file name everywhere.
std::string compact(WallTime now) {
  auto text = rfc3339(now).substr(0, sizeof("2026-01-05T06:00:00") - 1);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

Result<> sync_and_own(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return io(file, {errno, std::generic_category()});
  const bool good = ::fsync(descriptor) == 0 && belongs_to_owner_of(file.parent_path(), descriptor);
  const std::error_code failed(errno, std::generic_category());
  ::close(descriptor);
  if (!good) return io(file, failed);
  return sync_folder(file.parent_path());
}

Result<> copy_pages(sqlite3* from, const fs::path& to) {
  sqlite3* target = nullptr;
  int result = sqlite3_open_v2(to.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (result == SQLITE_OK) {
    auto* backup = sqlite3_backup_init(target, "main", from, "main");
    if (backup != nullptr) {
      sqlite3_backup_step(backup, -1);
      result = sqlite3_backup_finish(backup);
    } else {
      result = sqlite3_errcode(target);
    }
  }
  Result<> copied;
  if (result != SQLITE_OK) {
    copied =
        std::unexpected(Failure(result, fmt::format("{}: {}", to.string(), sqlite3_errstr(result))).error());
  }
  // The copy says WAL in its header; nothing may stay beside it.
  if (copied && sqlite3_exec(target, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr) != SQLITE_OK)
    copied = fail(ErrorKind::io, fmt::format("{}: {}", to.string(), sqlite3_errmsg(target)));
  sqlite3_close_v2(target);
  return copied;
}

}  // namespace

Result<> copy_database(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  if (fs::exists(to, failed)) return fail(ErrorKind::conflict, fmt::format("{} exists already", to.string()));
  if (!fs::exists(from, failed))
    return fail(ErrorKind::not_found, fmt::format("{} does not exist", from.string()));
  sqlite3* source = nullptr;
  // Reading and writing, since a log without its index can be read only by who may make the index; nothing
  // is written into the database.
  const int opened = sqlite3_open_v2(from.c_str(), &source, SQLITE_OPEN_READWRITE, nullptr);
  Result<> copied;
  if (opened == SQLITE_OK) {
    sqlite3_db_config(source, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    copied = copy_pages(source, to);
  } else {
    copied = fail(ErrorKind::io, fmt::format("{}: {}", from.string(), sqlite3_errstr(opened)));
  }
  sqlite3_close_v2(source);
  if (copied) copied = sync_and_own(to);
  if (!copied) fs::remove(to, failed);
  return copied;
}

fs::path replacement_of(const fs::path& database) {
  return with(database, kBuilding);
}

namespace {

/// A log that outlived its database would be played into the next one.
Result<> remove_logs(const fs::path& database) {
  std::error_code failed;
  for (const auto* beside : kBeside) {
    fs::remove(with(database, beside), failed);
    if (failed) return io(with(database, beside), failed);
  }
  return {};
}

}  // namespace

Result<> finish_replacement(const fs::path& database) {
  std::error_code failed;
  // What was being built and had not been decided upon is built again.
  const auto unfinished = replacement_of(database);
  if (fs::remove(unfinished, failed)) {
    if (auto removed = remove_logs(unfinished); !removed) return removed;
  }
  const auto ready = with(database, kDecided);
  if (!fs::exists(ready, failed)) return {};
  if (auto removed = remove_logs(database); !removed) return removed;
  if (auto synced = sync_folder(database.parent_path()); !synced) return synced;
  fs::rename(ready, database, failed);
  if (failed) return io(ready, failed);
  return sync_folder(database.parent_path());
}

Result<fs::path> replace_database(const fs::path& database, std::string_view why, WallTime now) {
  std::error_code failed;
  fs::path aside;
  if (fs::exists(database, failed)) {
    const auto stem = fmt::format(".{}-{}", why, compact(now));
    aside = with(database, stem);
    for (int number = 2; fs::exists(aside, failed); ++number)
      aside = with(database, fmt::format("{}-{}", stem, number));
    // Second names first: the old files lose their own only when the new one is decided upon.
    fs::create_hard_link(database, aside, failed);
    if (failed) return io(aside, failed);
    if (fs::exists(with(database, "-wal"), failed)) {
      fs::create_hard_link(with(database, "-wal"), with(aside, "-wal"), failed);
      if (failed) return io(with(aside, "-wal"), failed);
    }
  }
  const auto fresh = replacement_of(database);
  if (auto synced = sync_and_own(fresh); !synced) return std::unexpected(synced.error());
  fs::rename(fresh, with(database, kDecided), failed);
  if (failed) return io(fresh, failed);
  if (auto synced = sync_folder(database.parent_path()); !synced) return std::unexpected(synced.error());
  if (auto finished = finish_replacement(database); !finished) return std::unexpected(finished.error());
  return aside;
}

std::vector<fs::path> set_aside(const fs::path& database, std::string_view why) {
  const auto prefix = fmt::format("{}.{}-", database.filename().string(), why);
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator at(database.parent_path(), failed), end; !failed && at != end;
       at.increment(failed)) {
    const auto name = at->path().filename().string();
    if (name.starts_with(prefix) && !name.ends_with("-wal")) files.push_back(at->path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace millrace::store
