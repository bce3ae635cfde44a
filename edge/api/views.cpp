#include "edge/api/views.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "edge/api/json_parts.hpp"
#include "edge/api/request_views.hpp"

namespace millrace::edge {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
// Those of json_parts.hpp, beside those below.
using edge::to_array;
using edge::to_object;

template <class T>
value number_or_null(const std::optional<T>& number) {
  if (!number) return nullptr;
  return value(*number);
}

/// A second that has begun is still there.
value seconds_or_null(const std::optional<Millis>& time) {
  if (!time) return nullptr;
  return value(std::chrono::ceil<std::chrono::seconds>(*time).count());
}

object to_object(const LinkStatus& link) {
  return {{"state", link.state}, {"since", rfc3339(link.since)}};
}

std::string verdict(const StoredOutcome& outcome) {
  return outcome.passed ? "passed" : "failed";
}

object to_object(const ResultReport& result) {
  array missed;
  for (const auto& topic : result.topics_missed) missed.push_back(to_object(topic));
  const auto& outcome = result.outcome;
  return {{"attempt_id", outcome.attempt_id.string()},
          {"event_id", outcome.event_id.string()},
          {"sequence", outcome.sequence},
          {"score_bp", outcome.score_bp},
          {"pass_mark_bp", result.pass_mark_bp},
          {"outcome", verdict(outcome)},
          {"provisional", true},
          {"saved_at", rfc3339(outcome.saved_at)},
          {"correct", outcome.correct},
          {"total", outcome.total},
          {"topics_missed", std::move(missed)},
          {"critical_item_failed", outcome.critical_item_failed},
          {"steps", to_array(result.steps)}};
}

/// The hash names the content: a file that was changed since is another one.
std::string media_url(const Package& package, const std::string& name) {
  auto url = fmt::format("/api/v1/packages/{}/{}/media/{}", package.test_id, package.version, name);
  const auto known = package.media.find(name);
  return known == package.media.end() ? url : url + "?sha256=" + hex(known->second);
}

array to_array(const std::vector<const Option*>& options) {
  array out;
  for (const auto* option : options)
    out.push_back(object{{"id", option->id}, {"text", to_object(option->text)}});
  return out;
}

array to_array(const std::vector<Region>& regions) {
  array out;
  for (const auto& region : regions) {
    out.push_back(object{{"id", region.id},
                         {"label", to_object(region.label)},
                         {"x", region.x},
                         {"y", region.y},
                         {"w", region.w},
                         {"h", region.h}});
  }
  return out;
}

void add_stem(object& out, const Item& item, const Package& package) {
  out["stem"] = to_object(item.stem);
  out["image"] = item.image.empty() ? value(nullptr) : value(media_url(package, item.image));
  out["image_alt"] = item.image_alt.empty() ? value(nullptr) : value(to_object(item.image_alt));
  object audio;
  for (const auto& [language, name] : item.audio) audio[language] = media_url(package, name);
  out["audio"] = audio.empty() ? value(nullptr) : value(std::move(audio));
}

/// What is there to answer with; nothing of the answer key.
void add_choices(object& out, const FormItem& shown) {
  const auto& item = *shown.item;
  if (!shown.options.empty()) out["options"] = to_array(shown.options);
  if (item.type == ItemType::numeric) out["unit"] = item.unit;
  if (item.type == ItemType::hotspot) out["regions"] = to_array(item.regions);
  if (item.type != ItemType::matching) return;
  std::vector<const Option*> left;
  left.reserve(item.left.size());
  for (const auto& option : item.left) left.push_back(&option);
  out["left"] = to_array(left);
  out["right"] = to_array(shown.right);
}

/// What is asked is not for whoever does not sit at the attempt: the clock stands, and there is time to read.
/// How many pairs there are is told, for without that nobody knows whether all are made.
void add_nothing_asked(object& out, const Item& item) {
  out["stem"] = object();
  for (const auto* name : {"image", "image_alt", "audio"}) out[name] = nullptr;
  if (item.type != ItemType::matching) return;
  array left;
  for (const auto& option : item.left) left.push_back(object{{"id", option.id}, {"text", object()}});
  out["left"] = std::move(left);
}

object to_object(const FormItem& shown, size_t position, const AttemptReport& report, bool is_asked) {
  const auto& item = *shown.item;
  object out{{"item_id", item.id},
             {"version", item.version},
             {"position", position},
             {"type", std::string(to_string(item.type))}};
  if (!item.section.empty()) out["section"] = item.section;
  if (is_asked) {
    add_stem(out, item, *report.package);
    add_choices(out, shown);
  } else {
    add_nothing_asked(out, item);
  }
  const auto answer = report.answers.find(item.id);
  const bool known = answer != report.answers.end();
  out["response"] = known ? boost::json::parse(to_json(answer->second.response)) : value(nullptr);
  out["flagged"] = known && answer->second.flagged;
  return out;
}

/// What a person has to know before trusting a translation.
void add_approval(object& out, const Package& package) {
  out["approved_languages"] = to_array(package.approved_languages());
  out["layout_sample"] = package.layout_sample;
}

void add_sections(object& out, const Package& package) {
  if (package.sections.empty()) return;
  array sections;
  for (const auto& section : package.sections)
    sections.push_back(object{{"id", section.id}, {"title", to_object(section.title)}});
  out["sections"] = std::move(sections);
}

object to_object(const AssignmentReport& report) {
  const auto& assignment = report.assignment;
  const auto& package = *report.package;
  object out{{"assignment_id", assignment.assignment_id},
             {"version", assignment.version},
             {"test_id", assignment.test_id},
             {"test_version", assignment.test_version},
             {"title", to_object(package.title)},
             {"skill", assignment.skill},
             {"due_at", time_or_null(assignment.due_at)},
             {"expires_at", time_or_null(assignment.expires_at)},
             {"opens_at", time_or_null(assignment.opens_at)},
             {"max_attempts", number_or_null(assignment.max_attempts)},
             {"attempts_used", report.history.attempts_used},
             {"pass_mark_bp", assignment.pass_mark_bp.value_or(package.pass_mark_bp)},
             {"time_limit_s",
              number_or_null(assignment.time_limit_s ? assignment.time_limit_s : package.time_limit_s)},
             {"witness_required", assignment.witness_required},
             {"question_count", package.question_count()},
             {"languages", to_array(package.language_codes())},
             {"state", std::string(to_string(report.state))}};
  add_approval(out, package);
  if (report.open_attempt) out["attempt_id"] = report.open_attempt->string();
  return out;
}

object to_object(const PastResult& past) {
  const auto& outcome = past.result.outcome;
  return {{"attempt_id", past.facts.attempt_id.string()},
          {"event_id", outcome.event_id.string()},
          {"test_id", past.facts.test_id},
          {"title", to_object(past.package->title)},
          {"submitted_at", rfc3339(outcome.saved_at)},
          {"score_bp", outcome.score_bp},
          {"pass_mark_bp", past.result.pass_mark_bp},
          {"outcome", verdict(outcome)},
          {"steps", to_array(past.result.steps)}};
}

}  // namespace

