// A database takes another's place, whole or not at all, whenever the power goes.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace::store {

/// A consistent copy of a database that others may use meanwhile; one file, synced with its folder. What root
/// writes belongs to the folder's owner. Errors: not_found, corrupt, no_space, io; conflict when `to` exists.
Result<> copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

/// The first thing at every start: finishes a replacement that was cut short once it was decided upon, and
/// removes one that was not. Errors: io.
Result<> finish_replacement(const std::filesystem::path& database);

/// Where to build what is to take the database's place: sealed and closed, then `replace_database`.
std::filesystem::path replacement_of(const std::filesystem::path& database);

/// Puts what stands at `replacement_of` into the database's place. The old one is kept, with its log, under
/// `{database}.{why}-{time}`, which is returned; nothing when there was none. Nobody may have either open.
/// Errors: io.
Result<std::filesystem::path> replace_database(const std::filesystem::path& database, std::string_view why,
                                               WallTime now);

/// What `replace_database` has put aside for this reason and nobody has moved away yet, oldest first.
std::vector<std::filesystem::path> set_aside(const std::filesystem::path& database, std::string_view why);
/// The reason for a database that could not be read.
inline constexpr std::string_view kCorrupt = "corrupt";

}  // namespace millrace::store
