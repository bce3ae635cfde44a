// Catalogue and workflows: read strictly, or refused with file, place and remedy.
#include "edge/requests/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/content/content.hpp"
#include "edge/requests/workflows.hpp"
#include "tests/edge/support/fixture_files.hpp"
#include "tests/edge/support/test_content.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

using test::with;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kCatalogue = R"({"format": "millrace-catalogue/1",
 "skills": [{"id": "pumps", "title": {"en": "Pumps", "de": "Pumpen"}}, {"id": "valves", "title": {"en": "Valves"}}],
 "reasons": [{"code": "new-task", "title": {"en": "New task"}, "kinds": ["training", "retest"]},
             {"code": "other", "title": {"en": "Other"}, "kinds": ["accommodation"]}]})";

constexpr const char* kWorkflows =
    R"({"format": "millrace-workflows/1", "as_of": "2026-01-05T06:00:00Z", "steps": [
 {"workflow_id": "019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01", "workflow_version": 3,
  "request_id": "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11", "step_id": "approval", "kind": "retest", "skill": "pumps",
  "operator_id": "op-1", "reason_code": "disturbed", "comment": "", "requested_at": "2026-01-04T06:00:00Z",
  "due_at": null},
 {"workflow_id": "019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01", "workflow_version": 3,
  "request_id": "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11", "step_id": "second", "kind": "retest", "skill": "pumps",
  "operator_id": "op-1", "reason_code": "disturbed", "comment": "", "requested_at": "2026-01-04T06:00:00Z",
  "due_at": "2026-02-01T00:00:00+01:00"}]})";

class RequestFile : public ::testing::Test {
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

TEST_F(RequestFile, of_the_catalogue_is_read_whole) {
  const auto catalogue = read<RequestCatalogue>(kCatalogue).value();
  EXPECT_FALSE(catalogue.as_of()) << "no file has to say so";
  EXPECT_EQ(catalogue.skill("pumps")->title.at("de"), "Pumpen");
  EXPECT_EQ(catalogue.skill("forklift"), nullptr);
  EXPECT_TRUE(catalogue.reason("new-task")->fits(RequestKind::retest));
  EXPECT_FALSE(catalogue.reason("new-task")->fits(RequestKind::accommodation));
  EXPECT_EQ(catalogue.reason("none"), nullptr);
}

TEST_F(RequestFile, of_the_catalogue_may_say_when_it_was_made) {
  const auto dated = [](const std::string& as_of) {
    return with(kCatalogue, "\"skills\"", "\"as_of\": " + as_of + ", \"skills\"");
  };
  EXPECT_EQ(rfc3339(*read<RequestCatalogue>(dated("\"2026-01-05T06:00:00Z\"")).value().as_of()),
            "2026-01-05T06:00:00.000Z");
  EXPECT_THAT(refusal_of<RequestCatalogue>(dated("\"yesterday\"")), HasSubstr("/as_of: must be a time"));
}

TEST_F(RequestFile, of_the_catalogue_names_every_problem_at_once) {
  auto text = with(kCatalogue, "millrace-catalogue/1", "millrace-catalogue/2");
  text = with(text, "\"valves\"", "\"pumps\"");
  text = with(text, "{\"en\": \"Pumps\", \"de\": \"Pumpen\"}", "{}");
  text = with(text, "\"training\", \"retest\"", "\"retest\", \"retest\"");
  text = with(text, "\"accommodation\"", "\"holidays\"");
  EXPECT_THAT(
      refusal_of<RequestCatalogue>(text),
      AllOf(HasSubstr("file.json: /format"), HasSubstr("/skills/1/id: is the id of a skill above"),
            HasSubstr("/skills/0/title: has no text"), HasSubstr("/reasons/0/kinds/1: is listed twice"),
            HasSubstr("/reasons/1/kinds/0: must be \"training\"")));
}

TEST_F(RequestFile, of_the_catalogue_refuses_what_it_does_not_know) {
  EXPECT_THAT(refusal_of<RequestCatalogue>(with(kCatalogue, "\"skills\"", "\"owner\": \"x\", \"skills\"")),
              HasSubstr("/owner: is unknown"));
  EXPECT_THAT(refusal_of<RequestCatalogue>(with(kCatalogue, "\"other\"", "\"new-task\"")),
              HasSubstr("/reasons/1/code: is the code of a reason above"));
  EXPECT_THAT(refusal_of<RequestCatalogue>(with(kCatalogue, "\"pumps\"", "\"pu mps\"")),
              HasSubstr("/skills/0/id"));
  EXPECT_THAT(refusal_of<RequestCatalogue>("{"), HasSubstr("not JSON"));
}

TEST_F(RequestFile, holds_so_many_reasons_and_steps_and_no_more) {
  const auto repeat = [](const std::string& text, const std::string& entry, size_t count) {
    std::string all;
    for (size_t i = 0; i < count; ++i) all += (i > 0 ? "," : "") + with(entry, "NUMBER", std::to_string(i));
    return with(text, "ENTRIES", all);
  };
  const std::string reasons =
      R"({"format": "millrace-catalogue/1", "skills": [{"id": "a", "title": {"en": "A"}}], "reasons": [ENTRIES]})";
  const std::string reason = R"({"code": "rNUMBER", "title": {"en": "R"}, "kinds": ["retest"]})";
  EXPECT_TRUE(read<RequestCatalogue>(repeat(reasons, reason, 200)));
  EXPECT_THAT(refusal_of<RequestCatalogue>(repeat(reasons, reason, 201)), HasSubstr("/reasons"));
  const std::string steps =
      R"({"format": "millrace-workflows/1", "as_of": "2026-01-05T06:00:00Z", "steps": [ENTRIES]})";
  const std::string step = R"({"workflow_id": "019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01", "workflow_version": 1,
    "request_id": "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11", "step_id": "sNUMBER", "kind": "retest", "skill": "a",
    "operator_id": "op-1", "reason_code": "b", "comment": "", "requested_at": "2026-01-04T06:00:00Z",
    "due_at": null})";
  EXPECT_TRUE(read<Workflows>(repeat(steps, step, 2000)));
  EXPECT_THAT(refusal_of<Workflows>(repeat(steps, step, 2001)), HasSubstr("/steps"));
}

