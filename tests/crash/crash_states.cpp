// Rebuilds what a power cut can leave of a box's store, opens each state in a process of its own, and checks
// that it holds everything that was answered.
//   crash_states LOG [--states N] [--threads N]     0 if every state was good
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <unordered_set>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/base/files.hpp"
#include "core/delivery/outbox_reader.hpp"
#include "edge/capture/edge_schema.hpp"
#include "tests/crash/disk_states.hpp"
#include "tests/ledger/ledger.hpp"
#include "tests/simulation/random.hpp"

namespace {

using namespace millrace;
using namespace millrace::crash;
using simulation::Random;
using Choice = DiskStates::Choice;
using Part = DiskStates::Part;

constexpr size_t kMostRecords = 100'000;
constexpr int kCreated = 201;
constexpr size_t kMostBytes = size_t{1} << 30U;

enum Verdict : int { good, not_opened, not_whole, answer_lost, chain_broken, unusable, died };
constexpr std::array<const char*, 7> kVerdicts{"good",        "cannot be opened", "integrity check failed",
                                               "answer lost", "chain broken",     "takes no new record",
                                               "check died"};

/// Nothing is delivered here: only I7 can be judged.
bool is_violated(const ledger::Ledger& ledger) {
  constexpr size_t kRecovered = 7;
  return ledger.verdicts().at(kRecovered - 1).state == ledger::Verdict::State::violated;
}

/// In the child: opens the store as the edge does, and looks.
Verdict look(const std::filesystem::path& folder, const std::set<Uuid>& answered) {
  auto opened = store::Connection::open(folder / "edge.db", store::Connection::Mode::writer);
  if (!opened || !store::migrate(**opened, edge::kEdgeMigrations)) return not_opened;
  auto& db = **opened;
  auto& check = db.statement("PRAGMA integrity_check");
  check.bind();
  if (!check.step() || check.text(0) != "ok") return not_whole;
  check.reset();

  ledger::Ledger ledger;
  for (const auto& record : delivery::read_records(db, 1, kMostRecords, kMostBytes)) {
    const auto evidence = delivery::read_evidence(record.event);
    if (!evidence) return chain_broken;
    ledger::Captured captured;
    captured.place = {evidence->stream_id, evidence->sequence};
    captured.event_id = evidence->event_id;
    captured.hash = evidence->hash;
    captured.prevhash = evidence->prevhash;
    ledger.take(captured);
  }
  if (is_violated(ledger)) return chain_broken;
  for (const auto& id : answered) {
    ledger::Answered told;
    told.submission = id;
    told.event_id = id;
    told.status = kCreated;
    told.saved = true;
    ledger.take(ledger::Invoked{id, {}});
    ledger.take(told);
  }
  ledger.take(ledger::End{});
  if (is_violated(ledger)) return answer_lost;

  const ManualClock clock;
  const delivery::Outbox outbox(SigningKey::generate(), clock);
  delivery::Event event;
  event.attributes = {
      {"id", Uuid::v7(clock.wall()).string()}, {"source", "/"}, {"type", "t"}, {"partitionkey", "p"}};
  db.execute("BEGIN IMMEDIATE");
  const bool taken = outbox.append(db, std::move(event)).has_value();
  db.execute("COMMIT");
  return taken ? good : unusable;
}

Verdict look_in_child(const std::filesystem::path& folder, const std::set<Uuid>& answered) {
  const auto child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDERR_FILENO);
    try {
      ::_exit(look(folder, answered));
    } catch (const std::exception&) {
      ::_exit(not_opened);
    }
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return died;
  return static_cast<Verdict>(WEXITSTATUS(status));
}

void put(const std::filesystem::path& folder, const std::map<std::string, Content>& state) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const auto& [name, content] : state) {
    const auto file = folder / name;
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const auto size = static_cast<ssize_t>(content->size());
    if (fd < 0 || ::write(fd, content->data(), content->size()) != size) std::abort();
    ::close(fd);
  }
}

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

uint64_t digest(const std::vector<Choice>& choices) {
  uint64_t sum = 14695981039346656037U;
  for (const auto& choice : choices) {
    sum = (sum ^ static_cast<uint64_t>(choice.part)) * 1099511628211U;
    sum = (sum ^ choice.sectors) * 1099511628211U;
  }
  return sum;
}

struct Tally {
  std::array<uint64_t, kVerdicts.size()> by_verdict{};
  uint64_t crash_points = 0;
  uint64_t most_pending = 0;
};

/// Every `of`-th crash point, from `number` on.
Tally work(const std::vector<Entry>& entries, uint64_t states, unsigned number, unsigned of,
           const std::filesystem::path& scratch) {
  Tally tally;
  DiskStates disk(entries);
  const auto each = std::max<uint64_t>(2, states / entries.size());
  for (uint64_t point = 0; disk.advance(); ++point) {
    if (point % of != number) continue;
    ++tally.crash_points;
    const auto pending = disk.pending();
    tally.most_pending = std::max<uint64_t>(tally.most_pending, pending);
    Random random(point);
    std::unordered_set<uint64_t> seen;
    // Few pending writes have few states: what came before is not counted again.
    for (uint64_t turn = 0; turn < each; ++turn) {
      const auto choices = choose(pending, turn, random);
      if (!seen.insert(digest(choices)).second) continue;
      put(scratch, disk.state(choices));
      const auto verdict = look_in_child(scratch, disk.answered());
      ++tally.by_verdict.at(verdict);
      if (verdict != good && tally.by_verdict.at(verdict) == 1) {
        fmt::print("after entry {} of {}, {} pending, state {}: {}\n", point + 1, entries.size(), pending,
                   turn, kVerdicts.at(verdict));
      }
    }
  }
  std::filesystem::remove_all(scratch);
  return tally;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Checks the states in which a power cut can leave a store."};
  std::string log;
  uint64_t states = 20'000;
  unsigned processes = std::max(1U, std::thread::hardware_concurrency());
  std::string scratch = "/dev/shm";
  app.add_option("log", log, "What the store did")->required();
  app.add_option("--states", states, "How many, about");
  app.add_option("--processes", processes, "How many at once")->check(CLI::Range(1, 64));
  app.add_option("--scratch", scratch, "Where the states are rebuilt; best in memory");
  CLI11_PARSE(app, argc, argv);

  const auto entries = read_log(log);
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::pair<pid_t, int>> workers;
  std::fflush(stdout);
  for (unsigned number = 0; number < processes; ++number) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 2;
    const auto worker = ::fork();
    if (worker == 0) {
      const auto tally = work(entries, states, number, processes,
                              std::filesystem::path(scratch) / fmt::format("millrace-crash-{}", ::getpid()));
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
    sum.crash_points += tally.crash_points;
    sum.most_pending = std::max(sum.most_pending, tally.most_pending);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  uint64_t all = 0;
  for (const auto count : sum.by_verdict) all += count;
  fmt::print("{} different states at {} crash points in {:.1f} s, at most {} writes pending\n", all,
             sum.crash_points, took.count(), sum.most_pending);
  for (size_t at = 0; at < kVerdicts.size(); ++at) {
    if (sum.by_verdict.at(at) > 0) fmt::print("{:>9}  {}\n", sum.by_verdict.at(at), kVerdicts.at(at));
  }
  return sum.by_verdict.at(good) == all ? 0 : 1;
}
