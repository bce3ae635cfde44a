#include "edge/requests/kinds.hpp"

#include <algorithm>

namespace millrace::edge {
namespace {

template <class T>
struct Named {
  T value;
  std::string_view name;
};

constexpr std::array kKindNames{
    Named{RequestKind::training, "training"}, Named{RequestKind::recertification, "recertification"},
    Named{RequestKind::retest, "retest"}, Named{RequestKind::accommodation, "accommodation"}};
constexpr std::array kPriorityNames{Named{Priority::low, "low"}, Named{Priority::normal, "normal"},
                                    Named{Priority::high, "high"}, Named{Priority::urgent, "urgent"}};
constexpr std::array kDecisionNames{Named{Decision::approve, "approve"}, Named{Decision::reject, "reject"}};

template <class T, size_t N>
std::string_view name_of(const std::array<Named<T>, N>& names, T value) {
  const auto at = std::ranges::find(names, value, &Named<T>::value);
  return at == names.end() ? std::string_view{} : at->name;
}

template <class T, size_t N>
std::optional<T> named(const std::array<Named<T>, N>& names, std::string_view name) {
  const auto at = std::ranges::find(names, name, &Named<T>::name);
  if (at == names.end()) return {};
  return at->value;
}

}  // namespace

std::string_view to_string(RequestKind kind) {
  return name_of(kKindNames, kind);
}

std::string_view to_string(Priority priority) {
  return name_of(kPriorityNames, priority);
}

std::string_view to_string(Decision decision) {
  return name_of(kDecisionNames, decision);
}

std::optional<RequestKind> request_kind(std::string_view name) {
  return named(kKindNames, name);
}

std::optional<Priority> priority(std::string_view name) {
  return named(kPriorityNames, name);
}

std::optional<Decision> decision(std::string_view name) {
  return named(kDecisionNames, name);
}

size_t characters(std::string_view text) {
  constexpr unsigned kContinuationMask = 0xC0;
  constexpr unsigned kContinuation = 0x80;
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & kContinuationMask) != kContinuation; }));
}

}  // namespace millrace::edge
