// A file of entities is refused with every problem named, or its entities can be written down and read again.
#include "core/base/bytes.hpp"
#include "emulator/entities/definition_json.hpp"
#include "emulator/entities/entities_file.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

namespace {

void survives(const bus::Definition& definition) {
  const auto json = bus::to_json(definition);
  const auto again = bus::definition_from_json(json);
  fuzz::require(again.has_value(), "what was written cannot be read");
  fuzz::require(bus::to_json(*again) == json, "it came back as something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = bus::parse_entities(as_text(BytesView(data, size)), "fuzz");
  for (const auto& problem : file.problems) fuzz::require(!problem.empty(), "a problem without a word");
  if (!file.problems.empty()) return 0;
  for (const auto& queue : file.definitions.queues) survives(queue);
  for (const auto& topic : file.definitions.topics) {
    auto alone = topic;
    alone.subscriptions.clear();
    survives(alone);
    for (const auto& one : topic.subscriptions) survives(bus::SubscriptionOf{topic.name, one});
  }
  return 0;
}
