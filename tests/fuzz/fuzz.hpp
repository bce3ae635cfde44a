// What the fuzz targets share. libFuzzer calls LLVMFuzzerTestOneInput; without libFuzzer, replay.cpp does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace millrace::fuzz {

/// Ends the process where the fuzzer can see it.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

}  // namespace millrace::fuzz
