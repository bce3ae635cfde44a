// The states in which a power cut can leave the files of a folder, from the log of what was done to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/uuid.hpp"
#include "tests/crash/write_log.hpp"

namespace millrace::crash {

/// Writes reach a disk in any order, in part, or not at all, until their file is synced. Sectors are whole.
inline constexpr size_t kSectorBytes = 512;

struct Entry {
  EntryHead head;
  Bytes data;
};
/// Throws std::runtime_error when the log cannot be read or is cut off.
std::vector<Entry> read_log(const std::filesystem::path& log);

using Content = std::optional<Bytes>;  // nothing: there is no such file

/// Goes along the log and knows, after each entry, what is certain and what is not.
class DiskStates {
 public:
  explicit DiskStates(const std::vector<Entry>& entries) : entries_(entries) {}

  /// Takes the next entry in; false at the end.
  bool advance();
  /// Whether the last entry was an answer.
  bool at_answer() const { return at_answer_; }
  /// Entries that may or may not be on the disk, over all files.
  size_t pending() const;
  /// Everything answered so far.
  const std::set<Uuid>& answered() const { return answered_; }

  /// One state: `choose(n)` says which part of the n-th pending entry is there.
  enum class Part : uint8_t { nothing, all, torn };
  struct Choice {
    Part part = Part::nothing;
    uint64_t sectors = 0;  ///< with torn: bit s modulo 64 says whether sector s is there
  };
  std::map<std::string, Content> state(const std::vector<Choice>& choices) const;

 private:
  struct File {
    Content synced;
    std::vector<const Entry*> pending;
  };
  void sync_folder();
  static void apply(Content& content, const Entry& entry, const Choice& choice);

  const std::vector<Entry>& entries_;
  size_t next_ = 0;
  std::map<std::string, File, std::less<>> files_;
  std::map<uint16_t, std::string> names_;  // each process that writes the log has numbers of its own
  bool at_answer_ = false;
  std::set<Uuid> answered_;
};

}  // namespace millrace::crash
