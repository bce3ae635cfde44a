// A Service Bus connection string, taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace millrace::servicebus {

/// `Endpoint=sb://host[:port]/;SharedAccessKeyName=…;SharedAccessKey=…[;EntityPath=…][;UseDevelopmentEmulator=true]`
struct ConnectionString {
  std::string endpoint;  ///< as written, with a trailing slash: what tokens are made for
  std::string host;
  uint16_t port = 0;  ///< 0 when none is written
  std::string key_name;
  std::string key;                    ///< a secret: never logged
  bool development_emulator = false;  ///< plain TCP instead of TLS

  /// Names compare without regard to case, as the SDKs do. Errors: invalid_input; the message never holds the
  /// key.
  static Result<ConnectionString> parse(std::string_view text);
};

}  // namespace millrace::servicebus
