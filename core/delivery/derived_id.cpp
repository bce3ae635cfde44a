#include "core/delivery/derived_id.hpp"

#include "core/base/crypto.hpp"

namespace millrace::delivery {

Uuid derived_id(const Uuid& key, std::string_view what, uint32_t number) {
  const std::array<uint8_t, 4> counted{static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
                                       static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
  const auto digest = Sha256Stream().add(key.bytes).add(as_bytes(what)).add(counted).finish();
  return Uuid::v7(key.made_at(), std::span(digest).first<10>());
}

}  // namespace millrace::delivery
