// Whatever an administration client sends is refused with a reason, or describes an entity that can be
// written and read again.
#include "core/base/bytes.hpp"
#include "emulator/admin/atom_read.hpp"
#include "emulator/admin/atom_write.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto description = bus::read_description(as_text(BytesView(data, size)));
  if (!description) {
    fuzz::require(!description.error().message.empty(), "refused without a reason");
    return 0;
  }
  const auto written = bus::write_entry({"http://localhost/x", "x", *description, {}});
  const auto again = bus::read_description(written);
  fuzz::require(again.has_value(), "what was written cannot be read");
  fuzz::require(again->index() == description->index(), "it came back as something else");
  return 0;
}
