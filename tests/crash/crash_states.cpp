// Rebuilds what a power cut can leave of a box's store, opens each state in a process of its own, and checks
// that it holds everything that was answered.
//   crash_states LOG [--states N] [--processes N]     0 if every state was good
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/crash/disk_states.hpp"
#include "tests/crash/recovered_store.hpp"
#include "tests/simulation/random.hpp"

namespace {

using namespace millrace;
using namespace millrace::crash;
using simulation::Random;
using Choice = DiskStates::Choice;
using Part = DiskStates::Part;
using State = std::map<std::string, Content>;

/// So many states are looked at by one process: to make one costs as much as a look.
constexpr size_t kBatch = 24;

/// So many states in a row that were there before: this moment has no more.
constexpr int kMostAgain = 32;

/// Nothing, everything, and then by lot: whole writes that are there or not, and some that are torn.
std::vector<Choice> choose(size_t pending, uint64_t turn, Random& random) {
  std::vector<Choice> choices(pending);
  const auto there = static_cast<unsigned>(random.below(1001));
  const auto torn = static_cast<unsigned>(random.chance(500) ? random.below(300) : 0);
  for (auto& choice : choices) {
    if (turn == 0) continue;
    if (turn > 1 && random.chance(torn)) {
      choice = {Part::torn, random.next()};
    } else if (turn == 1 || random.chance(there)) {
      choice.part = Part::all;
    }
  }
  return choices;
}

/// Of all names and bytes, and of how many answers had gone out. Four sums side by side: it is computed for
/// each state, of which most are over a megabyte.
uint64_t digest(const State& state, size_t answered) {
  constexpr uint64_t kPrime = 0x9e3779b97f4a7c15;
  constexpr int kTurn = 29;
  uint64_t sum = answered;
  for (const auto& [name, content] : state) {
    uint64_t a = sum;
    uint64_t b = std::hash<std::string>{}(name);
    uint64_t c = content->size();
    uint64_t d = kPrime;
    const auto add = [&](const uint8_t* from, size_t size) {
      uint64_t words[4]{};
      std::memcpy(words, from, size);
      a = (std::rotl(a, kTurn) ^ words[0]) * kPrime;
      b = (std::rotl(b, kTurn) ^ words[1]) * kPrime;
      c = (std::rotl(c, kTurn) ^ words[2]) * kPrime;
      d = (std::rotl(d, kTurn) ^ words[3]) * kPrime;
    };
    constexpr size_t kStep = 4 * sizeof(uint64_t);
    const auto whole = content->size() / kStep * kStep;
    for (size_t at = 0; at < whole; at += kStep) add(content->data() + at, kStep);
    add(content->data() + whole, content->size() - whole);
    for (const auto lane : {a, b, c, d}) sum = (std::rotl(sum, kTurn) ^ lane ^ (lane >> 32U)) * kPrime;
  }
  return sum;
}

/// The digests of all states so far, seen by all workers.
class Seen {
 public:
  explicit Seen(uint64_t most) : slots_(std::bit_ceil(2 * most)) {
    void* memory = ::mmap(nullptr, slots_ * sizeof(Slot), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    table_ = static_cast<Slot*>(memory);
    ::madvise(memory, slots_ * sizeof(Slot), MADV_DONTDUMP);
  }
  /// False if it was there.
  bool insert(uint64_t digest) {
    for (auto at = digest;; ++at) {
      uint64_t there = 0;
      if (table_[at % slots_].compare_exchange_strong(there, digest)) return true;
      if (there == digest) return false;
    }
  }

 private:
  using Slot = std::atomic<uint64_t>;
  static_assert(Slot::is_always_lock_free);
  uint64_t slots_;
  Slot* table_;
};

struct Tally {
  std::array<uint64_t, kVerdicts.size()> by_verdict{};
  uint64_t states = 0;
  uint64_t crash_points = 0;
  uint64_t most_pending = 0;
};

/// Every `of`-th crash point, from `number` on.
class Worker {
 public:
  Worker(const std::vector<Entry>& entries, uint64_t states, unsigned number, unsigned of, Seen& seen,
         std::filesystem::path scratch)
      : entries_(entries),
        states_(states),
        number_(number),
        of_(of),
        seen_(seen),
        scratch_(std::move(scratch)) {}

  Tally run() {
    std::filesystem::create_directories(scratch_);
    // Few pending writes have few states. What the last points do not have, another pass over all makes up
    // for.
    uint64_t before = 0;
    for (uint64_t pass = 0; tally_.states < states_ && (pass == 0 || tally_.states > before); ++pass) {
      before = tally_.states;
      one_pass(pass);
    }
    std::filesystem::remove_all(scratch_);
    return tally_;
  }

