// Every call of a run fails once, and every call fails for good from there on: looks at what each does to
// what was answered.
//   io_runs box|box-long|relay --load FILE --library FILE [--stride N]     0 if nothing was violated
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/iofault/runs.hpp"

namespace {

using namespace millrace::iofault;
using millrace::crash::Call;
using millrace::crash::kCallNames;

struct Kind {
  Call call;
  const char* error;
};
constexpr Kind kKinds[] = {
    {Call::write, "EIO"},   {Call::write, "ENOSPC"},  {Call::write, "short"},     {Call::sync, "EIO"},
    {Call::sync, "ENOSPC"}, {Call::open, "EIO"},      {Call::open, "ENOSPC"},     {Call::open, "EMFILE"},
    {Call::open, "EROFS"},  {Call::truncate, "EIO"},  {Call::truncate, "ENOSPC"}, {Call::remove, "EIO"},
    {Call::rename, "EIO"},  {Call::rename, "ENOSPC"}, {Call::map, "ENOMEM"},      {Call::read, "EIO"},
};

/// Of reads and writes, which are many, every `stride`-th; of all others every one.
std::vector<Fault> all_faults(const std::array<uint64_t, kCallNames.size()>& calls, uint64_t stride) {
  std::vector<Fault> faults;
  uint64_t number = 0;
  for (const auto& kind : kKinds) {
    const bool many = kind.call == Call::read || kind.call == Call::write;
    for (uint64_t at = 1; at <= calls.at(static_cast<size_t>(kind.call)); ++at) {
      for (const bool for_good : {false, true}) {
        if (many && number++ % stride != 0) continue;
        faults.push_back({kind.call, at, kind.error, for_good});
      }
    }
  }
  return faults;
}

/// What a worker has to say: a line for each fault, `KIND END` or `! what is wrong`.
void work(const Setting& setting, const std::vector<Fault>& faults, unsigned number, unsigned of,
          const std::filesystem::path& scratch) {
  std::ofstream report(scratch.string() + ".report");
  for (size_t at = number; at < faults.size(); at += of) {
    const auto& fault = faults[at];
    const auto outcome = run(setting, fault, scratch);
    report << kCallNames.at(static_cast<size_t>(fault.call)) << ' ' << fault.error << ','
           << (fault.for_good ? "for good" : "once") << ',' << kEnds.at(static_cast<size_t>(outcome.end))
           << '\n';
    for (auto wrong : outcome.wrong) {
      std::ranges::replace(wrong, '\n', ' ');
      report << "! " << fault.text() << ": " << wrong << '\n';
    }
  }
  std::filesystem::remove_all(scratch);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Lets the calls of a store fail one by one, and checks what was answered."};
  Setting setting;
  uint64_t stride = 1;
  unsigned processes = std::max(1U, std::thread::hardware_concurrency());
  std::string scratch = "/dev/shm";
  app.add_option("part", setting.part, "box, box-long or relay")
      ->required()
      ->check(CLI::IsMember({"box", "box-long", "relay"}));
  app.add_option("--load", setting.load, "The program that meets the faults")->required();
  app.add_option("--library", setting.library, "What lets the calls fail")->required();
  app.add_option("--stride", stride, "Every how many-th fault of reads and writes")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--processes", processes, "How many at once")->check(CLI::Range(1, 64));
  app.add_option("--scratch", scratch, "Where the stores are; best in memory");
  app.add_option("--more", setting.more, "For the load");
  CLI11_PARSE(app, argc, argv);

  const auto base = std::filesystem::path(scratch) / fmt::format("millrace-io-{}", ::getpid());
  const auto begun = std::chrono::steady_clock::now();
  auto counting = setting;
  counting.more.clear();
  const auto calls = count_calls(counting, base);
  std::filesystem::remove_all(base);
  const auto faults = all_faults(calls, stride);
  for (size_t at = 0; at < calls.size(); ++at) fmt::print("{} {}s, ", calls.at(at), kCallNames.at(at));
  fmt::print("{} faults\n", faults.size());
  std::fflush(stdout);

  std::vector<std::pair<pid_t, std::filesystem::path>> workers;
  for (unsigned number = 0; number < processes; ++number) {
    auto folder = base;
    folder += fmt::format("-{}", number);
    const auto worker = ::fork();
    if (worker == 0) {
      work(setting, faults, number, processes, folder);
      ::_exit(0);
    }
    workers.emplace_back(worker, folder);
  }
  std::map<std::string, std::map<std::string, uint64_t>> table;
  uint64_t runs = 0;
  uint64_t wrong = 0;
  for (const auto& [worker, folder] : workers) {
    int status = 0;
    ::waitpid(worker, &status, 0);
    const auto file = folder.string() + ".report";
    std::ifstream report(file);
    for (std::string line; std::getline(report, line);) {
      if (line.starts_with("! ")) {
        ++wrong;
        fmt::print("{}\n", line);
        continue;
      }
      if (const auto comma = line.rfind(','); comma != std::string::npos) {
        ++runs;
        ++table[line.substr(0, comma)][line.substr(comma + 1)];
      }
    }
    std::filesystem::remove(file);
    if (status != 0) {
      fmt::print("a worker died\n");
      return 2;
    }
  }
  for (const auto& [kind, ends] : table) {
    fmt::print("{:<26}", kind);
    for (const auto& [end, count] : ends) fmt::print(" {:>5} {}", count, end);
    fmt::print("\n");
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} runs in {:.0f} s, {} violations\n", runs, took.count(), wrong);
  return wrong == 0 && runs == faults.size() ? 0 : 1;
}
