// Whether a finger finds the places of a picture.
#pragma once

#include <vector>

#include "cli/packages/package_check.hpp"

namespace millrace::cli {

/// As any target of the kiosk has them (docs/kiosk.md, "Sizes").
inline constexpr double kFingerMm = 16;
inline constexpr double kBetweenFingersMm = 3;

/// The smallest screen that the kiosk is made for, 1024 × 768, before it is calibrated: a millimetre as CSS
/// has it, and the most that a picture beside its list is drawn there in text of 100 %, which a browser test
/// measures.
inline constexpr double kPxPerMm = 96 / 25.4;
inline constexpr double kPictureWidthPx = 530.9;
inline constexpr double kPictureHeightPx = 276.48;

/// Each region that is drawn smaller or nearer to another than a finger needs, whatever the picture's form
/// is: one that is narrow or low is drawn smaller still. Of those that are too near, each names one. The
/// place is the item's: "regions/2".
std::vector<Finding> places_without_room(const packages::Item& item);

}  // namespace millrace::cli
