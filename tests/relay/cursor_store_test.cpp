#include "relay/cursors/cursor_store.hpp"

#include <fstream>

#include "core/store/replace.hpp"
#include "tests/support/chain.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::relay {
namespace {

using delivery::StreamCursor;
using delivery::testing::uuid_from;

class CursorStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<store::Connection> open() const {
    auto db = store::Connection::open(folder.path() / "relay.db", store::Connection::Mode::writer);
    EXPECT_TRUE(db);
    EXPECT_TRUE(store::migrate(**db, cursor_migrations()));
    return std::move(*db);
  }
  static StreamCursor cursor(uint8_t stream) {
    StreamCursor cursor;
    cursor.stream_id = uuid_from(1, stream);
    cursor.settled_through = 41;
    cursor.settled_hash.fill(0xab);
    cursor.base_seen = 40;
    cursor.parked = {{41, uuid_from(2, 1), "too large", false}, {44, uuid_from(2, 2), "malformed", true}};
    cursor.beyond = {{43, delivery::Hash{1}}, {0x0102030405060708, delivery::Hash{2}}};
    return cursor;
  }

  test::TempFolder folder;
};

TEST_F(CursorStoreTest, a_cursor_survives_a_restart_whole) {
  write_cursor(*open(), {"demo", "box-1"}, cursor(1));
  const auto read = read_cursors(*open());
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].box, (Box{"demo", "box-1"}));
  EXPECT_EQ(read[0].cursor, cursor(1));
}

TEST_F(CursorStoreTest, a_damaged_file_is_set_aside_and_the_relay_begins_without_cursors) {
  const auto file = folder.path() / "relay.db";
  {
    const auto db = open();
    write_cursor(*db, {"demo", "box-1"}, cursor(1));
    db->seal();
  }
  EXPECT_EQ(open_cursors(file, WallTime{})->cursors.size(), 1U);
  EXPECT_TRUE(store::set_aside(file, store::kCorrupt).empty());
  {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4096);
    damage << std::string(4096, '\x5a');
  }
  const auto opened = open_cursors(file, WallTime{});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->cursors.empty());
  EXPECT_EQ(store::set_aside(file, store::kCorrupt).size(), 1U);
  write_cursor(*opened->db, {"demo", "box-1"}, cursor(1));
}

TEST_F(CursorStoreTest, the_last_cursor_of_a_stream_counts) {
  const auto db = open();
  write_cursor(*db, {"demo", "box-1"}, cursor(1));
  auto later = cursor(1);
  later.settled_through = 50;
  later.parked.clear();
  later.beyond.clear();
  write_cursor(*db, {"demo", "box-1"}, later);
  const auto read = read_cursors(*db);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].cursor, later);
}

TEST_F(CursorStoreTest, streams_and_boxes_are_kept_apart) {
  const auto db = open();
  write_cursor(*db, {"demo", "box-1"}, cursor(1));
  write_cursor(*db, {"demo", "box-1"}, cursor(2));
  write_cursor(*db, {"demo", "box-2"}, cursor(1));
  EXPECT_EQ(read_cursors(*db).size(), 3u) << "a copied disk under another name has a position of its own";
}

TEST_F(CursorStoreTest, it_is_on_disk_when_save_says_so) {
  boost::asio::io_context loop;
  std::optional<Result<>> saved;
  {
    store::Writer writer(open(), loop.get_executor());
    CursorStore cursors(writer);
    const auto guard = boost::asio::make_work_guard(loop);
    cursors.save({"demo", "box-1"}, cursor(1), [&](Result<> result) { saved = std::move(result); });
    while (!saved) loop.run_one();
    auto reader = store::Connection::open(folder.path() / "relay.db", store::Connection::Mode::reader);
    ASSERT_TRUE(reader);
    EXPECT_EQ(read_cursors(**reader).size(), 1u);
  }
  EXPECT_TRUE(*saved);
}

}  // namespace
}  // namespace millrace::relay
