// package.schema.json and the reader say the same. Every member of a good package is dropped, doubled under
// another name and given another type in turn, every text is made blank, and both must judge alike.
#include <gtest/gtest.h>
#include <boost/json.hpp>
#include <regex>

#include "core/packages/package_reader.hpp"
#include "tests/edge/support/fixture_files.hpp"

namespace millrace::edge {
namespace {

namespace bj = boost::json;

/// As ECMAScript has it, by which the schema's patterns are read.
bool is_white_space(char32_t sign) {
  return (sign >= 0x09 && sign <= 0x0d) || sign == 0x20 || sign == 0xa0 || sign == 0x1680 ||
         (sign >= 0x2000 && sign <= 0x200a) || sign == 0x2028 || sign == 0x2029 || sign == 0x202f ||
         sign == 0x205f || sign == 0x3000 || sign == 0xfeff;
}

/// From UTF-8.
std::u32string signs_of(const std::string& text) {
  std::u32string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0U) == 0x80) {
      out.back() = (out.back() << 6U) | (byte & 0x3fU);
    } else if (byte < 0x80) {
      out += byte;
    } else {
      out += byte & (byte >= 0xf0 ? 0x07U : byte >= 0xe0 ? 0x0fU : 0x1fU);
    }
  }
  return out;
}

/// As much of JSON Schema 2020-12 as the schema uses; an unknown keyword fails the test.
class Schema {
 public:
  explicit Schema(bj::value root) : root_(std::move(root)) {}
  bool accepts(const bj::value& value) const { return holds(root_, value); }

 private:
  bool holds(const bj::value& schema, const bj::value& value) const {
    for (const auto& rule : schema.as_object()) {
      if (!rule_holds(rule.key(), rule.value(), schema.as_object(), value)) return false;
    }
    return true;
  }

  bool rule_holds(bj::string_view name, const bj::value& rule, const bj::object& schema,
                  const bj::value& value) const {
    if (name == "$schema" || name == "$id" || name == "title" || name == "description" || name == "$defs")
      return true;
    if (name == "$ref") return holds(*find_definition(rule.as_string()), value);
    if (name == "type") return has_type(rule, value);
    if (name == "const") return value == rule;
    if (name == "enum") return contains(rule.as_array(), value);
    if (name == "oneOf") {
      return std::ranges::count_if(rule.as_array(), [&](const auto& one) { return holds(one, value); }) == 1;
    }
    if (const auto* text = value.if_string()) return text_holds(name, rule, std::string(text->c_str()));
    if (const auto* number = value.if_int64()) {
      if (name == "minimum") return *number >= rule.as_int64();
      if (name == "maximum") return *number <= rule.as_int64();
    }
    if (const auto* list = value.if_array()) return list_holds(name, rule, *list);
    if (const auto* object = value.if_object()) return object_holds(name, rule, schema, *object);
    return true;  // about another type
  }

  static bool text_holds(bj::string_view name, const bj::value& rule, const std::string& text) {
    if (name == "minLength") return static_cast<int64_t>(text.size()) >= rule.as_int64();
    if (name == "maxLength") return static_cast<int64_t>(text.size()) <= rule.as_int64();
    if (name == "pattern" && rule == "\\S") return !std::ranges::all_of(signs_of(text), is_white_space);
    if (name == "pattern") return std::regex_search(text, std::regex(rule.as_string().c_str()));
    return true;
  }

  bool list_holds(bj::string_view name, const bj::value& rule, const bj::array& list) const {
    if (name == "minItems") return static_cast<int64_t>(list.size()) >= rule.as_int64();
    if (name == "maxItems") return static_cast<int64_t>(list.size()) <= rule.as_int64();
    if (name == "items") {
      return std::ranges::all_of(list, [&](const auto& element) { return holds(rule, element); });
    }
    return true;
  }

