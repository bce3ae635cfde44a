#include "core/servicebus/credential.hpp"

#include <charconv>

#include <fmt/format.h>

#include "core/base/files.hpp"
#include "core/servicebus/connection_string.hpp"
#include "core/servicebus/sas_token.hpp"

namespace millrace::servicebus {
namespace {

namespace asio = boost::asio;

class KeyCredential final : public Credential {
 public:
  KeyCredential(std::filesystem::path file, const Clock& clock) : file_(std::move(file)), clock_(clock) {}
  asio::awaitable<Result<Token>> token(std::string audience) override {
    const auto text = read_secret(file_);
    if (!text) co_return std::unexpected(text.error());
    const auto connection = ConnectionString::parse(*text);
    if (!connection) {
      co_return fail(connection.error().kind,
                     fmt::format("{}: {}", file_.string(), connection.error().message));
    }
    const auto expires = clock_.wall() + kTokenLife;
    co_return Token{sas_token(audience, connection->key_name, connection->key, expires), kSasToken, expires};
  }

 private:
  std::filesystem::path file_;
  const Clock& clock_;
};

/// The `se` of a token, Unix seconds.
std::optional<WallTime> expiry_of(std::string_view token) {
  constexpr std::string_view kScheme = "SharedAccessSignature ";
  if (!token.starts_with(kScheme)) return std::nullopt;
  token.remove_prefix(kScheme.size());
  while (!token.empty()) {
    const auto end = token.find('&');
    const auto part = token.substr(0, end);
    token.remove_prefix(end == std::string_view::npos ? token.size() : end + 1);
    if (!part.starts_with("se=")) continue;
    int64_t seconds = 0;
    const auto* const last = part.data() + part.size();
    const auto [rest, failed] = std::from_chars(part.data() + 3, last, seconds);
    constexpr int64_t kMostSeconds = 253'402'300'799;  // the year 9999
    if (failed != std::errc{} || rest != last || seconds < 0 || seconds > kMostSeconds) return std::nullopt;
    return WallTime{std::chrono::seconds{seconds}};
  }
  return std::nullopt;
}

class SasTokenCredential final : public Credential {
 public:
  SasTokenCredential(std::filesystem::path file, const Clock& clock)
      : file_(std::move(file)), clock_(clock) {}
  asio::awaitable<Result<Token>> token(std::string /*audience*/) override {
    auto text = read_secret(file_);
    if (!text) co_return std::unexpected(text.error());
    const auto expires = expiry_of(*text);
    if (!expires) {
      co_return fail(ErrorKind::invalid_input,
                     fmt::format("{}: not a token. It looks like SharedAccessSignature sr=…&sig=…&se=…&skn=…",
                                 file_.string()));
    }
    if (*expires <= clock_.wall()) {
      co_return fail(
          ErrorKind::unauthorised,
          fmt::format("{}: the token expired at {}, and this machine's clock says {}. Put a new one there; "
                      "it is read at the next attempt.",
                      file_.string(), rfc3339(*expires), rfc3339(clock_.wall())));
    }
    co_return Token{std::move(*text), kSasToken, *expires};
  }

 private:
  std::filesystem::path file_;
  const Clock& clock_;
};

}  // namespace

Result<std::string> read_secret(const std::filesystem::path& file) {
  auto text = read_file(file, kMostSecretBytes);
  if (!text) return text;
  constexpr std::string_view kSpace = " \t\r\n";
  text->erase(text->find_last_not_of(kSpace) + 1);
  return text;
}

std::unique_ptr<Credential> key_credential(std::filesystem::path connection_string_file, const Clock& clock) {
  return std::make_unique<KeyCredential>(std::move(connection_string_file), clock);
}

std::unique_ptr<Credential> sas_token_credential(std::filesystem::path token_file, const Clock& clock) {
  return std::make_unique<SasTokenCredential>(std::move(token_file), clock);
}

}  // namespace millrace::servicebus
