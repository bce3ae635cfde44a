#include "edge/capture/capture.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/packages/media.hpp"
#include "core/packages/package_reader.hpp"
#include "edge/capture/query.hpp"
#include "edge/capture/transaction.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

uint64_t random_seed() {
  std::array<uint8_t, 8> bytes{};
  random_bytes(bytes);
  return std::bit_cast<uint64_t>(bytes);
}

std::unexpected<Refusal> no_such_attempt() {
  return refuse(Reason::not_found, "There is no such attempt of yours at this box.");
}

Outcome<> may_begin(const Assignment& assignment, const History& history, WallTime now) {
  switch (state_of(assignment, history, now)) {
    case AssignmentState::open:
    case AssignmentState::in_progress:
      return {};
    case AssignmentState::passed:
      return refuse(Reason::already_passed, "This test is passed already.");
    case AssignmentState::exhausted:
      return refuse(Reason::no_attempts_left, "No attempts are left. Talk to your team leader.");
    case AssignmentState::expired:
      return refuse(Reason::assignment_expired, "This assignment has expired. Talk to your team leader.");
    case AssignmentState::not_yet:
      return refuse(Reason::not_open_yet, "This test cannot be taken yet.");
  }
  return refuse(Reason::internal, "an assignment without a state");
}

Outcome<> knows_language(const Package& package, const std::string& language) {
  if (!package.has_language(language)) {
    return refuse(Reason::bad_language, fmt::format("This test is not available in '{}'.", language));
  }
  // A translation that nobody answers for can be looked at, but certifies nobody.
  const auto approved = package.approved_languages();
  if (package.layout_sample || std::ranges::find(approved, language) != approved.end()) return {};
  return refuse(Reason::bad_language, fmt::format("This test is not approved in '{}'.", language));
}

/// What the attempt shows stays with it, whatever happens to the files.
Outcome<> keep_media(store::Connection& db, const std::filesystem::path& folder, const Package& package) {
  for (const auto& [name, expected] : package.media) {
    if (AttemptStore::has_media(db, expected)) continue;
    const auto content = packages::read_media(folder, package.test_id, name);
    if (!content || sha256(as_bytes(*content)) != expected) {
      log::error("capture.failed",
                 {{"error", content ? fmt::format("{} of '{}' was changed", name, package.test_id)
                                    : content.error().message}});
      return refuse(
          Reason::package_unusable,
          "A picture or a sound of this test is not at this box as it was approved. Call plant IT.");
    }
    AttemptStore::keep_media(db, expected, *content);
  }
  return {};
}

/// Loads the operator's attempt with its package.
struct Loaded {
  StoredAttempt attempt;
  PackagePtr package;
};
Outcome<Loaded> load(store::Connection& db, const AttemptStore& attempts, const Write& write,
                     const Uuid& attempt_id) {
  auto attempt = attempts.find(db, attempt_id);
  if (!attempt || attempt->facts.operator_id != write.operator_id) return no_such_attempt();
  auto package = pinned_package(db, *write.packages, attempt->facts.package_sha256);
  if (!package) return failed(package.error());
  return Loaded{std::move(*attempt), std::move(*package)};
}

/// Where the screen did not say what it shows, that which is known stays.
void show(StoredAttempt& attempt, const std::string& item_id) {
  if (!item_id.empty()) attempt.shown_item = item_id;
}

Responses responses_of(const Answers& answers) {
  Responses responses;
  for (const auto& [item_id, answer] : answers) responses.emplace(item_id, answer.response);
  return responses;
}

StoredOutcome outcome_of(const StoredAttempt& attempt, const Score& score, const delivery::Appended& recorded,
                         const Uuid& event_id, EndReason end_reason) {
  StoredOutcome out;
  out.attempt_id = attempt.facts.attempt_id;
  out.event_id = event_id;
  out.sequence = recorded.sequence;
  out.saved_at = recorded.recorded;
  out.score_bp = score.score_bp;
  out.passed = score.passed;
  out.critical_item_failed = score.critical_item_failed;
  out.correct = static_cast<uint32_t>(score.correct);
  out.total = static_cast<uint32_t>(score.item_bp.size());
  out.topics_missed = score.topics_missed;
  out.end_reason = end_reason;
  return out;
}

}  // namespace

