#include "core/base/crypto.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>

#include "core/base/files.hpp"

namespace millrace {
namespace {

constexpr unsigned long long kArgonPasses = 2;
constexpr size_t kTokenBytes = 32;
constexpr size_t kArgonMemoryBytes = 19ULL * 1024 * 1024;

void ensure_sodium() {
  static const int ready = sodium_init();
  assert(ready >= 0 && "libsodium cannot start: no source of randomness");
  (void)ready;
}

}  // namespace

void random_bytes(std::span<uint8_t> out) {
  ensure_sodium();
  randombytes_buf(out.data(), out.size());
}

std::string random_token() {
  std::array<uint8_t, kTokenBytes> bytes{};
  random_bytes(bytes);
  return base64url(bytes);
}

Sha256 sha256(BytesView data) {
  ensure_sodium();
  Sha256 digest{};
  crypto_hash_sha256(digest.data(), data.data(), data.size());
  return digest;
}

Sha256 hmac_sha256(BytesView key, BytesView data) {
  ensure_sodium();
  Sha256 digest{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, data.data(), data.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  return digest;
}

Sha256Stream::Sha256Stream() {
  static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(state_));
  ensure_sodium();
  crypto_hash_sha256_init(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()));
}

Sha256Stream& Sha256Stream::add(BytesView data) {
  crypto_hash_sha256_update(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()), data.data(),
                            data.size());
  return *this;
}

Sha256 Sha256Stream::finish() {
  Sha256 digest{};
  crypto_hash_sha256_final(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()), digest.data());
  return digest;
}

SigningKey SigningKey::from_seed(std::span<const uint8_t, 32> seed) {
  ensure_sodium();
  SigningKey key;
  crypto_sign_seed_keypair(key.public_.data(), key.secret_.data(), seed.data());
  return key;
}

SigningKey SigningKey::generate() {
  std::array<uint8_t, 32> seed{};
  random_bytes(seed);
  auto key = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<SigningKey> SigningKey::load_or_create(const std::filesystem::path& file) {
  std::error_code unsure;  // then reading it says what is wrong
  if (!std::filesystem::exists(file, unsure) && !unsure) {
    std::array<uint8_t, 32> seed{};
    random_bytes(seed);
    auto text = hex(seed) + "\n";
    auto written = write_file_durably(file, as_bytes(text), 0600);
    if (!written) return std::unexpected(written.error());
    auto key = from_seed(seed);
    sodium_memzero(seed.data(), seed.size());
    sodium_memzero(text.data(), text.size());
    return key;
  }
  auto text = read_file(file, 4096);
  if (!text) return std::unexpected(text.error());
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r' || text->back() == ' '))
    text->pop_back();
  const auto seed = from_hex(*text);
  if (!seed || seed->size() != 32) {
    return fail(ErrorKind::invalid_input,
                file.string() +
                    ": expected 64 hexadecimal digits (an Ed25519 seed). Restore the file from the "
                    "backup; without it this box cannot continue its stream.");
  }
  return from_seed(std::span<const uint8_t, 32>(seed->data(), 32));
}

SigningKey::SigningKey(SigningKey&& other) noexcept : public_(other.public_), secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this != &other) {
    public_ = other.public_;
    secret_ = other.secret_;
    sodium_memzero(other.secret_.data(), other.secret_.size());
  }
  return *this;
}

SigningKey::~SigningKey() {
  sodium_memzero(secret_.data(), secret_.size());
}

Signature SigningKey::sign(BytesView message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.data());
  return signature;
}

std::string SigningKey::key_id(const PublicKey& key) {
  return hex(sha256(key)).substr(0, 16);
}

bool verify(const PublicKey& key, BytesView message, const Signature& signature) {
  ensure_sodium();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

Result<std::string> hash_pin(std::string_view pin) {
  ensure_sodium();
  char phc[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(phc, pin.data(), pin.size(), kArgonPasses, kArgonMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorKind::unavailable,
                "not enough memory to hash a PIN (19 MiB); free memory and try again");
  }
  return std::string(phc);
}

bool verify_pin(const std::string& phc, std::string_view pin) {
  ensure_sodium();
  if (phc.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(phc.c_str(), pin.data(), pin.size()) == 0;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace millrace
