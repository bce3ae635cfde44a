#include "cli/packages/finger_room.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace millrace::cli {
namespace {

using packages::Region;

constexpr auto kWhere = "on a screen of 1024 × 768 at 96 px to the inch";
constexpr auto kInstead = "whoever misses it has the list and the large picture";

double mm_wide(int per_mille) {
  return per_mille * kPictureWidthPx / 1000 / kPxPerMm;
}

double mm_high(int per_mille) {
  return per_mille * kPictureHeightPx / 1000 / kPxPerMm;
}

double mm_between(const Region& a, const Region& b) {
  const auto aside = std::max({a.x - b.x - b.w, b.x - a.x - a.w, 0});
  const auto above = std::max({a.y - b.y - b.h, b.y - a.y - a.h, 0});
  return std::hypot(mm_wide(aside), mm_high(above));
}

/// Rounded down: 15.96 mm are not 16.
std::string tenths(double mm) {
  constexpr double kTenths = 10;
  return fmt::format("{:.1f}", std::floor(mm * kTenths) / kTenths);
}

}  // namespace

std::vector<Finding> places_without_room(const packages::Item& item) {
  std::vector<Finding> out;
  for (auto region = item.regions.begin(); region != item.regions.end(); ++region) {
    const auto place = fmt::format("regions/{}", region - item.regions.begin());
    const auto wide = mm_wide(region->w);
    const auto high = mm_high(region->h);
    if (wide < kFingerMm || high < kFingerMm)
      out.push_back(
          {place, fmt::format("'{}' is drawn {} mm wide and {} mm high at most {}, and a finger needs {}: {}",
                              region->id, tenths(wide), tenths(high), kWhere, kFingerMm, kInstead)});
    const auto near = std::find_if(item.regions.begin(), region, [&](const Region& other) {
      return mm_between(*region, other) < kBetweenFingersMm;
    });
    if (near != region)
      out.push_back({place, fmt::format("'{}' is drawn {} mm from '{}' at most {}, and fingers need {}: {}",
                                        region->id, tenths(mm_between(*region, *near)), near->id, kWhere,
                                        kBetweenFingersMm, kInstead)});
  }
  return out;
}

}  // namespace millrace::cli
