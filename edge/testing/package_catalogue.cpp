#include "edge/testing/package_catalogue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/files.hpp"
#include "core/packages/media.hpp"
#include "core/packages/package_limits.hpp"
#include "core/packages/package_reader.hpp"

namespace millrace::edge {
namespace {

std::vector<std::filesystem::path> package_files(const std::filesystem::path& folder,
                                                 std::vector<std::string>& problems) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->path().extension() == ".json") files.push_back(at->path());
  }
  if (failed) {
    problems.push_back(
        fmt::format("{}: cannot be read: {}. Set `packages` to the folder of the test packages",
                    folder.string(), failed.message()));
  }
  std::ranges::sort(files);
  if (files.size() > kMostPackages) {
    problems.push_back(fmt::format("{}: holds {} packages, at most {} are read; move old ones away",
                                   folder.string(), files.size(), kMostPackages));
    files.resize(kMostPackages);
  }
  return files;
}

PackagePtr load_one(const std::filesystem::path& folder, const std::filesystem::path& file,
                    std::vector<std::string>& problems) {
  auto content = read_file(file, kMostPackageBytes);
  if (!content) {
    problems.push_back(content.error().message);
    return {};
  }
  auto package = read_package(std::move(*content), file.string());
  if (!package) {
    problems.push_back(package.error().message);
    return {};
  }
  const auto before = problems.size();
  check_media(folder, **package, file.string(), problems);
  return problems.size() == before ? *package : PackagePtr{};
}

}  // namespace

PackageCatalogue PackageCatalogue::load(const std::filesystem::path& folder, const PackageCatalogue* before,
                                        std::vector<std::string>& problems) {
  PackageCatalogue out;
  out.folder_ = folder;
  for (const auto& file : package_files(folder, problems)) {
    const auto name = file.filename().string();
    auto package = load_one(folder, file, problems);
    if (package && before != nullptr) {
      const auto known = before->find(package->test_id, package->version);
      if (known && known->sha256 != package->sha256) {
        problems.push_back(
            fmt::format("{}: /version: version {} of '{}' is in use with other content; give the changed "
                        "test a new version",
                        file.string(), package->version, package->test_id));
        package = nullptr;
      }
    }
    if (package) {
      if (out.find(package->test_id, package->version)) {
        problems.push_back(
            fmt::format("{}: /test_id: version {} of '{}' is in another file as well; remove one",
                        file.string(), package->version, package->test_id));
        continue;
      }
      out.by_file_[name] = std::move(package);
    } else if (before != nullptr && before->by_file_.contains(name)) {
      out.by_file_[name] = before->by_file_.at(name);
    }
  }
  return out;
}

PackagePtr PackageCatalogue::find(const std::string& test_id, uint32_t version) const {
  for (const auto& [file, package] : by_file_) {
    if (package->test_id == test_id && package->version == version) return package;
  }
  return {};
}

PackagePtr PackageCatalogue::find(const Sha256& sha256) const {
  for (const auto& [file, package] : by_file_) {
    if (package->sha256 == sha256) return package;
  }
  return {};
}

std::vector<PackagePtr> PackageCatalogue::all() const {
  std::vector<PackagePtr> packages;
  packages.reserve(by_file_.size());
  for (const auto& [file, package] : by_file_) packages.push_back(package);
  return packages;
}

std::vector<std::string> PackageCatalogue::languages() const {
  std::vector<std::string> codes;
  for (const auto& [file, package] : by_file_) {
    for (const auto& code : package->language_codes()) {
      if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
    }
  }
  return codes;
}

}  // namespace millrace::edge
