#include "tests/ledger/history.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace millrace::ledger {
namespace {

namespace json = boost::json;

/// What a line has that it should not have; caught where its number is known.
struct Malformed {
  std::string what;
};

/// The members of one line. Members that nobody asks for are somebody else's; null is absent.
class Fields {
 public:
  explicit Fields(const json::object& members) : members_(members) {}

  const json::value* find(std::string_view name) const {
    const auto* value = members_.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  bool has(std::string_view name) const { return find(name) != nullptr; }

  std::string text(std::string_view name) const {
    const auto& value = must(name);
    if (!value.is_string()) throw Malformed{fmt::format("'{}' is not text", name)};
    return std::string(value.get_string());
  }
  bool flag(std::string_view name) const {
    const auto& value = must(name);
    if (!value.is_bool()) throw Malformed{fmt::format("'{}' is neither true nor false", name)};
    return value.get_bool();
  }
  uint64_t number(std::string_view name) const { return number(must(name), name); }
  static uint64_t number(const json::value& value, std::string_view name) {
    json::error_code wrong;
    const auto out = value.to_number<uint64_t>(wrong);
    if (wrong) throw Malformed{fmt::format("'{}' is not a whole number", name)};
    return out;
  }
  Uuid id(std::string_view name) const {
    const auto id = Uuid::parse(text(name));
    if (!id) throw Malformed{fmt::format("'{}' is no UUID", name)};
    return *id;
  }
  Sha256 hash(std::string_view name) const {
    Sha256 out;
    const auto bytes = from_hex(text(name));
    if (!bytes || bytes->size() != out.size())
      throw Malformed{fmt::format("'{}' is not {} bytes in hex", name, out.size())};
    std::ranges::copy(*bytes, out.begin());
    return out;
  }
  uint64_t sequence(std::string_view name) const {
    const auto out = number(name);
    if (out == 0) throw Malformed{fmt::format("'{}' is 0; the first is 1", name)};
    return out;
  }
  Place place() const { return {id("stream"), sequence("sequence")}; }
  std::optional<Place> place_if_given() const {
    return has("stream") || has("sequence") ? std::optional(place()) : std::nullopt;
  }
  /// As the attribute has it: {stream}/{sequence}.
  std::optional<Place> replayof() const {
    if (!has("replayof")) return std::nullopt;
    const auto value = text("replayof");
    const auto slash = value.find('/');
    const auto stream = Uuid::parse(std::string_view(value).substr(0, slash));
    uint64_t sequence = 0;
    if (slash != std::string::npos) {
      const auto* end = value.data() + value.size();
      const auto [at, wrong] = std::from_chars(value.data() + slash + 1, end, sequence);
      if (wrong != std::errc{} || at != end) sequence = 0;
    }
    if (!stream || sequence == 0) throw Malformed{"'replayof' is not {stream}/{sequence}"};
    return Place{*stream, sequence};
  }
  std::optional<uint64_t> number_if_given(std::string_view name) const {
    return has(name) ? std::optional(number(name)) : std::nullopt;
  }

 private:
  const json::value& must(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr) throw Malformed{fmt::format("'{}' is missing", name)};
    return *value;
  }
  const json::object& members_;
};

class Reader {
 public:
  History read(std::istream& in);
  uint64_t number() const { return number_; }

 private:
  void read_line(const std::string& line);
  void read_kind(const std::string& kind, const Fields& fields);
  void read_bounds(const Fields& run);
  void read_resources(const Fields& fields);
  template <class Kind>
  void put(Kind entry) {
    history_.lines.push_back({number_, std::move(entry)});
  }
  uint32_t number_of(std::string name) {
    return numbers_.try_emplace(std::move(name), static_cast<uint32_t>(numbers_.size())).first->second;
  }
  template <class Kind>
  Kind row(const Fields& fields) {
    Kind out;
    out.box = number_of(fields.text("box"));
    out.place = fields.place();
    out.event_id = fields.id("event_id");
    return out;
  }

  void invoked(const Fields& fields);
  void answered(const Fields& fields);
  void captured(const Fields& fields);
  void excused(const Fields& fields);
  void received(const Fields& fields);
  void parked(const Fields& fields);

