#include "cli/packages/package_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/packages/finger_room.hpp"
#include "cli/packages/media_judge.hpp"
#include "cli/packages/media_list.hpp"
#include "cli/packages/telling_ids.hpp"
#include "core/base/files.hpp"
#include "core/packages/media.hpp"
#include "core/packages/package_limits.hpp"
#include "core/packages/package_reader.hpp"

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;
using packages::Package;

Result<std::vector<fs::path>> files_in(const std::vector<fs::path>& places) {
  std::vector<fs::path> files;
  for (const auto& place : places) {
    std::error_code failed;
    if (!fs::is_directory(place, failed)) {
      files.push_back(place);
      continue;
    }
    std::vector<fs::path> found;
    for (fs::directory_iterator at(place, failed), end; !failed && at != end; at.increment(failed)) {
      if (at->path().extension() == ".json") found.push_back(at->path());
    }
    if (failed)
      return fail(ErrorKind::io, fmt::format("{}: cannot be read: {}", place.string(), failed.message()));
    if (found.empty())
      return fail(ErrorKind::not_found, fmt::format("{}: holds no package (*.json)", place.string()));
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

/// From "file: place: what", one a line.
void add_findings(const std::string& file, std::string_view lines, std::vector<Finding>& out) {
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    auto line = lines.substr(0, end);
    lines = end == std::string_view::npos ? std::string_view{} : lines.substr(end + 1);
    if (line.starts_with(file + ": ")) line.remove_prefix(file.size() + 2);
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) {
      out.push_back({"the document", std::string(line)});
    } else {
      out.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
    }
  }
}

Result<std::string> hashed(std::string text, const fs::path& file) {
  auto changed = with_hashes(text, file.string(), file.parent_path());
  // What is wrong with the package is told by the check.
  if (!changed || *changed == text) return text;
  constexpr unsigned kAnyoneReads = 0644;
  if (auto written = write_file_durably(file, as_bytes(*changed), kAnyoneReads); !written)
    return std::unexpected(written.error());
  return std::move(*changed);
}

/// Into an SVG the box does not look: it has no parser of XML.
void add_holes(const fs::path& folder, const Package& package, std::vector<Finding>& out) {
  for (const auto& [name, hash] : package.media) {
    const auto content = packages::read_media(folder, package.test_id, name);
    if (!content || !packages::check_content(name, *content)) continue;  // told by the check before
    const auto good = judge_media(name, *content);
    if (good) continue;
    const auto file = packages::media_file(folder, package.test_id, name).string();
    out.push_back({packages::place_of(package, name), fmt::format("{}: {}", file, good.error().message)});
  }
}

Result<CheckedFile> check(const fs::path& file, bool write_hashes) {
  CheckedFile out{file.string(), {}, {}, {}};
  auto text = read_file(file, packages::kMostPackageBytes);
  if (!text && text.error().kind != ErrorKind::invalid_input) return std::unexpected(text.error());
  if (text && write_hashes) text = hashed(std::move(*text), file);
  if (!text && text.error().kind != ErrorKind::invalid_input) return std::unexpected(text.error());
  const auto package = text ? packages::read_package(*text, out.file) : std::unexpected(text.error());
  if (!package) {
    add_findings(out.file, package.error().message, out.problems);
    return out;
  }
  out.package = *package;
  std::vector<std::string> problems;
  packages::check_media(file.parent_path(), **package, out.file, problems);
  for (const auto& problem : problems) add_findings(out.file, problem, out.problems);
  add_holes(file.parent_path(), **package, out.problems);
  out.warnings = warnings_of(**package);
  return out;
}

void find_doubles(std::vector<CheckedFile>& files) {
  for (auto second = files.begin(); second != files.end(); ++second) {
    if (!second->package) continue;
    const auto first = std::find_if(files.begin(), second, [&](const CheckedFile& file) {
      return file.package && file.package->test_id == second->package->test_id &&
             file.package->version == second->package->version;
    });
    if (first == second) continue;
    second->problems.push_back(
        {"/test_id", fmt::format("version {} of '{}' is in {} as well; remove one", second->package->version,
                                 second->package->test_id, first->file)});
  }
}

}  // namespace

Result<std::vector<CheckedFile>> check_packages(const std::vector<fs::path>& places, bool write_hashes) {
  const auto files = files_in(places);
  if (!files) return std::unexpected(files.error());
  std::vector<CheckedFile> out;
  for (const auto& file : *files) {
    auto checked = check(file, write_hashes);
    if (!checked) return std::unexpected(checked.error());
    out.push_back(std::move(*checked));
  }
  find_doubles(out);
  return out;
}

std::vector<Finding> warnings_of(const Package& package) {
  std::vector<Finding> out;
  if (package.layout_sample)
    out.push_back({"/layout_sample", "the package is for looking at only: it must certify nobody"});
  const auto* const so = package.layout_sample ? "" : ": the test cannot be taken in it";
  for (size_t i = 0; i < package.languages.size(); ++i) {
    const auto& language = package.languages[i];
    if (!language.approved_by.empty()) continue;
    out.push_back({fmt::format("/languages/{}/approved_by", i),
                   fmt::format("nobody approved '{}'{}", language.code, so)});
  }
  for (size_t i = 0; i < package.items.size(); ++i) {
    const auto& item = package.items[i];
    if (!item.image.empty() && item.image_alt.empty())
      out.push_back({fmt::format("/items/{}/image_alt", i),
                     "is missing: say what the picture shows, for who cannot see it"});
    for (const auto& [language, name] : item.approved_by) {
      if (name.empty())
        out.push_back({fmt::format("/items/{}/approved_by/{}", i, language),
                       fmt::format("nobody approved '{}'{}", language, so)});
    }
    if (const auto telling = telling_ids(item))
      out.push_back({fmt::format("/items/{}/{}", i, telling->place), telling->what});
    for (const auto& [place, what] : places_without_room(item))
      out.push_back({fmt::format("/items/{}/{}", i, place), what});
  }
  return out;
}

}  // namespace millrace::cli
