#include "cli/packages/draft_bounds.hpp"

#include <fmt/format.h>

namespace millrace::cli {
namespace {

using packages::Option;
using packages::Region;

constexpr size_t kMiB = 1024 * 1024;

size_t size_of(const std::map<std::string, std::string>& texts) {
  size_t bytes = 0;
  for (const auto& [name, text] : texts) bytes += name.size() + text.size();
  return bytes;
}

/// Parts without any text take memory as well.
size_t size_of(const std::vector<Option>& options) {
  size_t bytes = options.size() * sizeof(Option);
  for (const auto& option : options) bytes += option.id.size() + size_of(option.text);
  return bytes;
}

size_t size_of(const std::vector<Region>& regions) {
  size_t bytes = regions.size() * sizeof(Region);
  for (const auto& region : regions) bytes += region.id.size() + size_of(region.label);
  return bytes;
}

size_t size_of(const std::vector<std::string>& texts) {
  size_t bytes = texts.size() * sizeof(std::string);
  for (const auto& text : texts) bytes += text.size();
  return bytes;
}

/// Of everything but its pictures and sounds.
size_t text_bytes(const DraftItem& draft) {
  const auto& item = draft.item;
  return draft.name.size() + draft.topic.size() + draft.tolerance.size() + size_of(draft.lost.named()) +
         size_of(item.stem) + size_of(item.image_alt) + size_of(item.options) + size_of(item.left) +
         size_of(item.right) + size_of(item.regions) + item.unit.size() +
         packages::to_json(item.answer).size();
}

DraftItem only_reason(const DraftItem& item) {
  DraftItem out;
  out.name = shortened(item.name);
  out.refused = shortened(item.refused);
  return out;
}

}  // namespace

bool is_full(Draft& draft) {
  if (draft.items.size() < kMostDraftItems) return false;
  draft.lose(fmt::format("only the first {} items were looked at", kMostDraftItems));
  return true;
}

void add_item(Draft& draft, DraftItem item) {
  const auto texts = text_bytes(item);
  const auto bytes = texts + size_of(item.files);
  if (texts > packages::kMostPackageBytes) {
    item.refuse(
        fmt::format("it is longer than a whole package may be: {} MiB", packages::kMostPackageBytes / kMiB));
  } else if (bytes > kMostDraftBytes - draft.bytes) {
    item.refuse(fmt::format("it has no place any more: the items of one import have at most {} MiB together",
                            kMostDraftBytes / kMiB));
  }
  if (!item.refused.empty()) {
    draft.items.push_back(only_reason(item));
    return;
  }
  draft.bytes += bytes;
  draft.items.push_back(std::move(item));
}

}  // namespace millrace::cli
