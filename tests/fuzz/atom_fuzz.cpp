// Whatever an administration client sends is refused with a reason, or describes an entity that can be
// written and read again: as what clients get, and as what the store keeps.
#include <optional>
#include <variant>

#include "core/base/bytes.hpp"
#include "emulator/admin/atom_read.hpp"
#include "emulator/admin/atom_write.hpp"
#include "emulator/entities/definition_json.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

namespace {

/// With the names that the address of a request gives.
bus::Definition named(bus::Description description) {
  if (auto* queue = std::get_if<bus::QueueDefinition>(&description)) {
    queue->name = "q";
    return std::move(*queue);
  }
  if (auto* topic = std::get_if<bus::TopicDefinition>(&description)) {
    topic->name = "t";
    return std::move(*topic);
  }
  bus::SubscriptionDefinition subscription;
  if (auto* given = std::get_if<bus::SubscriptionDefinition>(&description)) subscription = std::move(*given);
  if (auto* rule = std::get_if<bus::Rule>(&description)) {
    rule->name = "r";
    subscription.rules.push_back(std::move(*rule));
  }
  subscription.name = "s";
  return bus::SubscriptionOf{"t", std::move(subscription)};
}

void comes_back_from_the_store(const bus::Description& description) {
  const auto definition = named(description);
  if (!bus::check(definition)) return;  // refused
  const auto json = bus::to_json(definition);
  const auto again = bus::definition_from_json(json);
  fuzz::require(again.has_value(), "what was stored cannot be read");
  fuzz::require(bus::to_json(*again) == json, "it came back from the store as something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto description = bus::read_description(as_text(BytesView(data, size)));
  if (!description) {
    fuzz::require(!description.error().message.empty(), "refused without a reason");
    return 0;
  }
  comes_back_from_the_store(*description);
  const auto written = bus::write_entry({"http://localhost/x", "x", *description, {}});
  const auto again = bus::read_description(written);
  fuzz::require(again.has_value(), "what was written cannot be read");
  fuzz::require(again->index() == description->index(), "it came back as something else");
  return 0;
}
