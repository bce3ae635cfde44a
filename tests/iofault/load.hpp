// What the processes that meet the faults have in common.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/uuid.hpp"
#include "tests/crash/write_log.hpp"
#include "tests/support/chain.hpp"

namespace millrace::iofault {

/// How much a process does before it ends; one that comes through has answered every record.
struct Plan {
  uint64_t records = 24;
  uint64_t rounds = 2;    ///< the store is closed and opened again between two
  uint64_t together = 4;  ///< records that may share a commit
};
/// `box`, `relay`, or `box-long`: a commit for each record, so many that the store checkpoints on its way.
inline Plan plan_of(std::string_view part) {
  if (part == "box-long") return {280, 1, 1};
  return part == "relay" ? Plan{24, 2, 3} : Plan{};
}

/// The record's id in the file of answers; for the relay, the place up to which a receipt went out.
inline Uuid answer_of(uint64_t number) {
  return delivery::testing::uuid_from(0xee, number);
}
inline uint64_t number_of(const Uuid& answer) {
  uint64_t number = 0;
  for (int at = 10; at < 16; ++at) number = number << 8U | answer.bytes.at(static_cast<size_t>(at));
  return number;
}
/// Whatever the relay's sink was given, up to here: a uint64_t. Beside the folder, where no fault strikes.
inline std::filesystem::path sink_of(const std::filesystem::path& folder) {
  return folder.string() + ".sink";
}
/// The relay's stream, the same in every process.
inline delivery::testing::Chain relay_chain(const Plan& plan) {
  delivery::testing::Chain chain;
  for (uint64_t number = 1; number <= plan.records; ++number)
    chain.append(number % 2 == 0 ? "operator:op-1" : "operator:op-2");
  return chain;
}

/// An answer goes out: one line in the file that no fault touches.
class Answers {
 public:
  explicit Answers(const std::filesystem::path& folder);
  void give(uint64_t number) const;

 private:
  int file_;
};

/// One life of the process. The exit code: 0, or 1 when it could not start.
int run_box(const std::filesystem::path& folder, const Plan& plan, bool errors_ignored);
int run_relay(const std::filesystem::path& folder, const Plan& plan, bool errors_ignored);

/// On standard output, for the driver: `refused KIND`, or `start KIND message`.
void say_refused(const Error& error);
int say_start_failed(const Error& error);

}  // namespace millrace::iofault