asio::awaitable<Outcome<Opened>> Capture::open(Write write, std::string assignment_id,
                                               std::optional<Assignment> assignment, std::string language) {
  // Else the time that somebody was away would be taken from whoever takes it up.
  co_await store_pauses();
  const auto now = moment(parts_.clock);
  const Submission submission{write.key, write.operator_id, write.kiosk,
                              fmt::format("open\n{}\n{}\n", assignment_id, language)};
  const Step<Opened> step = [&](store::Connection& db) -> Outcome<Opened> {
    const auto& attempts = parts_.attempts;
    const auto earlier = look_up(db, submission, now.wall);
    if (!earlier) return std::unexpected(earlier.error());
    if (*earlier) {
      // Asked again, and maybe after a pause: whoever is told the questions again has the clock running
      // again.
      auto stored = attempts.find(db, (*earlier)->attempt_id);
      if (stored && stored->attempt.come_back((*earlier)->lease, write.kiosk, now))
        attempts.update(db, *stored);
      return Opened{(*earlier)->attempt_id, (*earlier)->lease, false};
    }

    if (auto stored = attempts.find_open(db, write.operator_id, assignment_id)) {
      const auto package = pinned_package(db, *write.packages, stored->facts.package_sha256);
      if (!package) return failed(package.error());
      if (auto known = knows_language(**package, language); !known) return std::unexpected(known.error());
      if (auto taken = stored->attempt.take_up(write.kiosk, language, now); !taken)
        return std::unexpected(taken.error());
      attempts.update(db, *stored);
      const auto lease = stored->attempt.state().lease;
      keep(db, submission, {stored->facts.attempt_id, lease, now.wall});
      return Opened{stored->facts.attempt_id, lease, false};
    }

    if (!assignment) return refuse(Reason::not_found, "There is no such assignment of yours at this box.");
    const auto history = AttemptStore::history(db, write.operator_id, assignment_id);
    if (auto allowed = may_begin(*assignment, history, now.wall); !allowed)
      return std::unexpected(allowed.error());
    const auto package = write.packages->find(assignment->test_id, assignment->test_version);
    if (!package) return refuse(Reason::not_found, "This test is not at this box yet. Call plant IT.");
    // Else two people would have results of one version that are about different questions.
    if (const auto used = AttemptStore::package_in_use(db, package->test_id, package->version);
        used && *used != package->sha256)
      return refuse(Reason::package_unusable, "This test was changed without a new version. Call plant IT.");
    if (auto known = knows_language(*package, language); !known) return std::unexpected(known.error());
    if (auto kept = keep_media(db, write.packages->folder(), *package); !kept)
      return std::unexpected(kept.error());

    AttemptFacts facts;
    facts.attempt_id = Uuid::v7(now.wall);
    facts.operator_id = write.operator_id;
    facts.assignment_id = assignment_id;
    facts.assignment_version = assignment->version;
    facts.attempt_no = history.attempts_used + 1;
    facts.test_id = package->test_id;
    facts.test_version = package->version;
    facts.package_sha256 = package->sha256;
    facts.form_seed = random_seed();
    facts.time_limit_s = assignment->time_limit_s ? assignment->time_limit_s : package->time_limit_s;
    facts.pass_mark_bp = assignment->pass_mark_bp.value_or(package->pass_mark_bp);
    facts.started_at = now.wall;
    facts.witness_required = assignment->witness_required;
    AttemptStore::keep_package(db, *package);
    const StoredAttempt begun{facts, Attempt::begin(facts.time_limit_s, write.kiosk, language, now)};
    attempts.insert(db, begun);
    keep(db, submission, {facts.attempt_id, begun.attempt.state().lease, now.wall});
    return Opened{facts.attempt_id, begun.attempt.state().lease, true};
  };
  co_return co_await in_transaction(parts_, submission, step);
}

