// What an import does not carry over: named in the order in which it is found, and bounded.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace millrace::cli {

/// Of one item, and of the file itself: as many as a person may still read. A file of tens of mebibytes could
/// have millions.
inline constexpr size_t kMostLosses = 2'000;

/// As a report shows it: a name in a foreign file may be as long as the file.
std::string shortened(const std::string& text);

/// Names each loss once, however often it is found, and says when there were more than it names.
class Losses {
 public:
  void add(const std::string& what);
  /// Whether there were more: nothing that is found now will be named.
  bool has_more() const { return named_.size() > kMostLosses; }
  const std::vector<std::string>& named() const { return named_; }

 private:
  std::vector<std::string> named_;
  std::unordered_set<std::string> known_;
};

}  // namespace millrace::cli
