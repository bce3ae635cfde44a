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

}  // namespace

Form make_form(const Package& package, uint64_t seed) {
  Numbers numbers(seed);
  std::vector<size_t> order(package.items.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (package.shuffle_items || package.draw) shuffle(order, numbers);
  order.resize(package.question_count());
  if (!package.shuffle_items) std::ranges::sort(order);

  std::vector<std::vector<const Option*>> options(package.items.size());
  for (size_t i = 0; i < package.items.size(); ++i) {
    for (const auto& option : package.items[i].options) options[i].push_back(&option);
    if (package.shuffle_options) shuffle(options[i], numbers);
  }
  Form form;
  form.reserve(order.size());
  for (const auto i : order) form.push_back({&package.items[i], std::move(options[i])});
  return form;
}

}  // namespace millrace::edge
