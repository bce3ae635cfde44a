#include "tests/simulation/process.hpp"

#include "core/delivery/planted.hpp"

namespace millrace::simulation {
namespace {

using delivery::planted;
using delivery::Planted;

constexpr Millis kLeastCommit{1};
constexpr Millis kMostCommit{12};
constexpr Millis kMostAnswer{3};
constexpr Millis kRestart{2'000};

}  // namespace

void Process::start() {
  if (running_) return;
  running_ = true;
  ++run_;
  world_.tell("{} starts", name_);
  on_start();
}

void Process::die() {
  if (!running_) return;
  running_ = false;
  frozen_until_ = {};
  committing_ = false;
  queue_.clear();
  world_.tell("{} dies", name_);
  on_death();
}

void Process::die_for(Millis time) {
  die();
  world_.after(time, [this] { start(); });
}

std::function<void()> Process::here(std::function<void()> what) {
  return [this, run = run_, what = std::move(what)] {
    if (!running_ || run != run_) return;
    if (frozen()) {
      world_.after(frozen_until_ - world_.mono(), here(what));
    } else {
      what();
    }
  };
}

void Process::commit(std::function<void()> apply, std::function<void()> done) {
  queue_.push_back({std::move(apply), std::move(done)});
  if (!committing_) begin_commit();
}

void Process::begin_commit() {
  committing_ = true;
  const auto batch = std::make_shared<std::vector<Job>>(std::move(queue_));
  queue_.clear();
  after(world_.random.between(kLeastCommit, kMostCommit), [this, batch] {
    const bool fails = world_.mono() < disk_fails_until_;
    if (!fails || world_.random.chance(500)) {
      for (const auto& job : *batch) job.apply();
    }
    if (fails && !planted(Planted::io_error_ignored)) {
      world_.tell("{}: the disk fails", name_);
      return die_for(kRestart);
    }
    after(world_.random.between(Millis{0}, kMostAnswer), [this, batch] {
      for (const auto& job : *batch) job.done();
      committing_ = false;
      if (!queue_.empty()) begin_commit();
    });
  });
}

}  // namespace millrace::simulation
