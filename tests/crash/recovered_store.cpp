#include "tests/crash/recovered_store.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "core/delivery/outbox_reader.hpp"
#include "edge/capture/edge_schema.hpp"
#include "tests/ledger/ledger.hpp"

namespace millrace::crash {
namespace {

constexpr size_t kMostRecords = 100'000;
constexpr size_t kMostBytes = size_t{1} << 30U;
constexpr size_t kPageBytes = 4096;
constexpr int kCreated = 201;

/// Nothing is delivered here: only I7 can be judged.
bool is_violated(const ledger::Ledger& ledger) {
  constexpr size_t kRecovered = 7;
  return ledger.verdicts().at(kRecovered - 1).state == ledger::Verdict::State::violated;
}

/// Makes the file hold the content. Touches only the pages that differ: from one state to the next these are
/// few, and to write whole files would cost more than to look at them.
void put(const std::filesystem::path& file, const Bytes& content) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, static_cast<off_t>(content.size())) != 0) std::abort();
  if (!content.empty()) {
    void* mapped = ::mmap(nullptr, content.size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) std::abort();
    for (size_t at = 0; at < content.size(); at += kPageBytes) {
      const auto size = std::min(kPageBytes, content.size() - at);
      auto* page = static_cast<uint8_t*>(mapped) + at;
      if (std::memcmp(page, content.data() + at, size) != 0) std::memcpy(page, content.data() + at, size);
    }
    ::munmap(mapped, content.size());
  }
  ::close(fd);
}

/// The child's part of in_child: a byte for each verdict.
[[noreturn]] void look_at(size_t from, size_t count, const std::function<Verdict(size_t)>& look, int out) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDERR_FILENO);
  for (auto at = from; at < count; ++at) {
    uint8_t verdict = good;
    try {
      verdict = look(at);
    } catch (const std::exception&) {
      verdict = not_opened;
    }
    if (::write(out, &verdict, 1) != 1) break;
  }
  ::_exit(0);
}

}  // namespace

std::span<const store::Migration> box_migrations() {
  return edge::kEdgeMigrations;
}

Verdict look_at_box(const std::filesystem::path& folder, const std::set<Uuid>& answered) {
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

std::vector<Verdict> in_child(size_t count, const std::function<Verdict(size_t)>& look) {
  std::vector<Verdict> verdicts;
  while (verdicts.size() < count) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    const auto child = ::fork();
    if (child < 0) std::abort();
    if (child == 0) look_at(verdicts.size(), count, look, ends[1]);
    ::close(ends[1]);
    uint8_t verdict = 0;
    while (::read(ends[0], &verdict, 1) == 1) verdicts.push_back(static_cast<Verdict>(verdict));
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    if (verdicts.size() < count) verdicts.push_back(died);
  }
  return verdicts;
}

void put(const std::filesystem::path& folder, const std::map<std::string, Content>& state) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!state.contains(entry.path().filename())) std::filesystem::remove(entry.path());
  }
  for (const auto& [name, content] : state) put(folder / name, *content);
}

}  // namespace millrace::crash
