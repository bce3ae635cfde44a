// The few cryptographic functions that Millrace needs, over libsodium. Thread-safe after the first call.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

namespace millrace {

using Sha256 = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;
using PublicKey = std::array<uint8_t, 32>;

void random_bytes(std::span<uint8_t> out);
/// A secret that nobody guesses, 256 bits in base64url: good for a cookie or an address.
std::string random_token();

/// FIPS 180-4.
Sha256 sha256(BytesView data);
/// RFC 2104 over SHA-256, keys of any length.
Sha256 hmac_sha256(BytesView key, BytesView data);

/// SHA-256 fed in pieces.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream& add(BytesView data);
  Sha256 finish();

 private:
  alignas(64) std::array<uint8_t, 128> state_{};
};

/// An Ed25519 key pair (RFC 8032). The secret half is wiped on destruction and never logged.
class SigningKey {
 public:
  static SigningKey generate();
  static SigningKey from_seed(std::span<const uint8_t, 32> seed);
  /// Reads a file that holds the 32-byte seed in hexadecimal; makes it (mode 0600, synced with its folder)
  /// when it does not exist. Errors: io, invalid_input (names the file).
  static Result<SigningKey> load_or_create(const std::filesystem::path& file);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey();

  Signature sign(BytesView message) const;
  const PublicKey& public_key() const { return public_; }
  /// Names the key in events: the first 16 hexadecimal digits of SHA-256 of the public key.
  std::string key_id() const { return key_id(public_); }
  static std::string key_id(const PublicKey& key);

 private:
  SigningKey() = default;
  PublicKey public_{};
  std::array<uint8_t, 64> secret_{};
};

bool verify(const PublicKey& key, BytesView message, const Signature& signature);

/// Argon2id (RFC 9106) with 19 MiB and two passes, in PHC string form. Takes about 16 ms: not on the event
/// loop.
Result<std::string> hash_pin(std::string_view pin);
/// Constant-time in the PIN. Takes as long as hash_pin. A malformed hash never matches.
bool verify_pin(const std::string& phc, std::string_view pin);

/// Compares without leaking the place of the first difference.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace millrace
