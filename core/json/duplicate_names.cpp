#include "core/json/duplicate_names.hpp"

#include <set>

#include <boost/json/basic_parser_impl.hpp>

namespace millrace::json {
namespace {

namespace bj = boost::json;

/// Boost.JSON calls this for every token; all but objects and their names are let through.
struct Names {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  struct Level {
    std::set<std::string> names;  // of an object
    std::string last;             // the member, or the element's number
    size_t next = 0;              // of an array
    bool array = false;
  };
  std::vector<Level> levels;
  std::string name;
  std::vector<std::string> twice;

  void value() {
    if (!levels.empty() && levels.back().array) levels.back().last = std::to_string(levels.back().next++);
  }
  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) {
    value();
    levels.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, bj::error_code&) {
    levels.pop_back();
    return true;
  }
  bool on_array_begin(bj::error_code&) {
    value();
    levels.emplace_back().array = true;
    return true;
  }
  bool on_array_end(std::size_t, bj::error_code&) {
    levels.pop_back();
    return true;
  }
  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    name.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code&) {
    name.append(part.data(), part.size());
    auto& level = levels.back();
    level.last = std::exchange(name, {});
    if (!level.names.insert(level.last).second) {
      std::string pointer;
      for (const auto& above : levels) pointer += "/" + above.last;
      twice.push_back(std::move(pointer));
    }
    return true;
  }
  bool on_string_part(bj::string_view, std::size_t, bj::error_code&) { return true; }
  bool on_string(bj::string_view, std::size_t, bj::error_code&) { return scalar(); }
  bool on_number_part(bj::string_view, bj::error_code&) { return true; }
  bool on_int64(std::int64_t, bj::string_view, bj::error_code&) { return scalar(); }
  bool on_uint64(std::uint64_t, bj::string_view, bj::error_code&) { return scalar(); }
  bool on_double(double, bj::string_view, bj::error_code&) { return scalar(); }
  bool on_bool(bool, bj::error_code&) { return scalar(); }
  bool on_null(bj::error_code&) { return scalar(); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  bool scalar() {
    value();
    return true;
  }
};

}  // namespace

std::vector<std::string> names_given_twice(std::string_view text) {
  bj::basic_parser<Names> parser{bj::parse_options{}};
  bj::error_code ignored;
  parser.write_some(false, text.data(), text.size(), ignored);
  return std::move(parser.handler().twice);
}

}  // namespace millrace::json
