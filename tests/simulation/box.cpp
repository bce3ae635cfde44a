#include "tests/simulation/box.hpp"

#include <array>

#include "core/delivery/planted.hpp"

namespace millrace::simulation {
namespace {

using delivery::planted;
using delivery::Planted;

constexpr Millis kConnectAgainLeast{100};
constexpr Millis kConnectAgainMost{1'500};
constexpr Millis kAskAgainLeast{500};
constexpr Millis kAskAgainMost{4'000};
/// The stream's own records (its opening) are no operator's.
constexpr uint32_t kOwnSession = 1'000;
/// Of the parked records, per mille: about how many a person decides at a time; gives up; has the sink mended
/// for.
constexpr unsigned kDecided = 400;
constexpr unsigned kGivenUp = 250;
constexpr unsigned kMended = 600;

Uuid new_id(WallTime now, Random& random) {
  std::array<uint8_t, 10> bytes{};
  for (auto& byte : bytes) byte = static_cast<uint8_t>(random.next());
  return Uuid::v7(now, bytes);
}

}  // namespace

Box::Box(World& world, Ledger& ledger, Broker& broker, uint32_t number, std::string name,
         delivery::SenderLimits limits, LogModel disk)
    : Process(world, std::move(name)),
      number_(number),
      ledger_(ledger),
      broker_(broker),
      limits_(limits),
      disk_(std::move(disk)),
      sender_(fresh_sender()) {
  tell_aside();
}

/// What stands aside on a disk that came from elsewhere: a copy, or a backup.
void Box::tell_aside() {
  using enum delivery::RecordState;
  for (const auto& row : disk_.aside()) {
    ledger_.parked_at_box(number_, *row.truth);
    if (row.state == replayed) ledger_.replayed_at_box(number_, *row.truth);
    if (row.state == discarded) ledger_.discarded_at_box(number_, *row.truth);
  }
}

delivery::Sender Box::fresh_sender() {
  return {limits_, [this] { return world().random.next(); }};
}

void Box::on_start() {
  sender_ = fresh_sender();
  sender_.restart(disk_.position(), world().mono());
  settling_ = leaving_ = false;
  armed_.reset();
  try_connect();
}

void Box::on_death() {
  world().did("box_dies");
  if (planted(Planted::no_sync)) disk_ = synced_;
  if (connection_ != 0) broker_.forget(connection_);
  connection_ = 0;
}

void Box::try_connect() {
  if (connection_ == 0 && world().mono() >= link_cut_until_) {
    if (const auto connection = broker_.connect(*this)) {
      connection_ = *connection;
      sender_.connected(world().mono());
      pump();
    }
  }
  after(world().random.between(kConnectAgainLeast, kConnectAgainMost), [this] { try_connect(); });
}

void Box::cut_link_for(Millis time) {
  link_cut_until_ = world().mono() + time;
  if (connection_ == 0) return;
  broker_.forget(connection_);
  world().after(world().random.between(Millis{1}, Millis{2'000}),
                [this, connection = connection_] { lost(connection); });
}

void Box::lost(Connection connection) {
  input([this, connection] {
    if (connection != connection_) return;
    connection_ = 0;
    sender_.disconnected();
    arm();
  });
}

void Box::hand_in(uint64_t submission, uint32_t session, bool poison, bool notice_poison,
                  Millis kiosk_ahead) {
  unanswered_.insert(submission);
  ledger_.invoked(submission);
  ask({new_id(world().wall() + kiosk_ahead, world().random),
       submission,
       session,
       poison,
       notice_poison,
       {},
       {},
       {}});
}

void Box::see_to_parked() {
  input([this] {
    commit(
        [this] {
          auto& random = world().random;
          const auto through = disk_.position().settled_through;
          for (uint64_t sequence = 1; sequence <= through; ++sequence) {
            if (disk_.row(sequence).state != delivery::RecordState::parked || !random.chance(kDecided))
              continue;
            if (random.chance(kGivenUp)) {
              ledger_.discarded_at_box(number_, *disk_.discard(sequence));
            } else {
              ledger_.replayed_at_box(number_, *disk_.replay(sequence, random.chance(kMended), ledger_));
              world().tell("{} replays {} as {}", name(), sequence, disk_.position().last_sequence);
            }
          }
        },
        [this] {
          if (sender_.stream_id().is_nil()) return;
          sender_.appended(disk_.position().last_sequence, world().mono());
          pump();
        });
  });
}

void Box::ask(const Draft& draft) {
  if (!unanswered_.contains(draft.submission)) return;
  input([this, draft] {
    auto now = draft;
    now.recorded = world().wall() + clock_ahead_;
    now.clock_state = clock_state_;
    if (planted(Planted::answers_before_commit)) answered(now);
    commit(
        [this, now] {
          if (planted(Planted::no_sync)) synced_ = disk_;
          if (disk_.append(now, world().random, ledger_)) {
            world().did("capture", disk_.position().last_sequence);
            world().tell("{} commits {}", name(), disk_.position().last_sequence);
          }
        },
        [this, now] { answered(now); });
  });
  auto again = draft;
  if (planted(Planted::no_submission_key)) again.event_id = new_id(world().wall(), world().random);
  world().after(world().random.between(kAskAgainLeast, kAskAgainMost), [this, again] { ask(again); });
}

void Box::answered(const Draft& draft) {
  if (unanswered_.erase(draft.submission) > 0) world().did("answer");
  ledger_.saved(draft.submission, draft.event_id);
  // The first record makes the stream.
  if (sender_.stream_id().is_nil()) sender_.restart(disk_.position(), world().mono());
  sender_.appended(disk_.position().last_sequence, world().mono());
  pump();
}

void Box::acknowledged(Connection connection, uint64_t sequence) {
  input([this, connection, sequence] {
    if (connection != connection_) return;
    sender_.acknowledged();
    if (planted(Planted::deletes_on_puback) && sequence > disk_.position().settled_through &&
        sequence <= disk_.position().last_sequence && !settling_) {
      settle({disk_.position().stream_id, sequence, *disk_.hash_at(sequence), {}});
    }
    pump();
  });
}

void Box::hear(Connection connection, const delivery::Receipt& receipt) {
  input([this, connection, receipt] {
    if (connection != connection_) return;
    if (receipt.settled_hash) world().did("hear_receipt", receipt.settled_through);
    // Hashes are looked up where the receipt's stream is the present one; the sender ignores any other.
    act(sender_.receipt(receipt, disk_.hash_at(receipt.settled_through), world().mono()));
    pump();
  });
}

void Box::hear(Connection connection, const RelaySays& state) {
  input([this, connection, state] {
    if (connection != connection_ || !state.online) return;
    sender_.relay_seen(state.instance, world().mono());
    pump();
  });
}

void Box::act(const delivery::Sender::Verdict& verdict) {
  if (const auto* now = std::get_if<delivery::Sender::Settle>(&verdict)) {
    settle(*now);
  } else if (const auto* leave = std::get_if<delivery::Sender::OpenNewStream>(&verdict)) {
    world().tell("{} leaves its stream: {}", name(), leave->reason);
    leave_stream();
  }
}

void Box::settle(const delivery::Sender::Settle& settle) {
  settling_ = true;
  const auto changed = std::make_shared<std::optional<LogModel::Changed>>();
  commit(
      [this, settle, changed] {
        *changed = disk_.settle(settle.stream_id, settle.through, settle.hash, settle.parkings);
        if (!*changed) return;
        world().did("settle", settle.through);
        for (const auto& truth : (*changed)->settled) ledger_.settled_at_box(number_, *truth);
        for (const auto& truth : (*changed)->parked) ledger_.parked_at_box(number_, *truth);
        world().tell("{} settles through {}", name(), settle.through);
      },
      [this, changed] {
        settling_ = false;
        if (*changed) {
          act(sender_.settled({(*changed)->through, 0, (*changed)->parkings}, world().mono()));
        } else {
          sender_.settle_failed();
        }
        pump();
      });
}

void Box::leave_stream() {
  leaving_ = true;
  const Draft opening{new_id(world().wall(), world().random),
                      0,
                      kOwnSession,
                      false,
                      false,
                      world().wall() + clock_ahead_,
                      clock_state_,
                      {}};
  commit(
      [this, opening] {
        disk_.open_new_stream(opening, world().random, ledger_);
        ++streams_left_;
      },
      [this] {
        leaving_ = false;
        sender_.restart(disk_.position(), world().mono());
        pump();
      });
}

void Box::pump() {
  while (const auto range = sender_.next()) {
    size_t bytes = 0;
    uint64_t sequence = range->from;
    for (size_t count = 0; count < range->most_records; ++count, ++sequence) {
      const auto& record = disk_.row(sequence).truth->record;
      bytes += record->size_bytes();
      if (bytes > range->most_bytes) break;
      world().did("publish", sequence, sender_.base());
      broker_.publish(connection_, name(), record->with_base(sender_.base()));
      sender_.sent(sequence, record->size_bytes(), world().mono());
    }
    if (sequence == range->from) break;
  }
  arm();
}

void Box::arm() {
  const auto at = sender_.deadline();
  if (!at || (armed_ && *armed_ <= *at)) return;
  armed_ = at;
  after(std::max(Millis{0}, *at - world().mono()), [this] {
    armed_.reset();
    sender_.tick(world().mono());
    pump();
  });
}

void Box::restore(const LogModel& backup) {
  die();
  for (const auto& [id, when] : disk_.recorded()) {
    if (!backup.is_recorded(id)) ledger_.disk_lost(id);
  }
  disk_ = backup;
  ledger_.restored(number_);
  tell_aside();
  start();
}

bool Box::drained() const {
  return running() && unanswered_.empty() &&
         disk_.position().settled_through == disk_.position().last_sequence;
}

std::string_view Box::condition() const {
  if (!running()) return "down";
  if (frozen()) return "frozen";
  if (leaving_) return "leaving its stream";
  if (settling_) return "settling";
  if (sender_.unsettled() == 0) return "idle";
  if (connection_ == 0) return "offline";
  return sender_.unsettled() >= limits_.window_records ? "window full" : "pending";
}

}  // namespace millrace::simulation
