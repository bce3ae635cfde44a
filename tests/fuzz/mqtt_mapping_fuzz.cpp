// A message from the broker, whatever it holds, is refused or is within the bounds and maps back to itself.
#include "core/delivery/evidence.hpp"
#include "proto/mqtt_mapping.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace millrace;

/// Cuts the input into texts: a length byte, then that many bytes.
class Cutter {
 public:
  explicit Cutter(BytesView input) : rest_(input) {}
  bool done() const { return rest_.empty(); }
  std::string text() {
    if (rest_.empty()) return {};
    const auto size = std::min<size_t>(rest_[0], rest_.size() - 1);
    std::string out(as_text(rest_.subspan(1, size)));
    rest_ = rest_.subspan(1 + size);
    return out;
  }

 private:
  BytesView rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Cutter cutter(BytesView(data, size));
  proto::MqttEvent message;
  message.topic = cutter.text();
  message.content_type = cutter.text();
  const auto payload = cutter.text();
  message.payload.assign(payload.begin(), payload.end());
  while (!cutter.done()) {
    auto name = cutter.text();
    message.user_properties.emplace_back(std::move(name), cutter.text());
  }

  const auto topic = proto::parse_event_topic(message.topic);
  const auto read = proto::from_mqtt(message);
  if (!read) return 0;
  fuzz::require(message.user_properties.size() <= proto::kMostUserProperties, "more properties than allowed");
  if (const auto evidence = delivery::read_evidence(read->event)) {
    fuzz::require(evidence->sequence > 0, "a sequence below 1");
  }
  if (!topic) return 0;
  const auto written = proto::to_mqtt(read->event, topic->site, topic->edge, read->base);
  if (!written) return 0;  // a type that has no topic
  const auto again = proto::from_mqtt(*written);
  fuzz::require(again.has_value(), "what was written cannot be read");
  fuzz::require(again->event.attributes == read->event.attributes, "attributes differ after a round");
  fuzz::require(again->event.data == read->event.data && again->base == read->base, "data or base differ");
  return 0;
}
