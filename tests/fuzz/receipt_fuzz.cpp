// What the box hears of relays (first byte 0: a receipt, else: a relay's state) is refused or is within the
// bounds; no receipt, whatever it says, moves the sender beyond what was given out.
#include <variant>

#include "edge/publish/messages.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const BytesView payload(data + 1, size - 1);
  if (data[0] != 0) {
    edge::decode_relay_state(payload);
    return 0;
  }
  const auto receipt = edge::decode_receipt(payload);
  if (!receipt) return 0;
  constexpr uint64_t kGivenOut = 1'000'000;
  const MonoTime now{};
  delivery::Sender sender({}, [] { return uint64_t{0}; });
  delivery::StreamPosition position;
  position.stream_id = receipt->stream_id;
  position.last_sequence = kGivenOut;
  sender.restart(position, now);
  sender.connected(now);
  const auto verdict = sender.receipt(*receipt, receipt->settled_hash, now);
  if (const auto* settle = std::get_if<delivery::Sender::Settle>(&verdict)) {
    fuzz::require(settle->through <= kGivenOut, "settles what was never given out");
    for (const auto& parking : settle->parkings)
      fuzz::require(parking.sequence > 0 && parking.sequence <= kGivenOut, "parks what was never given out");
    sender.settled({settle->through, 0, settle->parkings}, now);
    fuzz::require(sender.base() == settle->through + 1, "the base is not behind what is settled");
  }
  return 0;
}
