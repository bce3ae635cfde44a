// What is asked for as a fault is refused with a reason, or is a fault that can strike.
#include "core/base/bytes.hpp"
#include "emulator/faults/faults_json.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto orders = bus::read_faults(as_text(BytesView(data, size)));
  if (!orders) {
    fuzz::require(!orders.error().message.empty(), "refused without a reason");
    return 0;
  }
  bus::ShiftedClock clock;
  bus::Faults faults(clock);
  for (const auto& order : *orders) bus::obey(order, faults, clock);
  for (const auto& fault : faults.all()) {
    fuzz::require(!fault.condition.empty(), "a fault without a condition");
    faults.strike(fault.operation, fault.entity);
  }
  fuzz::require(!bus::to_json(faults.all(), clock.shifted()).empty(), "cannot be shown");
  return 0;
}
