// A check warns of places of a picture that a finger cannot tell apart, at the bound and on no side of it.
#include "cli/packages/finger_room.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace millrace::cli {
namespace {

using packages::Region;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// In per mille of the largest that a picture is drawn: 140.4 mm wide and 73.1 mm high.
constexpr int kWideEnough = 114;
constexpr int kHighEnough = 219;
constexpr int kAsideEnough = 22;
constexpr int kAboveEnough = 42;

std::vector<std::string> warned(const std::vector<Region>& regions) {
  packages::Item item;
  item.type = packages::ItemType::hotspot;
  item.regions = regions;
  std::vector<std::string> out;
  for (const auto& [place, what] : places_without_room(item)) out.push_back(place + ": " + what);
  return out;
}

Region sized(int w, int h) {
  return {"valve", {}, 100, 100, w, h};
}

TEST(FingerRoom, is_sixteen_millimetres_each_way) {
  EXPECT_THAT(warned({sized(kWideEnough, kHighEnough)}), IsEmpty());
  EXPECT_THAT(warned({sized(kWideEnough - 1, kHighEnough)}),
              ElementsAre("regions/0: 'valve' is drawn 15.8 mm wide and 16.0 mm high at most on a screen of "
                          "1024 × 768 at 96 px to the inch, and a finger needs 16: whoever misses it has the "
                          "list and the large picture"));
  EXPECT_THAT(warned({sized(kWideEnough, kHighEnough - 1)}), ElementsAre(HasSubstr("and 15.9 mm high")));
  EXPECT_THAT(warned({sized(1, 1)}), ElementsAre(HasSubstr("0.1 mm wide and 0.0 mm high")));
}

/// Two that are large enough, so far apart.
std::vector<Region> apart(int aside, int above) {
  constexpr int kSize = 300;
  return {{"valve", {}, 100, 100, kSize, kSize},
          {"pump",
           {},
           100 + (aside > 0 ? kSize : 0) + aside,
           100 + (above > 0 ? kSize : 0) + above,
           kSize,
           kSize}};
}

TEST(FingerRoom, is_three_millimetres_between_two) {
  EXPECT_THAT(warned(apart(kAsideEnough, 0)), IsEmpty());
  EXPECT_THAT(
      warned(apart(kAsideEnough - 1, 0)),
      ElementsAre("regions/1: 'pump' is drawn 2.9 mm from 'valve' at most on a screen of 1024 × 768 at 96 px "
                  "to the inch, and fingers need 3: whoever misses it has the list and the large picture"));
  EXPECT_THAT(warned(apart(0, kAboveEnough)), IsEmpty());
  EXPECT_THAT(warned(apart(0, kAboveEnough - 1)), ElementsAre(HasSubstr("'pump' is drawn 2.9 mm from")));
}

TEST(FingerRoom, of_two_that_lie_aslant_is_measured_from_corner_to_corner) {
  EXPECT_THAT(warned(apart(15, 30)), IsEmpty()) << "2.1 and 2.2 mm are 3.04 mm";
  EXPECT_THAT(warned(apart(10, 20)), ElementsAre(HasSubstr("2.0 mm from 'valve'")));
}

TEST(FingerRoom, is_the_same_in_whichever_order_the_places_stand) {
  auto places = apart(kAsideEnough - 1, 0);
  std::ranges::reverse(places);
  EXPECT_THAT(warned(places), ElementsAre(HasSubstr("regions/1: 'valve' is drawn 2.9 mm from 'pump'")));
}

}  // namespace
}  // namespace millrace::cli
