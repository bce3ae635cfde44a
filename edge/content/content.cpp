#include "edge/content/content.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace millrace::edge {
namespace {

template <class T>
std::shared_ptr<const T> accept(Result<T> read, const std::shared_ptr<const T>& before,
                                std::vector<std::string>& problems) {
  if (read) return std::make_shared<const T>(std::move(*read));
  problems.push_back(read.error().message);
  return before;
}

std::string stamp(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto time = std::filesystem::last_write_time(file, ignored).time_since_epoch().count();
  const auto size = std::filesystem::file_size(file, ignored);
  return fmt::format("{} {} {}\n", file.string(), time, size);
}

/// A test that is not here cannot be taken: said before the operator stands in front of it.
void check_packages(const Content& content, const std::string& file, std::vector<std::string>& problems) {
  for (const auto& assignment : content.assignments->all()) {
    if (content.packages->find(assignment.test_id, assignment.test_version)) continue;
    problems.push_back(
        fmt::format("{}: {}/test_id: version {} of '{}' is not among the test packages; put it there or "
                    "remove the assignment",
                    file, assignment.pointer, assignment.test_version, assignment.test_id));
  }
}

}  // namespace

Content ContentFolder::read(const ContentPaths& paths, const Content* before,
                            std::vector<std::string>& problems, std::vector<std::string>& package_problems) {
  const Content none;
  const auto& last = before != nullptr ? *before : none;
  Content out;
  out.roster = accept(Roster::read(paths.roster), last.roster, problems);
  out.assignments = accept(Assignments::read(paths.assignments), last.assignments, problems);
  out.packages = std::make_shared<const PackageCatalogue>(
      PackageCatalogue::load(paths.packages, last.packages.get(), package_problems));
  if (!paths.catalogue.empty())
    out.catalogue = accept(RequestCatalogue::read(paths.catalogue), last.catalogue, problems);
  if (!paths.workflows.empty())
    out.workflows = accept(Workflows::read(paths.workflows), last.workflows, problems);
  return out;
}

Result<ContentFolder> ContentFolder::load(ContentPaths paths, std::vector<std::string>* left_out) {
  ContentFolder folder;
  folder.paths_ = std::move(paths);
  folder.fingerprint_ = fingerprint(folder.paths_);
  std::error_code ignored;
  const bool has_packages = std::filesystem::is_directory(folder.paths_.packages, ignored);
  std::vector<std::string> problems;
  std::vector<std::string> of_packages;
  folder.current_ = read(folder.paths_, nullptr, problems, of_packages);
  if (problems.empty() && (of_packages.empty() || left_out != nullptr))
    check_packages(folder.current_, folder.paths_.assignments.string(), of_packages);
  auto& whole = left_out != nullptr && has_packages ? *left_out : problems;
  whole.insert(whole.end(), of_packages.begin(), of_packages.end());
  if (!problems.empty()) return fail(ErrorKind::invalid_input, fmt::format("{}", fmt::join(problems, "\n")));
  folder.take_skills_of_packages();
  return folder;
}

ContentFolder::Renewal ContentFolder::renew(std::vector<std::string>& problems) {
  auto now = fingerprint(paths_);
  if (now == fingerprint_) return Renewal::unchanged;
  fingerprint_ = std::move(now);
  auto fresh = read(paths_, &current_, problems, problems);
  std::vector<std::string> missing;
  check_packages(fresh, paths_.assignments.string(), missing);
  if (!missing.empty()) {
    // Packages and assignments belong together: neither is taken without the other.
    fresh.assignments = current_.assignments;
    fresh.packages = current_.packages;
    problems.insert(problems.end(), missing.begin(), missing.end());
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
