// What a process did to the files of one folder, in order: written by the preloaded library, read by the
// enumerator.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::crash {

/// The folder that is watched, and the log, which lies elsewhere.
inline constexpr auto kFolderVariable = "MILLRACE_WATCHED_FOLDER";
inline constexpr auto kLogVariable = "MILLRACE_WRITE_LOG";
/// The file whose writes are answers that went out: it is not part of the disk, and no fault strikes it.
inline constexpr std::string_view kAnswersFile = "answers";

enum class Op : uint8_t {
  name = 1,     ///< file `file` is called as the data say (relative to the folder); not a change
  write,        ///< the data at `offset`
  truncate,     ///< to `offset` bytes
  sync,         ///< all of the file that came before is on disk
  remove,       ///< the name is gone; a later write is of a new file
  sync_folder,  ///< every name that was removed before is gone for good
  sync_failed,  ///< what of the file waited is shown to readers and never written: the kernel gave it up
};

/// Followed by `length` bytes of data. In the byte order of the machine: log and reader are of one run.
struct EntryHead {
  uint64_t offset = 0;
  uint32_t length = 0;
  uint16_t file = 0;
  Op op = Op::write;
  uint8_t reserved = 0;
};
static_assert(sizeof(EntryHead) == 16);

}  // namespace millrace::crash
