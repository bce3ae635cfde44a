// Imports written in a test, and what they say.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "cli/packages/import.hpp"
#include "core/base/bytes.hpp"
#include "core/packages/package_reader.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::cli::test {

/// The least that browsers take for an SVG.
inline constexpr std::string_view kSvg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

/// A file of so many bytes that begins as a WAV does.
inline std::string wav_of(size_t bytes) {
  const std::string begin = "RIFF\xff\xff\xff\x7fWAVE";
  return begin + std::string(bytes - begin.size(), 'x');
}

/// Imports `name`, one of the files by their names.
inline Imported import_files(const std::map<std::string, std::string>& files, const std::string& name) {
  const millrace::test::TempFolder folder;
  for (const auto& [file, content] : files) {
    std::filesystem::create_directories((folder.path() / file).parent_path());
    std::ofstream(folder.path() / file, std::ios::binary) << content;
  }
  ImportOptions into;
  into.test_id = "imported";
  into.skill = "pumps";
  into.language = "en";
  auto imported = import_file(folder.path() / name, into);
  EXPECT_TRUE(imported) << imported.error().message;
  return imported ? std::move(*imported) : Imported{};
}

inline packages::PackagePtr package_of(const Imported& imported) {
  const auto package = packages::read_package(imported.package, "imported.json");
  EXPECT_TRUE(package) << package.error().message << report_text(imported);
  return package ? *package : nullptr;
}

/// As the import names a file of this item.
inline std::string media_name(const std::string& item, const std::string& content,
                              const std::string& ending) {
  return item + "." + hex(sha256(as_bytes(content))).substr(0, 8) + ending;
}

/// "item: reason", the whole ones marked.
inline std::vector<std::string> left_out(const Imported& imported) {
  std::vector<std::string> out;
  for (const auto& [item, whole, reason] : imported.left_out)
    out.push_back(item + (whole ? " whole: " : ": ") + reason);
  return out;
}

}  // namespace millrace::cli::test
