// One fault, in one run of a real process, and what became of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/crash/io_fault.hpp"

namespace millrace::iofault {

struct Fault {
  crash::Call call = crash::Call::write;
  uint64_t at = 0;
  std::string error;  ///< as the environment has it
  bool for_good = false;

  std::string text() const;
};

struct Setting {
  std::string part;  ///< "box", "box-long" or "relay"
  std::filesystem::path load;
  std::filesystem::path library;
  std::vector<std::string> more;  ///< for the load
};

/// What the process that met the fault made of it.
enum class End : uint8_t {
  not_met,      ///< the process made fewer calls than in the run that counted them
  unnoticed,    ///< it went on, and all was answered
  refused,      ///< it said that something was not saved, and went on
  stopped,      ///< it ended itself, to read after its restart what is there
  not_started,  ///< it said at its start why it cannot
};
inline constexpr std::array<const char*, 5> kEnds{"not met", "unnoticed", "refused", "stopped",
                                                  "not started"};

struct Outcome {
  End end = End::not_met;
  std::vector<std::string> wrong;  ///< violations, each a sentence
};

/// One run without a fault: how many calls of each kind there are. Throws std::runtime_error if it fails.
std::array<uint64_t, crash::kCallNames.size()> count_calls(const Setting& setting,
                                                           const std::filesystem::path& scratch);

/// Runs the process into the fault, looks at what it leaves, starts it again as a service manager does, and
/// looks at that too; where a sync failed, also at what a power cut would leave.
Outcome run(const Setting& setting, const Fault& fault, const std::filesystem::path& scratch);

}  // namespace millrace::iofault
