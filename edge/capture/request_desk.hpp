// The transactions of requests and decisions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/delivery/outbox.hpp"
#include "core/store/writer.hpp"
#include "edge/capture/request_events.hpp"
#include "edge/capture/request_store.hpp"
#include "edge/capture/submissions.hpp"

namespace millrace::edge {

/// One act of a leader for several operators at most; a shift's team.
inline constexpr size_t kMostOperatorsInBatch = 20;

/// Who asks or decides, and under which key.
struct Author {
  std::string operator_id;
  std::string kiosk;
  Uuid key;
};

struct RequestsMade {
  std::vector<StoredRequest> requests;  ///< at least one
  bool is_new = false;
};
struct DecisionMade {
  StoredDecision decision;
  bool is_new = false;
};

/// Takes requests and decisions: submission, row and record in one transaction, on the writer's thread. Every
/// function resumes on the loop after the commit is on disk. Owned by the daemon; what is passed by reference
/// must outlive it.
class RequestDesk {
 public:
  struct Parts {
    store::Writer& writer;
    const delivery::Outbox& outbox;
    const Clock& clock;
    Place place;
    std::string boot_id;
    std::function<bool()> has_room;  ///< on the disk, for something new; on the loop
  };
  explicit RequestDesk(Parts parts) : parts_(std::move(parts)) {}

  /// Refused: key_reused.
  boost::asio::awaitable<Outcome<RequestsMade>> ask(Author author, Asked asked);
  /// One request for each operator, all or none; at least one and at most kMostOperatorsInBatch. Refused:
  /// key_reused.
  boost::asio::awaitable<Outcome<RequestsMade>> ask_on_behalf(Author author, Asked asked,
                                                              std::vector<std::string> operator_ids,
                                                              bool acknowledged);
  /// Refused: key_reused, already_decided (at this box, in this version of the workflow).
  boost::asio::awaitable<Outcome<DecisionMade>> decide(Author author, WorkflowStep step, Decision decision,
                                                       std::string reason);

  /// What submissions are compared by.
  static Submission request_submission(const Author& author, const Asked& asked);
  static Submission on_behalf_submission(const Author& author, const Asked& asked,
                                         const std::vector<std::string>& operator_ids, bool acknowledged);
  static Submission decision_submission(const Author& author, const Uuid& workflow_id,
                                        std::string_view step_id, uint64_t workflow_version,
                                        Decision decision, std::string_view reason);

 private:
  struct Batch;
  boost::asio::awaitable<Outcome<RequestsMade>> record(Author author, Submission submission, Asked asked,
                                                       std::vector<std::string> operator_ids,
                                                       std::optional<Batch> batch);
  Circumstances here(const Author& author) const;
  Parts parts_;
};

}  // namespace millrace::edge
