#include "cli/packages/import.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/packages/archive.hpp"
#include "cli/packages/moodle_import.hpp"
#include "cli/packages/qti_import.hpp"
#include "core/base/files.hpp"

#include <pugixml.hpp>

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;

/// Pictures inside a Moodle file are part of it.
constexpr size_t kMostSourceBytes = 64 * 1024 * 1024;
constexpr auto kManifest = "imsmanifest.xml";
constexpr unsigned kAnyoneReads = 0644;

Result<> named(const fs::path& file, const Error& error) {
  if (error.message.starts_with(file.string())) return std::unexpected(error);
  return fail(error.kind, fmt::format("{}: {}", file.string(), error.message));
}

std::string root_of(const std::string& xml) {
  pugi::xml_document document;
  (void)document.load_buffer(xml.data(), xml.size());
  return std::string(local_name(document.document_element().name()));
}

/// From the manifest that lies nearest to the top: some archives have everything in a folder.
Result<Draft> read_from_archive(const std::string& bytes, const std::string& language) {
  const auto files = read_archive(bytes);
  if (!files) return std::unexpected(files.error());
  fs::path manifest;
  const auto depth = [](const fs::path& path) { return std::distance(path.begin(), path.end()); };
  for (const auto& [name, content] : *files) {
    const fs::path path(name);
    if (path.filename() == kManifest && (manifest.empty() || depth(path) < depth(manifest))) manifest = path;
  }
  if (manifest.empty())
    return fail(ErrorKind::invalid_input,
                fmt::format("the ZIP archive has no {}: unpack it and give the file itself", kManifest));
  const auto folder = manifest.parent_path();
  const ReadBeside read = [&](const std::string& name) -> Result<std::string> {
    const auto found = files->find((folder / name).lexically_normal().generic_string());
    if (found == files->end()) return fail(ErrorKind::not_found, name + ": is not in the archive");
    return found->second;
  };
  return read_qti(kManifest, read, language);
}

/// A folder may come from a stranger: a link in it that leads out of it, or a pipe, is not read. Errors: io,
/// invalid_input.
Result<> stays_inside(const fs::path& folder, const std::string& name) {
  std::error_code failed;
  const auto inside = fs::canonical(folder.empty() ? "." : folder, failed);
  const auto real = failed ? fs::path() : fs::weakly_canonical(inside / name, failed);
  if (failed) return fail(ErrorKind::io, fmt::format("{}: cannot be followed: {}", name, failed.message()));
  if (std::ranges::mismatch(inside, real).in1 != inside.end())
    return fail(ErrorKind::invalid_input, name + ": it lies outside the folder");
  const auto kind = fs::status(real, failed).type();
  if (kind != fs::file_type::regular && kind != fs::file_type::not_found)
    return fail(ErrorKind::invalid_input, name + ": is no file");
  return {};
}

Result<std::string> read_inside(const fs::path& folder, const std::string& name) {
  if (auto inside = stays_inside(folder, name); !inside) return std::unexpected(inside.error());
  return read_file(folder / name, kMostSourceBytes);
}

Result<Draft> read_draft(const fs::path& file, const std::string& language) {
  const auto content = read_file(file, kMostSourceBytes);
  if (!content) return std::unexpected(content.error());
  if (is_archive(*content)) return read_from_archive(*content, language);
  if (root_of(*content) == "quiz") return read_moodle(*content, language);
  const auto folder = file.parent_path();
  return read_qti(
      file.filename().string(), [&](const std::string& name) { return read_inside(folder, name); }, language);
}

/// Other versions of the test may show it, and know it by its hash. Errors: io; invalid_input when it is
/// there with other content.
Result<bool> is_there(const fs::path& file, const std::string& content) {
  const auto found = read_file(file, content.size());
  if (found && *found == content) return true;
  if (!found && found.error().kind == ErrorKind::not_found) return false;
  if (!found && found.error().kind != ErrorKind::invalid_input) return std::unexpected(found.error());
  return fail(ErrorKind::invalid_input,
              fmt::format("{}: is there already with other content; nothing was written", file.string()));
}

/// Errors: those of is_there.
Result<std::vector<std::string>> media_to_write(const Imported& imported, const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& [name, content] : imported.media) {
    const auto there = is_there(folder / name, content);
    if (!there) return std::unexpected(there.error());
    if (!*there) out.push_back(name);
  }
  return out;
}

}  // namespace

Result<Imported> import_file(const fs::path& source, const ImportOptions& options) {
  std::error_code failed;
  const bool is_folder = fs::is_directory(source, failed);
  const auto file = is_folder ? source / kManifest : source;
  // What a person names is followed wherever it leads, but what is found in a folder is not.
  if (const auto inside = is_folder ? stays_inside(source, kManifest) : Result<>{}; !inside)
    return std::unexpected(named(file, inside.error()).error());
  auto draft = read_draft(file, options.language);
  if (!draft) return std::unexpected(named(file, draft.error()).error());
  return finish(std::move(*draft), options);
}

Result<fs::path> write_imported(const Imported& imported, const ImportOptions& options,
                                const fs::path& folder) {
  auto file = folder / (options.test_id + ".json");
  std::error_code failed;
  if (fs::exists(file, failed))
    return fail(ErrorKind::invalid_input,
                fmt::format("{}: is there already; nothing was written", file.string()));
  const auto media = folder / "media" / options.test_id;
  const auto missing = media_to_write(imported, media);
  if (!missing) return std::unexpected(missing.error());
  fs::create_directories(imported.media.empty() ? folder : media, failed);
  if (failed)
    return fail(ErrorKind::io, fmt::format("{}: cannot be made: {}", media.string(), failed.message()));
  for (const auto& name : *missing) {
    const auto& content = imported.media.at(name);
    if (auto written = write_file_durably(media / name, as_bytes(content), kAnyoneReads); !written)
      return std::unexpected(written.error());
  }
  if (auto written = write_file_durably(file, as_bytes(imported.package), kAnyoneReads); !written)
    return std::unexpected(written.error());
  return file;
}

std::string report_text(const Imported& imported) {
  std::string out;
  size_t whole = 0;
  for (const auto& [item, is_whole, reason] : imported.left_out) {
    out += fmt::format("{}: {}{}\n", item.empty() ? "the file" : item, is_whole ? "left out: " : "", reason);
    whole += is_whole ? 1 : 0;
  }
  return out + fmt::format("{} items carried over, {} left out, {} parts left out\n", imported.items, whole,
                           imported.left_out.size() - whole);
}

std::string report_json(const Imported& imported, const fs::path& source) {
  boost::json::array left_out;
  for (const auto& [item, whole, reason] : imported.left_out) {
    left_out.push_back(
        boost::json::object{{"item", item}, {"left_out", whole ? "item" : "part"}, {"reason", reason}});
  }
  return serialize(boost::json::object{{"format", "millrace-import-report/1"},
                                       {"source", source.string()},
                                       {"items", imported.items},
                                       {"left_out", std::move(left_out)}}) +
         "\n";
}

}  // namespace millrace::cli
