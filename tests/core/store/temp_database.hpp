// A database file that goes away with the test.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace millrace::store {

struct TempDatabase {
  TempDatabase() {
    static int count = 0;
    folder = std::filesystem::path(testing::TempDir()) /
             ("store-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(folder);
  }
  ~TempDatabase() { std::filesystem::remove_all(folder); }
  TempDatabase(const TempDatabase&) = delete;
  TempDatabase& operator=(const TempDatabase&) = delete;
  std::filesystem::path file() const { return folder / "test.db"; }
  std::filesystem::path folder;
};

}  // namespace millrace::store
