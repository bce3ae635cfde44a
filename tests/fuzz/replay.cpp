// Runs a fuzz target without libFuzzer: on each file of the folder named, on every prefix of it, and on it
// with single bytes changed. Always the same inputs, so that it is a test like any other.
//   NAME FOLDER [STEP]     STEP: only every so many bytes, for a target that takes its time
#include <array>
#include <cstdio>
#include <filesystem>

#include "core/base/files.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

constexpr size_t kMostFileBytes = size_t{1024} * 1024;

size_t run_around(const millrace::Bytes& seed, size_t step) {
  size_t runs = 0;
  const auto run = [&](const millrace::Bytes& input) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
    ++runs;
  };
  for (size_t size = 0; size <= seed.size(); size += step)
    run({seed.begin(), seed.begin() + static_cast<long>(size)});
  run(seed);
  for (size_t at = 0; at < seed.size(); at += step) {
    for (const uint8_t change : std::array<uint8_t, 4>{0x01, 0x20, 0x80, 0xff}) {
      auto input = seed;
      input[at] ^= change;
      run(input);
    }
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const size_t step = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
  size_t runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    const auto content = millrace::read_file(entry.path(), kMostFileBytes);
    if (!content) {
      std::fprintf(stderr, "%s\n", content.error().message.c_str());
      return 2;
    }
    runs += run_around({content->begin(), content->end()}, step);
  }
  std::printf("%zu inputs\n", runs);
  return runs > 0 ? 0 : 2;
}
