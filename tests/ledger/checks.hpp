// The twelve invariants of docs/reliability.md, one class each.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/ledger/check.hpp"

namespace millrace::ledger {

/// A record answered "saved" reaches the sink, or stands parked or discarded in sight.
struct NothingLost : Check<1> {
  using Check::Check;
  static constexpr auto kPromise = "a record answered saved arrives, or is parked or discarded in sight";
  static constexpr auto kNeeds = "an answer 'saved' with its event, and an end";
  void see(const End& end);
};

/// A consumer with duplicate detection sees each once; beyond the duplicate window it is marked.
struct SeenOnce : Check<2> {
  using Check::Check;
  static constexpr auto kPromise = "a record arrives once, or is marked as a possible duplicate";
  static constexpr auto kNeeds = "a record that arrived";
  void see(const Received& entry);
};

/// Per stream and session, first arrivals are in order and without gaps. A place is filled by its record or
/// by its notice. A replayed record is judged at its new place.
struct InOrder : Check<3> {
  using Check::Check;
  static constexpr auto kPromise = "per stream and session, first arrivals are in order, without gaps";
  static constexpr auto kNeeds = "an arrival behind another record of its session";
  void see(const Received& entry);
};

/// Nothing arrives that was not captured; bytes and hash are equal.
struct NothingInvented : Check<4> {
  using Check::Check;
  static constexpr auto kPromise = "nothing arrives that was not captured; bytes and hash are equal";
  static constexpr auto kNeeds = "an arrival";
  void see(const Received& entry);
};

/// The same submission gives the same answer, another body under its key a 409.
class SameAnswer : public Check<5> {
 public:
  using Check::Check;
  static constexpr auto kPromise = "a submission made again gets the same answer; another body gets 409";
  static constexpr auto kNeeds = "a submission that was answered twice, or refused with 409";
  void see(const Invoked& entry);
  void see(const Answered& entry);

 private:
  struct Told {
    std::vector<Sha256> asked;
    std::optional<Answered> saved;  // the first
    std::vector<Sha256> refused;    // for the key
  };
  void compare(const Answered& first, const Answered& now);
  std::unordered_map<Uuid, Told, Spread> told_;
};

/// No row leaves the outbox before its record arrived, no receipt goes out before the cursor is committed.
struct ReceiptLast : Check<6> {
  using Check::Check;
  static constexpr auto kPromise = "no row is settled before it arrived, no receipt before its cursor";
  static constexpr auto kNeeds = "a settled row or a receipt";
  void see(const Receipt& entry);
  void see(const Settled& entry);
};

/// What was answered is a subset of what is recovered; the chain is whole, and so are the parts.
struct Recovered : Check<7> {
  using Check::Check;
  static constexpr auto kPromise = "what was answered is on a disk; chain, databases and parts are whole";
  static constexpr auto kNeeds = "a captured record";
  void see(const Captured& entry);
  void see(const Unhealthy& entry);
  void see(const End& end);
};

/// Parked means: refused for good, its place filled, somebody told, the payload kept, and the session goes
/// on. Only what is parked is replayed or discarded.
struct ParkedForGood : Check<8> {
  using Check::Check;
  static constexpr auto kPromise = "parked means refused for good, told, kept; the session goes on";
  static constexpr auto kNeeds = "a parked record";
  void see(const Parked& entry);
  void see(const Settled& entry);
  void see(const Replayed& entry);
  void see(const Discarded& entry);
  void see(const End& end);
};

/// When the faults stop, everything drains within the bound.
struct Drains : Check<9> {
  using Check::Check;
  static constexpr auto kPromise = "when the faults stop, everything drains within its bound";
  static constexpr auto kNeeds = "a drain after the last fault, and an end";
  void see(const Drained& entry);
  void see(const End& end);
};

/// Memory, disk and descriptors stay bounded; a refusal is 503 or 507, and never a false "saved".
struct Bounded : Check<10> {
  using Check::Check;
  static constexpr auto kPromise = "what is held stays bounded; refusals are 503 or 507, none says saved";
  static constexpr auto kNeeds = "a look at resources that have a bound, or a refusal";
  void see(const Measured& entry);
  void see(const Answered& entry);
};

/// No secret stands where none may be.
struct NothingLeaks : Check<11> {
  using Check::Check;
  static constexpr auto kPromise = "no secret in a log, core or argument list";
  static constexpr auto kNeeds = "a scan that looked for a canary";
  void see(const Scanned& entry);
  void see(const Leak& entry);
};

/// What kiosks, boxes and the sink counted is what the history shows, and every event is accounted for.
class Reconciled : public Check<12> {
 public:
  using Check::Check;
  static constexpr auto kPromise =
      "kiosk, outbox and sink counts reconcile, and every event is accounted for";
  static constexpr auto kNeeds = "counts, or records and a drain, and an end";
  void see(const Counts& entry) { counts_ = {facts().line(), entry}; }
  void see(const End& end);

 private:
  void compare(std::string_view whose, const std::optional<uint64_t>& counted, uint64_t shown);
  std::optional<std::pair<uint64_t, Counts>> counts_;
};

}  // namespace millrace::ledger
