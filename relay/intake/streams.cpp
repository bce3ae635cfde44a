#include "relay/intake/streams.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>

#include "core/base/log.hpp"

namespace millrace::relay {
namespace {

using delivery::Receiver;
using delivery::StreamNumber;
using ArrivalKind = Receiver::Arrival::Kind;

/// Two disks that claim one stream stay an alarm for this long after the last record that showed it.
constexpr std::chrono::minutes kForkRemembered{10};

constexpr auto kForkAlarm = "stream-forked";
constexpr auto kStallAlarm = "stream-stalled";
constexpr auto kStoreAlarm = "cursors-not-saved";

}  // namespace

struct Streams::State : std::enable_shared_from_this<Streams::State> {
  struct Stream {
    Stream(StreamNumber as, StreamKey of, Receiver with)
        : number(as), key(std::move(of)), receiver(std::move(with)) {}
    StreamNumber number;
    StreamKey key;
    Receiver receiver;
    size_t link = 0;  // the broker it was last heard on
    bool receipt_lost = false;
    std::optional<MonoTime> deadline;
  };

  State(const Parts& with, delivery::ReceiverLimits given, Handlers to)
      : parts(with),
        limits(given),
        handlers(std::move(to)),
        timer(parts.loop),
        receipts(with.metrics.counter("millrace_relay_receipts_total", "Receipts handed to a broker")),
        withheld(with.metrics.counter("millrace_relay_parked_total",
                                      "Records that the sink refused for good, with their notice in place")),
        held_records(with.metrics.gauge("millrace_relay_held_records", "Records in memory, unsettled")),
        held_bytes(with.metrics.gauge("millrace_relay_held_bytes", "Their attributes and data, in bytes")),
        known(with.metrics.gauge("millrace_relay_streams", "Streams that this relay knows")) {}

  Stream& add(StreamKey key, Receiver receiver) {
    const auto number = static_cast<StreamNumber>(streams.size());
    numbers.emplace(key, number);
    streams.push_back(std::make_unique<Stream>(number, std::move(key), std::move(receiver)));
    return *streams.back();
  }

  Stream& find_or_add(const Box& box, const Uuid& stream_id) {
    StreamKey key{box, stream_id};
    if (const auto found = numbers.find(key); found != numbers.end()) return *streams[found->second];
    return add(std::move(key), Receiver(limits, stream_id, parts.clock.mono()));
  }

  /// Carries out what is due now, and remembers when something is next.
  void tend(Stream& stream) {
    if (const auto report = stream.receiver.report(parts.clock.mono())) carry_out(stream, *report);
    if (stream.deadline) deadlines.erase({*stream.deadline, stream.number});
    stream.deadline = stream.receiver.deadline();
    if (stream.deadline) deadlines.emplace(*stream.deadline, stream.number);
    set_timer();
  }

  void carry_out(Stream& stream, const Receiver::Report& report) {
    if (!report.commit) {
      stream.receiver.reported(report, true, parts.clock.mono());
      publish(stream, report);
      return;
    }
    parts.cursors.save(stream.key.box, report.cursor,
                       [weak = weak_from_this(), number = stream.number, report](const Result<>& saved) {
                         const auto self = weak.lock();
                         if (!self) return;
                         auto& of = *self->streams[number];
                         of.receiver.reported(report, saved.has_value(), self->parts.clock.mono());
                         if (saved) {
                           self->parts.alarms.clear(kStoreAlarm);
                           if (report.publish) self->publish(of, report);
                         } else {
                           self->parts.alarms.raise(kStoreAlarm, saved.error().message);
                         }
                         self->tend(of);
                       });
  }

  void publish(Stream& stream, const Receiver::Report& report) {
    receipts.add();
    stream.receipt_lost = false;
    handlers.publish(stream.link, stream.key.box, report,
                     [weak = weak_from_this(), number = stream.number](bool taken) {
                       const auto self = weak.lock();
                       if (self && !taken) self->streams[number]->receipt_lost = true;
                     });
  }

