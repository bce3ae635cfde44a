#include "core/servicebus/sas_token.hpp"

#include <fmt/format.h>

#include "core/base/bytes.hpp"
#include "core/base/crypto.hpp"

namespace millrace::servicebus {

std::string sas_token(std::string_view audience, std::string_view key_name, std::string_view key,
                      WallTime expires) {
  const auto resource = percent_encode(audience);
  const auto expiry = std::chrono::floor<std::chrono::seconds>(expires).time_since_epoch().count();
  const auto signature = hmac_sha256(as_bytes(key), as_bytes(fmt::format("{}\n{}", resource, expiry)));
  return fmt::format("SharedAccessSignature sr={}&sig={}&se={}&skn={}", resource,
                     percent_encode(base64(signature)), expiry, percent_encode(key_name));
}

}  // namespace millrace::servicebus
