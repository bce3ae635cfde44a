// What may be asked for: catalogue.json, for as long as it does not come down from the centre.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "edge/requests/kinds.hpp"
#include "edge/testing/package_catalogue.hpp"

namespace millrace::edge {

struct Skill {
  std::string id;
  Texts title;
};

struct RequestReason {
  std::string code;
  Texts title;
  std::vector<RequestKind> kinds;  ///< that it may stand for

  bool fits(RequestKind kind) const;
};

/// Immutable once read.
class RequestCatalogue {
 public:
  /// Errors: those of reading; invalid_input with every problem of the file, one a line.
  static Result<RequestCatalogue> read(const std::filesystem::path& file);
  /// Where the plant has no catalogue: the skills that the packages test, and reasons that every plant has.
  static RequestCatalogue of_packages(const PackageCatalogue& packages);

  /// Nothing: the file does not say, or the plant has none.
  std::optional<WallTime> as_of() const { return as_of_; }
  const std::vector<Skill>& skills() const { return skills_; }
  const std::vector<RequestReason>& reasons() const { return reasons_; }
  /// Null when there is none.
  const Skill* skill(std::string_view id) const;
  const RequestReason* reason(std::string_view code) const;

 private:
  std::optional<WallTime> as_of_;
  std::vector<Skill> skills_;
  std::vector<RequestReason> reasons_;
};

}  // namespace millrace::edge
