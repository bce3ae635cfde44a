// A daemon as the simulator sees it: it runs, dies, is started again, stands still, and commits to a disk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/world.hpp"

namespace millrace::simulation {

/// What a process does belongs to one run of it: what was under way when it died does not happen.
class Process {
 public:
  Process(World& world, std::string name) : world_(world), name_(std::move(name)) {}
  virtual ~Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return name_; }
  bool running() const { return running_; }
  bool frozen() const { return world_.mono() < frozen_until_; }
  bool committing() const { return committing_; }

  void start();
  /// Everything in memory is gone, and what was not committed.
  void die();
  void die_for(Millis time);
  void freeze_for(Millis time) { frozen_until_ = world_.mono() + time; }
  /// The next commits fail: whether they took place nobody knows, and the process ends itself.
  void fail_disk_for(Millis time) { disk_fails_until_ = world_.mono() + time; }

  /// Something from outside, in this run of the process.
  void input(std::function<void()> what) { here(std::move(what))(); }

 protected:
  virtual void on_start() = 0;
  virtual void on_death() = 0;

  void after(Millis delay, std::function<void()> what) { world_.after(delay, here(std::move(what))); }
  /// `apply` changes the disk, `done` hears that it did.
  void commit(std::function<void()> apply, std::function<void()> done);
  World& world() { return world_; }

 private:
  struct Job {
    std::function<void()> apply;
    std::function<void()> done;
  };
  /// Called later, `what` runs only in this run of the process, and not before it moves again.
  std::function<void()> here(std::function<void()> what);
  void begin_commit();

  World& world_;
  std::string name_;
  bool running_ = false;
  uint64_t run_ = 0;
  MonoTime frozen_until_;
  MonoTime disk_fails_until_;
  bool committing_ = false;
  std::vector<Job> queue_;
};

}  // namespace millrace::simulation
