// Tells tests/ledger what happens in a schedule, and the story when something must not be.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/delivery/inbound.hpp"
#include "tests/ledger/ledger.hpp"
#include "tests/simulation/world.hpp"

namespace millrace::simulation {

/// One record as one disk has it. The same submission may stand in several streams.
struct Truth {
  delivery::RecordPtr record;
  uint64_t submission = 0;  ///< what the operator handed in; 0: it is the stream's own record
  uint32_t session = 0;
  /// The sink refuses it for good, and its notice too.
  bool poison = false;
  bool notice_poison = false;

  ledger::Place place() const { return {record->stream_id(), record->sequence()}; }
};
using TruthPtr = std::shared_ptr<const Truth>;

/// Hears everything that matters. One per schedule.
class Ledger {
 public:
  explicit Ledger(World& world) : world_(world) {}

  /// An operator hands in, or asks again; and is told "saved".
  void invoked(uint64_t submission);
  void saved(uint64_t submission, const Uuid& event_id);
  /// A record exists, on whatever disk.
  void captured(const TruthPtr& truth);
  TruthPtr find(const delivery::Hash& record) const { return truths_.at(record); }
  /// The only disk that had it is gone: what is not in the backup is out of the promise.
  void disk_lost(const Uuid& event_id);

  /// The sink keeps a message: the record, or its withheld notice.
  void stored(const Truth& truth, bool notice, bool marked);
  /// The sink refuses a notice for good: the parking stands without one.
  void notice_refused(const Truth& truth);

  /// The relay tells a box that all up to here is settled, and has committed it up to there.
  void receipt(const Uuid& stream, uint64_t through, uint64_t committed);
  /// A row of a box left the outbox as settled, or stands aside as parked.
  void settled_at_box(uint32_t box, const Truth& truth);
  void parked_at_box(uint32_t box, const Truth& truth);
  /// A person recorded a parked row again, or gave it up.
  void replayed_at_box(uint32_t box, const Truth& truth);
  void discarded_at_box(uint32_t box, const Truth& truth);
  /// A backup took the place of the box's disk; what stands aside on it is told next.
  void restored(uint32_t box);

  /// What a relay holds of one stream in memory.
  void holds(const std::string& relay, const char* what, uint64_t value, uint64_t bound);
  void fault();
  /// After the faults: how long it took, or nothing when it was given up.
  void drained(std::optional<Millis> within, Millis bound);
  void close();

  bool violated() const { return !ledger_.violations().empty(); }
  /// The first violation; empty while all is well.
  std::string violation() const;

  uint64_t records() const { return ledger_.facts().records().size(); }
  uint64_t arrived() const { return ledger_.facts().arrived(); }
  uint64_t doubled() const { return ledger_.facts().doubled(); }
  uint64_t parked() const;

 private:
  template <class Entry>
  void take(const Entry& entry);

  World& world_;
  ledger::Ledger ledger_;
  size_t told_ = 0;  // violations
  std::unordered_map<delivery::Hash, TruthPtr, ledger::Spread> truths_;
};

}  // namespace millrace::simulation
