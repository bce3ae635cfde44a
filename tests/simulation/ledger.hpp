// What happened, and whether it may: the invariants I1 to I4, I6, I8 and I9 of docs/reliability.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/delivery/inbound.hpp"
#include "tests/simulation/world.hpp"

namespace millrace::simulation {

/// One record as one disk has it. The same submission may stand in several streams.
struct Truth {
  delivery::RecordPtr record;
  uint64_t submission = 0;  ///< what the operator handed in
  uint32_t session = 0;
  /// The record before it of the same session, in the same stream.
  std::shared_ptr<const Truth> previous;
  /// The sink refuses it for good, and its notice too.
  bool poison = false;
  bool notice_poison = false;
};
using TruthPtr = std::shared_ptr<const Truth>;

/// Hears everything that matters and keeps the first thing that must not be. One per schedule.
class Ledger {
 public:
  explicit Ledger(World& world) : world_(world) {}

  /// A record exists, on whatever disk.
  void captured(const TruthPtr& truth);
  TruthPtr find(const delivery::Hash& record) const { return truths_.at(record); }
  /// The operator was told "saved".
  void saved(const Uuid& event_id);
  /// The only disk that had it is gone: what is not in the backup is out of the promise.
  void disk_lost(const Uuid& event_id) { excused_.insert(event_id); }

  /// The sink keeps a message: the record, or its withheld notice.
  void stored(const delivery::Hash& record, bool notice, bool marked);
  /// The sink refuses a notice for good: the parking stands without one.
  void notice_refused(const Uuid& event_id) { filled_.insert(event_id); }

  /// The relay tells a box that all up to here is settled, and has committed it up to there.
  void receipt(uint64_t through, uint64_t committed);
  /// A row of a box left the outbox as settled, or stands aside as parked.
  void settled_at_box(const Uuid& event_id);
  void parked_at_box(const Uuid& event_id);

  /// After the faults: everything told "saved" has arrived, or is parked.
  void close();

  void violated(std::string_view invariant, std::string what);
  /// The first violation; empty while all is well.
  const std::string& violation() const { return violation_; }

  uint64_t records() const { return truths_.size(); }
  uint64_t arrived() const { return arrived_.size(); }
  uint64_t doubled() const { return doubled_; }
  uint64_t parked() const { return parked_.size(); }

 private:
  World& world_;
  std::map<delivery::Hash, TruthPtr> truths_;
  std::map<uint64_t, Uuid> arrived_as_;  // by submission
  std::set<Uuid> poisoned_;
  std::set<Uuid> saved_;
  std::set<Uuid> excused_;
  std::set<Uuid> arrived_;  // as records
  std::set<Uuid> filled_;   // places filled by a notice, or by a parking whose notice was refused
  std::set<Uuid> parked_;
  uint64_t doubled_ = 0;
  std::string violation_;
};

}  // namespace millrace::simulation
