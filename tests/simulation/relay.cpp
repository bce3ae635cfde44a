#include "tests/simulation/relay.hpp"

#include "core/delivery/planted.hpp"
#include "core/delivery/resend_risk.hpp"

namespace millrace::simulation {
namespace {

using delivery::Outcome;
using delivery::planted;
using delivery::Planted;
using delivery::Receiver;

constexpr Millis kConnectAgainLeast{100};
constexpr Millis kConnectAgainMost{1'500};
constexpr Millis kLookEvery{1'000};
/// A send without an answer is in doubt after this long.
constexpr Millis kAnswerWithin{10'000};

}  // namespace

Relay::Relay(World& world, Ledger& ledger, Broker& broker, Bus& bus, std::string name,
             delivery::ReceiverLimits limits)
    : Process(world, std::move(name)),
      ledger_(ledger),
      broker_(broker),
      bus_(bus),
      limits_(limits),
      lanes_(fresh_lanes()) {}

delivery::Lanes Relay::fresh_lanes() {
  return {{}, [this] { return world().random.next(); }};
}

void Relay::on_start() {
  instance_ = fmt::format("{}#{}", name(), ++starts_);
  started_ = world().wall();
  for (const auto& [id, stored] : disk_.streams) {
    const auto number = static_cast<delivery::StreamNumber>(streams_.size());
    numbers_[id] = number;
    streams_.push_back(
        std::make_unique<Stream>(number, stored.box, Receiver(limits_, stored.cursor, world().mono())));
  }
  try_connect();
  try_sink();
  look_around();
}

void Relay::on_death() {
  world().did("relay_dies");
  if (connection_ != 0) broker_.forget(connection_);
  connection_ = 0;
  sink_ = 0;
  sends_.clear();
  lanes_ = fresh_lanes();
  lanes_armed_.reset();
  streams_.clear();
  numbers_.clear();
}

void Relay::try_connect() {
  if (connection_ == 0 && world().mono() >= link_cut_until_) {
    if (const auto connection = broker_.connect(*this)) {
      connection_ = *connection;
      say_state();
      for (auto& stream : streams_) {
        stream->receiver.say_again();
        tend(*stream);
      }
    }
  }
  after(world().random.between(kConnectAgainLeast, kConnectAgainMost), [this] { try_connect(); });
}

void Relay::cut_link_for(Millis time) {
  link_cut_until_ = world().mono() + time;
  if (connection_ == 0) return;
  broker_.forget(connection_);
  world().after(world().random.between(Millis{1}, Millis{2'000}),
                [this, connection = connection_] { lost(connection); });
}

void Relay::lost(Connection connection) {
  input([this, connection] {
    if (connection == connection_) connection_ = 0;
  });
}

void Relay::look_around() {
  check_bounds();
  after(kLookEvery, [this] { look_around(); });
}

Relay::Stream& Relay::find_or_add(const std::string& box, const Uuid& id) {
  if (const auto found = numbers_.find(id); found != numbers_.end()) return *streams_[found->second];
  const auto number = static_cast<delivery::StreamNumber>(streams_.size());
  numbers_[id] = number;
  streams_.push_back(std::make_unique<Stream>(number, box, Receiver(limits_, id, world().mono())));
  return *streams_.back();
}

void Relay::hear(Connection connection, const std::string& box, const delivery::RecordPtr& record) {
  input([this, connection, box, record] {
    if (connection != connection_) return;
    world().did("hear_record", record->sequence(), record->base());
    auto& stream = find_or_add(box, record->stream_id());
    if (world().mono() < trusts_from_) {
      stream.receiver.halt("the key of this box is not known");
      return tend(stream);
    }
    const auto arrival = stream.receiver.arrive(record, world().mono());
    if (arrival.drop_below != 0) lanes_.drop_below(stream.number, arrival.drop_below);
    for (const auto& next : arrival.deliver) {
      const auto& event = next->event();
      lanes_.add(stream.number, next, {"events", std::string(event.get(delivery::attr::partitionkey))},
                 delivery::maybe_sent_before(event, started_));
    }
    tend(stream);
    pump_lanes();
  });
}

void Relay::tend(Stream& stream) {
  if (const auto report = stream.receiver.report(world().mono())) {
    if (report->commit) {
      const bool early = planted(Planted::receipt_before_cursor) && report->publish;
      if (early) publish(stream, *report);
      commit(
          [this, box = stream.box, cursor = report->cursor] {
            disk_.streams[cursor.stream_id] = {box, cursor};
            world().did("commit", cursor.settled_through);
          },
          [this, &stream, report = *report, early] {
            stream.receiver.reported(report, true, world().mono());
            if (report.publish && !early) publish(stream, report);
            tend(stream);
          });
    } else {
      stream.receiver.reported(*report, true, world().mono());
      publish(stream, *report);
    }
  }
  const auto at = stream.receiver.deadline();
  if (!at || (stream.armed && *stream.armed <= *at)) return;
  stream.armed = at;
  after(std::max(Millis{0}, *at - world().mono()), [this, &stream] {
    stream.armed.reset();
    tend(stream);
  });
}

void Relay::publish(const Stream& stream, const Receiver::Report& report) {
  const auto committed = disk_.streams.find(report.cursor.stream_id);
  if (report.positioned)
    ledger_.receipt(report.cursor.stream_id, report.cursor.settled_through,
                    committed == disk_.streams.end() ? 0 : committed->second.cursor.settled_through);
  delivery::Receipt receipt;
  receipt.stream_id = report.cursor.stream_id;
  receipt.settled_through = report.cursor.settled_through;
  if (report.positioned) receipt.settled_hash = report.cursor.settled_hash;
  receipt.base_seen = report.cursor.base_seen;
  receipt.parked = report.cursor.parked;
  receipt.resend_from = report.resend_from;
  receipt.halted = report.halted;
  if (connection_ == 0) return;
  if (report.positioned) world().did("receipt", report.cursor.settled_through);
  broker_.publish(connection_, stream.box, receipt);
}

void Relay::say_state() {
  if (connection_ != 0) broker_.publish(connection_, name(), RelaySays{true, instance_});
}

void Relay::try_sink() {
  if (sink_ == 0 && world().mono() >= sink_cut_until_) {
    sink_ = ++last_sink_;
    lanes_.sink_up();
    say_state();
    pump_lanes();
  }
  after(world().random.between(kConnectAgainLeast, kConnectAgainMost), [this] { try_sink(); });
}

void Relay::detach_sink_for(Millis time) {
  sink_cut_until_ = world().mono() + time;
  input([this] { sink_lost(); });
}

void Relay::sink_lost() {
  if (sink_ == 0) return;
  sink_ = 0;
  lanes_.sink_down("detached");
  for (const auto& [id, sink] : std::map(sends_)) {
    answered(sink, id, {Outcome::Kind::in_doubt, "detached", Millis{0}});
  }
}

void Relay::pump_lanes() {
  while (const auto send = lanes_.next()) make(*send);
  const auto at = lanes_.deadline();
  if (!at || (lanes_armed_ && *lanes_armed_ <= *at)) return;
  lanes_armed_ = at;
  after(std::max(Millis{0}, *at - world().mono()), [this] {
    lanes_armed_.reset();
    lanes_.tick(world().mono());
    pump_lanes();
  });
}

void Relay::make(const delivery::Lanes::Send& send) {
  const auto window = std::chrono::duration_cast<std::chrono::seconds>(bus_.duplicate_window());
  Message message{ledger_.find(send.record->hash()), send.notice,
                  delivery::possible_duplicate(send.record->event(), window, world().wall())};
  world().did("send", send.record->sequence());
  sends_[send.id] = sink_;
  bus_.send(message, [this, sink = sink_, id = send.id, run = instance_](const Outcome& outcome) {
    input([this, sink, id, run, outcome] {
      if (run == instance_) answered(sink, id, outcome);
    });
  });
  after(kAnswerWithin, [this, sink = sink_, id = send.id] {
    answered(sink, id, {Outcome::Kind::in_doubt, "no answer", Millis{0}});
  });
}

void Relay::answered(uint64_t sink, uint64_t id, const Outcome& outcome) {
  const auto send = sends_.find(id);
  if (send == sends_.end() || send->second != sink) return;
  sends_.erase(send);
  world().did(outcome.kind == Outcome::Kind::accepted ? "accepted" : "in_doubt");
  if (const auto settlement = lanes_.outcome(id, outcome, world().mono())) {
    auto& stream = *streams_[settlement->stream];
    if (settlement->parking) world().tell("{} parks {}", name(), settlement->sequence);
    stream.receiver.settle(settlement->sequence, settlement->parking, world().mono());
    tend(stream);
  }
  pump_lanes();
}

void Relay::replace_disk(CursorsModel with, Millis down_for) {
  die();
  disk_ = std::move(with);
  world().did("relay_forgets");
  world().after(down_for, [this] { start(); });
}

void Relay::check_bounds() {
  for (const auto& stream : streams_) {
    const auto& receiver = stream->receiver;
    ledger_.holds(name(), "records", receiver.held_records(), limits_.window_records);
    ledger_.holds(name(), "bytes", receiver.held_bytes(), limits_.window_bytes);
  }
}

std::string_view Relay::condition() const {
  if (!running()) return "down";
  if (frozen()) return "frozen";
  if (connection_ == 0) return "offline";
  if (lanes_.sink_state() != delivery::SinkState::up) return "sink away";
  if (committing()) return "committing";
  if (!sends_.empty()) return "sending";
  return lanes_.records() > 0 ? "waiting" : "idle";
}

}  // namespace millrace::simulation