asio::awaitable<Outcome<Saved>> Capture::save(Write write, Uuid attempt_id, uint64_t lease,
                                              std::string item_id, Response response, bool flagged,
                                              Beside beside) {
  // Else a pause from before could stop the clock of somebody who sits there again.
  if (parts_.has_room()) co_await store_pauses();
  const auto now = moment(parts_.clock);
  const Submission submission{write.key, write.operator_id, write.kiosk,
                              fmt::format("answer\n{}\n{}\n{}\n{}\n", attempt_id.string(), item_id,
                                          to_json(response), flagged ? "flagged" : "")};
  co_return co_await in_transaction<Saved>(parts_, submission, [&](store::Connection& db) -> Outcome<Saved> {
    const auto earlier = look_up(db, submission, now.wall);
    if (!earlier) return std::unexpected(earlier.error());
    auto loaded = load(db, parts_.attempts, write, attempt_id);
    if (!loaded) return std::unexpected(loaded.error());
    auto& [stored, package] = *loaded;
    if (*earlier) return Saved{(*earlier)->saved_at, stored.attempt.remaining(now.mono), false};

    const auto form = make_form(*package, stored.facts.form_seed);
    const auto* item = item_of(form, item_id);
    if (item == nullptr) return refuse(Reason::not_found, "There is no such question in this attempt.");
    if (auto allowed = stored.attempt.save(lease, write.kiosk, now, beside.ran_since); !allowed)
      return std::unexpected(allowed.error());
    if (auto good = fits(*item, response); !good) return refuse(Reason::bad_response, good.error().message);
    show(stored, item_of(form, beside.shown_item) == nullptr ? item_id : beside.shown_item);
    parts_.attempts.append(
        db, stored,
        {item_id, response, flagged, now.wall, stored.attempt.state().active, beside.shown_ms, write.key});
    keep(db, submission, {attempt_id, lease, now.wall});
    return Saved{now.wall, stored.attempt.remaining(now.mono), true, stored.shown_item};
  });
}

asio::awaitable<Outcome<Submitted>> Capture::submit(Write write, Uuid attempt_id, uint64_t lease,
                                                    std::optional<Witness> witness,
                                                    std::optional<std::string> language) {
  if (parts_.has_room()) co_await store_pauses();
  const auto now = moment(parts_.clock);
  const auto submission = submit_submission(write, attempt_id, witness ? witness->badge : "");
  const Step<Submitted> step = [&](store::Connection& db) -> Outcome<Submitted> {
    const auto earlier = look_up(db, submission, now.wall);
    if (!earlier) return std::unexpected(earlier.error());
    if (*earlier) return Submitted{attempt_id, false};
    auto loaded = load(db, parts_.attempts, write, attempt_id);
    if (!loaded) return std::unexpected(loaded.error());
    auto& [stored, package] = *loaded;
    if (stored.facts.witness_required && !witness) {
      return refuse(Reason::witness_missing, "This test is handed in with a witness. Call one.");
    }
    if (language) {
      if (auto known = knows_language(*package, *language); !known) return std::unexpected(known.error());
      stored.attempt.show_in(*language);
    }
    const auto end_reason = stored.attempt.submit(lease, write.kiosk, now);
    if (!end_reason) return std::unexpected(end_reason.error());
    parts_.attempts.update(db, stored);

    const auto form = make_form(*package, stored.facts.form_seed);
    const auto answers = AttemptStore::answers(db, attempt_id);
    const auto result =
        score(*package, form, responses_of(answers), static_cast<int>(stored.facts.pass_mark_bp));
    const auto interruptions = AttemptStore::interruptions(db, attempt_id);
    auto recorded = parts_.outbox.append(
        db, make_completion(parts_.place, {.attempt = stored,
                                           .form = form,
                                           .answers = answers,
                                           .score = result,
                                           .interruptions = interruptions,
                                           .end_reason = *end_reason,
                                           .event_id = write.key,
                                           .by_badge = write.by_badge,
                                           .witness_id = witness ? witness->operator_id : "",
                                           .tells_times = parts_.tells_times,
                                           .at = now,
                                           .clock_state = parts_.clock.state(),
                                           .boot_id = parts_.boot_id}));
    if (!recorded) return failed(recorded.error());
    AttemptStore::insert_outcome(db, outcome_of(stored, result, *recorded, write.key, *end_reason));
    keep(db, submission, {attempt_id, lease, recorded->recorded});
    return Submitted{attempt_id, true};
  };
  co_return co_await in_transaction(parts_, submission, step);
}

