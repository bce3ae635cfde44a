// Space held back on the disk, so that a full disk does not keep the box from tidying up.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/result.hpp"

namespace millrace::store {

inline constexpr uint64_t kDefaultBallastBytes = uint64_t{16} * 1024 * 1024;
/// Below this much free space nothing new is taken in: SQLite's own files need room to finish.
inline constexpr uint64_t kLeastFreeBytes = uint64_t{4} * 1024 * 1024;

/// A file of zeros with all its blocks allocated. Held while all is well; released when the disk is full, so
/// that receipts can be stored and rows can go; held again when there is room. While it is not held the box
/// takes nothing new in. One thread; owned by the daemon.
class Ballast {
 public:
  Ballast(std::filesystem::path file, uint64_t bytes) : file_(std::move(file)), bytes_(bytes) {}

  /// Looks at the disk: releases the file when less than kLeastFreeBytes are free, or `writes_fail`; takes it
  /// when there is room for it and kLeastFreeBytes twice. Errors: no_space with what is free; io.
  Result<> look(bool writes_fail);
  bool held() const { return held_; }
  void release();

 private:
  Result<> hold();

  std::filesystem::path file_;
  uint64_t bytes_;
  bool held_ = false;
};

}  // namespace millrace::store
