// A value in the entities file together with where it stands, for messages that name the place.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace millrace::bus {

/// Reads one JSON value and everything below it; what is wrong goes into the list that all places share.
/// Private to this module.
class JsonPlace {
 public:
  JsonPlace(const boost::json::value* value, std::string path, std::vector<std::string>& problems)
      : value_(value), path_(std::move(path)), problems_(&problems) {}

  bool exists() const { return value_ != nullptr && !value_->is_null(); }
  /// The member; it does not exist when the key is missing or this is no object.
  JsonPlace member(std::string_view key) const;
  /// The elements of an array; none when it is missing.
  std::vector<JsonPlace> elements() const;
  /// The object's keys.
  std::vector<std::string> keys() const;
  /// Complains about every key that is not among these, and about a value that is no object.
  void expect_only(std::initializer_list<std::string_view> keys) const;

  std::optional<std::string> text() const;
  std::optional<bool> flag() const;
  std::optional<int64_t> integer(int64_t least, int64_t most) const;
  const boost::json::value* raw() const { return value_; }

  void complain(std::string_view what) const;

 private:
  const boost::json::value* value_;
  std::string path_;
  std::vector<std::string>* problems_;
};

}  // namespace millrace::bus
