#include "edge/content/content.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/files.hpp"
#include "core/base/log.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostCopiedBytes = 64 * 1024 * 1024;  // as of assignments, the largest of the files

/// Only what can be read back takes the last copy's place: the file may have changed since it was read.
template <class T>
Result<> copy_good(const std::filesystem::path& file, const std::filesystem::path& copy) {
  const auto content = read_file(file, kMostCopiedBytes);
  if (!content) return std::unexpected(content.error());
  if (const auto there = read_file(copy, kMostCopiedBytes); there && *there == *content) return {};
  auto candidate = copy;
  candidate += ".new";
  if (auto written = write_file_durably(candidate, as_bytes(*content), 0600); !written) return written;
  if (auto good = T::read(candidate); !good) return std::unexpected(good.error());
  std::error_code failed;
  std::filesystem::rename(candidate, copy, failed);
  if (failed) return fail(ErrorKind::io, fmt::format("{}: {}", copy.string(), failed.message()));
  return sync_folder(copy.parent_path());
}

std::string stamp(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto time = std::filesystem::last_write_time(file, ignored).time_since_epoch().count();
  const auto size = std::filesystem::file_size(file, ignored);
  return fmt::format("{} {} {}\n", file.string(), time, size);
}

using MissingTests =
    std::map<std::pair<std::string, int>, std::string>;  // to the first place that asks for it

MissingTests missing_tests(const Content& content) {
  MissingTests missing;
  for (const auto& assignment : content.assignments->all()) {
    if (content.packages->find(assignment.test_id, assignment.test_version)) continue;
    missing.emplace(std::pair{assignment.test_id, assignment.test_version}, assignment.pointer);
  }
  return missing;
}

/// A test that is not here cannot be taken: said before the operator stands in front of it, once however many
/// have to take it.
void name_missing(const Content& content, const std::string& file, std::vector<std::string>& problems) {
  for (const auto& [test, pointer] : missing_tests(content)) {
    problems.push_back(
        fmt::format("{}: {}/test_id: version {} of '{}' is not among the test packages; put it there or "
                    "remove the assignment",
                    file, pointer, test.second, test.first));
  }
}

/// Whether a test that was there is missing now.
bool lacks_more(const Content& fresh, const Content& before) {
  const auto missed = missing_tests(before);
  return std::ranges::any_of(missing_tests(fresh),
                             [&](const auto& test) { return !missed.contains(test.first); });
}

}  // namespace

template <class T>
std::shared_ptr<const T> ContentFolder::read_file_of(const std::filesystem::path& file, const char* name,
                                                     const std::shared_ptr<const T>& before,
                                                     std::vector<std::string>& problems) const {
  auto read = T::read(file);
  if (read) {
    if (!copies_.empty()) {
      if (const auto copied = copy_good<T>(file, copies_ / name); !copied)
        log::warn("content.not_copied", {{"reason", copied.error().message}});
    }
    return std::make_shared<const T>(std::move(*read));
  }
  problems.push_back(read.error().message);
  if (before != nullptr || copies_.empty()) return before;
  auto last = T::read(copies_ / name);
  return last ? std::make_shared<const T>(std::move(*last)) : nullptr;
}

Content ContentFolder::read(std::vector<std::string>& problems) const {
  Content out;
  out.roster = read_file_of<Roster>(paths_.roster, "roster.json", current_.roster, problems);
  out.assignments =
      read_file_of<Assignments>(paths_.assignments, "assignments.json", current_.assignments, problems);
  out.packages = std::make_shared<const PackageCatalogue>(
      PackageCatalogue::load(paths_.packages, current_.packages.get(), problems));
  if (!paths_.catalogue.empty()) {
    out.catalogue =
        read_file_of<RequestCatalogue>(paths_.catalogue, "catalogue.json", current_.catalogue, problems);
  }
  if (!paths_.workflows.empty())
    out.workflows = read_file_of<Workflows>(paths_.workflows, "workflows.json", current_.workflows, problems);
  return out;
}

bool ContentFolder::is_whole() const {
  std::error_code ignored;
  return current_.roster && current_.assignments && (paths_.catalogue.empty() || current_.catalogue) &&
         (paths_.workflows.empty() || current_.workflows) &&
         std::filesystem::is_directory(paths_.packages, ignored);
}

Result<ContentFolder> ContentFolder::load(ContentPaths paths) {
  std::vector<std::string> problems;
  auto folder = open(std::move(paths), {}, problems);
  if (folder && problems.empty())
    name_missing(folder->current_, folder->paths_.assignments.string(), problems);
  if (folder && !problems.empty())
    return fail(ErrorKind::invalid_input, fmt::format("{}", fmt::join(problems, "\n")));
  return folder;
}

Result<ContentFolder> ContentFolder::start(ContentPaths paths, std::filesystem::path copies,
                                           std::vector<std::string>& problems) {
  auto folder = open(std::move(paths), std::move(copies), problems);
  if (folder) name_missing(folder->current_, folder->paths_.assignments.string(), problems);
  return folder;
}

Result<ContentFolder> ContentFolder::open(ContentPaths paths, std::filesystem::path copies,
                                          std::vector<std::string>& problems) {
  ContentFolder folder;
  folder.paths_ = std::move(paths);
  folder.copies_ = std::move(copies);
  folder.fingerprint_ = fingerprint(folder.paths_);
  if (!folder.copies_.empty()) {
    std::error_code ignored;  // without the folder a copy cannot be written, and that is said
    std::filesystem::create_directories(folder.copies_, ignored);
  }
  folder.current_ = folder.read(problems);
  if (!folder.is_whole()) return fail(ErrorKind::invalid_input, fmt::format("{}", fmt::join(problems, "\n")));
  folder.take_skills_of_packages();
  return folder;
}

ContentFolder::Renewal ContentFolder::renew(std::vector<std::string>& problems) {
  auto now = fingerprint(paths_);
  if (now == fingerprint_) return Renewal::unchanged;
  fingerprint_ = std::move(now);
  auto fresh = read(problems);
  name_missing(fresh, paths_.assignments.string(), problems);
  if (lacks_more(fresh, current_)) {
    // Packages and assignments belong together: neither is taken without the other.
    fresh.assignments = current_.assignments;
    fresh.packages = current_.packages;
  }
  current_ = std::move(fresh);
  take_skills_of_packages();
  return problems.empty() ? Renewal::renewed : Renewal::refused;
}

void ContentFolder::take_skills_of_packages() {
  if (!paths_.catalogue.empty()) return;
  current_.catalogue =
      std::make_shared<const RequestCatalogue>(RequestCatalogue::of_packages(*current_.packages));
}

std::string ContentFolder::fingerprint(const ContentPaths& paths) {
  std::string all = stamp(paths.roster) + stamp(paths.assignments);
  if (!paths.catalogue.empty()) all += stamp(paths.catalogue);
  if (!paths.workflows.empty()) all += stamp(paths.workflows);
  std::vector<std::string> files;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(paths.packages, failed), end; !failed && at != end;
       at.increment(failed)) {
    files.push_back(stamp(at->path()));
  }
  std::ranges::sort(files);
  for (const auto& file : files) all += file;
  return all;
}

}  // namespace millrace::edge
