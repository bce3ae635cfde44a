// Ids that follow from a submission key.
#include "core/delivery/derived_id.hpp"

#include <set>

#include <gtest/gtest.h>

namespace millrace::delivery {
namespace {

const Uuid kKey = Uuid::parse("019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01").value();

TEST(DerivedId, is_the_same_for_the_same_submission_for_ever) {
  // Also what another program computes from the comment in derived_id.hpp.
  EXPECT_EQ(derived_id(kKey, "request", 0).string(), "019aa8c0-1c00-7034-8294-297246b22e6f");
  EXPECT_EQ(derived_id(kKey, "event", 258).string(), "019aa8c0-1c00-721c-902c-baf67ccc9e10");
}

TEST(DerivedId, is_a_version_7_id_of_the_key_s_time) {
  const auto id = derived_id(kKey, "event", 1);
  EXPECT_EQ(id.version(), 7);
  EXPECT_EQ(id.made_at(), kKey.made_at());
}

TEST(DerivedId, differs_by_key_by_what_and_by_number) {
  std::set<Uuid> ids{kKey};
  auto other = kKey;
  other.bytes[15] ^= 1;
  for (const auto& key : {kKey, other}) {
    for (const auto* what : {"request", "event", "batch"}) {
      for (uint32_t number = 0; number < 20; ++number) ids.insert(derived_id(key, what, number));
    }
  }
  EXPECT_EQ(ids.size(), 1U + 2 * 3 * 20);
}

}  // namespace
}  // namespace millrace::delivery
