// Where each stream stands, on the relay's disk. No record is ever kept there.
#pragma once

#include <compare>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/delivery/receiver.hpp"
#include "core/store/writer.hpp"

namespace millrace::relay {

/// A plant box, as its topics name it.
struct Box {
  std::string site;
  std::string edge;
  auto operator<=>(const Box&) const = default;
};

/// A stream belongs to the box that published it: another box that copies its id gets a position of its own.
struct StreamKey {
  Box box;
  Uuid stream_id;
  auto operator<=>(const StreamKey&) const = default;
};

struct StoredCursor {
  Box box;
  delivery::StreamCursor cursor;
};

/// The tables, one step at a time; the numbered steps are never edited.
///
/// `cursor.beyond` holds the places settled ahead of the prefix, 40 bytes each in ascending order: sequence
/// (u64, big-endian) and hash. It is one value because it is always read and written as a whole, up to twenty
/// times a second and stream, and is never longer than the window.
std::span<const store::Migration> cursor_migrations();

struct OpenedCursors {
  std::unique_ptr<store::Connection> db;
  std::vector<StoredCursor> cursors;
};
/// Opens the database for writing, looks at every page and reads the cursors. A damaged one is set aside as
/// `{file}.corrupt-{time}` and an empty one takes its place: a relay that knows nothing asks the boxes, and
/// what it sends twice is recognised; a wrong cursor would lose records. Errors: io, no_space, unavailable;
/// invalid_input when the file is newer than this program.
Result<OpenedCursors> open_cursors(const std::filesystem::path& database, WallTime now);

/// Reads all cursors. Throws store::Failure: wrap it in store::read.
std::vector<StoredCursor> read_cursors(store::Connection& db);
/// Writes one; a step of a transaction. Throws store::Failure.
void write_cursor(store::Connection& db, const Box& box, const delivery::StreamCursor& cursor);

/// Saves cursors through the group-commit writer: many streams, one fsync. On the loop; owned by the relay.
class CursorStore {
 public:
  /// `writer` must outlive the store.
  explicit CursorStore(store::Writer& writer) : writer_(writer) {}
  /// `done` runs on the loop after the commit is on disk.
  void save(Box box, delivery::StreamCursor cursor, store::Writer::Done done);

 private:
  store::Writer& writer_;
};

}  // namespace millrace::relay
