// No bytes but a signature with the key make a claim.
#include "core/base/bytes.hpp"
#include "emulator/access/access.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bus::Broker entities(
      {}, [] { return Uuid{}; }, [](const Bytes&) { return bus::Incoming{}; }, {});
  static const bus::Access access({{"root", {"no input is signed with this key"}, bus::kManage}}, entities);
  const auto text = as_text(BytesView(data, size));
  const auto claim = access.check_token(text, WallTime{});
  fuzz::require(!claim, "a claim from nothing");
  fuzz::require(!claim.error().message.empty(), "refused without a reason");
  bus::scope_of(text);
  return 0;
}
