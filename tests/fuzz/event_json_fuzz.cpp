// A line of a file from the centre is refused, or is an event that is written and read back the same.
#include "cli/event_json.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto event = cli::from_json(as_text(BytesView(data, size)));
  if (!event) return 0;
  const auto again = cli::from_json(cli::to_json(*event));
  fuzz::require(again && again->attributes == event->attributes && again->data == event->data,
                "is not the same when it is read back");
  return 0;
}
