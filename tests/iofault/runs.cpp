#include "tests/iofault/runs.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "relay/cursors/cursor_store.hpp"
#include "tests/crash/recovered_store.hpp"
#include "tests/iofault/load.hpp"

namespace millrace::iofault {
namespace {

using crash::Verdict;

/// A run takes some tens of milliseconds. One that is not over by then hangs.
constexpr unsigned kHangsAfterS = 30;
constexpr int kStopped = 70;

/// The library's counters, in memory shared with the process under test.
class Counts {
 public:
  explicit Counts(std::filesystem::path file) : file_(std::move(file)) {
    const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ::ftruncate(fd, sizeof(crash::FaultCounts)) != 0) throw std::runtime_error("no counters");
    void* memory = ::mmap(nullptr, sizeof(crash::FaultCounts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (memory == MAP_FAILED) throw std::runtime_error("no counters");
    counts_ = static_cast<crash::FaultCounts*>(memory);
  }
  ~Counts() { ::munmap(counts_, sizeof(crash::FaultCounts)); }
  Counts(const Counts&) = delete;
  Counts& operator=(const Counts&) = delete;
  const crash::FaultCounts* operator->() const { return counts_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  crash::FaultCounts* counts_;
};

struct Life {
  int code = -1;  ///< -1: it did not exit by itself
  std::string how;
  std::string said;  ///< standard output and error
  bool refused() const { return said.find("refused ") != std::string::npos; }
};

class Case {
 public:
  Case(const Setting& setting, const std::filesystem::path& scratch)
      : setting_(setting),
        plan_(plan_of(setting.part)),
        scratch_(scratch),
        folder_(scratch / "store"),
        counts_(make(scratch) / "counts") {
    std::filesystem::create_directories(folder_);
  }

  Counts& counts() { return counts_; }
  std::filesystem::path log() const { return scratch_ / "log"; }

  Life live(const std::string& fault) const {
    const auto out = scratch_ / "out";
    const auto child = ::fork();
    if (child == 0) {
      const int fd = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(fd, STDOUT_FILENO);
      ::dup2(fd, STDERR_FILENO);
      ::setenv("LD_PRELOAD", setting_.library.c_str(), 1);
      ::setenv(crash::kFolderVariable, folder_.c_str(), 1);
      ::setenv(crash::kLogVariable, log().c_str(), 1);
      ::setenv(crash::kCountsVariable, counts_.file().c_str(), 1);
      ::setenv("SQLITE_TMPDIR", folder_.c_str(), 1);
      if (!fault.empty()) ::setenv(crash::kFaultVariable, fault.c_str(), 1);
      std::vector<std::string> words{setting_.load, setting_.part, folder_};
      words.insert(words.end(), setting_.more.begin(), setting_.more.end());
      std::vector<char*> arguments;
      arguments.reserve(words.size() + 1);
      for (auto& word : words) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      ::alarm(kHangsAfterS);
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    Life life;
    if (WIFEXITED(status)) life.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) {
      life.how = WTERMSIG(status) == SIGALRM ? fmt::format("hangs for {} s", kHangsAfterS)
                                             : fmt::format("dies of signal {}", WTERMSIG(status));
    }
    std::ostringstream text;
    text << std::ifstream(out).rdbuf();
    life.said = text.str();
    return life;
  }

  std::set<Uuid> answered() const {
    std::ifstream in(folder_ / crash::kAnswersFile, std::ios::binary);
    std::set<Uuid> all;
    for (Uuid id; in.read(reinterpret_cast<char*>(id.bytes.data()), id.bytes.size());) all.insert(id);
    return all;
  }
  bool all_answered() const {
    const auto all = answered();
    return !all.empty() && number_of(*all.rbegin()) == plan_.records &&
           (setting_.part == "relay" || all.size() == plan_.records);
  }

  /// At a copy: a look repairs what a start would have to repair.
  Verdict look_at_copy() const {
    const auto copy = scratch_ / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(folder_, copy);
    std::filesystem::remove(copy / "edge.db-shm");
    std::filesystem::remove(copy / "relay.db-shm");
    return look(copy, answered());
  }
  Verdict look(const std::filesystem::path& at, const std::set<Uuid>& answers) const {
    const auto look = [&](size_t) {
      return setting_.part == "relay" ? look_at_relay(at, answers) : crash::look_at_box(at, answers);
    };
    return crash::in_child(1, look).front();
  }
  /// What would be left of it if the power went at the first answer after a sync had failed, and at the end.
  Verdict look_after_power_cut() const {
    const auto entries = crash::read_log(log());
    const auto failed = std::ranges::find_if(
        entries, [](const auto& entry) { return entry.head.op == crash::Op::sync_failed; });
    if (failed == entries.end()) return crash::good;
    crash::DiskStates disk(entries);
    bool looked = false;
    for (auto entry = entries.begin(); disk.advance(); ++entry) {
      const bool first = !looked && entry > failed && disk.at_answer();
      if (!first && entry + 1 != entries.end()) continue;
      looked = true;
      const auto there = scratch_ / "disk";
      std::filesystem::create_directories(there);
      crash::put(there, disk.state(std::vector<crash::DiskStates::Choice>(disk.pending())));
      if (const auto verdict = look(there, disk.answered()); verdict != crash::good) return verdict;
    }
    return crash::good;
  }

 private:
  static std::filesystem::path make(const std::filesystem::path& scratch) {
    std::filesystem::remove_all(scratch);
    std::filesystem::create_directories(scratch);
    return scratch;
  }
  /// The cursor stands where a receipt said, or further, and never beyond what the sink was given.
  Verdict look_at_relay(const std::filesystem::path& at, const std::set<Uuid>& receipts) const {
    auto db = store::Connection::open(at / "relay.db", store::Connection::Mode::writer);
    if (!db || !store::migrate(**db, relay::cursor_migrations())) return crash::not_opened;
    auto& check = (*db)->statement("PRAGMA integrity_check").bind();
    if (!check.step() || check.text(0) != "ok") return crash::not_whole;
    check.reset();
    const auto cursors = relay::read_cursors(**db);
    const auto stands = cursors.empty() ? 0 : cursors.front().cursor.settled_through;
    if (!receipts.empty() && stands < number_of(*receipts.rbegin())) return crash::answer_lost;
    uint64_t given = 0;
    std::ifstream(sink_of(folder_), std::ios::binary).read(reinterpret_cast<char*>(&given), sizeof(given));
    if (stands > given) return crash::unusable;
    if (stands > 0 && cursors.front().cursor.settled_hash != relay_chain(plan_).hash(stands))
      return crash::chain_broken;
    return crash::good;
  }

  const Setting& setting_;
  Plan plan_;
  std::filesystem::path scratch_;
  std::filesystem::path folder_;
  Counts counts_;
};

/// Kinds that a kiosk is told as "full" (507) and "try again" (503).
bool is_clean(const std::string& said) {
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("refused ") && line != "refused no_space" && line != "refused unavailable")
      return false;
  }
  return true;
}

End end_of(const Life& life, const Counts& counts) {
  if (counts->struck == 0) return End::not_met;
  if (life.code == kStopped) return End::stopped;
  if (life.code != 0) return End::not_started;
  return life.refused() ? End::refused : End::unnoticed;
}

}  // namespace

std::string Fault::text() const {
  return fmt::format("{},{},{},{}", crash::kCallNames.at(static_cast<size_t>(call)), at, error,
                     for_good ? "for-good" : "once");
}

std::array<uint64_t, crash::kCallNames.size()> count_calls(const Setting& setting,
                                                           const std::filesystem::path& scratch) {
  Case run(setting, scratch);
  const auto life = run.live("");
  if (life.code != 0 || !run.all_answered())
    throw std::runtime_error(fmt::format("a run without a fault fails: {} {}", life.code, life.said));
  std::array<uint64_t, crash::kCallNames.size()> calls{};
  for (size_t at = 0; at < calls.size(); ++at) calls.at(at) = run.counts()->calls.at(at);
  return calls;
}

Outcome run(const Setting& setting, const Fault& fault, const std::filesystem::path& scratch) {
  Case box(setting, scratch);
  Outcome outcome;
  const auto judge = [&](const char* when, Verdict verdict) {
    if (verdict != crash::good)
      outcome.wrong.push_back(fmt::format("{}: {}", when, crash::kVerdicts.at(verdict)));
  };
  const auto ended = [&](const char* when, const Life& life) {
    if (!life.how.empty()) outcome.wrong.push_back(fmt::format("{}: it {}", when, life.how));
    if (life.how.empty() && life.code != 0 && life.code != 1 && life.code != kStopped)
      outcome.wrong.push_back(fmt::format("{}: it ends with {}: {}", when, life.code, life.said));
    // A daemon that takes its own files for wrong ones is not started again.
    if (life.said.contains("start invalid_input"))
      outcome.wrong.push_back(fmt::format("{}: it waits for a person: {}", when, life.said));
  };

  const auto met = box.live(fault.text());
  outcome.end = end_of(met, box.counts());
  ended("under the fault", met);
  if (setting.part != "relay" && !is_clean(met.said))
    outcome.wrong.push_back("a refusal that does not say whether to try again: " + met.said);
  if (!fault.for_good && met.code == 0 && !box.all_answered())
    outcome.wrong.emplace_back("the fault went away, and not everything could be saved");
  judge("after the fault", box.look_at_copy());

  if (fault.for_good) {
    auto still = fault;
    still.at = 1;
    ended("started again under the fault", box.live(still.text()));
    judge("after a start under the fault", box.look_at_copy());
  }
  const auto well = box.live("");
  ended("started again", well);
  if (well.code != 0 || !box.all_answered())
    outcome.wrong.push_back("started again, it does not save everything: " + well.said);
  judge("after the restart", box.look_at_copy());
  judge("a power cut after a sync that failed", box.look_after_power_cut());
  return outcome;
}

}  // namespace millrace::iofault