  void set_timer() {
    const auto next = deadlines.empty() ? std::nullopt : std::optional(deadlines.begin()->first);
    if (next == timer_for) return;
    timer_for = next;
    timer.cancel();
    if (!next) return;
    timer.expires_after(*next - parts.clock.mono());
    timer.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
      const auto self = weak.lock();
      if (cancelled || !self) return;
      self->timer_for.reset();
      self->tend_due();
    });
  }

  void tend_due() {
    const auto now = parts.clock.mono();
    std::vector<StreamNumber> due;
    for (const auto& [at, number] : deadlines) {
      if (at > now) break;
      due.push_back(number);
    }
    for (const auto number : due) tend(*streams[number]);
    set_timer();
  }

  void notice_stalls(MonoTime now) {
    std::string stalled;
    for (const auto& stream : streams) {
      const auto since = stream->receiver.stalled_for(now);
      if (since < kStalledAfter) continue;
      stalled =
          fmt::format("stream {} of {}-{} stands at {} since about {} min", stream->key.stream_id.string(),
                      stream->key.box.site, stream->key.box.edge, stream->receiver.settled_through(),
                      std::chrono::duration_cast<std::chrono::minutes>(since).count());
      break;
    }
    if (stalled.empty()) {
      parts.alarms.clear(kStallAlarm);
    } else {
      parts.alarms.raise(kStallAlarm, stalled);
    }
  }

  Parts parts;
  delivery::ReceiverLimits limits;
  Handlers handlers;
  std::vector<std::unique_ptr<Stream>> streams;  // by number
  std::map<StreamKey, StreamNumber> numbers;
  std::set<std::pair<MonoTime, StreamNumber>> deadlines;
  boost::asio::steady_timer timer;
  std::optional<MonoTime> timer_for;
  std::optional<MonoTime> forked_at;
  metrics::Registry::Counter receipts;
  metrics::Registry::Counter withheld;
  metrics::Registry::Gauge held_records;
  metrics::Registry::Gauge held_bytes;
  metrics::Registry::Gauge known;
};

Streams::Streams(const Parts& parts, delivery::ReceiverLimits limits, Handlers handlers)
    : state_(std::make_shared<State>(parts, limits, std::move(handlers))) {}

Streams::~Streams() {
  state_->timer.cancel();
}

void Streams::restore(std::vector<StoredCursor> cursors) {
  const auto now = state_->parts.clock.mono();
  for (auto& stored : cursors) {
    StreamKey key{std::move(stored.box), stored.cursor.stream_id};
    state_->add(std::move(key), Receiver(state_->limits, std::move(stored.cursor), now));
  }
}

ArrivalKind Streams::arrive(const Box& box, size_t link, const delivery::RecordPtr& record) {
  auto& self = *state_;
  auto& stream = self.find_or_add(box, record->stream_id());
  stream.link = link;
  const auto now = self.parts.clock.mono();
  const auto arrival = stream.receiver.arrive(record, now);
  if (!arrival.misfit.empty()) {
    self.forked_at = now;
    self.parts.alarms.raise(
        kForkAlarm, fmt::format("{}-{}: {}; a restored or copied disk opens a new stream by itself", box.site,
                                box.edge, arrival.misfit));
  }
  if (arrival.drop_below != 0) self.handlers.drop_below(stream.number, arrival.drop_below);
  for (const auto& next : arrival.deliver) self.handlers.to_lane(stream.number, next);
  self.tend(stream);
  return arrival.kind;
}

void Streams::halt(const Box& box, size_t link, const Uuid& stream_id, const std::string& reason) {
  auto& self = *state_;
  const auto found = self.numbers.find({box, stream_id});
  if (found != self.numbers.end()) {
    auto& stream = *self.streams[found->second];
    stream.receiver.halt(reason);
    self.tend(stream);
    return;
  }
  // Nothing is kept for a stream that nobody vouches for.
  Receiver::Report report;
  report.cursor.stream_id = stream_id;
  report.publish = true;
  report.halted = reason;
  self.receipts.add();
  self.handlers.publish(link, box, report, [](bool) {});
}

void Streams::settled(const delivery::Lanes::Settlement& settlement) {
  auto& self = *state_;
  auto& stream = *self.streams.at(settlement.stream);
  if (settlement.parking) {
    self.withheld.add();
    log::error("relay.parked", {{"site", stream.key.box.site},
                                {"edge", stream.key.box.edge},
                                {"sequence", settlement.sequence},
                                {"event_id", settlement.parking->event_id.string()},
                                {"reason", settlement.parking->reason},
                                {"maybe_delivered", settlement.parking->maybe_delivered}});
  }
  stream.receiver.settle(settlement.sequence, settlement.parking, self.parts.clock.mono());
  self.tend(stream);
}

void Streams::look_around() {
  auto& self = *state_;
  const auto now = self.parts.clock.mono();
  size_t records = 0;
  size_t bytes = 0;
  for (const auto& stream : self.streams) {
    records += stream->receiver.held_records();
    bytes += stream->receiver.held_bytes();
    if (!stream->receipt_lost) continue;
    stream->receiver.say_again();
    self.tend(*stream);
  }
  self.held_records.set(static_cast<double>(records));
  self.held_bytes.set(static_cast<double>(bytes));
  self.known.set(static_cast<double>(self.streams.size()));
  self.notice_stalls(now);
  if (self.forked_at && now - *self.forked_at > kForkRemembered) {
    self.forked_at.reset();
    self.parts.alarms.clear(kForkAlarm);
  }
}

}  // namespace millrace::relay