std::string status_json(const BoxStatus& status, const KioskSettings& kiosk, WallTime now, ClockState clock,
                        const std::vector<std::string>& languages) {
  object outbox{{"depth", status.outbox_depth}, {"oldest_age_s", nullptr}, {"parked", status.outbox_parked}};
  if (status.outbox_oldest) {
    const auto age = std::max(Millis{0}, now - *status.outbox_oldest);
    outbox["oldest_age_s"] = std::chrono::floor<std::chrono::seconds>(age).count();
  }
  return serialize(object{{"site", status.site},
                          {"edge", status.edge},
                          {"station", status.station},
                          {"version", status.version},
                          {"time", rfc3339(now)},
                          {"clock_state", std::string(to_string(clock))},
                          {"storage", status.storage_full ? "full" : "ok"},
                          {"plant_link", to_object(status.plant_link)},
                          {"centre_link", to_object(status.centre_link)},
                          {"outbox", std::move(outbox)},
                          {"languages", to_array(languages)},
                          {"help", kiosk.help},
                          {"roster_sign_in", kiosk.roster_sign_in},
                          {"answer_times", kiosk.record_answer_times},
                          {"app", status.app}});
}

std::string session_json(const Operator& person, const std::string& photo, const Session& session,
                         WallTime expires_at) {
  boost::json::array sits_at;
  if (session.seat) sits_at.emplace_back(session.seat->attempt_id.string());
  return serialize(object{{"operator", object{{"id", person.id},
                                              {"name", person.name},
                                              {"language", person.language},
                                              {"roles", to_array(person.roles)},
                                              {"photo", photo.empty() ? value(nullptr) : value(photo)}}},
                          {"csrf", session.csrf},
                          {"expires_at", rfc3339(expires_at)},
                          {"sits_at", std::move(sits_at)}});
}

std::string roster_json(const std::vector<const Operator*>& people) {
  return serialize(object{{"people", to_array(people)}});
}

std::string work_json(const WorkReport& work) {
  array assignments;
  for (const auto& assignment : work.assignments) assignments.push_back(to_object(assignment));
  array results;
  for (const auto& result : work.results) results.push_back(to_object(result));
  return serialize(object{{"as_of", rfc3339(work.as_of)},
                          {"assignments_as_of", rfc3339(work.as_of)},
                          {"assignments", std::move(assignments)},
                          {"missing_tests", work.missing_tests},
                          {"results", std::move(results)},
                          {"requests", to_array(work.requests)}});
}

std::string attempt_json(const AttemptReport& report, uint64_t lease, MonoTime now) {
  const auto& facts = report.attempt.facts;
  const auto& attempt = report.attempt.attempt;
  array items;
  for (size_t i = 0; i < report.form.size(); ++i)
    items.push_back(to_object(report.form[i], i + 1, report, lease != 0));
  object out{{"attempt_id", facts.attempt_id.string()},
             {"assignment_id", facts.assignment_id},
             {"attempt_no", facts.attempt_no},
             {"test_id", facts.test_id},
             {"test_version", facts.test_version},
             {"title", to_object(report.package->title)},
             {"state", attempt.state().submitted ? "submitted" : "in_progress"},
             {"language", attempt.state().language},
             {"languages", to_array(report.package->language_codes())},
             {"lease", lease},
             {"time_limit_s", number_or_null(facts.time_limit_s)},
             {"remaining_s", seconds_or_null(attempt.remaining(now))},
             {"pass_mark_bp", facts.pass_mark_bp},
             {"witness_required", facts.witness_required},
             {"items", std::move(items)}};
  add_approval(out, *report.package);
  add_sections(out, *report.package);
  if (!report.result && !report.attempt.shown_item.empty()) out["shown_item"] = report.attempt.shown_item;
  if (report.result) out["result"] = to_object(*report.result);
  return serialize(out);
}

std::string saved_json(const Saved& saved) {
  return serialize(
      object{{"saved_at", rfc3339(saved.saved_at)}, {"remaining_s", seconds_or_null(saved.remaining)}});
}

std::string result_json(const ResultReport& result) {
  return serialize(to_object(result));
}

std::string sync_json(std::string_view id_name, const Uuid& id, const std::vector<SyncStep>& steps) {
  return serialize(object{{id_name, id.string()}, {"steps", to_array(steps)}});
}

}  // namespace millrace::edge
