#include "core/store/writer.hpp"

#include <atomic>
#include <filesystem>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "temp_database.hpp"

namespace millrace::store {
namespace {

class WriterTest : public testing::Test {
 protected:
  void SetUp() override {
    auto db = Connection::open(temp_.file(), Connection::Mode::writer).value();
    db->execute("CREATE TABLE a(x INTEGER UNIQUE)");
    writer_ = std::make_unique<Writer>(std::move(db), loop_.get_executor());
  }
  std::vector<int64_t> rows() {
    auto reader = Connection::open(temp_.file(), Connection::Mode::reader).value();
    auto& query = reader->statement("SELECT x FROM a ORDER BY x").bind();
    std::vector<int64_t> all;
    while (query.step()) all.push_back(query.integer(0));
    return all;
  }
  static Writer::Job insert(int64_t x) {
    return [x](Connection& db) -> Result<> {
      db.statement("INSERT INTO a VALUES(?)").bind(x).run();
      return {};
    };
  }
  void run_until_answered(size_t count) {
    loop_.restart();
    const auto work = boost::asio::make_work_guard(loop_);
    while (answers_.size() < count) loop_.run_one();
  }
  void submit(Writer::Job job) {
    writer_->submit(std::move(job), [this](Result<> result) { answers_.push_back(std::move(result)); });
  }

