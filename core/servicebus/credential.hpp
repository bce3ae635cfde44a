// What proves to Service Bus who we are.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace::servicebus {

/// As `$cbs` takes it.
struct Token {
  std::string text;       ///< a secret: never logged
  std::string_view type;  ///< kSasToken or kJwt
  WallTime expires;
};
inline constexpr std::string_view kSasToken = "servicebus.windows.net:sastoken";
inline constexpr std::string_view kJwt = "jwt";

/// Loop thread.
class Credential {
 public:
  virtual ~Credential() = default;
  /// A token for the audience (a URI: endpoint and entity), good for some time yet. Asked at each connect and
  /// before a token expires; files are read again each time, so that a secret that was replaced is taken up
  /// without a restart. The credential must outlive the coroutine. Errors: unauthorised, unavailable,
  /// not_found, io, invalid_input; each says what to do and holds no secret.
  virtual boost::asio::awaitable<Result<Token>> token(std::string audience) = 0;
};

/// Tokens signed here live this long.
inline constexpr std::chrono::minutes kTokenLife{60};
inline constexpr size_t kMostSecretBytes = 16 * 1024;

/// The key in a file that holds a connection string. `clock` must outlive it.
std::unique_ptr<Credential> key_credential(std::filesystem::path connection_string_file, const Clock& clock);
/// A file that holds a token, `SharedAccessSignature sr=…&sig=…&se=…&skn=…`, which somebody else renews.
std::unique_ptr<Credential> sas_token_credential(std::filesystem::path token_file, const Clock& clock);

/// The content without white space at its end. Errors: those of read_file.
Result<std::string> read_secret(const std::filesystem::path& file);

}  // namespace millrace::servicebus
