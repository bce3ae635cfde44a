// Bounds of a test package. package.schema.json says the same; a test keeps the two together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::packages {

inline constexpr size_t kMostPackageBytes = 1024 * 1024;
inline constexpr size_t kMostImageBytes = 512 * 1024;
inline constexpr size_t kMostAudioBytes = 2 * 1024 * 1024;  // two minutes of speech, well compressed
/// An attempt keeps its package's media in the box's database, in one transaction.
inline constexpr size_t kMostMediaBytes = 32 * 1024 * 1024;
inline constexpr size_t kMostMediaFiles = 512;
inline constexpr size_t kMostPackages = 256;
inline constexpr size_t kMostIdBytes = 32;
inline constexpr size_t kMostTestIdBytes = 64;
inline constexpr size_t kMostTextBytes = 2000;
inline constexpr size_t kMostNameBytes = 200;  // approvers, units
inline constexpr size_t kMostLanguages = 32;
inline constexpr size_t kMostTopics = 64;
inline constexpr size_t kMostSections = 16;
inline constexpr size_t kMostItems = 200;
inline constexpr size_t kLeastOptions = 2;
inline constexpr size_t kMostOptions = 12;
inline constexpr size_t kLeastPairs = 2;  // options on a side of a matching item
inline constexpr size_t kMostPairs = 8;
inline constexpr size_t kLeastRegions = 2;
inline constexpr size_t kMostRegions = 12;
inline constexpr int64_t kMostWeight = 100;
inline constexpr int64_t kMostVersion = 1'000'000;
inline constexpr int64_t kMostTimeLimitS = 8 * 3600;  // a shift
/// The answers of one attempt travel in one event of at most 64 KiB; this leaves room for everything else.
inline constexpr size_t kMostAnswerBytes = 48 * 1024;

}  // namespace millrace::packages
