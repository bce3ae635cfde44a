// What plant IT puts onto the box: roster, assignments, test packages, and where it wants to, a catalogue of
// what may be asked for and the workflow steps that wait for a decision.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "edge/requests/catalogue.hpp"
#include "edge/requests/workflows.hpp"
#include "edge/roster/assignments.hpp"
#include "edge/roster/roster.hpp"
#include "edge/testing/package_catalogue.hpp"

namespace millrace::edge {

struct ContentPaths {
  std::filesystem::path roster;
  std::filesystem::path assignments;
  std::filesystem::path packages;
  std::filesystem::path catalogue{};  ///< empty: made of the packages
  std::filesystem::path workflows{};  ///< empty for none
};

/// One consistent state of all of it; immutable, so whoever holds one may go on with it on any thread.
struct Content {
  std::shared_ptr<const Roster> roster;
  std::shared_ptr<const Assignments> assignments;
  std::shared_ptr<const PackageCatalogue> packages;
  std::shared_ptr<const RequestCatalogue> catalogue;
  std::shared_ptr<const Workflows> workflows;  ///< null without a file
};

/// Reads the content at the start, and again when its files change. On the loop; owned by the daemon.
class ContentFolder {
 public:
  /// Errors: invalid_input with every problem of all files, one a line: file, place, what to do.
  static Result<ContentFolder> load(ContentPaths paths);
  /// As a box does that has to go on: in place of a bad file its last good copy is taken, which is in the
  /// folder `copies` from then on, and a bad or missing test package is left out. `problems` names both.
  /// Errors: invalid_input as of load(), when a file is bad and was never good, or there is no folder of
  /// packages.
  static Result<ContentFolder> start(ContentPaths paths, std::filesystem::path copies,
                                     std::vector<std::string>& problems);

  const Content& current() const { return current_; }
  const ContentPaths& paths() const { return paths_; }

  enum class Renewal { unchanged, renewed, refused };
  /// Looks whether a file changed, and reads anew if so. What is bad is refused, with its problems, and the
  /// last good state of it stays: of each package by itself, of every other file as a whole.
  Renewal renew(std::vector<std::string>& problems);

 private:
  static Result<ContentFolder> open(ContentPaths paths, std::filesystem::path copies,
                                    std::vector<std::string>& problems);
  Content read(std::vector<std::string>& problems) const;
  template <class T>
  std::shared_ptr<const T> read_file_of(const std::filesystem::path& file, const char* name,
                                        const std::shared_ptr<const T>& before,
                                        std::vector<std::string>& problems) const;
  bool is_whole() const;
  void take_skills_of_packages();
  static std::string fingerprint(const ContentPaths& paths);

  ContentPaths paths_;
  std::filesystem::path copies_;  ///< empty for none
  Content current_;
  std::string fingerprint_;
};

}  // namespace millrace::edge
