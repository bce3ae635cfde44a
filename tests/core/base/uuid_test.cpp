#include "core/base/uuid.hpp"

namespace millrace {
namespace {

TEST(Uuid, version_7_sorts_by_time_and_comes_back_from_text) {
  const WallTime early{Millis{1'700'000'000'000}};
  const auto a = Uuid::v7(early);
  const auto b = Uuid::v7(early + Millis{1});
  EXPECT_LT(a, b);
  EXPECT_LT(a.string(), b.string());
  EXPECT_EQ(a.version(), 7);
  EXPECT_EQ(Uuid::parse(a.string()).value(), a);
  EXPECT_NE(Uuid::v7(early), Uuid::v7(early));
}

TEST(Uuid, the_example_of_rfc_9562_is_made_from_its_parts) {
  // RFC 9562 appendix A.6: 2022-02-22T19:22:22.000Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F
  const std::array<uint8_t, 10> random{0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
  EXPECT_EQ(Uuid::v7(WallTime{Millis{1645557742000}}, random).string(),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(Uuid, anything_but_the_36_character_form_is_refused) {
  EXPECT_FALSE(Uuid::parse(""));
  EXPECT_FALSE(Uuid::parse("017f22e279b07cc398c4dc0c0c07398f"));
  EXPECT_FALSE(Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398"));
  EXPECT_FALSE(Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"));
  EXPECT_FALSE(Uuid::parse("017f22e2-79b0-7cc3-98c4+dc0c0c07398f"));
  EXPECT_FALSE(Uuid::parse("{17f22e2-79b0-7cc3-98c4-dc0c0c07398f}"));
}

}  // namespace
}  // namespace millrace
