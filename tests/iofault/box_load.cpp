// A box: opens its store as the edge does, records, takes receipts, closes it and opens it again.
#include <set>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "core/delivery/outbox_reader.hpp"
#include "core/store/writer.hpp"
#include "tests/crash/recovered_store.hpp"
#include "tests/iofault/load.hpp"

namespace millrace::iofault {
namespace {

constexpr size_t kDataBytes = 700;
/// One record takes many pages, most of them outside of the tables' own.
constexpr uint64_t kLargeRecord = 9;
constexpr size_t kLargeDataBytes = 60'000;

delivery::Event draft(uint64_t number) {
  delivery::Event event;
  event.attributes = {{"id", answer_of(number).string()},
                      {"source", "/sites/demo/edges/box-1"},
                      {"type", "millrace.test.completed.v1"},
                      {"partitionkey", "operator:op-1"}};
  event.data.assign(number == kLargeRecord ? kLargeDataBytes : kDataBytes, static_cast<uint8_t>(number));
  return event;
}

class Box {
 public:
  Box(const std::filesystem::path& folder, const Plan& plan, bool errors_ignored)
      : folder_(folder), plan_(plan), errors_ignored_(errors_ignored), answers_(folder) {}

  /// As EdgeGateway does.
  Result<> start() {
    auto key = SigningKey::load_or_create(folder_ / "edge.key");
    if (!key) return std::unexpected(key.error());
    outbox_.emplace(std::move(*key), clock_);
    auto db = store::Connection::open(folder_ / "edge.db", store::Connection::Mode::writer);
    if (!db) return std::unexpected(db.error());
    if (auto migrated = store::migrate(**db, crash::box_migrations()); !migrated) return migrated;
    writer_ = std::make_unique<store::Writer>(std::move(*db), loop_.get_executor());
    auto reader = store::Connection::open(folder_ / "edge.db", store::Connection::Mode::reader);
    if (!reader) return std::unexpected(reader.error());
    reader_ = std::move(*reader);
    return {};
  }
  void stop() {
    reader_.reset();
    writer_.reset();
  }

  void work(uint64_t from, uint64_t to) {
    std::set<uint64_t> refused;
    for (auto number = from; number < to; ++number) {
      record(number, refused);
      if (number % plan_.together == 0) drain();
    }
    drain();
    // A kiosk asks again; whether the disk is well again is not for it to know.
    for (const auto number : std::set<uint64_t>(refused)) record(number, refused);
    drain();
    settle();
    drain();
  }

 private:
  void record(uint64_t number, std::set<uint64_t>& refused) {
    ++waiting_;
    writer_->submit(
        [this, number](store::Connection& on) -> Result<> {
          auto appended = outbox_->append(on, draft(number));
          if (!appended) return std::unexpected(appended.error());
          return {};
        },
        [this, number, &refused](const Result<>& committed) {
          --waiting_;
          // Asked again after its answer was lost: it is recorded already, and that is the answer.
          if (committed || committed.error().kind == ErrorKind::conflict || errors_ignored_) {
            answers_.give(number);
            return;
          }
          refused.insert(number);
          say_refused(committed.error());
        });
  }
  void settle() {
    const auto at = store::read(*reader_, delivery::read_position);
    if (!at || !*at) return;
    const auto through = (*at)->settled_through + ((*at)->last_sequence - (*at)->settled_through) / 2;
    const auto hash =
        store::read(*reader_, [&](store::Connection& on) { return delivery::read_hash(on, through); });
    if (!hash || !*hash) return;
    ++waiting_;
    writer_->submit(
        [this, stream = (*at)->stream_id, through, hash = **hash](store::Connection& on) -> Result<> {
          auto settled = outbox_->settle(on, stream, through, hash, {});
          if (!settled) return std::unexpected(settled.error());
          return {};
        },
        [this](const Result<>& committed) {
          --waiting_;
          if (!committed) say_refused(committed.error());
        });
  }
  void drain() {
    loop_.restart();
    const auto work = boost::asio::make_work_guard(loop_);
    while (waiting_ > 0) loop_.run_one();
  }

  std::filesystem::path folder_;
  Plan plan_;
  bool errors_ignored_;
  Answers answers_;
  SystemClock clock_;
  boost::asio::io_context loop_;
  std::optional<delivery::Outbox> outbox_;
  std::unique_ptr<store::Connection> reader_;
  int waiting_ = 0;
  std::unique_ptr<store::Writer> writer_;
};

}  // namespace

int run_box(const std::filesystem::path& folder, const Plan& plan, bool errors_ignored) {
  Box box(folder, plan, errors_ignored);
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    if (auto started = box.start(); !started) return say_start_failed(started.error());
    box.work(round * plan.records / plan.rounds + 1, (round + 1) * plan.records / plan.rounds + 1);
    box.stop();
  }
  return 0;
}

}  // namespace millrace::iofault
