// What the plant decides about its kiosks ([kiosk] in edge.toml), and which pages they show.
#pragma once

#include <filesystem>
#include <string>

namespace millrace::edge {

struct KioskSettings {
  std::string help;                  ///< whom to call, e.g. "Plant IT, extension 4711"; empty for nobody
  bool roster_sign_in = false;       ///< operators may choose their name instead of showing a badge
  std::filesystem::path photos{};    ///< folder with the operators' photos; empty for none
  bool record_answer_times = false;  ///< how long a question was shown for each answer
};

inline constexpr size_t kMostAppVersionBytes = 64;

/// What the kiosk's build calls itself: `version` in the version.json of its pages. Empty when there is none.
/// Read each time, since new pages are put there while the box runs.
std::string kiosk_app_version(const std::filesystem::path& kiosk_dir);

}  // namespace millrace::edge