  History history_;
  uint64_t number_ = 0;
  std::map<std::string, uint32_t> numbers_;  // of boxes and sessions
  /// By part, and with an empty part for all; then by what is measured.
  std::map<std::string, std::map<std::string, uint64_t>> bounds_;
};

void Reader::invoked(const Fields& fields) {
  fields.text("session");
  put(Invoked{fields.id("submission"), fields.hash("body_hash")});
}

void Reader::answered(const Fields& fields) {
  Answered out;
  out.submission = fields.id("submission");
  out.body = fields.hash("body_hash");
  out.status = static_cast<int>(fields.number("status"));
  out.saved = fields.flag("saved");
  if (fields.has("event_id")) out.event_id = fields.id("event_id");
  if (fields.has("stream") && fields.has("sequence")) out.place = fields.place();
  if (fields.has("answer_hash")) out.answer = fields.hash("answer_hash");
  if (fields.has("reason")) out.reason = fields.text("reason");
  put(out);
}

void Reader::captured(const Fields& fields) {
  Captured out;
  out.box = number_of(fields.text("box"));
  out.place = fields.place();
  out.event_id = fields.id("event_id");
  out.session = number_of(fields.text("session"));
  out.hash = fields.hash("hash");
  out.prevhash = fields.hash("prevhash");
  if (fields.has("submission")) out.submission = fields.id("submission");
  out.replayof = fields.replayof();
  put(out);
}

void Reader::excused(const Fields& fields) {
  fields.text("why");
  if (fields.has("event_id")) {
    put(Excused{fields.id("event_id"), {}});
  } else {
    put(Excused{{}, fields.id("submission")});
  }
}

void Reader::received(const Fields& fields) {
  Received out;
  out.place = fields.place();
  out.event_id = fields.id("event_id");
  out.session = number_of(fields.text("session"));
  out.hash = fields.hash("hash");
  out.notice = fields.flag("notice");
  out.marked = fields.flag("marked");
  if (fields.has("data_equal")) out.data_equal = fields.flag("data_equal");
  put(out);
}

void Reader::parked(const Fields& fields) {
  auto out = row<Parked>(fields);
  if (fields.has("reason")) out.reason = fields.text("reason");
  if (fields.has("alarm")) out.alarm = fields.flag("alarm");
  if (fields.has("kept")) out.kept = fields.flag("kept");
  put(out);
}

void Reader::read_bounds(const Fields& run) {
  const auto* bounds = run.find("bounds");
  if (bounds == nullptr) return;
  if (!bounds->is_object()) throw Malformed{"'bounds' is not an object"};
  for (const auto& [name, value] : bounds->get_object()) {
    if (!value.is_object()) {
      bounds_[""][name] = Fields::number(value, name);
      continue;
    }
    for (const auto& [what, most] : value.get_object()) bounds_[name][what] = Fields::number(most, what);
  }
}

void Reader::read_resources(const Fields& fields) {
  const auto part = fields.text("part");
  auto bounds = bounds_[part];
  bounds.insert(bounds_[""].begin(), bounds_[""].end());
  for (const auto& [what, bound] : bounds) {
    if (const auto value = fields.number_if_given(what)) put(Measured{part, what, *value, bound});
  }
}

void Reader::read_kind(const std::string& kind, const Fields& fields) {
  static const std::map<std::string, std::function<void(Reader&, const Fields&)>, std::less<>> kKinds{
      {"run", [](Reader& self, const Fields& f) { self.read_bounds(f); }},
      {"invoked", &Reader::invoked},
      {"answered", &Reader::answered},
      {"captured", &Reader::captured},
      {"excused", &Reader::excused},
      {"refusable", [](Reader& self, const Fields& f) { self.put(Refusable{f.id("event_id")}); }},
      {"received", &Reader::received},
      {"notice_refused",
       [](Reader& self, const Fields& f) { self.put(NoticeRefused{f.id("event_id"), f.place_if_given()}); }},
      {"receipt",
       [](Reader& self, const Fields& f) {
         self.put(Receipt{f.id("stream"), f.number("through"), f.number("committed")});
       }},
      {"settled", [](Reader& self, const Fields& f) { self.put(self.row<Settled>(f)); }},
      {"parked", &Reader::parked},
      {"replayed", [](Reader& self, const Fields& f) { self.put(self.row<Replayed>(f)); }},
      {"discarded",
       [](Reader& self, const Fields& f) {
         auto out = self.row<Discarded>(f);
         out.why = f.text("why");
         self.put(out);
       }},
      {"restored", [](Reader& self, const Fields& f) { self.put(Restored{self.number_of(f.text("box"))}); }},
      {"fault",
       [](Reader& self, const Fields& f) {
         for (const auto* name : {"what", "part", "state"}) f.text(name);
         self.put(Fault{});
       }},
      {"resources", &Reader::read_resources},
      {"scanned", [](Reader& self, const Fields& f) { self.put(Scanned{f.number("canaries")}); }},
      {"leak", [](Reader& self, const Fields& f) { self.put(Leak{f.text("where")}); }},
      {"unhealthy", [](Reader& self, const Fields& f) { self.put(Unhealthy{f.text("what")}); }},
      {"drained",
       [](Reader& self, const Fields& f) {
         self.put(Drained{f.number_if_given("within_ms"), f.number("bound_ms")});
       }},
      {"counts",
       [](Reader& self, const Fields& f) {
         self.put(Counts{f.number_if_given("answered"), f.number_if_given("outcomes"),
                         f.number_if_given("records"), f.number_if_given("received_distinct")});
       }},
      {"end", [](Reader& self, const Fields&) {
         self.put(End{});
         self.history_.ended = true;
       }}};
  const auto read = kKinds.find(kind);
  if (read == kKinds.end()) throw Malformed{fmt::format("there is no kind '{}'", kind)};
  if (history_.ended) throw Malformed{"the history ended before"};
  if ((kind == "run") != (number_ == 1)) throw Malformed{"'run' is the first line, and no other"};
  read->second(*this, fields);
}

void Reader::read_line(const std::string& line) {
  json::error_code wrong;
  const auto value = json::parse(line, wrong);
  if (wrong) throw Malformed{"it is not JSON: " + wrong.message()};
  if (!value.is_object()) throw Malformed{"it is not an object"};
  const Fields fields(value.get_object());
  read_kind(fields.text("kind"), fields);
}

/// What is known from the beginning, whenever it was learnt: a record may be read from its disk at the end.
int rank(const Entry& entry) {
  constexpr auto kRank = []<class Kind>(const Kind& /*entry*/) {
    if constexpr (std::is_same_v<Kind, Captured>) return 0;
    if constexpr (std::is_same_v<Kind, Excused> || std::is_same_v<Kind, Refusable>) return 1;
    if constexpr (std::is_base_of_v<Row, Kind> || std::is_same_v<Kind, Restored>) return 3;
    if constexpr (std::is_same_v<Kind, End>) return 4;
    return 2;
  };
  return std::visit(kRank, entry);
}

History Reader::read(std::istream& in) {
  for (std::string line; std::getline(in, line);) {
    ++number_;
    read_line(line);
  }
  // A predecessor comes before its successor.
  std::ranges::sort(history_.lines, {}, [](const History::Line& line) {
    const auto* captured = std::get_if<Captured>(&line.entry);
    return std::tuple(rank(line.entry), captured == nullptr ? 0 : captured->place.sequence, line.number);
  });
  return std::move(history_);
}

}  // namespace

Result<History> read_history(std::istream& in) {
  Reader reader;
  try {
    auto history = reader.read(in);
    if (reader.number() == 0) return fail(ErrorKind::invalid_input, "the history is empty");
    return history;
  } catch (const Malformed& malformed) {
    return fail(ErrorKind::invalid_input, fmt::format("line {}: {}", reader.number(), malformed.what));
  }
}

void judge(const History& history, Ledger& ledger) {
  for (const auto& line : history.lines) ledger.take(line.entry, line.number);
}

}  // namespace millrace::ledger
