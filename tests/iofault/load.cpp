// One life of a plant box's store, or of a relay's, as the daemons lead it. It says what it answered.
//   io_load box|box-long|relay FOLDER [--errors-ignored]     --errors-ignored: must be found out
#include "tests/iofault/load.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/base/log.hpp"

namespace millrace::iofault {

Answers::Answers(const std::filesystem::path& folder)
    : file_(::open((folder / crash::kAnswersFile).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
  if (file_ < 0) std::abort();
}

void Answers::give(uint64_t number) const {
  const auto answer = answer_of(number);
  if (::write(file_, answer.bytes.data(), answer.bytes.size()) != static_cast<ssize_t>(answer.bytes.size()))
    std::abort();
}

void say_refused(const Error& error) {
  std::printf("refused %s\n", std::string(to_string(error.kind)).c_str());
  std::fflush(stdout);
}

int say_start_failed(const Error& error) {
  std::printf("start %s %s\n", std::string(to_string(error.kind)).c_str(), error.message.c_str());
  std::fflush(stdout);
  return 1;
}

}  // namespace millrace::iofault

int main(int argc, char** argv) {
  using namespace millrace;
  if (argc < 3) return 2;
  const bool errors_ignored = argc > 3 && std::strcmp(argv[3], "--errors-ignored") == 0;
  const std::string_view part(argv[1]);
  auto* const run = part == "relay" ? iofault::run_relay : iofault::run_box;
  return run(argv[2], iofault::plan_of(part), errors_ignored);
}
