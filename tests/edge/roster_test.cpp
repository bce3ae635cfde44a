// Roster and assignments: read strictly, or refused with file, place and remedy.
#include "edge/roster/roster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/roster/assignments.hpp"
#include "tests/edge/support/fixture_files.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

using test::with;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kRoster = R"({"format": "millrace-roster/1", "operators": [
  {"id": "op-1", "badge": "100", "name": "Ada", "language": "en", "pin_hash": "$argon2id$x", "active": true,
   "roles": ["operator"]},
  {"id": "op-2", "badge": "200", "name": "Bo", "language": "de", "pin_hash": "$argon2id$y", "active": false,
   "roles": []}]})";

constexpr const char* kAssignments = R"({"format": "millrace-assignments/1", "as_of": "2026-01-05T06:00:00Z",
 "assignments": [{"assignment_id": "as-1", "version": 1, "operator_id": "op-1", "test_id": "pumps",
  "test_version": 1, "skill": "pump-operation", "max_attempts": 2, "opens_at": "2026-01-04T00:00:00Z",
  "due_at": null, "expires_at": "2026-02-01T00:00:00+01:00", "pass_mark_bp": null, "time_limit_s": 300}]})";

class RosterFile : public ::testing::Test {
 protected:
  template <class T>
  Result<T> read(const std::string& text) {
    const auto file = folder_.path() / "file.json";
    test::write_text(file, text);
    return T::read(file);
  }
  template <class T>
  std::string refusal_of(const std::string& text) {
    const auto result = read<T>(text);
    EXPECT_FALSE(result);
    return result ? "" : result.error().message;
  }
  millrace::test::TempFolder folder_;
};

TEST_F(RosterFile, finds_people_by_badge_and_by_id) {
  const auto roster = read<Roster>(kRoster).value();
  EXPECT_EQ(roster.size(), 2U);
  EXPECT_EQ(roster.by_badge("100")->name, "Ada");
  EXPECT_FALSE(roster.by_id("op-2")->active);
  EXPECT_EQ(roster.by_badge("300"), nullptr);
}

TEST_F(RosterFile, that_is_missing_or_no_json_names_itself) {
  const auto missing = Roster::read(folder_.path() / "none.json");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("none.json"));
  EXPECT_THAT(refusal_of<Roster>("{"), AllOf(HasSubstr("file.json"), HasSubstr("not JSON")));
}

TEST_F(RosterFile, names_every_problem_by_its_place) {
  EXPECT_THAT(refusal_of<Roster>(with(kRoster, "\"active\": true", "\"active\": 1")),
              HasSubstr("/operators/0/active"));
  EXPECT_THAT(refusal_of<Roster>(with(kRoster, "\"badge\": \"200\"", "\"badge\": \"100\"")),
              AllOf(HasSubstr("/operators/1/badge"), HasSubstr("unique")));
  EXPECT_THAT(refusal_of<Roster>(with(kRoster, "op-2", "op-1")), HasSubstr("/operators/1/id"));
  EXPECT_THAT(refusal_of<Roster>(with(kRoster, "$argon2id$x", "2468")),
              AllOf(HasSubstr("/operators/0/pin_hash"), HasSubstr("--hash-pin")));
  EXPECT_THAT(refusal_of<Roster>(with(kRoster, "\"name\"", "\"pin\": \"2468\", \"name\"")),
              HasSubstr("/operators/0/pin: is unknown"));
  EXPECT_THAT(refusal_of<Roster>(with(kRoster, "op-1", "op 1/#")), HasSubstr("/operators/0/id"));
}

TEST_F(RosterFile, takes_every_badge_that_a_reader_can_type) {
  const auto badge_of = [](const std::string& badge) {
    return with(kRoster, "\"badge\": \"200\"", "\"badge\": \"" + badge + "\"");
  };
  const std::string longest(64, '~');
  for (const auto& badge : {std::string("!"), std::string("04:A2/7F_b.+*%"), longest}) {
    const auto roster = read<Roster>(badge_of(badge));
    ASSERT_TRUE(roster) << roster.error().message;
    EXPECT_EQ(roster->by_badge(badge)->name, "Bo");
  }
  for (const auto& badge : {std::string(), longest + "~"}) {
    EXPECT_THAT(refusal_of<Roster>(badge_of(badge)), HasSubstr("/operators/1/badge")) << badge;
  }
}

TEST_F(RosterFile, a_wrong_hash_is_never_printed) {
  EXPECT_THAT(refusal_of<Roster>(with(kRoster, "$argon2id$x", "secret-2468")),
              ::testing::Not(HasSubstr("secret-2468")));
}

TEST_F(RosterFile, of_assignments_is_read_whole) {
  const auto assignments = read<Assignments>(kAssignments).value();
  ASSERT_EQ(assignments.of_operator("op-1").size(), 1U);
  const auto& assignment = *assignments.of_operator("op-1")[0];
  EXPECT_EQ(rfc3339(*assignment.expires_at), "2026-01-31T23:00:00.000Z");
  EXPECT_FALSE(assignment.due_at);
  EXPECT_FALSE(assignment.pass_mark_bp);
  EXPECT_EQ(assignment.time_limit_s, 300U);
  EXPECT_EQ(assignments.find("as-1"), &assignment);
  EXPECT_TRUE(assignments.of_operator("op-2").empty());
}

TEST_F(RosterFile, of_assignments_names_every_problem_by_its_place) {
  EXPECT_THAT(refusal_of<Assignments>(with(kAssignments, "2026-01-04T00:00:00Z", "tomorrow")),
              AllOf(HasSubstr("/assignments/0/opens_at"), HasSubstr("must be a time")));
  EXPECT_THAT(refusal_of<Assignments>(with(kAssignments, "\"max_attempts\": 2", "\"max_attempts\": 0")),
              HasSubstr("/assignments/0/max_attempts"));
  EXPECT_THAT(refusal_of<Assignments>(with(kAssignments, "\"operator_id\": \"op-1\",", "")),
              HasSubstr("/assignments/0/operator_id: is missing"));
}

struct Case {
  History history;
  const char* now;
  AssignmentState state;
};

TEST_F(RosterFile, tells_what_may_be_done_about_an_assignment) {
  const auto assignments = read<Assignments>(kAssignments).value();
  const auto& assignment = *assignments.find("as-1");
  const Case cases[] = {
      {{}, "2026-01-03T23:59:59.999Z", AssignmentState::not_yet},
      {{}, "2026-01-04T00:00:00Z", AssignmentState::open},
      {{.attempts_used = 1}, "2026-01-31T22:59:59.999Z", AssignmentState::open},
      {{}, "2026-01-31T23:00:00Z", AssignmentState::expired},
      {{.attempts_used = 2}, "2026-01-05T00:00:00Z", AssignmentState::exhausted},
      {{.attempts_used = 1, .passed = true}, "2026-01-05T00:00:00Z", AssignmentState::passed},
      {{.attempts_used = 2, .passed = false, .in_progress = true},
       "2027-01-01T00:00:00Z",
       AssignmentState::in_progress},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(state_of(assignment, one.history, parse_rfc3339(one.now).value()), one.state) << one.now;
  }
}

}  // namespace
}  // namespace millrace::edge
