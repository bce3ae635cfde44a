// A box's work on its real store: records are committed and answered, receipts settle them, the store is
// closed and opened again. Every answer is a line in the file `answers`, written after the commit.
//   crash_load FOLDER [--unsynced]     --unsynced: synchronous=NORMAL, which must be found out
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "core/delivery/outbox_reader.hpp"
#include "core/store/writer.hpp"
#include "edge/capture/edge_schema.hpp"

namespace {

using namespace millrace;

constexpr int kRounds = 6;
constexpr int kRecordsPerRound = 20;
constexpr int kMostTogether = 4;
constexpr size_t kDataBytes = 700;

delivery::Event draft(const Uuid& id, int number) {
  delivery::Event event;
  event.attributes = {{"id", id.string()},
                      {"source", "/sites/demo/edges/box-1"},
                      {"type", "millrace.test.completed.v1"},
                      {"partitionkey", "operator:op-1"}};
  event.data.assign(kDataBytes, static_cast<uint8_t>(number));
  return event;
}

void must(const Result<>& result) {
  if (result) return;
  std::fprintf(stderr, "crash_load: %s\n", result.error().message.c_str());
  std::_Exit(1);
}

void round(const std::filesystem::path& folder, bool unsynced, const delivery::Outbox& outbox,
           const Clock& clock, int answers, int first) {
  boost::asio::io_context loop;
  auto db = store::Connection::open(folder / "edge.db", store::Connection::Mode::writer);
  if (!db) must(std::unexpected(db.error()));
  if (unsynced) (*db)->execute("PRAGMA synchronous=NORMAL");
  must(store::migrate(**db, edge::kEdgeMigrations));
  const auto guard = boost::asio::make_work_guard(loop);
  store::Writer writer(std::move(*db), loop.get_executor());
  int waiting = 0;
  const auto drain = [&] {
    while (waiting > 0) loop.run_one();
  };
  for (int number = first; number < first + kRecordsPerRound; ++number) {
    const auto id = Uuid::v7(clock.wall());
    ++waiting;
    writer.submit(
        [&outbox, id, number](store::Connection& on) -> Result<> {
          auto appended = outbox.append(on, draft(id, number));
          if (!appended) return std::unexpected(appended.error());
          return {};
        },
        [&waiting, id, answers](const Result<>& committed) {
          must(committed);
          --waiting;
          if (::write(answers, id.bytes.data(), id.bytes.size()) < 0) must(fail(ErrorKind::io, "answers"));
        });
    if (number % kMostTogether == 0) drain();
    if (number % 10 != 9) continue;
    ++waiting;
    writer.submit(
        [&outbox](store::Connection& on) -> Result<> {
          const auto at = delivery::read_position(on);
          const auto through = at->settled_through + (at->last_sequence - at->settled_through) / 2;
          auto settled = outbox.settle(on, at->stream_id, through, *delivery::read_hash(on, through), {});
          if (!settled) return std::unexpected(settled.error());
          return {};
        },
        [&waiting](const Result<>& committed) {
          must(committed);
          --waiting;
        });
  }
  drain();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::filesystem::path folder(argv[1]);
  const bool unsynced = argc > 2 && std::strcmp(argv[2], "--unsynced") == 0;
  const SystemClock clock;
  const delivery::Outbox outbox(SigningKey::generate(), clock);
  const int answers = ::open((folder / "answers").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (answers < 0) return 1;
  for (int number = 0; number < kRounds; ++number) {
    round(folder, unsynced, outbox, clock, answers, number * kRecordsPerRound);
  }
  return 0;
}
