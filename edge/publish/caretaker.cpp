#include "edge/publish/caretaker.hpp"

#include <memory>

#include "core/base/log.hpp"
#include "edge/publish/messages.hpp"

namespace millrace::edge {
namespace {

/// Between two looks at old rows, and before a checkpoint that failed (a full disk) is tried again.
constexpr Millis kPruneEvery{3600'000};
constexpr Millis kCheckpointAgainAfter{60'000};

}  // namespace

bool is_checkpoint_due(const delivery::Checkpoint& last, WallTime now) {
  return now - last.recorded >= kCheckpointEvery || now < last.recorded;
}

void Caretaker::look() {
  const auto now = parts_.clock.mono();
  // First, since nothing is behind a checkpoint that is not settled yet.
  if (!pruning_ && now >= prune_again_) prune();
  if (!checkpointing_ && now >= checkpoint_again_) {
    const auto last = store::read(parts_.reader, delivery::read_checkpoint);
    if (last && *last && is_checkpoint_due(**last, parts_.clock.wall())) checkpoint();
  }
}

void Caretaker::checkpoint() {
  checkpointing_ = true;
  auto recorded = std::make_shared<delivery::Appended>();
  parts_.writer.submit(
      [&parts = parts_, recorded](store::Connection& db) -> Result<> {
        const auto position = delivery::read_position(db);
        if (!position) return {};
        auto appended =
            parts.outbox.append(db, stream_checkpoint(parts.site, parts.edge, *position, parts.clock.wall()));
        if (!appended) return std::unexpected(appended.error());
        *recorded = *appended;
        return {};
      },
      [this, recorded](const Result<>& committed) {
        checkpointing_ = false;
        if (!committed) {
          checkpoint_again_ = parts_.clock.mono() + kCheckpointAgainAfter;
          log::warn("outbox.checkpoint_failed", {{"error", committed.error().message}});
          return;
        }
        log::info("outbox.checkpoint", {{"sequence", recorded->sequence}});
        if (parts_.recorded) parts_.recorded();
      });
}

void Caretaker::prune() {
  pruning_ = true;
  struct Pruned {
    uint64_t rows = 0;
    uint64_t attempts = 0;
  };
  auto pruned = std::make_shared<Pruned>();
  parts_.writer.submit(
      [&parts = parts_, pruned](store::Connection& db) -> Result<> {
        pruned->rows = parts.outbox.prune(db, parts.clock.wall() - parts.retention, kMostRowsPrunedAtOnce);
        // As of the outbox: a clock that jumped ahead would make everything old.
        if (parts.prune_answers && parts.clock.state() == ClockState::synced)
          pruned->attempts = parts.prune_answers(db, kMostAttemptsPrunedAtOnce);
        return {};
      },
      [this, pruned](const Result<>& committed) {
        pruning_ = false;
        if (committed && pruned->rows > 0) log::info("outbox.pruned", {{"records", pruned->rows}});
        if (committed && pruned->attempts > 0) log::info("answers.pruned", {{"attempts", pruned->attempts}});
        const bool more = committed && (pruned->rows == kMostRowsPrunedAtOnce ||
                                        pruned->attempts == kMostAttemptsPrunedAtOnce);
        if (!more) prune_again_ = parts_.clock.mono() + kPruneEvery;
      });
}

}  // namespace millrace::edge