  bool object_holds(bj::string_view name, const bj::value& rule, const bj::object& schema,
                    const bj::object& object) const {
    if (name == "minProperties") return static_cast<int64_t>(object.size()) >= rule.as_int64();
    if (name == "maxProperties") return static_cast<int64_t>(object.size()) <= rule.as_int64();
    if (name == "required") {
      return std::ranges::all_of(rule.as_array(),
                                 [&](const auto& key) { return object.contains(key.as_string()); });
    }
    if (name == "properties") {
      return std::ranges::all_of(object, [&](const auto& member) {
        const auto* own = rule.as_object().if_contains(member.key());
        return own == nullptr || holds(*own, member.value());
      });
    }
    if (name == "additionalProperties") {
      const auto* known = schema.if_contains("properties");
      return std::ranges::all_of(object, [&](const auto& member) {
        if (known != nullptr && known->as_object().contains(member.key())) return true;
        return rule.is_bool() ? rule.as_bool() : holds(rule, member.value());
      });
    }
    ADD_FAILURE() << "the schema uses a keyword that this test does not know: " << name;
    return false;
  }

  const bj::value* find_definition(bj::string_view reference) const {
    return &root_.at("$defs").at(reference.substr(std::string_view("#/$defs/").size()));
  }
  static bool contains(const bj::array& list, const bj::value& value) {
    return std::ranges::find(list, value) != list.end();
  }
  static bool has_type(const bj::value& type, const bj::value& value) {
    if (type.is_array()) {
      return std::ranges::any_of(type.as_array(), [&](const auto& one) { return has_type(one, value); });
    }
    const auto& name = type.as_string();
    return (name == "object" && value.is_object()) || (name == "array" && value.is_array()) ||
           (name == "string" && value.is_string()) || (name == "integer" && value.is_int64()) ||
           (name == "boolean" && value.is_bool()) || (name == "null" && value.is_null());
  }

  bj::value root_;
};

Schema schema() {
  const auto file = std::filesystem::path(MILLRACE_SOURCE_DIR) / "core" / "packages" / "package.schema.json";
  return Schema(bj::parse(test::read_text(file)));
}

bool reader_accepts(const bj::value& package) {
  return packages::read_package(bj::serialize(package), "p.json").has_value();
}

/// Pointers of all members of all objects whose names are not data.
void collect(const bj::value& value, const std::string& at, std::vector<std::string>& out) {
  if (const auto* list = value.if_array()) {
    for (size_t i = 0; i < list->size(); ++i) collect((*list)[i], at + "/" + std::to_string(i), out);
  }
  if (const auto* object = value.if_object()) {
    const bool names_are_data = at.ends_with("/topics") || at.ends_with("/media") || at.ends_with("/pairs") ||
                                object->contains("en") || object->contains("de");
    for (const auto& member : *object) {
      const auto pointer = at + "/" + std::string(member.key());
      if (!names_are_data) out.push_back(pointer);
      collect(member.value(), pointer, out);
    }
  }
}

/// Pointers of all texts, also of those whose names are data.
void collect_texts(const bj::value& value, const std::string& at, std::vector<std::string>& out) {
  if (value.is_string()) out.push_back(at);
  if (const auto* list = value.if_array()) {
    for (size_t i = 0; i < list->size(); ++i) collect_texts((*list)[i], at + "/" + std::to_string(i), out);
  }
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      collect_texts(member.value(), at + "/" + std::string(member.key()), out);
  }
}

/// What hangs together with another member of the package: only the reader sees that one goes without the
/// other.
bool hangs_together(const std::string& pointer) {
  for (const auto* name : {"/image", "/audio", "/media", "/sections", "/section"}) {
    if (pointer.ends_with(name)) return true;
  }
  return false;
}

class SchemaAndReader : public ::testing::TestWithParam<const char*> {
 protected:
  void judge_alike(const bj::value& package, const std::string& what) {
    const bool by_schema = schema_.accepts(package);
    EXPECT_EQ(by_schema, reader_accepts(package)) << what;
    ++(by_schema ? accepted_ : refused_);
  }
  /// What a schema refuses, the reader refuses.
  void judge_no_better(const bj::value& package, const std::string& what) {
    if (!schema_.accepts(package)) EXPECT_FALSE(reader_accepts(package)) << what;
  }
  bj::object& parent(bj::value& root, const std::string& pointer) {
    return root.at_pointer(pointer.substr(0, pointer.rfind('/'))).as_object();
  }
  static std::string last(const std::string& pointer) { return pointer.substr(pointer.rfind('/') + 1); }

