#include "emulator/faults/faults.hpp"

#include <algorithm>
#include <utility>

#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

bool concerns(const Fault& fault, Operation operation, std::string_view entity) {
  return fault.operation == operation && (fault.entity.empty() || same_ignoring_case(fault.entity, entity));
}

}  // namespace

std::optional<uint64_t> Faults::add(Fault fault) {
  if (pending_.size() >= kFaultsMost) return {};
  fault.id = ++last_id_;
  fault.hits = 0;
  pending_.push_back({std::move(fault), clock_.mono(), 0});
  return last_id_;
}

bool Faults::remove(uint64_t id) {
  return std::erase_if(pending_, [&](const Pending& one) { return one.fault.id == id; }) > 0;
}

bool Faults::waits_for(Operation operation, std::string_view entity) const {
  return std::ranges::any_of(pending_,
                             [&](const Pending& one) { return concerns(one.fault, operation, entity); });
}

std::optional<Fault> Faults::strike(Operation operation, std::string_view entity) {
  if (pending_.empty()) return {};
  const auto now = clock_.mono();
  std::erase_if(pending_, [&](const Pending& one) {
    return one.fault.span && now >= one.asked + one.fault.after + *one.fault.span;
  });
  for (auto& [fault, asked, passed] : pending_) {
    if (!concerns(fault, operation, entity) || now < asked + fault.after || passed++ < fault.skip) continue;
    ++fault.hits;
    auto struck = fault;
    if (fault.times != 0 && fault.hits >= fault.times) remove(struck.id);
    return struck;
  }
  return {};
}

std::vector<Fault> Faults::all() const {
  std::vector<Fault> faults;
  faults.reserve(pending_.size());
  for (const auto& one : pending_) faults.push_back(one.fault);
  return faults;
}

}  // namespace millrace::bus
