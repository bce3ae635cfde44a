// A real process that is killed between the commit and the answer: asked again, it gives the answer that was
// lost, and nothing counts twice.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>

#include "core/base/uuid.hpp"
#include "core/store/database.hpp"
#include "tests/edge/support/http_client.hpp"
#include "tests/edge/support/running_edge.hpp"
#include "tests/edge/support/test_content.hpp"

namespace millrace::edge {
namespace {

namespace bj = boost::json;

/// The child, by its pid. Killed with the object.
class EdgeProcess {
 public:
  EdgeProcess(const std::filesystem::path& config, const std::string& kill_at) {
    int out[2];
    if (::pipe(out) != 0) throw std::runtime_error("no pipe");
    const std::string program = std::string(MILLRACE_BINARY_DIR) + "/bin/edge_with_points";
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::close(out[0]);
      ::setenv("MILLRACE_KILL_AT", kill_at.c_str(), 1);
      ::execl(program.c_str(), program.c_str(), config.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(out[1]);
    std::FILE* lines = ::fdopen(out[0], "r");
    unsigned port = 0;
    if (std::fscanf(lines, "%u", &port) != 1) throw std::runtime_error("the edge did not start");
    std::fclose(lines);
    port_ = static_cast<uint16_t>(port);
  }
  ~EdgeProcess() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      wait();
    }
  }
  EdgeProcess(const EdgeProcess&) = delete;
  EdgeProcess& operator=(const EdgeProcess&) = delete;
  uint16_t port() const { return port_; }
  /// The signal that ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  pid_t pid_ = -1;
  uint16_t port_ = 0;
};

std::string key() {
  return Uuid::v7(SystemClock().wall()).string();
}

class KilledAfterTheCommit : public ::testing::Test {
 protected:
  void start(const std::string& kill_at) {
    process_.reset();
    process_ = std::make_unique<EdgeProcess>(config_, kill_at);
    client_.set_port(process_->port());
    client_.forget();
    ASSERT_EQ(client_.sign_in("100", test::kPin).status, 201U);
  }
  test::Answer open(const std::string& with_key) {
    auto answer =
        client_.call("POST", "/api/v1/attempts",
                     R"({"submission_key":")" + with_key + R"(","assignment_id":"as-1","language":"en"})");
    if (answer.status != 0) {
      const auto attempt = bj::parse(answer.body);
      path_ = "/api/v1/attempts/" + std::string(attempt.at("attempt_id").as_string());
      lease_ = std::to_string(attempt.at("lease").as_int64());
    }
    return answer;
  }
  test::Answer save(const std::string& with_key) {
    return client_.call("PUT", path_ + "/answers/dry",
                        R"({"submission_key":")" + with_key + R"(","lease":)" + lease_ +
                            R"(,"response":{"value":false},"flagged":false})");
  }
  test::Answer submit(const std::string& with_key) {
    return client_.call(
        "POST", path_ + "/submit",
        R"({"submission_key":")" + with_key + R"(","lease":)" + lease_ + R"(,"badge":"100","pin":"2468"})");
  }
  int64_t rows(const std::string& table) {
    auto db =
        store::Connection::open(folder_.path() / "data" / "edge.db", store::Connection::Mode::reader).value();
    auto& count = db->statement("SELECT count(*) FROM " + table).bind();
    count.step();
    return count.integer(0);
  }

  millrace::test::TempFolder folder_;
  std::filesystem::path config_ = test::write_box(folder_.path());
  std::unique_ptr<EdgeProcess> process_;
  test::HttpClient client_{0};
  std::string path_;
  std::string lease_;
};

TEST_F(KilledAfterTheCommit, a_submission_asked_again_gets_the_answer_that_was_lost) {
  start("submission-committed");
  ASSERT_EQ(open(key()).status, 201U);
  ASSERT_EQ(save(key()).status, 200U);
  const auto event_id = key();
  EXPECT_EQ(submit(event_id).status, 0U) << "no answer";
  EXPECT_EQ(process_->wait(), SIGKILL);
  start("");
  const auto answer = submit(event_id);
  EXPECT_EQ(answer.status, 200U) << answer.body;
  const auto result = bj::parse(answer.body);
  EXPECT_EQ(result.at("event_id").as_string(), event_id);
  EXPECT_EQ(result.at("sequence").as_int64(), 1);
  EXPECT_EQ(rows("record"), 1);
  EXPECT_EQ(rows("outcome"), 1);
}

TEST_F(KilledAfterTheCommit, an_answer_asked_again_counts_once) {
  start("answer-committed");
  ASSERT_EQ(open(key()).status, 201U);
  const auto answer_key = key();
  EXPECT_EQ(save(answer_key).status, 0U);
  EXPECT_EQ(process_->wait(), SIGKILL);
  start("");
  EXPECT_EQ(save(answer_key).status, 200U);
  EXPECT_EQ(rows("journal"), 1);
}

TEST_F(KilledAfterTheCommit, or_just_before_it_an_answer_is_not_there_and_asked_again_counts_once) {
  start("answer-came");
  ASSERT_EQ(open(key()).status, 201U);
  const auto answer_key = key();
  EXPECT_EQ(save(answer_key).status, 0U);
  EXPECT_EQ(process_->wait(), SIGKILL);
  EXPECT_EQ(rows("journal"), 0) << "it was written, and not committed";
  EXPECT_EQ(rows("attempt"), 1);
  start("");
  EXPECT_EQ(save(answer_key).status, 200U);
  EXPECT_EQ(rows("journal"), 1);
}

TEST_F(KilledAfterTheCommit, beginning_asked_again_finds_the_attempt_that_was_begun) {
  start("attempt-committed");
  const auto start_key = key();
  EXPECT_EQ(open(start_key).status, 0U);
  EXPECT_EQ(process_->wait(), SIGKILL);
  start("");
  EXPECT_EQ(open(start_key).status, 200U);
  EXPECT_EQ(lease_, "1");
  EXPECT_EQ(rows("attempt"), 1);
  EXPECT_EQ(save(key()).status, 200U) << "and the lease still writes";
}

}  // namespace
}  // namespace millrace::edge
