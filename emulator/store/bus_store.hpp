// What the bus keeps on disk, and how it comes back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/result.hpp"
#include "core/store/database.hpp"
#include "core/store/writer.hpp"
#include "emulator/broker/broker.hpp"

namespace millrace::bus {

/// What must stay free on the disk: settling needs some pages of the log, and others use the disk too.
inline constexpr uint64_t kDiskReserveBytes = uint64_t{64} << 20U;

/// A row of the table of definitions.
struct StoredDefinition {
  std::string path;
  std::optional<Definition> definition;  ///< nothing: administration deleted it
  std::optional<std::string> from_file;  ///< JSON; nothing: the file of entities does not name it
};

/// The bus's database: open it, let `load_broker` fill the broker, then start committing. The
/// broker has already decided in memory when a change comes here, so a commit that fails leaves the two
/// apart: the process stops, and the restart reads the truth. Owned by the composition root; loop thread.
class BusStore {
 public:
  using Done = std::function<void()>;

  /// Makes the file when there is none. Errors: io, corrupt, no_space.
  static Result<BusStore> open(const std::filesystem::path& file,
                               uint64_t disk_reserve_bytes = kDiskReserveBytes);
  /// Keeps nothing on disk: a commit is done at once, and each start begins empty.
  static BusStore in_memory() { return {{}, 0, nullptr}; }

  /// Errors: io.
  Result<EntityRecords> entities();
  /// Errors: io, corrupt.
  Result<std::vector<StoredDefinition>> definitions();
  /// Before `start`: writes what following the file of entities did, and what the file says: JSON by path.
  /// Errors: io, no_space.
  Result<> follow_file(const std::vector<Effect>& effects, const std::map<std::string, std::string>& file);
  /// Errors: io, corrupt.
  Result<> restore(Broker& broker);

  /// False when the disk is nearly full: then nothing is accepted that grows, no message, state or
  /// definition, so that settling still works and no commit fails.
  bool has_room() const;

  /// Starts the writer's thread; `done` of `commit` runs on the executor.
  void start(boost::asio::any_io_executor executor);
  /// `done` runs once the effects are on disk, in the order of the calls, also when there are none.
  void commit(std::vector<Effect> effects, Done done);
  /// Commits what was given and ends the thread.
  void stop() { writer_.reset(); }

 private:
  BusStore(std::filesystem::path file, uint64_t disk_reserve_bytes, std::unique_ptr<store::Connection> db)
      : file_(std::move(file)), disk_reserve_bytes_(disk_reserve_bytes), db_(std::move(db)) {}

  std::filesystem::path file_;
  uint64_t disk_reserve_bytes_;
  std::unique_ptr<store::Connection> db_;  ///< until `start`; none in memory
  std::unique_ptr<store::Writer> writer_;  ///< none in memory
  boost::asio::any_io_executor executor_;  ///< since `start`
};

}  // namespace millrace::bus
