#include "core/store/salvage.hpp"

#include <fstream>

#include "core/store/ballast.hpp"
#include "core/store/replace.hpp"
#include "temp_database.hpp"

namespace millrace::store {
namespace {

constexpr int64_t kRows = 2'000;
constexpr size_t kPageBytes = 4096;
const ManualClock kClock;

class SalvageTest : public testing::Test {
 protected:
  static std::unique_ptr<Connection> open(const std::filesystem::path& file) {
    auto db = Connection::open(file, Connection::Mode::writer);
    EXPECT_TRUE(db);
    return std::move(*db);
  }
  static void make_tables(Connection& db) {
    db.execute(
        "CREATE TABLE numbered (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
        "CREATE TABLE keyed (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;");
  }
  void fill() {
    const auto db = open(temp.file());
    make_tables(*db);
    db->execute("BEGIN");
    for (int64_t i = 1; i <= kRows; ++i) {
      db->statement("INSERT INTO numbered VALUES (?, ?)").bind(i, std::string(100, 'x')).run();
      db->statement("INSERT INTO keyed VALUES (?, ?)")
          .bind(std::to_string(100'000 + i) + std::string(60, 'k'), i)
          .run();
    }
    db->execute("COMMIT");
    db->seal();
  }
  /// Writes nonsense over one page, counted from 1.
  void damage(size_t page) {
    std::fstream file(temp.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>((page - 1) * kPageBytes));
    file << std::string(kPageBytes, '\x5a');
  }
  /// Rows of `table` that come out.
  Salvaged salvaged(const char* table) {
    const auto fresh = temp.folder / "fresh.db";
    std::filesystem::remove(fresh);
    const auto into = open(fresh);
    make_tables(*into);
    const auto tables = salvage(temp.file(), *into);
    EXPECT_TRUE(tables) << tables.error().message;
    EXPECT_TRUE(check_integrity(*into));
    for (const auto& it : *tables) {
      if (it.table == table) return it;
    }
    ADD_FAILURE() << table;
    return {};
  }
  TempDatabase temp;
};

TEST_F(SalvageTest, a_whole_database_comes_out_whole) {
  fill();
  for (const auto* table : {"numbered", "keyed"}) {
    const auto out = salvaged(table);
    EXPECT_EQ(out.rows, kRows) << table;
    EXPECT_TRUE(out.whole) << table;
  }
}

TEST_F(SalvageTest, whichever_page_is_damaged_the_rest_comes_out_or_the_damage_is_said) {
  fill();
  const auto pages = std::filesystem::file_size(temp.file()) / kPageBytes;
  ASSERT_GT(pages, 50U);
  const auto good = temp.folder / "good.db";
  std::filesystem::copy_file(temp.file(), good);
  uint64_t most_kept = 0;
  for (size_t page = 4; page <= pages; page += 7) {
    std::filesystem::copy_file(good, temp.file(), std::filesystem::copy_options::overwrite_existing);
    damage(page);
    EXPECT_FALSE(check_integrity(*open(temp.file()))) << "page " << page;
    const auto numbered = salvaged("numbered");
    const auto keyed = salvaged("keyed");
    EXPECT_TRUE(!numbered.whole || !keyed.whole || numbered.rows + keyed.rows == 2 * kRows) << page;
    most_kept = std::max(most_kept, numbered.rows + keyed.rows);
    if (!numbered.whole && numbered.rows > 0)
      EXPECT_GE(numbered.rows, kRows - 100) << "no more than the page's own rows are lost: page " << page;
  }
  EXPECT_GE(most_kept, 2 * kRows - 100);
}

TEST_F(SalvageTest, what_is_no_database_gives_nothing) {
  std::ofstream(temp.file()) << std::string(10'000, 'z');
  EXPECT_EQ(salvaged("numbered").rows, 0U);
}

class ReplaceTest : public SalvageTest {};

TEST_F(ReplaceTest, the_new_one_stands_in_the_old_ones_place_and_the_old_one_is_kept_with_its_log) {
  {
    const auto db = open(temp.file());
    db->execute("CREATE TABLE t (x)");  // stays in the log
  }
  ASSERT_TRUE(std::filesystem::exists(temp.file().string() + "-wal"));
  {
    const auto db = open(replacement_of(temp.file()));
    db->execute("CREATE TABLE u (x)");
    db->seal();
  }
  const auto aside = replace_database(temp.file(), "corrupt", kClock.wall());
  ASSERT_TRUE(aside) << aside.error().message;
  EXPECT_EQ(aside->filename(), "test.db.corrupt-20260105T060000Z");
  open(temp.file())->execute("SELECT * FROM u");
  open(*aside)->execute("SELECT * FROM t");
  EXPECT_FALSE(std::filesystem::exists(replacement_of(temp.file())));
}

TEST_F(ReplaceTest,
       one_that_was_cut_short_is_finished_at_the_next_start_and_an_old_log_is_not_played_into_it) {
  {
    const auto db = open(temp.file());
    db->execute("CREATE TABLE t (x)");
  }
  auto ready = temp.file();
  ready += ".ready";
  {
    const auto db = open(ready);
    db->execute("CREATE TABLE u (x)");
    db->seal();
  }
  ASSERT_TRUE(finish_replacement(temp.file()));
  const auto db = open(temp.file());
  db->execute("SELECT * FROM u");
  EXPECT_THROW(db->execute("SELECT * FROM t"), Failure);
  EXPECT_TRUE(check_integrity(*db));
  EXPECT_TRUE(finish_replacement(temp.file())) << "nothing is left to do";
}

TEST_F(ReplaceTest, a_copy_holds_what_was_committed_while_others_write) {
  const auto db = open(temp.file());
  db->execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  db->execute("BEGIN; INSERT INTO t VALUES (2)");
  const auto copy = temp.folder / "copy.db";
  ASSERT_TRUE(copy_database(temp.file(), copy));
  EXPECT_EQ(copy_database(temp.file(), copy).error().kind, ErrorKind::conflict);
  EXPECT_FALSE(std::filesystem::exists(copy.string() + "-wal"));
  const auto read = open(copy);
  auto& query = read->statement("SELECT count(*) FROM t");
  query.bind();
  ASSERT_TRUE(query.step());
  EXPECT_EQ(query.integer(0), 1);
  query.reset();
  EXPECT_EQ(copy_database(temp.folder / "none.db", temp.folder / "x").error().kind, ErrorKind::not_found);
}

TEST_F(ReplaceTest, ballast_is_held_while_there_is_room_and_goes_when_writes_fail) {
  Ballast ballast(temp.folder / "ballast", kDefaultBallastBytes);
  ASSERT_TRUE(ballast.look(false));
  EXPECT_TRUE(ballast.held());
  EXPECT_EQ(std::filesystem::file_size(temp.folder / "ballast"), kDefaultBallastBytes);
  EXPECT_EQ(ballast.look(true).error().kind, ErrorKind::no_space);
  EXPECT_FALSE(ballast.held());
  EXPECT_FALSE(std::filesystem::exists(temp.folder / "ballast"));
  ASSERT_TRUE(ballast.look(false));
  EXPECT_TRUE(ballast.held());
  Ballast larger_than_the_disk(temp.folder / "large", uint64_t{1} << 60);
  EXPECT_EQ(larger_than_the_disk.look(false).error().kind, ErrorKind::no_space);
  EXPECT_FALSE(larger_than_the_disk.held());
}

}  // namespace
}  // namespace millrace::store
