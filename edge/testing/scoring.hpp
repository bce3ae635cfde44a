// The score of an attempt. Whole numbers only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "edge/testing/form.hpp"

namespace millrace::edge {

/// Goes into every record, so that a score can be made again later by the same rules. 1 knew no ordering, no
/// matching and no hotspot.
inline constexpr std::string_view kScorerVersion = "millrace-scorer/2";

using Responses = std::map<std::string, Response, std::less<>>;  // by item id

/// Basis points for one item, rounded down. Partial: of choices, (right ones chosen − wrong ones chosen) /
/// right ones, not below 0; of an order, the share of options at their right place; of pairs, the share of
/// left sides with their right one.
int score_item(const Item& item, const Response& response);

struct Score {
  std::vector<int> item_bp;  ///< in the form's order
  int score_bp = 0;          ///< the weighted mean, rounded down: a mark is reached, never rounded to
  bool critical_item_failed = false;
  bool passed = false;
  size_t correct = 0;                      ///< items with full score
  std::vector<std::string> topics_missed;  ///< topics with an item below full score, in the package's order
};

/// A critical item below full score fails the test, whatever the mark.
Score score(const Package& package, const Form& form, const Responses& responses, int pass_mark_bp);

}  // namespace millrace::edge
