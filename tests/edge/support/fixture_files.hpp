// The test content of tests/edge/data, and how to change it.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/packages/package_reader.hpp"
#include "edge/testing/packages.hpp"

namespace millrace::edge::test {

inline std::filesystem::path data_folder() {
  return std::filesystem::path(MILLRACE_SOURCE_DIR) / "tests" / "edge" / "data";
}
inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}
inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}
inline std::string pumps_text() {
  return read_text(data_folder() / "packages" / "pumps.json");
}
inline PackagePtr pumps() {
  return packages::read_package(pumps_text(), "pumps.json").value();
}
/// The package with ordering, matching and hotspot, sections, sound, and a language that nobody approved.
inline std::string line_text() {
  return read_text(data_folder() / "line" / "line.json");
}
inline PackagePtr line() {
  return packages::read_package(line_text(), "line.json").value();
}
/// The packages of the demo, which the examples of an installation are as well.
inline std::vector<std::filesystem::path> demo_packages() {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(MILLRACE_SOURCE_DIR) / "demo" / "packages";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  EXPECT_EQ(files.size(), 5U);
  return files;
}
/// `text` with the first `from` replaced; fails the test when it is not there.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

}  // namespace millrace::edge::test
