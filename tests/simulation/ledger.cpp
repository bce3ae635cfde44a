#include "tests/simulation/ledger.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::simulation {
namespace {

constexpr int kCreated = 201;

Uuid key(uint64_t submission) {
  Uuid out;
  std::memcpy(out.bytes.data() + out.bytes.size() - sizeof submission, &submission, sizeof submission);
  return out;
}

template <class Row>
Row row(uint32_t box, const Truth& truth) {
  Row out;
  out.box = box;
  out.place = truth.place();
  out.event_id = truth.record->event_id();
  return out;
}

}  // namespace

template <class Entry>
void Ledger::take(const Entry& entry) {
  ledger_.take(entry);
  for (; told_ < ledger_.violations().size(); ++told_) {
    const auto& violation = ledger_.violations()[told_];
    world_.tell("VIOLATED I{}: {}", violation.invariant, violation.what);
  }
}

void Ledger::invoked(uint64_t submission) {
  take(ledger::Invoked{key(submission)});
}

void Ledger::saved(uint64_t submission, const Uuid& event_id) {
  ledger::Answered answered;
  answered.submission = key(submission);
  answered.status = kCreated;
  answered.saved = true;
  answered.event_id = event_id;
  take(answered);
}

void Ledger::captured(const TruthPtr& truth) {
  const auto& record = *truth->record;
  truths_.emplace(record.hash(), truth);
  ledger::Captured captured;
  captured.place = truth->place();
  captured.event_id = record.event_id();
  captured.session = truth->session;
  captured.hash = record.hash();
  captured.prevhash = record.prevhash();
  if (truth->submission != 0) captured.submission = key(truth->submission);
  if (const auto again = record.event().get(delivery::attr::replayof); !again.empty()) {
    const auto slash = again.find('/');
    captured.replayof = ledger::Place{Uuid::parse(again.substr(0, slash)).value(),
                                      std::stoull(std::string(again.substr(slash + 1)))};
  }
  take(captured);
  if (truth->poison) take(ledger::Refusable{record.event_id()});
}

void Ledger::disk_lost(const Uuid& event_id) {
  take(ledger::Excused{event_id, {}});
}

void Ledger::stored(const Truth& truth, bool notice, bool marked) {
  const auto& record = *truth.record;
  if (notice) {
    world_.tell("sink keeps the notice of {}", record.sequence());
  } else {
    world_.tell("sink keeps {} of stream {}", record.sequence(), record.stream_id().string());
  }
  take(ledger::Received{truth.place(), record.event_id(), truth.session, record.hash(), notice, marked});
}

void Ledger::notice_refused(const Truth& truth) {
  take(ledger::NoticeRefused{truth.record->event_id(), truth.place()});
}

void Ledger::receipt(const Uuid& stream, uint64_t through, uint64_t committed) {
  take(ledger::Receipt{stream, through, committed});
}

void Ledger::settled_at_box(uint32_t box, const Truth& truth) {
  take(row<ledger::Settled>(box, truth));
}

void Ledger::parked_at_box(uint32_t box, const Truth& truth) {
  take(row<ledger::Parked>(box, truth));
}

void Ledger::replayed_at_box(uint32_t box, const Truth& truth) {
  take(row<ledger::Replayed>(box, truth));
}

void Ledger::discarded_at_box(uint32_t box, const Truth& truth) {
  auto entry = row<ledger::Discarded>(box, truth);
  entry.why = "given up";
  take(entry);
}

void Ledger::restored(uint32_t box) {
  take(ledger::Restored{box});
}

void Ledger::holds(const std::string& relay, const char* what, uint64_t value, uint64_t bound) {
  take(ledger::Measured{relay, what, value, bound});
}

void Ledger::fault() {
  take(ledger::Fault{});
}

void Ledger::drained(std::optional<Millis> within, Millis bound) {
  ledger::Drained drained;
  if (within) drained.within_ms = static_cast<uint64_t>(within->count());
  drained.bound_ms = static_cast<uint64_t>(bound.count());
  take(drained);
}

void Ledger::close() {
  take(ledger::End{});
}

std::string Ledger::violation() const {
  if (!violated()) return {};
  const auto& first = ledger_.violations().front();
  return fmt::format("I{}: {}", first.invariant, first.what);
}

uint64_t Ledger::parked() const {
  return static_cast<uint64_t>(std::ranges::count_if(ledger_.facts().events(), &ledger::Event::in_sight));
}

}  // namespace millrace::simulation