asio::awaitable<void> Capture::pause(Attended left, uint64_t lease, Pause why, Moment since) {
  unstored_.push_back({std::move(left), lease, why, since});
  co_await store_pauses();
}

asio::awaitable<void> Capture::store_pauses() {
  // Taken out while they are on their way: none is stored twice, the second time over somebody who came back.
  auto pauses = std::exchange(unstored_, {});
  if (pauses.empty()) co_return;
  const auto stored = co_await parts_.writer.commit([&](store::Connection& db) -> Result<> {
    for (const auto& [left, lease, why, since] : pauses) {
      auto attempt = parts_.attempts.find(db, left.attempt_id);
      if (!attempt || attempt->attempt.state().lease != lease) continue;
      show(*attempt, left.shown_item);
      attempt->attempt.pause(why, since);
      parts_.attempts.update(db, *attempt);
    }
    return {};
  });
  if (stored) co_return;
  log::warn("capture.pause_failed", {{"pauses", pauses.size()}, {"error", stored.error().message}});
  pauses.insert(pauses.end(), unstored_.begin(), unstored_.end());
  if (pauses.size() > kMostUnstoredPauses)
    pauses.erase(pauses.begin(), pauses.end() - static_cast<std::ptrdiff_t>(kMostUnstoredPauses));
  unstored_ = std::move(pauses);
}

asio::awaitable<void> Capture::count(std::vector<Attended> attended) {
  const auto now = moment(parts_.clock);
  const auto stored = co_await parts_.writer.commit([&](store::Connection& db) -> Result<> {
    for (const auto& [attempt_id, shown_item] : attended) {
      auto attempt = parts_.attempts.find(db, attempt_id);
      if (!attempt || attempt->attempt.state().submitted || attempt->attempt.state().paused) continue;
      attempt->attempt.count(now);
      show(*attempt, shown_item);
      parts_.attempts.update(db, *attempt);
    }
    return {};
  });
  if (!stored) log::warn("capture.count_failed", {{"error", stored.error().message}});
}

Submission Capture::submit_submission(const Write& write, const Uuid& attempt_id,
                                      std::string_view witness_badge) {
  auto body = fmt::format("submit\n{}\n", attempt_id.string());
  // Anything may be typed as a badge, a PIN included: only its hash is kept.
  if (!witness_badge.empty()) body += fmt::format("{}\n", hex(sha256(as_bytes(witness_badge))));
  return {write.key, write.operator_id, write.kiosk, std::move(body)};
}

Result<PackagePtr> pinned_package(store::Connection& db, const PackageCatalogue& packages,
                                  const Sha256& sha256) {
  if (auto package = packages.find(sha256)) return package;
  auto content = AttemptStore::package_content(db, sha256);
  if (!content) return fail(ErrorKind::corrupt, fmt::format("the package {} is not kept", hex(sha256)));
  return packages::read_package(std::move(*content), fmt::format("the kept package {}", hex(sha256)),
                                packages::Origin::kept);
}

std::vector<std::string> changed_versions(store::Connection& db, const PackageCatalogue& packages) {
  std::vector<std::string> out;
  for (const auto& package : packages.all()) {
    const auto used = AttemptStore::package_in_use(db, package->test_id, package->version);
    if (!used || *used == package->sha256) continue;
    out.push_back(
        fmt::format("version {} of '{}' was taken here with other content, and is begun by nobody like this; "
                    "give the changed test a new version",
                    package->version, package->test_id));
  }
  return out;
}

}  // namespace millrace::edge
