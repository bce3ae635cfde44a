// Short words for the entries of small histories, and a table of what each invariant forbids.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/ledger/ledger.hpp"

namespace millrace::ledger::test {

using Told = std::vector<Entry>;

inline Uuid id(uint8_t number) {
  Uuid out;
  out.bytes.back() = number;
  return out;
}
inline Sha256 hash(uint8_t number) {
  Sha256 out{};
  out.back() = number;
  return out;
}
inline const Uuid kStream = id(200);
inline const Uuid kNewStream = id(201);
inline constexpr Session kAnn = 1;
inline constexpr Session kBob = 2;

inline Place place(uint64_t sequence) {
  return {kStream, sequence};
}
/// Record n of the stream is event n, under submission n, with hash n.
inline Captured captured(uint8_t number, Session session = kAnn) {
  return {0, place(number), id(number), session, hash(number), hash(number - 1), id(number), {}};
}
/// The same event again, at the tail.
inline Captured recorded_again(uint8_t number, uint8_t sequence, std::optional<Place> replayof) {
  return {0, place(sequence), id(number), kAnn, hash(sequence), hash(sequence - 1), id(number), replayof};
}
inline Invoked asks(uint8_t number, uint8_t body = 1) {
  return {id(number), hash(body)};
}
inline Answered saved(uint8_t number, uint8_t body = 1) {
  return {id(number), hash(body), 201, true, id(number), place(number), {}, {}};
}
inline Answered refused(uint8_t number, int status, uint8_t body = 1) {
  return {id(number), hash(body), status, false, {}, {}, {}, {}};
}
inline Received arrives(uint8_t number, Session session = kAnn) {
  return {place(number), id(number), session, hash(number), false, false, true};
}
inline Received notice(uint8_t number, Session session = kAnn) {
  return {place(number), id(number), session, hash(number), true, false, true};
}
/// Event `number` arrives from its later place.
inline Received arrives_again(uint8_t number, uint8_t sequence) {
  return {place(sequence), id(number), kAnn, hash(sequence), false, false, true};
}
template <class Kind>
Kind row(uint8_t number, uint64_t sequence = 0) {
  Kind out;
  out.place = place(sequence == 0 ? number : sequence);
  out.event_id = id(number);
  return out;
}
inline Settled settled(uint8_t number) {
  return row<Settled>(number);
}
inline Parked parked(uint8_t number) {
  return row<Parked>(number);
}
inline Discarded discarded(uint8_t number, std::string why) {
  auto out = row<Discarded>(number);
  out.why = std::move(why);
  return out;
}
template <class Kind, class Change>
Kind with(Kind entry, Change change) {
  change(entry);
  return entry;
}
inline const Drained kDrained{10, 100};

struct Case {
  const char* name;
  std::set<size_t> violated;
  Told broken;
  Told mended;  ///< in it all of `violated` are looked at and hold
};

/// Every invariant is in it alone at least once.
std::vector<Case> all_cases();

}  // namespace millrace::ledger::test