  TempDatabase temp_;
  boost::asio::io_context loop_;
  std::unique_ptr<Writer> writer_;
  std::vector<Result<>> answers_;
};

TEST_F(WriterTest, what_was_answered_is_on_disk_for_another_connection) {
  submit(insert(1));
  run_until_answered(1);
  ASSERT_TRUE(answers_[0]);
  EXPECT_EQ(rows(), std::vector<int64_t>{1});
}

TEST_F(WriterTest, a_failed_job_is_undone_alone_and_its_neighbours_are_kept) {
  submit(insert(1));
  submit([](Connection& db) -> Result<> {
    db.statement("INSERT INTO a VALUES(7)").bind().run();
    return fail(ErrorKind::conflict, "changed its mind");
  });
  submit([](Connection& db) -> Result<> {
    db.statement("INSERT INTO a VALUES(8)").bind().run();
    db.statement("INSERT INTO a VALUES(?)").bind(1).run();  // breaks UNIQUE
    return {};
  });
  submit(insert(2));
  run_until_answered(4);
  EXPECT_TRUE(answers_[0]);
  EXPECT_EQ(answers_[1].error().kind, ErrorKind::conflict);
  EXPECT_EQ(answers_[2].error().kind, ErrorKind::conflict);
  EXPECT_TRUE(answers_[3]);
  EXPECT_EQ(rows(), (std::vector<int64_t>{1, 2}));
}

TEST_F(WriterTest, jobs_commit_in_the_order_in_which_they_came) {
  constexpr size_t kJobs = 3 * kMostJobsPerCommit + 1;
  std::vector<int64_t> seen;
  for (size_t i = 0; i < kJobs; ++i) {
    writer_->submit(insert(static_cast<int64_t>(i)), [this, &seen, i](Result<> result) {
      seen.push_back(static_cast<int64_t>(i));
      answers_.push_back(std::move(result));
    });
  }
  run_until_answered(kJobs);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(rows().size(), kJobs);
}

TEST_F(WriterTest, a_full_disk_is_answered_and_nothing_of_the_group_is_kept) {
  submit([](Connection& db) -> Result<> {
    db.execute("PRAGMA max_page_count=4");
    return {};
  });
  run_until_answered(1);
  submit([](Connection& db) -> Result<> {
    db.execute("CREATE TABLE big(b BLOB)");
    db.statement("INSERT INTO big VALUES(zeroblob(100000))").bind().run();
    return {};
  });
  run_until_answered(2);
  ASSERT_FALSE(answers_[1]);
  EXPECT_EQ(answers_[1].error().kind, ErrorKind::no_space);
  EXPECT_TRUE(rows().empty());
  submit(insert(5));
  run_until_answered(3);
  EXPECT_TRUE(answers_[2]) << "the writer goes on once there is space";
}

TEST_F(WriterTest, a_failure_that_undid_the_whole_group_is_no_answer_to_its_neighbours) {
  std::atomic<bool> alone = false;
  std::atomic<bool> together = false;
  submit([&](Connection&) -> Result<> {
    alone = true;
    while (!together) std::this_thread::yield();
    return {};
  });
  // A writer that wakes late would take some of the others into the first job's group.
  while (!alone) std::this_thread::yield();
  submit(insert(1));
  submit([](Connection& db) -> Result<> {
    db.execute("INSERT OR ROLLBACK INTO a VALUES(1)");  // as SQLite itself does when it has no memory
    return {};
  });
  submit(insert(2));
  together = true;
  run_until_answered(4);
  for (size_t at = 1; at < answers_.size(); ++at) {
    ASSERT_FALSE(answers_[at]);
    EXPECT_EQ(answers_[at].error().kind, ErrorKind::unavailable);
  }
  EXPECT_TRUE(rows().empty());
  submit(insert(3));
  run_until_answered(5);
  EXPECT_EQ(rows(), std::vector<int64_t>{3});
}

/// About as many pages as bytes / 4096.
Writer::Job insert_large(int64_t x, int64_t bytes) {
  return [x, bytes](Connection& db) -> Result<> {
    db.statement("INSERT INTO large VALUES(?, zeroblob(?))").bind(x, bytes).run();
    return {};
  };
}

TEST_F(WriterTest, the_log_stays_short_however_large_a_commit_is) {
  submit([](Connection& db) -> Result<> {
    db.execute("CREATE TABLE large(x INTEGER, data BLOB)");
    return {};
  });
  constexpr int kCommits = 100;
  for (int i = 0; i < kCommits; ++i) {
    submit(insert_large(i, 400'000));
    run_until_answered(i + 2);
  }
  const auto log = temp_.file().string() + "-wal";
  EXPECT_LT(std::filesystem::file_size(log), 6'000'000);
}

TEST_F(WriterTest, what_killed_processes_left_in_the_log_is_tidied_up) {
  submit([](Connection& db) -> Result<> {
    db.execute("CREATE TABLE large(x INTEGER, data BLOB)");
    return {};
  });
  run_until_answered(1);
  writer_.reset();
  {
    // Ends without a checkpoint, as a killed process does.
    auto killed = Connection::open(temp_.file(), Connection::Mode::writer).value();
    for (int i = 0; i < 20; ++i) killed->execute("INSERT INTO large VALUES(1, zeroblob(400000))");
  }
  ASSERT_LT(std::filesystem::file_size(temp_.file()), 1'000'000);
  writer_ = std::make_unique<Writer>(Connection::open(temp_.file(), Connection::Mode::writer).value(),
                                     loop_.get_executor());
  // The checkpoint follows the first answer and comes before the second.
  submit(insert(1));
  run_until_answered(2);
  submit(insert(2));
  run_until_answered(3);
  EXPECT_GT(std::filesystem::file_size(temp_.file()), 8'000'000);
}

TEST_F(WriterTest, a_coroutine_resumes_after_its_commit) {
  auto done = boost::asio::co_spawn(
      loop_,
      [this]() -> boost::asio::awaitable<bool> {
        const auto result = co_await writer_->commit(insert(3));
        co_return result.has_value() && rows() == std::vector<int64_t>{3};
      },
      boost::asio::use_future);
  while (done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    loop_.restart();
    loop_.run_one_for(std::chrono::seconds(1));
  }
  EXPECT_TRUE(done.get());
}

TEST_F(WriterTest, destruction_commits_what_was_submitted) {
  for (int64_t i = 0; i < 100; ++i) submit(insert(i));
  writer_.reset();
  EXPECT_EQ(rows().size(), 100U);
}

}  // namespace
}  // namespace millrace::store
