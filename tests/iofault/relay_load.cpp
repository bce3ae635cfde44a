// A relay: the real streams over the real cursor store; the broker and the sink are this file.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "core/store/writer.hpp"
#include "relay/intake/streams.hpp"
#include "tests/iofault/load.hpp"

namespace millrace::iofault {
namespace {

constexpr auto kNotSaved = "cursors-not-saved";
const relay::Box kBox{"demo", "box-1"};

/// The last receipt that the box got from any life of the relay: it publishes from there on.
uint64_t last_answer(const std::filesystem::path& folder) {
  std::ifstream in(folder / crash::kAnswersFile, std::ios::binary);
  uint64_t last = 0;
  for (Uuid id; in.read(reinterpret_cast<char*>(id.bytes.data()), id.bytes.size());)
    last = std::max(last, number_of(id));
  return last;
}

class Relay {
 public:
  Relay(const std::filesystem::path& folder, const Plan& plan, bool errors_ignored)
      : folder_(folder),
        plan_(plan),
        errors_ignored_(errors_ignored),
        answers_(folder),
        sink_(::open(sink_of(folder).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)),
        said_(last_answer(folder)),
        chain_(relay_chain(plan)) {}

  /// As CloudRelay does.
  Result<> start() {
    auto db = store::Connection::open(folder_ / "relay.db", store::Connection::Mode::writer);
    if (!db) return std::unexpected(db.error());
    if (auto migrated = store::migrate(**db, relay::cursor_migrations()); !migrated) return migrated;
    auto cursors = store::read(**db, relay::read_cursors);
    if (!cursors) return std::unexpected(cursors.error());
    writer_ = std::make_unique<store::Writer>(std::move(*db), loop_.get_executor());
    cursors_ = std::make_unique<relay::CursorStore>(*writer_);
    streams_ = std::make_unique<relay::Streams>(
        relay::Streams::Parts{loop_.get_executor(), clock_, metrics_, alarms_, *cursors_},
        delivery::ReceiverLimits{},
        relay::Streams::Handlers{
            .to_lane = [this](delivery::StreamNumber stream,
                              const delivery::RecordPtr& record) { lane_.emplace_back(stream, record); },
            .drop_below = [](delivery::StreamNumber, uint64_t) {},
            .publish =
                [this](size_t, const relay::Box&, const delivery::Receiver::Report& report,
                       const std::function<void(bool)>& done) {
                  if (report.positioned) receipt(report.cursor.settled_through);
                  done(true);
                }});
    streams_->restore(std::move(*cursors));
    return {};
  }
  void stop() {
    streams_.reset();
    cursors_.reset();
    writer_.reset();
    loop_.restart();
    loop_.poll();
  }

  void work(uint64_t to) {
    while (said_ < to) {
      const auto base = said_ + 1;
      const auto end = std::min(to, said_ + plan_.together);
      for (auto number = base; number <= end; ++number)
        streams_->arrive(kBox, 0, chain_.record(number, base));
      for (const auto& [stream, record] : std::exchange(lane_, {})) {
        sink_takes(record->sequence());
        streams_->settled({stream, record->sequence(), {}});
      }
      if (errors_ignored_) receipt(end);
      if (said_ < end && !until_said(end)) return;
    }
  }

 private:
  void receipt(uint64_t through) {
    if (through > said_) answers_.give(through);
    said_ = std::max(said_, through);
  }
  /// False when the relay says that its cursors are not saved, again and again.
  bool until_said(uint64_t end) {
    constexpr int kMostRefusals = 3;
    int refusals = 0;
    loop_.restart();
    const auto work = boost::asio::make_work_guard(loop_);
    while (said_ < end) {
      loop_.run_one();
      if (!alarms_.active().contains(kNotSaved)) continue;
      std::printf("refused %s\n", alarms_.active().at(kNotSaved).c_str());
      alarms_.clear(kNotSaved);
      if (++refusals == kMostRefusals) return false;
    }
    return true;
  }
  /// In one call: the writer's thread may end the process at any moment, and a file cut short would tell of
  /// nothing given.
  void sink_takes(uint64_t sequence) const {
    const auto given = std::max(sequence, said_);
    if (::pwrite(sink_, &given, sizeof(given), 0) != sizeof(given)) std::abort();
  }

  std::filesystem::path folder_;
  Plan plan_;
  bool errors_ignored_;
  Answers answers_;
  int sink_;
  uint64_t said_;
  delivery::testing::Chain chain_;
  SystemClock clock_;
  boost::asio::io_context loop_;
  metrics::Registry metrics_;
  metrics::Alarms alarms_{metrics_, clock_};
  std::vector<std::pair<delivery::StreamNumber, delivery::RecordPtr>> lane_;
  std::unique_ptr<store::Writer> writer_;
  std::unique_ptr<relay::CursorStore> cursors_;
  std::unique_ptr<relay::Streams> streams_;
};

}  // namespace

int run_relay(const std::filesystem::path& folder, const Plan& plan, bool errors_ignored) {
  Relay relay(folder, plan, errors_ignored);
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    if (auto started = relay.start(); !started) return say_start_failed(started.error());
    relay.work((round + 1) * plan.records / plan.rounds);
    relay.stop();
  }
  return 0;
}

}  // namespace millrace::iofault
