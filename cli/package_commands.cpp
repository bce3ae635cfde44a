#include "cli/package_commands.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/packages/import.hpp"
#include "cli/packages/package_check.hpp"
#include "core/base/files.hpp"
#include "core/packages/package_limits.hpp"

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kLookAgain = 1;
constexpr int kFailed = 2;
constexpr uint32_t kBpPerPercent = 100;
/// Packages are for the daemon to read, and hold nobody's results.
constexpr mode_t kAnyoneReads = 022;

/// What the command line says.
struct PackageOptions {
  std::vector<fs::path> places;
  bool write_hashes = false;
  bool strict = false;
  bool json = false;
  fs::path source;
  fs::path out;
  fs::path report;
  ImportOptions into;
  uint32_t pass_mark = 80;
};

int failed(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return kFailed;
}

int check(const PackageOptions& options) {
  const auto checked = check_packages(options.places, options.write_hashes);
  if (!checked) return failed(checked.error());
  fmt::print("{}", options.json ? to_json(*checked) : to_text(*checked));
  const auto any = [&](auto member) {
    return std::ranges::any_of(*checked, [&](const CheckedFile& file) { return !(file.*member).empty(); });
  };
  if (any(&CheckedFile::problems)) return kFailed;
  return options.strict && any(&CheckedFile::warnings) ? kLookAgain : 0;
}

int list(const PackageOptions& options) {
  const auto checked = check_packages(options.places, false);
  if (!checked) return failed(checked.error());
  fmt::print("{}", options.json ? list_json(*checked) : list_text(*checked));
  return std::ranges::any_of(*checked, [](const CheckedFile& file) { return !file.package; }) ? kFailed : 0;
}

int import(PackageOptions options) {
  options.into.pass_mark_bp = options.pass_mark * kBpPerPercent;
  const auto imported = import_file(options.source, options.into);
  if (!imported) return failed(imported.error());
  const auto report = report_json(*imported, options.source);
  if (!options.report.empty()) {
    if (const auto written = write_file_durably(options.report, as_bytes(report)); !written)
      return failed(written.error());
  }
  fmt::print("{}", options.json ? report : report_text(*imported));
  if (imported->package.empty()) {
    return failed(
        {ErrorKind::invalid_input,
         fmt::format("{}: nothing could be carried over; no package was written", options.source.string())});
  }
  const auto file = write_imported(*imported, options.into, options.out);
  if (!file) return failed(file.error());
  const auto checked = check_packages({*file}, false);
  if (!checked) return failed(checked.error());
  const auto& found = checked->front();
  if (!found.problems.empty() || !found.warnings.empty()) fmt::print(stderr, "{}", to_text(*checked));
  if (!found.problems.empty()) return kFailed;
  if (!options.json) fmt::print("{}\n", file->string());
  return imported->left_out.empty() ? 0 : kLookAgain;
}

void add_import(CLI::App& packages, const std::shared_ptr<PackageOptions>& options, int& result) {
  auto* command = packages.add_subcommand("import",
                                          "Make a package of Moodle XML, QTI 2.1 or 2.2 (a file, or a "
                                          "content package); exit 1 when something was "
                                          "left out, 2 when nothing was written");
  auto& into = options->into;
  command->add_option("source", options->source, "A file, or a folder or ZIP archive with imsmanifest.xml")
      ->required();
  command->add_option("--out", options->out, "The folder of packages to write into")->required();
  command->add_option("--test-id", into.test_id, "The test's id, and the file's name")->required();
  command->add_option("--version", into.version, "The test's version")
      ->required()
      ->check(CLI::Range(int64_t{1}, packages::kMostVersion));
  command->add_option("--skill", into.skill, "What passing shows")->required();
  command->add_option("--language", into.language, "The language of its texts: en, de, pt-BR …")->required();
  command->add_option("--approved-by", into.approved_by,
                      "Who approves the translation; else nobody can take it");
  command->add_option("--title", into.title, "The title; else the file's own");
  command->add_option("--pass-mark", options->pass_mark, "Percent of the points")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  command->add_option("--report", options->report, "Write what was left out there, as JSON");
  command->add_flag("--json", options->json, "Print what was left out as JSON");
  command->callback([options, &result] { result = import(*options); });
}

}  // namespace

void add_package_commands(CLI::App& app, int& result) {
  const auto options = std::make_shared<PackageOptions>();
  auto* packages = app.add_subcommand("packages", "Test packages")->require_subcommand(1);
  packages->preparse_callback([](size_t) { ::umask(kAnyoneReads); });
  const auto places = [&](CLI::App* command) {
    command->add_option("place", options->places, "Packages, or folders of them")->required();
    command->add_flag("--json", options->json, "JSON");
  };
  auto* checking = packages->add_subcommand(
      "check", "Check packages as the box does; exit 0 when they are good, 2 otherwise");
  places(checking);
  checking->add_flag("--write-hashes", options->write_hashes, "Fill in `media`: the hashes of the files");
  checking->add_flag("--strict", options->strict, "Exit 1 when there are warnings");
  checking->callback([options, &result] { result = check(*options); });
  auto* listing = packages->add_subcommand("list", "What there is, with versions and languages");
  places(listing);
  listing->callback([options, &result] { result = list(*options); });
  add_import(*packages, options, result);
}

}  // namespace millrace::cli