 private:
  void one_pass(uint64_t pass) {
    DiskStates disk(entries_);
    auto points_left = (entries_.size() + of_ - 1 - number_) / of_;
    for (uint64_t point = 0; disk.advance(); ++point) {
      if (point % of_ != number_) continue;
      if (pass == 0) ++tally_.crash_points;
      tally_.most_pending = std::max<uint64_t>(tally_.most_pending, disk.pending());
      // In the first pass every point has its two extremes looked at.
      const auto least = pass == 0 ? uint64_t{2} : uint64_t{0};
      // Rounded up, so that the last few come from where there are any and not from the last point alone.
      const auto share = (states_ - std::min(states_, tally_.states) + points_left - 1) / points_left;
      --points_left;
      one_point(disk, point, tally_.states + std::max(least, share), Random(point + pass * entries_.size()));
    }
  }

  void one_point(DiskStates& disk, uint64_t point, uint64_t enough, Random random) {
    const auto pending = disk.pending();
    int again = 0;
    std::vector<State> batch;
    const auto look = [&] {
      const auto verdicts = in_child(batch.size(), [&](size_t at) {
        put(scratch_, batch[at]);
        return look_at_box(scratch_, disk.answered());
      });
      for (const auto verdict : verdicts) {
        if (++tally_.by_verdict.at(verdict) == 1 && verdict != good)
          fmt::print("after entry {} of {}, {} pending: {}\n", point + 1, entries_.size(), pending,
                     kVerdicts.at(verdict));
      }
      batch.clear();
    };
    for (uint64_t turn = 0; tally_.states < enough && again < kMostAgain; ++turn) {
      auto state = disk.state(choose(pending, turn, random));
      if (!seen_.insert(digest(state, disk.answered().size()))) {
        ++again;
        continue;
      }
      again = 0;
      ++tally_.states;
      batch.push_back(std::move(state));
      if (batch.size() == kBatch) look();
    }
    look();
  }

  const std::vector<Entry>& entries_;
  uint64_t states_;
  unsigned number_;
  unsigned of_;
  Seen& seen_;
  std::filesystem::path scratch_;
  Tally tally_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Checks the states in which a power cut can leave a store."};
  std::string log;
  uint64_t states = 20'000;
  unsigned processes = std::max(1U, std::thread::hardware_concurrency());
  std::string scratch = "/dev/shm";
  app.add_option("log", log, "What the store did")->required();
  app.add_option("--states", states, "How many different ones");
  app.add_option("--processes", processes, "How many at once")->check(CLI::Range(1, 64));
  app.add_option("--scratch", scratch, "Where the states are rebuilt; best in memory");
  CLI11_PARSE(app, argc, argv);

  const auto entries = read_log(log);
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::pair<pid_t, int>> workers;
  Seen seen(states + 2 * entries.size());
  std::fflush(stdout);
  for (unsigned number = 0; number < processes; ++number) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 2;
    const auto worker = ::fork();
    if (worker == 0) {
      const auto tally = Worker(entries, (states + processes - 1) / processes, number, processes, seen,
                                std::filesystem::path(scratch) / fmt::format("millrace-crash-{}", ::getpid()))
                             .run();
      std::fflush(stdout);
      ::_exit(::write(ends[1], &tally, sizeof tally) == sizeof tally ? 0 : 1);
    }
    ::close(ends[1]);
    workers.emplace_back(worker, ends[0]);
  }
  Tally sum;
  for (const auto& [worker, end] : workers) {
    Tally tally;
    int status = 0;
    const auto got = ::read(end, &tally, sizeof tally);
    ::waitpid(worker, &status, 0);
    if (got != sizeof tally) {
      fmt::print("a worker died\n");
      return 2;
    }
    for (size_t at = 0; at < tally.by_verdict.size(); ++at) sum.by_verdict.at(at) += tally.by_verdict.at(at);
    sum.states += tally.states;
    sum.crash_points += tally.crash_points;
    sum.most_pending = std::max(sum.most_pending, tally.most_pending);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} different states at {} crash points in {:.1f} s, at most {} writes pending\n", sum.states,
             sum.crash_points, took.count(), sum.most_pending);
  for (size_t at = 0; at < kVerdicts.size(); ++at) {
    if (sum.by_verdict.at(at) > 0) fmt::print("{:>9}  {}\n", sum.by_verdict.at(at), kVerdicts.at(at));
  }
  return sum.by_verdict.at(good) == sum.states ? 0 : 1;
}
