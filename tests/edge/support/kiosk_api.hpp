// A box and a kiosk without a screen; what the tests of the API share.
#pragma once

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "core/base/uuid.hpp"
#include "core/packages/package_reader.hpp"
#include "core/store/database.hpp"
#include "tests/edge/support/http_client.hpp"
#include "tests/edge/support/running_edge.hpp"
#include "tests/edge/support/test_content.hpp"

namespace millrace::edge::test {

inline std::string key() {
  return Uuid::v7(SystemClock().wall()).string();
}

inline boost::json::value json(const Answer& answer) {
  return boost::json::parse(answer.body);
}

inline std::string text(const boost::json::value& value) {
  return std::string(value.as_string());
}

class KioskApi : public ::testing::Test {
 protected:
  explicit KioskApi(std::function<void(EdgeConfig&)> adjust = {}) : edge_(std::move(adjust)) {}

  Answer open(const std::string& with_key, const std::string& assignment = "as-1",
              const std::string& language = "en") {
    return client_.call("POST", "/api/v1/attempts",
                        R"({"submission_key":")" + with_key + R"(","assignment_id":")" + assignment +
                            R"(","language":")" + language + R"("})");
  }
  /// Begins or takes up the attempt and keeps its path and lease.
  boost::json::value begin(const std::string& assignment = "as-1") {
    const auto answer = open(key(), assignment);
    EXPECT_TRUE(answer.status == 201 || answer.status == 200) << answer.body;
    const auto attempt = json(answer);
    path_ = "/api/v1/attempts/" + text(attempt.at("attempt_id"));
    lease_ = std::to_string(attempt.at("lease").as_int64());
    return attempt;
  }
  Answer save(const std::string& item, const std::string& response, const std::string& with_key = key()) {
    return client_.call("PUT", path_ + "/answers/" + item,
                        R"({"submission_key":")" + with_key + R"(","lease":)" + lease_ + R"(,"response":)" +
                            response + R"(,"flagged":false})");
  }
  Answer submit(const std::string& with_key, const std::string& pin = kPin) {
    return client_.call(
        "POST", path_ + "/submit",
        R"({"submission_key":")" + with_key + R"(","lease":)" + lease_ + R"(,"pin":")" + pin + R"("})");
  }
  void answer_all() {
    for (const auto& item : pumps()->items) {
      ASSERT_EQ(save(item.id, to_json(item.answer)).status, 200U) << item.id;
    }
  }
  int64_t rows(std::string_view table) {
    auto db =
        store::Connection::open(edge_.folder() / "data" / "edge.db", store::Connection::Mode::reader).value();
    auto& count = db->statement("SELECT count(*) FROM " + std::string(table)).bind();
    count.step();
    const auto value = count.integer(0);
    count.reset();
    return value;
  }

  RunningEdge edge_;
  HttpClient client_{edge_.port()};
  std::string path_;
  std::string lease_;
};

}  // namespace millrace::edge::test
