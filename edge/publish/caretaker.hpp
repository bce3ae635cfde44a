// Keeps the log provable and small: checkpoints and pruning.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/base/clock.hpp"
#include "core/delivery/outbox_reader.hpp"
#include "core/store/writer.hpp"

namespace millrace::edge {

/// The box vouches for its position at least this often, also when nothing happens.
inline constexpr std::chrono::hours kCheckpointEvery{24};
inline constexpr std::chrono::days kDefaultRetention{90};
/// Rows that one commit removes at most, so that captures do not wait for it.
inline constexpr uint64_t kMostRowsPrunedAtOnce = 200;
inline constexpr uint64_t kMostAttemptsPrunedAtOnce = 20;

/// Whether the next checkpoint is due; also when the last one lies in the future, since then the clock was
/// wrong at that time, or is now.
bool is_checkpoint_due(const delivery::Checkpoint& last, WallTime now);

/// Records a checkpoint a day, and prunes what is older than its retention time. On the loop; owned by the
/// daemon; what it is given must outlive it.
class Caretaker {
 public:
  struct Parts {
    store::Writer& writer;
    store::Connection& reader;
    const delivery::Outbox& outbox;
    const Clock& clock;
    std::string site;
    std::string edge;
    std::chrono::days retention{kDefaultRetention};
    std::function<void()> recorded;  ///< a checkpoint was committed
    /// Removes the single answers of at most so many attempts that are old, on the writer's thread; returns
    /// how many. Null: they stay.
    std::function<uint64_t(store::Connection&, uint64_t)> prune_answers;
  };
  explicit Caretaker(Parts parts) : parts_(std::move(parts)) {}

  /// Regularly.
  void look();

 private:
  void checkpoint();
  void prune();

  Parts parts_;
  bool checkpointing_ = false;
  MonoTime checkpoint_again_;
  bool pruning_ = false;
  MonoTime prune_again_;
};

}  // namespace millrace::edge
