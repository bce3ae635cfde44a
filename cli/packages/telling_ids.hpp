// Ids of a package that give an answer away to who reads what the browser gets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/packages/package.hpp"

namespace millrace::cli {

/// Where and how the ids of an item tell its answer; nothing when they surely do not, or it may be chance.
struct TellingIds {
  std::string place;  ///< the item's member: "options"
  std::string what;
};
std::optional<TellingIds> telling_ids(const packages::Item& item);

/// Of two options to order, or two pairs, every other one stands in order by chance.
inline constexpr size_t kLeastToTell = 3;

/// Whether the ids stand in ascending order as a person counts: s2 before s10.
bool stand_in_order(const std::vector<std::string>& ids);

}  // namespace millrace::cli
