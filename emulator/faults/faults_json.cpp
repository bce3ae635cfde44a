#include "emulator/faults/faults_json.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "core/base/files.hpp"

namespace millrace::bus {
namespace {

namespace json = boost::json;

constexpr size_t kFileBytesMost = size_t{1} << 20U;
constexpr int64_t kLongest = 86'400'000;  // a day

constexpr std::array<std::string_view, 6> kKinds{"reject", "lose_answer", "delay",
                                                 "detach", "close",       "no_credit"};
constexpr std::array<std::string_view, 5> kOperations{"attach", "send", "receive", "settle", "manage"};
constexpr std::array<std::string_view, 12> kKeys{"fault",     "entity",      "operation", "skip",
                                                 "times",     "after_ms",    "for_ms",    "delay_ms",
                                                 "condition", "description", "wait_s",    "by_ms"};

/// Reads members of one object; the first problem is kept.
struct Members {
  const json::object& object;
  std::string problem;

  std::string text(std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return {};
    if (const auto* found = value->if_string()) return {found->data(), found->size()};
    complain(fmt::format("{} must be a text", key));
    return {};
  }
  int64_t number(std::string_view key, int64_t otherwise, int64_t least, int64_t most) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return otherwise;
    const auto* found = value->if_int64();
    if (found != nullptr && *found >= least && *found <= most) return *found;
    complain(fmt::format("{} must be a whole number from {} to {}", key, least, most));
    return otherwise;
  }
  template <size_t N>
  size_t one_of(std::string_view key, const std::string& value,
                const std::array<std::string_view, N>& names) {
    const auto found = std::ranges::find(names, value);
    if (found != names.end()) return static_cast<size_t>(found - names.begin());
    complain(fmt::format("{} must be one of {}", key, fmt::join(names, ", ")));
    return 0;
  }
  void complain(std::string what) {
    if (problem.empty()) problem = std::move(what);
  }
};

/// What the kind is about when nothing is said.
Operation usual(FaultKind kind) {
  return kind == FaultKind::no_credit ? Operation::attach : Operation::send;
}

std::string usual_condition(FaultKind kind) {
  switch (kind) {
    case FaultKind::detach:
      return "amqp:link:detach-forced";
    case FaultKind::close:
      return "amqp:connection:forced";
    default:
      return "amqp:internal-error";
  }
}

Result<FaultOrder> read_one(const json::value& value) {
  const auto wrong = [](std::string_view what) {
    return fail(ErrorKind::invalid_input, fmt::format("A fault that cannot be: {}.", what));
  };
  if (!value.is_object()) return wrong("it must be an object { … }");
  Members members{value.get_object(), {}};
  for (const auto& entry : members.object) {
    const std::string_view key(entry.key().data(), entry.key().size());
    if (std::ranges::find(kKeys, key) == kKeys.end())
      members.complain(fmt::format("'{}' is unknown; known are {}", key, fmt::join(kKeys, ", ")));
  }
  auto name = members.text("fault");
  if (name == "shift_clock") {
    constexpr int64_t kYears = kLongest * 366 * 100;
    const ClockShift shift{Millis{members.number("by_ms", 0, -kYears, kYears)}};
    return members.problem.empty() ? Result<FaultOrder>(shift) : wrong(members.problem);
  }
  Fault fault;
  const bool throttles = name == "throttle";
  if (throttles) name = "reject";
  fault.kind = static_cast<FaultKind>(members.one_of("fault", name, kKinds));
  fault.operation = usual(fault.kind);
  if (const auto operation = members.text("operation"); !operation.empty())
    fault.operation = static_cast<Operation>(members.one_of("operation", operation, kOperations));
  if (fault.kind == FaultKind::no_credit && fault.operation != Operation::attach &&
      fault.operation != Operation::send) {
    members.complain("no_credit belongs to attach or send");
  }
  fault.entity = members.text("entity");
  constexpr int64_t kCountMost = 1'000'000'000;
  fault.skip = static_cast<uint32_t>(members.number("skip", 0, 0, kCountMost));
  fault.times = static_cast<uint32_t>(members.number("times", 1, 0, kCountMost));
  fault.after = Millis{members.number("after_ms", 0, 0, kLongest)};
  if (members.object.contains("for_ms")) fault.span = Millis{members.number("for_ms", 0, 0, kLongest)};
  fault.delay = Millis{members.number("delay_ms", 1000, 0, kLongest)};
  const auto wait_s = members.number("wait_s", 2, 0, kLongest / 1000);
  fault.condition = members.text("condition");
  fault.description = members.text("description");
  if (throttles) {
    fault.condition = "com.microsoft:server-busy";
    fault.description = fmt::format(
        "The request was terminated because the entity is being throttled. Error code : 50009. Please wait "
        "{} "
        "seconds and try again.",
        wait_s);
  }
  if (fault.condition.empty()) fault.condition = usual_condition(fault.kind);
  if (fault.description.empty()) fault.description = "A fault that was asked for.";
  if (!members.problem.empty()) return wrong(members.problem);
  return fault;
}

}  // namespace

Result<std::vector<FaultOrder>> read_faults(std::string_view text) {
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  json::error_code wrong;
  const auto value = json::parse(json::string_view(text.data(), text.size()), wrong, {}, options);
  if (wrong) return fail(ErrorKind::invalid_input, fmt::format("not JSON: {}", wrong.message()));
  std::vector<FaultOrder> orders;
  const auto add = [&](const json::value& one) -> Result<> {
    auto order = read_one(one);
    if (!order) return std::unexpected(order.error());
    orders.push_back(std::move(*order));
    return {};
  };
  if (!value.is_array()) {
    if (auto added = add(value); !added) return std::unexpected(added.error());
    return orders;
  }
  for (const auto& one : value.get_array()) {
    if (auto added = add(one); !added) return std::unexpected(added.error());
  }
  return orders;
}

Result<std::vector<FaultOrder>> load_faults(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileBytesMost);
  if (!text) return std::unexpected(text.error());
  auto orders = read_faults(*text);
  if (!orders) return fail(orders.error().kind, fmt::format("{}: {}", file.string(), orders.error().message));
  return orders;
}

std::optional<uint64_t> obey(const FaultOrder& order, Faults& faults, ShiftedClock& clock) {
  if (const auto* fault = std::get_if<Fault>(&order)) return faults.add(*fault);
  clock.shift(std::get<ClockShift>(order).by);
  return 0;
}

std::string to_json(const std::vector<Fault>& faults, Millis clock_shift) {
  json::array list;
  for (const auto& fault : faults) {
    list.push_back({{"id", fault.id},
                    {"fault", kKinds.at(static_cast<size_t>(fault.kind))},
                    {"operation", kOperations.at(static_cast<size_t>(fault.operation))},
                    {"entity", fault.entity},
                    {"times", fault.times},
                    {"hits", fault.hits}});
  }
  return json::serialize(json::object{{"faults", std::move(list)}, {"clock_shift_ms", clock_shift.count()}});
}

}  // namespace millrace::bus
