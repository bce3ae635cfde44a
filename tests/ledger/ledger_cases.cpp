#include "tests/ledger/cases.hpp"

namespace millrace::ledger::test {
namespace {

/// Withheld, parked, and one behind it.
Told beginning_of_a_parking() {
  return {captured(1), captured(2), Refusable{id(1)}, asks(1), saved(1), notice(1)};
}
Told operator+(Told one, const Told& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

std::vector<Case> delivery_cases() {
  const auto parking = beginning_of_a_parking();
  const auto marked = with(arrives(1), [](auto& entry) { entry.marked = true; });
  const auto other_submission = with(captured(2), [](auto& entry) { entry.submission = id(1); });
  return {
      {"saved and never seen again",
       {1},
       {asks(1), captured(1), saved(1), End{}},
       {asks(1), captured(1), saved(1), arrives(1), End{}}},
      {"saved and lost with its disk",
       {1, 7},
       {captured(1), asks(3), saved(3), End{}},
       {captured(1), asks(3), saved(3), Excused{{}, id(3)}, End{}}},
      {"lost with its disk, recorded again, and lost in silence",
       {1},
       {asks(1), captured(1), saved(1), Excused{id(1), {}}, captured(1), End{}},
       {asks(1), captured(1), saved(1), Excused{id(1), {}}, captured(1), arrives(1), End{}}},
      {"replayed, and not arrived at its new place",
       {1},
       parking + Told{parked(1), row<Replayed>(1), recorded_again(1, 3, place(1)), End{}},
       parking + Told{parked(1), row<Replayed>(1), recorded_again(1, 3, place(1)), arrives(2),
                      arrives_again(1, 3), End{}}},
      {"replayed, and its new record stands nowhere",
       {1},
       parking + Told{parked(1), row<Replayed>(1), recorded_again(1, 3, place(1)), End{}},
       parking + Told{parked(1), row<Replayed>(1), recorded_again(1, 3, place(1)), arrives(2),
                      NoticeRefused{id(1), place(3)}, row<Parked>(1, 3), End{}}},
      {"replayed, and back at parked with a restored disk",
       {1},
       parking + Told{parked(1), row<Replayed>(1), Restored{0}, End{}},
       parking + Told{parked(1), row<Replayed>(1), Restored{0}, parked(1), End{}}},
      {"parked on a disk that is gone, and not on its backup",
       {1},
       parking + Told{parked(1), Restored{0}, End{}},
       parking + Told{parked(1), Restored{1}, End{}}},
      {"comes again without a mark",
       {2},
       {captured(1), arrives(1), arrives(1), End{}},
       {captured(1), arrives(1), marked, End{}}},
      {"one submission comes as two events",
       {2},
       {captured(1), other_submission, arrives(1), arrives(2)},
       {captured(1), captured(2), arrives(1), arrives(2)}},
      {"overtakes another of its session",
       {3},
       {captured(1), captured(2), arrives(2), arrives(1)},
       {captured(1), captured(2), arrives(1), arrives(2)}},
      {"leaves a gap",
       {3},
       {captured(1), captured(2), captured(3), arrives(1), arrives(3)},
       {captured(1), captured(2, kBob), captured(3), arrives(1), arrives(3)}},
      {"a notice overtakes",
       {3},
       {captured(1), captured(2), notice(2), arrives(1)},
       {captured(1), captured(2), notice(1), notice(2)}},
      {"arrives behind one that was withheld without a notice",
       {3},
       {captured(1), captured(2), arrives(2)},
       {captured(1), captured(2), NoticeRefused{id(1), {}}, arrives(2)}},
      {"the notice of a record does not fill the place of its replay",
       {3},
       parking + Told{recorded_again(1, 3, place(1)), captured(4), arrives(2), arrives(4)},
       parking +
           Told{recorded_again(1, 3, place(1)), captured(4), arrives(2), arrives_again(1, 3), arrives(4)}},
      {"a replayed record overtakes at its new place",
       {3},
       parking + Told{recorded_again(1, 3, place(1)), arrives_again(1, 3), arrives(2)},
       parking + Told{recorded_again(1, 3, place(1)), arrives(2), arrives_again(1, 3)}},
      {"arrives and was never captured",
       {4},
       {captured(1), arrives(2)},
       {captured(1), captured(2), arrives(1), arrives(2)}},
      {"arrives with other bytes",
       {4},
       {captured(1), with(arrives(1), [](auto& entry) { entry.data_equal = false; })},
       {captured(1), arrives(1)}},
      {"arrives as another event",
       {4},
       {captured(1), with(arrives(1), [](auto& entry) { entry.event_id = id(9); })},
       {captured(1), arrives(1)}},
      {"arrives in another session",
       {4},
       {captured(1), arrives(1, kBob)},
       {captured(1, kBob), arrives(1, kBob)}},
      {"arrives at another place",
       {4},
       {captured(1), with(arrives(1), [](auto& entry) { entry.place = place(9); })},
       {captured(1), arrives(1)}},
      {"settled before it arrived",
       {6},
       {captured(1), settled(1), arrives(1)},
       {captured(1), arrives(1), settled(1)}},
      {"a receipt before its cursor", {6}, {Receipt{kStream, 5, 4}}, {Receipt{kStream, 5, 5}}},
  };
}

std::vector<Case> box_cases() {
  const auto parking = beginning_of_a_parking();
  const auto other_place = with(saved(1), [](auto& entry) { entry.place = place(7); });
  const auto other_event = with(saved(1), [](auto& entry) { entry.event_id = id(2); });
  const auto other_answer = [](uint8_t text) {
    return with(saved(1), [=](auto& entry) { entry.answer = hash(text); });
  };
  const Told once{asks(1), asks(1), saved(1)};
  const Told twice{asks(1, 1), asks(1, 2)};
  const auto gap = with(captured(3), [](auto& entry) { entry.prevhash = hash(1); });
  const auto first_of_new_stream = [](const Sha256& prevhash) {
    return with(captured(3), [&](auto& entry) {
      entry.place = {kNewStream, 1};
      entry.prevhash = prevhash;
    });
  };
  return {
      {"the same submission is another event", {5}, once + Told{other_event}, once + Told{saved(1)}},
      {"the same submission has another place", {5}, once + Told{other_place}, once + Told{saved(1)}},
      {"the same submission is told another thing",
       {5},
       Told{asks(1), other_answer(1), other_answer(2)},
       Told{asks(1), other_answer(1), other_answer(1)}},
      {"another body under the key is saved",
       {5},
       twice + Told{saved(1, 1), saved(1, 2)},
       twice + Told{saved(1, 1), refused(1, 409, 2)}},
      {"what was saved is refused later",
       {5},
       twice + Told{saved(1), refused(1, 409, 1)},
       twice + Told{saved(1), refused(1, 409, 2)}},
      {"what was refused is saved later",
       {5},
       twice + Told{refused(1, 409, 1), saved(1, 1)},
       twice + Told{refused(1, 409, 2), saved(1, 1)}},
      {"refused for a key that nothing else has used",
       {5},
       {asks(1), refused(1, 409)},
       twice + Told{refused(1, 409, 2)}},
      {"an answer to what nobody asked", {5}, {asks(1, 1), saved(1, 2)}, once + Told{saved(1)}},
      {"a record is missing in the chain", {7}, {captured(1), gap}, {captured(1), captured(2), captured(3)}},
      {"a chain goes on after a hash that nobody has",
       {7},
       {captured(1), captured(3)},
       {captured(1), captured(2), captured(3)}},
      {"a stream does not begin with nothing before it",
       {7},
       {captured(1), captured(2), first_of_new_stream(hash(2))},
       {captured(1), captured(2), first_of_new_stream({})}},
      {"saved as another record than it is",
       {7},
       {asks(1), captured(1), other_place, arrives(1), End{}},
       {asks(1), captured(1), saved(1), arrives(1), End{}}},
      {"a part ends by itself", {7}, {captured(1), Unhealthy{"the relay ended by itself"}}, {captured(1)}},
      {"parked, and the sink would take it",
       {8},
       {captured(1), notice(1), parked(1)},
       {captured(1), Refusable{id(1)}, notice(1), parked(1)}},
      {"parked, and its place is empty",
       {8},
       {captured(1), Refusable{id(1)}, parked(1)},
       {captured(1), Refusable{id(1)}, NoticeRefused{id(1), {}}, parked(1)}},
      {"parked where it is not recorded", {8}, parking + Told{row<Parked>(1, 9)}, parking + Told{parked(1)}},
      {"parked without a reason",
       {8},
       parking + Told{with(parked(1), [](auto& entry) { entry.reason = ""; })},
       parking + Told{parked(1)}},
      {"parked in silence",
       {8},
       parking + Told{with(parked(1), [](auto& entry) { entry.alarm = false; })},
       parking + Told{parked(1)}},
      {"parked, and its payload is gone",
       {8},
       parking + Told{with(parked(1), [](auto& entry) { entry.kept = false; })},
       parking + Told{parked(1)}},
      {"parked at its new place, which only the old notice fills",
       {8},
       parking + Told{parked(1), row<Replayed>(1), recorded_again(1, 3, place(1)), row<Parked>(1, 3)},
       parking + Told{parked(1), row<Replayed>(1), recorded_again(1, 3, place(1)),
                      NoticeRefused{id(1), place(3)}, row<Parked>(1, 3)}},
      {"parked, and settled then",
       {8, 6},
       parking + Told{parked(1), settled(1)},
       parking + Told{arrives(2), settled(2), parked(1)}},
      {"the session waits behind it for ever",
       {8, 12},
       parking + Told{parked(1), kDrained, End{}},
       parking + Told{parked(1), arrives(2), kDrained, End{}}},
      {"replayed without being parked",
       {8},
       parking + Told{row<Replayed>(1)},
       parking + Told{parked(1), row<Replayed>(1)}},
      {"replayed, and recorded nowhere",
       {1, 8, 12},
       parking + Told{arrives(2), parked(1), row<Replayed>(1), kDrained, End{}},
       parking + Told{arrives(2), parked(1), row<Replayed>(1), recorded_again(1, 3, place(1)),
                      arrives_again(1, 3), kDrained, End{}}},
      {"discarded without being parked",
       {8},
       parking + Told{discarded(1, "a test")},
       parking + Told{parked(1), discarded(1, "a test")}},
      {"discarded twice",
       {8},
       parking + Told{parked(1), discarded(1, "a test"), discarded(1, "a test")},
       parking + Told{parked(1), discarded(1, "a test")}},
      {"discarded without a reason",
       {8},
       parking + Told{parked(1), discarded(1, "")},
       parking + Told{parked(1), discarded(1, "a test"), End{}}},
  };
}

std::vector<Case> run_cases() {
  const Told one{asks(1), captured(1), saved(1), arrives(1)};
  const auto counts = [&](Counts counted) { return one + Told{counted, End{}}; };
  return {
      {"drains too late", {9}, {Fault{}, Drained{101, 100}, End{}}, {Fault{}, Drained{100, 100}, End{}}},
      {"does not drain", {9}, {Fault{}, Drained{{}, 100}, End{}}, {Fault{}, kDrained, End{}}},
      {"grows", {10}, {Measured{"relay", "rss_kib", 11, 10}}, {Measured{"relay", "rss_kib", 10, 10}}},
      {"refused with 500", {10}, {asks(1), refused(1, 500)}, {asks(1), refused(1, 503), refused(1, 507)}},
      {"a refusal says saved",
       {10},
       {asks(1), with(saved(1), [](auto& entry) { entry.status = 503; })},
       {asks(1), refused(1, 503)}},
      {"a secret in a log", {11}, {Scanned{3}, Leak{"edge.log"}}, {Scanned{3}}},
      {"kiosks were told more", {12}, counts({.answered = 2}), counts({.answered = 1})},
      {"a box has more outcomes", {12}, counts({.outcomes = 2}), counts({.outcomes = 1})},
      {"a box has fewer records", {12}, counts({.records = 0}), counts({.records = 1})},
      {"the sink has more", {12}, counts({.received_distinct = 2}), counts({.received_distinct = 1})},
      {"recorded without an answer, and never arrived",
       {12},
       {captured(1), kDrained, End{}},
       {captured(1), arrives(1), kDrained, End{}}},
  };
}

}  // namespace

std::vector<Case> all_cases() {
  auto out = delivery_cases();
  for (auto more : {box_cases(), run_cases()}) out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace millrace::ledger::test
