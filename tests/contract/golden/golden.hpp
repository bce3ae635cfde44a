// The golden files: one of each message with every field filled, and what its envelope, its evidence and its
// mappings have to be. Made from fixed inputs, so that every run makes the same bytes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "core/delivery/evidence.hpp"

namespace millrace::golden {

/// Who makes an event decides which evidence it has.
enum class Maker {
  box,     ///< in the box's stream, over MQTT
  centre,  ///< in a central service's stream
  relay,   ///< a notice about a record: no stream, no evidence
};

struct GoldenEvent {
  Maker maker = Maker::box;
  std::unique_ptr<google::protobuf::Message> message;
  delivery::Event event;
};

struct Golden {
  std::vector<GoldenEvent> events;
  /// The protocol's messages, which are no events.
  std::vector<std::unique_ptr<google::protobuf::Message>> messages;
};

inline constexpr std::string_view kSite = "demo";
inline constexpr std::string_view kEdge = "box-1";

/// The key that signs the makers' streams: its seed is 32 times the same byte.
SigningKey golden_key(Maker maker);

Golden make_golden();
/// What the folder files/ holds, by file name: a .bin with each message's bytes, and manifest.json.
std::map<std::string, std::string> golden_files(const Golden& golden);

}  // namespace millrace::golden
