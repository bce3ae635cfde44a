// A filter from an administrator's file or a client, whatever it holds, is refused or can be asked about any
// message.
#include "core/base/bytes.hpp"
#include "emulator/broker/sql_filter.hpp"
#include "emulator/broker/text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = as_text(BytesView(data, size));
  const auto filter = bus::SqlFilter::parse(text);
  if (!filter) {
    fuzz::require(!filter.error().message.empty(), "refused without a reason");
    return 0;
  }
  fuzz::require(bus::utf16_units(text) <= bus::kFilterCharactersMost, "longer than allowed");
  bus::Incoming message;
  filter->matches(message);
  message.properties = {{"a", int64_t{6}}, {"b", std::string("q_")}, {"n", int64_t{0}}, {"q", 1.5},
                        {"t", true},       {"x", bus::Value{}}};
  const bool once = filter->matches(message);
  const auto again = bus::SqlFilter::parse(filter->text());
  fuzz::require(again.has_value(), "its own text cannot be read");
  fuzz::require(again->matches(message) == once, "its own text says something else");
  return 0;
}