TEST_F(RequestFile, of_workflows_is_read_whole) {
  const auto workflows = read<Workflows>(kWorkflows).value();
  EXPECT_EQ(rfc3339(workflows.as_of()), "2026-01-05T06:00:00.000Z");
  const auto& id = workflows.steps().at(0).workflow_id;
  EXPECT_EQ(workflows.find(id, "approval")->workflow_version, 3U);
  EXPECT_FALSE(workflows.find(id, "approval")->due_at);
  EXPECT_EQ(rfc3339(*workflows.find(id, "second")->due_at), "2026-01-31T23:00:00.000Z");
  EXPECT_EQ(workflows.find(id, "third"), nullptr);
}

TEST_F(RequestFile, of_workflows_names_every_problem_at_once) {
  auto text = with(kWorkflows, "\"second\"", "\"approval\"");
  text = with(text, "\"workflow_version\": 3", "\"workflow_version\": 0");
  text = with(text, "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11", "request-1");
  text = with(text, "\"due_at\": null", "\"due_at\": \"soon\"");
  text = with(text, "\"as_of\": \"2026-01-05T06:00:00Z\", ", "");
  EXPECT_THAT(refusal_of<Workflows>(text),
              AllOf(HasSubstr("/steps/1/step_id"), HasSubstr("/steps/0/workflow_version"),
                    HasSubstr("/steps/0/request_id: must be a UUID"),
                    HasSubstr("/steps/0/due_at: must be a time"), HasSubstr("/as_of: is missing")));
}

TEST_F(RequestFile, of_workflows_takes_a_comment_of_500_characters_and_no_more) {
  std::string umlauts;
  for (int i = 0; i < 500; ++i) umlauts += "ü";
  EXPECT_TRUE(read<Workflows>(with(kWorkflows, "\"comment\": \"\"", "\"comment\": \"" + umlauts + "\"")));
  EXPECT_THAT(
      refusal_of<Workflows>(with(kWorkflows, "\"comment\": \"\"", "\"comment\": \"" + umlauts + "x\"")),
      HasSubstr("/steps/0/comment: has more than 500 characters"));
}

class RequestContent : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_content(folder_.path());
    paths_ = test::content_paths(folder_.path());
  }
  void name_files() {
    paths_.catalogue = folder_.path() / "catalogue.json";
    paths_.workflows = folder_.path() / "workflows.json";
    test::write_text(paths_.catalogue, kCatalogue);
    test::write_text(paths_.workflows, kWorkflows);
  }
  millrace::test::TempFolder folder_;
  ContentPaths paths_;
};

TEST_F(RequestContent, without_files_has_the_packages_skills_and_common_reasons_and_no_workflows) {
  const auto content = ContentFolder::load(paths_).value();
  ASSERT_EQ(content.current().catalogue->skills().size(), 1U);
  const auto package = content.current().packages->find("pumps", 1);
  EXPECT_EQ(content.current().catalogue->skills()[0].id, package->skill);
  for (const auto kind : kRequestKinds) {
    const auto& reasons = content.current().catalogue->reasons();
    EXPECT_TRUE(std::ranges::any_of(reasons, [&](const RequestReason& reason) { return reason.fits(kind); }))
        << to_string(kind);
  }
  EXPECT_EQ(content.current().workflows, nullptr);
}

TEST_F(RequestContent, that_is_bad_at_the_start_is_refused_with_all_its_problems) {
  name_files();
  test::write_text(paths_.catalogue, "{}");
  test::write_text(paths_.workflows, "[]");
  const auto content = ContentFolder::load(paths_);
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, AllOf(HasSubstr("catalogue.json"), HasSubstr("workflows.json")));
}

TEST_F(RequestContent, that_turns_bad_leaves_the_last_good_state) {
  name_files();
  auto content = ContentFolder::load(paths_).value();
  std::vector<std::string> problems;
  test::write_text(paths_.catalogue, "{");
  test::write_text(paths_.workflows, "{");
  EXPECT_EQ(content.renew(problems), ContentFolder::Renewal::refused);
  EXPECT_EQ(problems.size(), 2U);
  EXPECT_NE(content.current().catalogue->skill("valves"), nullptr);
  EXPECT_EQ(content.current().workflows->steps().size(), 2U);
  problems.clear();
  test::write_text(paths_.catalogue, with(kCatalogue, "\"valves\"", "\"gauges\""));
  test::write_text(paths_.workflows, with(kWorkflows, "\"second\"", "\"third\""));
  EXPECT_EQ(content.renew(problems), ContentFolder::Renewal::renewed);
  EXPECT_NE(content.current().catalogue->skill("gauges"), nullptr);
  EXPECT_EQ(content.current().workflows->steps()[1].step_id, "third");
}

}  // namespace
}  // namespace millrace::edge
