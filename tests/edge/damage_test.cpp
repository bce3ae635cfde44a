// A box whose database is damaged goes on, says so, and keeps what it cannot read.
#include <algorithm>
#include <fstream>

#include "core/delivery/outbox_reader.hpp"
#include "core/store/replace.hpp"
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

using namespace test;
using delivery::RecordState;

constexpr size_t kPageBytes = 4096;

class DamagedBox : public KioskApi {
 protected:
  std::filesystem::path database() const { return edge_.folder() / "data" / "edge.db"; }

  /// A completion of the operator's first attempt. Returns its event id.
  Uuid hand_in(const std::string& badge, const std::string& assignment) {
    EXPECT_EQ(client_.sign_in(badge, kPin).status, 201U);
    const auto attempt = json(open(key(), assignment));
    path_ = "/api/v1/attempts/" + text(attempt.at("attempt_id"));
    lease_ = std::to_string(attempt.at("lease").as_int64());
    answer_all();
    const auto event_id = key();
    EXPECT_EQ(submit(event_id).status, 201U);
    return Uuid::parse(event_id).value();
  }
  std::unique_ptr<store::Connection> look() const {
    return store::Connection::open(database(), store::Connection::Mode::reader).value();
  }
  /// Stops the box and leaves one file.
  void stop() {
    edge_.stop();
    store::Connection::open(database(), store::Connection::Mode::writer).value()->seal();
  }
  void start() {
    edge_.start();
    client_.set_port(edge_.port());
  }
  std::string content() const {
    std::ifstream in(database(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(size_t offset, const std::string& bytes) const {
    std::fstream file(database(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file << bytes;
  }
  std::vector<std::filesystem::path> aside() const { return store::set_aside(database(), store::kCorrupt); }
  std::string ready() { return client_.call("GET", "/readyz").body; }
};

TEST_F(DamagedBox, a_sound_database_stays_where_it_is) {
  const auto event = hand_in("100", "as-1");
  edge_.restart();
  client_.set_port(edge_.port());
  EXPECT_TRUE(aside().empty());
  EXPECT_EQ(ready().find("store-damaged"), std::string::npos) << ready();
  EXPECT_EQ(delivery::find_record(*look(), event)->sequence, 1U);
}

TEST_F(DamagedBox, one_wrong_bit_in_a_result_that_waits_is_found_and_that_result_alone_stays_behind) {
  const auto first = hand_in("100", "as-1");
  const auto second = hand_in("200", "as-2");
  const auto data = delivery::read_records(*look(), 1, 2, 1'000'000).at(0).event.data;
  stop();
  const auto at = content().find(std::string(data.begin(), data.end()));
  ASSERT_NE(at, std::string::npos);
  const auto middle = at + data.size() / 2;
  write(middle, std::string(1, static_cast<char>(content().at(middle) ^ 1)));

  start();
  const auto db = look();
  EXPECT_EQ(delivery::find_record(*db, first)->state, RecordState::parked);
  const auto gone_on = delivery::find_record(*db, second);
  EXPECT_EQ(gone_on->state, RecordState::pending);
  EXPECT_EQ(gone_on->stream_id, delivery::read_position(*db)->stream_id);
  EXPECT_EQ(gone_on->sequence, 2U) << "behind the record that opens the new stream";
  for (const auto* alarm : {"store-damaged", "stream-replaced"}) {
    EXPECT_NE(ready().find(alarm), std::string::npos) << ready();
  }
  ASSERT_EQ(aside().size(), 1U);
  std::filesystem::remove(aside().front());
  edge_.restart();
  client_.set_port(edge_.port());
  EXPECT_EQ(ready().find("store-damaged"), std::string::npos) << "a person has dealt with it";
}

TEST_F(DamagedBox, a_page_of_nonsense_costs_what_stood_on_it) {
  const auto first = hand_in("100", "as-1");
  stop();
  write(content().size() - kPageBytes, std::string(kPageBytes, '\x5a'));
  start();
  EXPECT_EQ(aside().size(), 1U);
  const auto found = delivery::find_record(*look(), first);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, RecordState::pending);
  hand_in("200", "as-2");
}

TEST_F(DamagedBox, a_page_that_held_a_result_costs_that_result_and_the_box_says_so) {
  const auto first = hand_in("100", "as-1");
  const auto second = hand_in("200", "as-2");
  const auto data = delivery::read_records(*look(), 1, 2, 1'000'000).at(0).event.data;
  stop();
  const auto at = content().find(std::string(data.begin(), data.end()));
  ASSERT_NE(at, std::string::npos);
  write(at / kPageBytes * kPageBytes, std::string(kPageBytes, '\x5a'));
  start();
  EXPECT_EQ(aside().size(), 1U);
  const auto db = look();
  EXPECT_FALSE(delivery::find_record(*db, first));
  const auto other = delivery::find_record(*db, second);
  if (other) EXPECT_EQ(other->state, RecordState::pending) << "it may have stood on the same page";
  for (const auto* alarm : {"store-damaged", "stream-replaced"}) {
    EXPECT_NE(ready().find(alarm), std::string::npos) << ready();
  }
}

TEST_F(DamagedBox, a_file_that_is_no_database_at_all_is_set_aside_and_the_box_begins_anew) {
  hand_in("100", "as-1");
  stop();
  write(0, std::string(kPageBytes, '\x5a'));
  start();
  ASSERT_EQ(aside().size(), 1U);
  EXPECT_FALSE(delivery::read_position(*look()));
  const auto event = hand_in("200", "as-2");
  EXPECT_EQ(delivery::find_record(*look(), event)->sequence, 1U);
}

TEST_F(DamagedBox, two_daemons_never_share_a_folder) {
  boost::asio::io_context loop;
  EdgeGateway second(loop, EdgeConfig::load(edge_.folder() / "edge.toml").value(), edge_.clock(), "test");
  const auto refused = second.start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict) << refused.error().message;
}

}  // namespace
}  // namespace millrace::edge
