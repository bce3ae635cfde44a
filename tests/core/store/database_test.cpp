#include "core/store/database.hpp"

#include <filesystem>

#include <sqlite3.h>

#include "temp_database.hpp"

namespace millrace::store {
namespace {

constexpr Migration kSteps[] = {{1, "CREATE TABLE a(x INTEGER) STRICT;"},
                                {2, "ALTER TABLE a ADD COLUMN y TEXT;"}};

TEST(Database, migrations_run_once_and_a_newer_file_is_refused) {
  const TempDatabase temp;
  auto db = Connection::open(temp.file(), Connection::Mode::writer).value();
  ASSERT_TRUE(migrate(*db, std::span(kSteps).first(1)));
  ASSERT_TRUE(migrate(*db, kSteps));
  ASSERT_TRUE(migrate(*db, kSteps));
  db->statement("INSERT INTO a VALUES(?,?)").bind(1, "one").run();
  const auto downgrade = migrate(*db, std::span(kSteps).first(1));
  ASSERT_FALSE(downgrade);
  EXPECT_EQ(downgrade.error().kind, ErrorKind::invalid_input);
}

TEST(Database, values_of_every_kind_come_back_as_they_were) {
  const TempDatabase temp;
  auto db = Connection::open(temp.file(), Connection::Mode::writer).value();
  db->execute("CREATE TABLE v(i INTEGER, t TEXT, b BLOB, n BLOB)");
  const Bytes blob{0, 255, 0};
  db->statement("INSERT INTO v VALUES(?,?,?,?)").bind(INT64_MIN, std::string("a\0b", 3), blob, nullptr).run();
  db->statement("INSERT INTO v VALUES(?,?,?,?)").bind(std::optional<int>{}, "", Bytes{}, std::nullopt).run();
  auto& rows = db->statement("SELECT * FROM v ORDER BY rowid").bind();
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), INT64_MIN);
  EXPECT_EQ(rows.text(1), std::string("a\0b", 3));
  EXPECT_EQ(rows.bytes(2), blob);
  EXPECT_TRUE(rows.is_null(3));
  ASSERT_TRUE(rows.step());
  EXPECT_TRUE(rows.is_null(0));
  EXPECT_FALSE(rows.is_null(1));
  EXPECT_FALSE(rows.is_null(2)) << "an empty blob is not NULL";
  EXPECT_FALSE(rows.step());
}

TEST(Database, a_reader_cannot_write) {
  const TempDatabase temp;
  auto writer = Connection::open(temp.file(), Connection::Mode::writer).value();
  writer->execute("CREATE TABLE a(x)");
  auto reader = Connection::open(temp.file(), Connection::Mode::reader).value();
  EXPECT_THROW(reader->execute("INSERT INTO a VALUES(1)"), Failure);
  const auto count = read(*reader, [](Connection& db) {
    auto& query = db.statement("SELECT count(*) FROM a").bind();
    query.step();
    return query.integer(0);
  });
  EXPECT_EQ(count.value(), 0);
}

TEST(Database, a_file_that_is_no_database_is_named) {
  const TempDatabase temp;
  FILE* file = fopen(temp.file().c_str(), "w");
  fputs(std::string(4096, 'x').c_str(), file);
  fclose(file);
  const auto db = Connection::open(temp.file(), Connection::Mode::writer);
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().kind, ErrorKind::corrupt);
  EXPECT_NE(db.error().message.find("test.db"), std::string::npos);
  EXPECT_FALSE(Connection::open(temp.folder / "no" / "such.db", Connection::Mode::writer));
}

TEST(Database, the_index_of_a_long_log_needs_no_room_later) {
  const TempDatabase temp;
  const auto index = temp.file().string() + "-shm";
  const auto db = Connection::open(temp.file(), Connection::Mode::writer).value();
  const auto reserved = std::filesystem::file_size(index);
  db->execute("CREATE TABLE large(data BLOB)");
  // Past the pages that the first piece of the index holds.
  while (db->log_pages() < 5'000) db->execute("INSERT INTO large VALUES(zeroblob(1000000))");
  EXPECT_EQ(std::filesystem::file_size(index), reserved);
}

TEST(Database, failures_have_the_kind_that_the_caller_acts_on) {
  EXPECT_EQ(Failure(SQLITE_FULL, "").error().kind, ErrorKind::no_space);
  EXPECT_EQ(Failure(SQLITE_CONSTRAINT_UNIQUE, "").error().kind, ErrorKind::conflict);
  EXPECT_EQ(Failure(SQLITE_IOERR_FSYNC, "").error().kind, ErrorKind::io);
  EXPECT_TRUE(Failure(SQLITE_IOERR_FSYNC, "").is_fatal());
  EXPECT_TRUE(Failure(SQLITE_READONLY, "").is_fatal()) << "it never writes again";
  EXPECT_FALSE(Failure(SQLITE_FULL, "").is_fatal());
  for (const int passing : {SQLITE_BUSY, SQLITE_NOMEM, SQLITE_CANTOPEN, SQLITE_PROTOCOL}) {
    EXPECT_EQ(Failure(passing, "").error().kind, ErrorKind::unavailable) << passing;
    EXPECT_FALSE(Failure(passing, "").is_fatal()) << passing;
  }
}

}  // namespace
}  // namespace millrace::store
