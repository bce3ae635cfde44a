#include "core/base/crypto.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace millrace {
namespace {

TEST(Crypto, digests_match_their_published_vectors) {
  EXPECT_EQ(hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(Sha256Stream().add(as_bytes("a")).add(as_bytes("bc")).finish()),
            hex(sha256(as_bytes("abc"))));
  // RFC 4231, test case 2
  EXPECT_EQ(hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, ed25519_matches_rfc_8032_and_refuses_a_changed_bit) {
  const auto seed = from_hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7").value();
  const auto message = from_hex("af82").value();
  const auto key = SigningKey::from_seed(std::span<const uint8_t, 32>(seed.data(), 32));
  auto signature = key.sign(message);
  EXPECT_EQ(hex(key.public_key()), "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  EXPECT_EQ(hex(signature),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a");
  EXPECT_TRUE(verify(key.public_key(), message, signature));
  signature[3] ^= 1;
  EXPECT_FALSE(verify(key.public_key(), message, signature));
}

TEST(Crypto, a_key_file_is_made_once_for_its_owner_only) {
  const auto folder = std::filesystem::path(testing::TempDir()) / fmt::format("key-{}", ::getpid());
  std::filesystem::create_directories(folder);
  const auto file = folder / "edge.key";
  const auto first = SigningKey::load_or_create(file);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = SigningKey::load_or_create(file);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->public_key(), second->public_key());
  struct stat state{};
  ASSERT_EQ(stat(file.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600U);
  std::ofstream(file) << "not a seed\n";
  const auto broken = SigningKey::load_or_create(file);
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("edge.key"), std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST(Crypto, a_random_token_holds_256_bits_and_differs_each_time) {
  const auto token = random_token();
  const auto bytes = from_base64url(token);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 32U);
  EXPECT_NE(random_token(), token);
}

TEST(Crypto, a_pin_matches_only_its_own_hash) {
  const auto hash = hash_pin("4711").value();
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_pin(hash, "4711"));
  EXPECT_FALSE(verify_pin(hash, "4712"));
  EXPECT_FALSE(verify_pin("not a hash", "4711"));
  EXPECT_FALSE(verify_pin(std::string(4096, 'x'), "4711"));
}

}  // namespace
}  // namespace millrace
