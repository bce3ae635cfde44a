// Requests and decisions in edge.db.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"
#include "core/store/database.hpp"
#include "edge/requests/kinds.hpp"

namespace millrace::edge {

struct StoredRequest {
  Uuid request_id;
  Uuid event_id;
  Uuid submission_key;
  uint32_t position = 0;
  std::optional<Uuid> batch_id;  ///< nothing where operators ask for themselves
  std::string operator_id;
  std::string made_by;
  RequestKind kind = RequestKind::training;
  std::string skill;
  std::string reason_code;
  WallTime saved_at;
};

struct StoredDecision {
  Uuid workflow_id;
  std::string step_id;
  uint64_t workflow_version = 0;
  Uuid event_id;
  std::string leader_id;
  Decision decision = Decision::approve;
  WallTime saved_at;
};

/// The tables as functions. They throw store::Failure: call them in a job or in store::read.
class RequestStore {
 public:
  static void insert(store::Connection& db, const StoredRequest& request);
  /// What one submission made, in its order.
  static std::vector<StoredRequest> of_submission(store::Connection& db, const Uuid& submission_key);
  /// Newest first.
  static std::vector<StoredRequest> of_operator(store::Connection& db, std::string_view operator_id,
                                                size_t most);

  /// What a leader asked for others, newest first.
  static std::vector<StoredRequest> on_behalf_by(store::Connection& db, std::string_view leader_id,
                                                 size_t most);

  static void insert(store::Connection& db, const StoredDecision& decision);
  static std::optional<StoredDecision> find_decision(store::Connection& db, const Uuid& workflow_id,
                                                     std::string_view step_id, uint64_t workflow_version);
  static std::optional<StoredDecision> find_decision(store::Connection& db, const Uuid& event_id);

  /// An event of this person's: a test of theirs, a request for them or by them, a decision of theirs.
  struct OwnEvent {
    WallTime saved_at;
    bool is_test = false;
  };
  static std::optional<OwnEvent> own_event(store::Connection& db, std::string_view person_id,
                                           const Uuid& event_id);
};

}  // namespace millrace::edge
