// Which items one attempt gets, and in which order: drawn and shuffled from a seed that the record keeps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "edge/testing/packages.hpp"

namespace millrace::edge {

/// One item as shown: which it is, and the order of its options.
struct FormItem {
  const Item* item = nullptr;  ///< in the package, which must outlive the form
  std::vector<const Option*> options;
  std::vector<const Option*> right;  ///< matching
};
using Form = std::vector<FormItem>;

/// The same package and seed give the same form for ever; whoever holds both can rebuild what was shown:
/// SplitMix64 from the seed; each number below n is taken by rejecting the incomplete last round.
/// Fisher-Yates from the end: first over the items if they are shuffled or drawn, with sections over each
/// section's in turn; then over the options of each item in the order of the package, where they are shuffled
/// or the item is an ordering, which is shuffled again for as long as it stands in its right order and has
/// more than two options; last over the right side of a matching, always. Drawing keeps the first `draw`;
/// where items are not shuffled, in package order. Sections stand in the order of the package.
Form make_form(const Package& package, uint64_t seed);

/// Null where the form has no such item.
const Item* item_of(const Form& form, std::string_view item_id);

}  // namespace millrace::edge
