#include "edge/testing/form.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace millrace::edge {
namespace {

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}

  uint64_t below(uint64_t bound) {
    // As many numbers as are left over by whole rounds of `bound` would make small results likelier.
    const auto uneven = (std::numeric_limits<uint64_t>::max() % bound + 1) % bound;
    for (;;) {
      const auto number = next();
      if (number <= std::numeric_limits<uint64_t>::max() - uneven) return number % bound;
    }
  }

 private:
  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  uint64_t state_;
};

template <class T>
void shuffle(std::vector<T>& list, Numbers& numbers) {
  for (size_t left = list.size(); left > 1; --left) std::swap(list[left - 1], list[numbers.below(left)]);
}

/// The items of one section, or of a package without any.
void draw_items(const Package& package, std::vector<size_t> items, const std::optional<uint32_t>& draw,
                Numbers& numbers, std::vector<size_t>& order) {
  if (package.shuffle_items || draw) shuffle(items, numbers);
  if (draw) items.resize(*draw);
  if (!package.shuffle_items) std::ranges::sort(items);
  order.insert(order.end(), items.begin(), items.end());
}

std::vector<size_t> order_of_items(const Package& package, Numbers& numbers) {
  std::vector<size_t> order;
  if (package.sections.empty()) {
    std::vector<size_t> all(package.items.size());
    std::iota(all.begin(), all.end(), size_t{0});
    draw_items(package, std::move(all), package.draw, numbers, order);
    return order;
  }
  for (const auto& section : package.sections) {
    std::vector<size_t> items;
    for (size_t i = 0; i < package.items.size(); ++i) {
      if (package.items[i].section == section.id) items.push_back(i);
    }
    draw_items(package, std::move(items), section.draw, numbers, order);
  }
  return order;
}

bool stands_right(const Item& item, const std::vector<const Option*>& options) {
  return std::ranges::equal(options, std::get<Order>(item.answer).options, {},
                            [](const Option* option) { return std::string_view(option->id); });
}

FormItem show(const Item& item, bool shuffle_options, Numbers& numbers) {
  FormItem shown{&item, {}, {}};
  for (const auto& option : item.options) shown.options.push_back(&option);
  for (const auto& option : item.right) shown.right.push_back(&option);
  if (item.type == ItemType::ordering) {
    // Of two, an order that is never right would tell the right one.
    do shuffle(shown.options, numbers);
    while (item.options.size() > 2 && stands_right(item, shown.options));
  } else if (shuffle_options) {
    shuffle(shown.options, numbers);
  }
  shuffle(shown.right, numbers);
  return shown;
}

}  // namespace

Form make_form(const Package& package, uint64_t seed) {
  Numbers numbers(seed);
  const auto order = order_of_items(package, numbers);
  Form all;
  all.reserve(package.items.size());
  for (const auto& item : package.items) all.push_back(show(item, package.shuffle_options, numbers));
  Form form;
  form.reserve(order.size());
  for (const auto i : order) form.push_back(std::move(all[i]));
  return form;
}

const Item* item_of(const Form& form, std::string_view item_id) {
  for (const auto& shown : form) {
    if (shown.item->id == item_id) return shown.item;
  }
  return nullptr;
}

}  // namespace millrace::edge
