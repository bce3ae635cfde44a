#include "cli/packages/losses.hpp"

#include <fmt/format.h>

#include "core/packages/package_limits.hpp"

namespace millrace::cli {

std::string shortened(const std::string& text) {
  auto end = packages::kMostTextBytes;
  if (text.size() <= end) return text;
  const auto is_inside_letter = [&] { return (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U; };
  while (end > 0 && is_inside_letter()) --end;
  return text.substr(0, end) + "…";
}

void Losses::add(const std::string& what) {
  if (has_more()) return;
  const auto [shown, is_new] = known_.insert(shortened(what));
  if (!is_new) return;
  named_.push_back(named_.size() < kMostLosses
                       ? *shown
                       : fmt::format("and more: only the first {} losses are named", kMostLosses));
}

}  // namespace millrace::cli
