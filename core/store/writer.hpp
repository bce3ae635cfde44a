// The group-commit writer: many small transactions, one fsync.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/base/result.hpp"
#include "core/store/database.hpp"

namespace millrace::store {

/// The most jobs in one commit; bounds how long the first of them waits for the last.
inline constexpr size_t kMostJobsPerCommit = 256;

/// Owns the one connection that writes, on a thread of its own. Jobs run in the order of `submit`, each in a
/// savepoint; all that wait together are committed together with one fsync. A job that returns an error or
/// fails in SQL is undone alone. A COMMIT that fails means *unknown*: the process stops (`stop_process`) and
/// tells the truth after its restart. A full disk undoes the group and answers no_space.
class Writer {
 public:
  /// Changes the database; runs on the writer's thread. An error undoes this job only.
  using Job = std::function<Result<>(Connection&)>;
  /// Runs on the executor after the commit is on disk, in the order of submission.
  using Done = std::function<void(Result<>)>;

  /// Takes the open, migrated connection. `executor` must outlive the writer.
  Writer(std::unique_ptr<Connection> db, boost::asio::any_io_executor executor);
  /// Commits what was submitted, then stops the thread and checkpoints.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Any thread.
  void submit(Job job, Done done);
  /// The same as a coroutine; resumes on the executor after the commit. The job runs on the writer's thread,
  /// so what it captures by reference must live in the awaiting frame.
  boost::asio::awaitable<Result<>> commit(Job job);

 private:
  struct Item {
    Job job;
    Done done;
  };
  void run();
  void commit_group(std::vector<Item>& items);

  std::unique_ptr<Connection> db_;
  boost::asio::any_io_executor executor_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Item> waiting_;  // guarded by mutex_
  bool stopping_ = false;      // guarded by mutex_
  std::thread thread_;
};

}  // namespace millrace::store