  void judge_without(const std::string& pointer) {
    auto dropped = good_;
    parent(dropped, pointer).erase(last(pointer));
    if (hangs_together(pointer)) {
      judge_no_better(dropped, pointer + " dropped");
    } else {
      judge_alike(dropped, pointer + " dropped");
    }
  }
  void judge_as(const std::string& pointer, const bj::value& other) {
    auto changed = good_;
    if (changed.at_pointer(pointer).kind() == other.kind() && other.is_bool()) return;
    parent(changed, pointer)[last(pointer)] = other;
    const auto what = pointer + " = " + std::string(bj::serialize(other).substr(0, 20));
    // What only the reader can know: the translations of an empty set of texts, a list without its uses,
    // a draw of more items than there are, what another member asks for.
    const bool beyond_a_schema =
        (other == bj::value(99'999'999) && pointer.ends_with("/draw")) ||
        (other == bj::value(bj::object{}) && (pointer == "/topics" || pointer.ends_with("/image_alt") ||
                                              good_.at_pointer(pointer).is_object())) ||
        (other.is_null() && hangs_together(pointer)) ||
        (other == bj::value("a b") && (pointer.ends_with("approved_by") || pointer.ends_with("unit")));
    if (beyond_a_schema) {
      judge_no_better(changed, what);
    } else {
      judge_alike(changed, what);
    }
  }

  Schema schema_ = schema();
  bj::value good_ = bj::parse(GetParam() == std::string("pumps") ? test::pumps_text() : test::line_text());
  int accepted_ = 0;
  int refused_ = 0;
};

TEST_P(SchemaAndReader, judge_every_change_of_a_member_alike) {
  ASSERT_TRUE(schema_.accepts(good_));
  ASSERT_TRUE(reader_accepts(good_));
  std::vector<std::string> pointers;
  collect(good_, "", pointers);
  ASSERT_GT(pointers.size(), 60U);
  for (const auto& pointer : pointers) {
    judge_without(pointer);
    auto unknown = good_;
    parent(unknown, pointer)["unknown_member"] = 1;
    judge_alike(unknown, pointer + " beside an unknown member");
    for (const bj::value& other :
         {bj::value(nullptr), bj::value(true), bj::value(-1), bj::value(0.5), bj::value(99'999'999),
          bj::value(""), bj::value("a b"), bj::value(bj::array{}), bj::value(bj::object{}),
          bj::value(std::string(2001, 'x'))}) {
      judge_as(pointer, other);
    }
  }
  EXPECT_GT(accepted_, 5);
  EXPECT_GT(refused_, 300);
}

TEST_P(SchemaAndReader, judge_every_blank_text_alike) {
  std::vector<std::string> pointers;
  collect_texts(good_, "", pointers);
  const std::vector<std::string> blanks = {"",       " ",      " \n ",   "\u00a0", "\u1680", "\u2000",
                                           "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                           "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029",
                                           "\u202f", "\u205f", "\u3000", "\ufeff"};
  for (const auto& pointer : pointers) {
    for (const auto& blank : blanks) {
      auto changed = good_;
      changed.at_pointer(pointer) = blank;
      judge_alike(changed, pointer + " = '" + blank + "'");
    }
  }
  // Only a number's unit may be blank.
  EXPECT_EQ(accepted_, GetParam() == std::string("pumps") ? static_cast<int>(blanks.size()) : 0);
}

INSTANTIATE_TEST_SUITE_P(Packages, SchemaAndReader, ::testing::Values("pumps", "line"),
                         [](const auto& info) { return std::string(info.param); });

TEST(PackageSchema, accepts_the_demo_packages) {
  const auto schema_of_packages = schema();
  for (const auto& file : test::demo_packages()) {
    EXPECT_TRUE(schema_of_packages.accepts(bj::parse(test::read_text(file)))) << file;
  }
}

}  // namespace
}  // namespace millrace::edge
