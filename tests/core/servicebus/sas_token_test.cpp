#include "core/servicebus/sas_token.hpp"

namespace millrace::servicebus {
namespace {

// Computed with: printf '%s\n%s' 'sb%3A%2F%2Fhost%3A5672%2Fq1' 1800000000 | openssl dgst -sha256 -hmac
// SAS_KEY_VALUE -binary | base64
TEST(SasToken, is_the_one_that_openssl_computes) {
  EXPECT_EQ(sas_token("sb://host:5672/q1", "RootManageSharedAccessKey", "SAS_KEY_VALUE",
                      WallTime{std::chrono::seconds{1800000000}}),
            "SharedAccessSignature "
            "sr=sb%3A%2F%2Fhost%3A5672%2Fq1&sig=NZDr8Ph%2FhNMyMux7hAV8s7pq0FcQFS95nFr%2BktLQh9U%3D&se="
            "1800000000&skn=RootManageSharedAccessKey");
}

}  // namespace
}  // namespace millrace::servicebus
