#include "core/store/writer.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.hpp"
#include "core/base/service.hpp"

namespace millrace::store {
namespace {

// 4 MiB, without a checkpoint per commit. What an earlier run left in the log counts too: a process that is
// killed again and again would never come to tidy up.
constexpr int kLogPagesPerCheckpoint = 1'000;

/// Undoes the open transaction, if SQLite has not done so itself. One that cannot be undone ends the process.
void roll_back(Connection& db) {
  try {
    if (db.in_transaction()) db.execute("ROLLBACK");
  } catch (const Failure& failure) {
    stop_process(failure.what());
  }
}

/// A full disk leaves the log as it was. After any other failure nobody knows what is on disk: start again
/// and read.
void commit_or_stop(Connection& db) {
  try {
    db.execute("COMMIT");
  } catch (const Failure& failure) {
    if (failure.error().kind != ErrorKind::no_space) stop_process(failure.what());
    throw;
  }
}

Result<> run_job(Connection& db, const Writer::Job& job) {
  Result<> result;
  db.execute("SAVEPOINT job");
  try {
    result = job(db);
  } catch (const Failure& failure) {
    // After some errors SQLite has undone the whole group by itself.
    if (failure.is_fatal() || !db.in_transaction() || failure.error().kind == ErrorKind::no_space) throw;
    result = std::unexpected(failure.error());
  }
  if (!result) db.execute("ROLLBACK TO job");
  db.execute("RELEASE job");
  return result;
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, boost::asio::any_io_executor executor)
    : db_(std::move(db)), executor_(std::move(executor)), thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::submit(Job job, Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(job), std::move(done)});
  }
  wake_.notify_one();
}

boost::asio::awaitable<Result<>> Writer::commit(Job job) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<>)>(
      [this](auto handler, Job given) {
        // Done must be copyable; the handler is not.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        submit(std::move(given), [shared](Result<> result) { std::move (*shared)(std::move(result)); });
      },
      boost::asio::use_awaitable, std::move(job));
}

void Writer::run() {
  int pages = 0;
  int checkpoint_at = kLogPagesPerCheckpoint;
  std::vector<Item> group;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) break;
      const auto count = std::min(waiting_.size(), kMostJobsPerCommit);
      group.assign(std::make_move_iterator(waiting_.begin()),
                   std::make_move_iterator(waiting_.begin() + static_cast<std::ptrdiff_t>(count)));
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    commit_group(group);
    group.clear();
    const bool begun_anew = db_->log_pages() < pages;
    pages = db_->log_pages();
    if (begun_anew) checkpoint_at = kLogPagesPerCheckpoint;
    if (pages < checkpoint_at) continue;
    // What a reader or a full disk prevents is not tried again with each commit.
    checkpoint_at = pages + kLogPagesPerCheckpoint;
    try {
      db_->checkpoint();
    } catch (const Failure& failure) {
      if (failure.is_fatal()) stop_process(failure.what());
      log::warn("store.checkpoint_failed", {{"error", failure.what()}});
    }
  }
  try {
    db_->checkpoint();
  } catch (const Failure& failure) {
    log::warn("store.checkpoint_failed", {{"error", failure.what()}});
  }
}

void Writer::commit_group(std::vector<Item>& items) {
  std::vector<Result<>> results(items.size());
  try {
    db_->execute("BEGIN IMMEDIATE");
    for (size_t i = 0; i < items.size(); ++i) results[i] = run_job(*db_, items[i].job);
    commit_or_stop(*db_);
  } catch (const Failure& failure) {
    if (failure.is_fatal()) stop_process(failure.what());
    roll_back(*db_);
    // Whatever one of them did, to the group it is a full disk, or something to try again.
    const auto kind =
        failure.error().kind == ErrorKind::no_space ? ErrorKind::no_space : ErrorKind::unavailable;
    for (auto& result : results) result = fail(kind, failure.what());
  }
  for (size_t i = 0; i < items.size(); ++i) {
    boost::asio::post(executor_, [done = std::move(items[i].done), result = std::move(results[i])]() mutable {
      if (done) done(std::move(result));
    });
  }
}

}  // namespace millrace::store
