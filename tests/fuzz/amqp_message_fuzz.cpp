// A message from the network, whatever it holds, is refused or can be written again and read back the same.
#include "core/amqp/frame_scan.hpp"
#include "core/amqp/message.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView input(data, size);

  amqp::FrameScan scan;
  scan.feed(input);
  scan.take("link");

  const auto offset = amqp::bare_message_offset(input);
  if (offset) fuzz::require(*offset <= size, "the bare message begins behind the end");
  if (const auto parts = amqp::split_batch(input)) {
    size_t inside = 0;
    for (const auto& part : *parts) inside += part.size();
    fuzz::require(!parts->empty() && inside <= size, "a batch holds more than its bytes");
  }

  const auto message = amqp::decode_message(input);
  if (!message) return 0;
  fuzz::require(offset.has_value(), "a message that can be read has no bare message");
  const auto written = amqp::encode_message(*message);
  const auto again = amqp::decode_message(written);
  fuzz::require(again.has_value(), "what was written cannot be read");
  fuzz::require(amqp::encode_message(*again) == written, "the message differs after a round");
  return 0;
}
