// Shared access signatures: what proves to Service Bus who we are.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace millrace::servicebus {

/// `SharedAccessSignature sr=…&sig=…&se=…&skn=…` for one audience (a URI). Signed is the percent-encoded
/// audience, a line feed and the expiry in Unix seconds, with HMAC-SHA256 under the key's text as it is
/// written.
std::string sas_token(std::string_view audience, std::string_view key_name, std::string_view key,
                      WallTime expires);

}  // namespace millrace::servicebus
