// Attribute bytes have one form only: whatever can be read is written again as the same bytes.
#include "core/delivery/evidence.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace millrace;
  const BytesView input(data, size);
  const auto attributes = delivery::parse_attribute_bytes(input);
  if (!attributes) return 0;
  const auto again = delivery::attribute_bytes(*attributes);
  fuzz::require(again.has_value(), "what was read cannot be written");
  fuzz::require(std::ranges::equal(*again, input), "what was read is written in another form");
  return 0;
}
