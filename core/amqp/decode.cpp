// Constructors are those of AMQP 1.0, part 1, section 1.6.
#include <bit>

#include <fmt/format.h>

#include "core/amqp/value.hpp"

namespace millrace::amqp {
namespace {

/// Values in one top-level value, all levels together: more than any peer sends, and a bound on the memory
/// that a small message can make us take.
constexpr size_t kMostValues = 65'536;

std::unexpected<Error> bad(std::string_view why) {
  return fail(ErrorKind::invalid_input, fmt::format("AMQP value: {}", why));
}

std::unexpected<Error> cut_off() {
  return bad("cut off");
}

/// Well-formed UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(BytesView text) {
  for (size_t at = 0; at < text.size();) {
    const auto lead = text[at];
    if (lead < 0x80) {
      ++at;
      continue;
    }
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() - at < length) return false;
    // The second byte's range depends on the lead; the rest are plain continuation bytes.
    const auto second = text[at + 1];
    const uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (size_t i = 2; i < length; ++i) {
      if ((text[at + i] & 0xc0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

/// `left` counts down what kMostValues allows; nested decoders share it.
class Decoder {
 public:
  Decoder(BytesView bytes, size_t& left) : bytes_(bytes), left_(&left) {}
  BytesView rest() const { return bytes_; }

  Result<Value> value(int depth) {
    if (depth > kMostDepth) return bad("nested too deeply");
    const auto code = byte();
    if (!code) return cut_off();
    if (*code == 0x00) {
      auto descriptor = value(depth + 1);
      if (!descriptor) return descriptor;
      auto inner = value(depth + 1);
      if (!inner) return inner;
      return described(std::move(*descriptor), std::move(*inner));
    }
    return of_code(*code, depth);
  }

 private:
  std::optional<uint8_t> byte() {
    if (bytes_.empty()) return std::nullopt;
    const auto first = bytes_[0];
    bytes_ = bytes_.subspan(1);
    return first;
  }

  template <class T>
  std::optional<T> number() {
    if (bytes_.size() < sizeof(T)) return std::nullopt;
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof(T); ++i) value = value << 8 | bytes_[i];
    bytes_ = bytes_.subspan(sizeof(T));
    return static_cast<T>(value);
  }

  template <class T, class As = T>
  Result<Value> fixed() {
    const auto read = number<T>();
    if (!read) return cut_off();
    return Value(static_cast<As>(*read));
  }

  std::optional<uint32_t> size(bool wide) {
    if (wide) return number<uint32_t>();
    const auto small = byte();
    if (!small) return std::nullopt;
    return *small;
  }

  std::optional<BytesView> variable(bool wide) {
    const auto length = size(wide);
    if (!length || *length > bytes_.size()) return std::nullopt;
    const auto content = bytes_.first(*length);
    bytes_ = bytes_.subspan(*length);
    return content;
  }

  Result<Value> of_code(uint8_t code, int depth) {
    if (*left_ == 0) return bad("too many values");
    --*left_;
    switch (code) {
      case 0x40:
        return Value();
      case 0x41:
        return Value(true);
      case 0x42:
        return Value(false);
      case 0x43:
        return Value(uint32_t{0});
      case 0x44:
        return Value(uint64_t{0});
      case 0x45:
        return Value(List{});
      case 0x50:
        return fixed<uint8_t>();
      case 0x51:
        return fixed<uint8_t, int8_t>();
      case 0x52:
        return fixed<uint8_t, uint32_t>();
      case 0x53:
        return fixed<uint8_t, uint64_t>();
      case 0x54: {
        const auto read = number<int8_t>();
        return read ? Result<Value>(Value(static_cast<int32_t>(*read))) : cut_off();
      }
      case 0x55: {
        const auto read = number<int8_t>();
        return read ? Result<Value>(Value(static_cast<int64_t>(*read))) : cut_off();
      }
      case 0x56: {
        const auto read = byte();
        if (!read) return cut_off();
        if (*read > 1) return bad("a boolean that is neither 0 nor 1");
        return Value(*read == 1);
      }
      case 0x60:
        return fixed<uint16_t>();
      case 0x61:
        return fixed<uint16_t, int16_t>();
      case 0x70:
        return fixed<uint32_t>();
      case 0x71:
        return fixed<uint32_t, int32_t>();
      case 0x72: {
        const auto read = number<uint32_t>();
        return read ? Result<Value>(Value(std::bit_cast<float>(*read))) : cut_off();
      }
      case 0x80:
        return fixed<uint64_t>();
      case 0x81:
        return fixed<uint64_t, int64_t>();
      case 0x82: {
        const auto read = number<uint64_t>();
        return read ? Result<Value>(Value(std::bit_cast<double>(*read))) : cut_off();
      }
      case 0x83: {
        const auto read = number<uint64_t>();
        return read ? Result<Value>(Value(Timestamp{static_cast<int64_t>(*read)})) : cut_off();
      }
      case 0x98: {
        if (bytes_.size() < 16) return cut_off();
        Uuid id;
        std::copy_n(bytes_.begin(), 16, id.bytes.begin());
        bytes_ = bytes_.subspan(16);
        return Value(id);
      }
      case 0xa0:
      case 0xb0: {
        const auto content = variable(code == 0xb0);
        return content ? Result<Value>(Value(Binary{Bytes(content->begin(), content->end())})) : cut_off();
      }
      case 0xa1:
      case 0xb1: {
        const auto content = variable(code == 0xb1);
        if (!content) return cut_off();
        if (!is_utf8(*content)) return bad("a string that is not UTF-8");
        return Value(std::string(as_text(*content)));
      }
      case 0xa3:
      case 0xb3: {
        const auto content = variable(code == 0xb3);
        if (!content) return cut_off();
        if (!is_utf8(*content)) return bad("a symbol that is not text");
        return Value(Symbol{std::string(as_text(*content))});
      }
      case 0xc0:
      case 0xd0:
        return compound(code == 0xd0, false, depth);
      case 0xc1:
      case 0xd1:
        return compound(code == 0xd1, true, depth);
      case 0xe0:
      case 0xf0:
        return array(code == 0xf0, depth);
      default:
        return bad(fmt::format("constructor 0x{:02x} is not supported", code));
    }
  }

  /// A decoder over the content of a list, map or array, with its element count read.
  struct Content;
  Result<Content> content(bool wide);
  Result<Value> compound(bool wide, bool is_map, int depth);
  Result<Value> array(bool wide, int depth);

  BytesView bytes_;
  size_t* left_;
};

struct Decoder::Content {
  Decoder decoder;
  uint32_t count;
};

Result<Decoder::Content> Decoder::content(bool wide) {
  const auto whole = variable(wide);
  if (!whole) return cut_off();
  Decoder inner(*whole, *left_);
  const auto count = inner.size(wide);
  if (!count) return cut_off();
  return Content{inner, *count};
}

Result<Value> Decoder::compound(bool wide, bool is_map, int depth) {
  auto inner = content(wide);
  if (!inner) return std::unexpected(inner.error());
  if (is_map && inner->count % 2 != 0) return bad("a map with a key and no value");
  List items;
  for (uint32_t i = 0; i < inner->count; ++i) {
    auto item = inner->decoder.value(depth + 1);
    if (!item) return item;
    items.push_back(std::move(*item));
  }
  if (!inner->decoder.rest().empty()) return bad("content behind the last element");
  if (!is_map) return Value(std::move(items));
  Map map;
  for (size_t i = 0; i < items.size(); i += 2) map.emplace_back(std::move(items[i]), std::move(items[i + 1]));
  return Value(std::move(map));
}

Result<Value> Decoder::array(bool wide, int depth) {
  auto inner = content(wide);
  if (!inner) return std::unexpected(inner.error());
  const auto code = inner->decoder.byte();
  if (!code) return cut_off();
  if (*code == 0x00) return bad("arrays of described values are not supported");
  // 0x4… are values without bytes: a count alone would make us build them all.
  if (inner->count > 0 && *code >> 4 == 0x4) return bad("an array of elements that take no bytes");
  if (inner->count > 0 && depth >= kMostDepth) return bad("nested too deeply");
  Array out;
  for (uint32_t i = 0; i < inner->count; ++i) {
    auto item = inner->decoder.of_code(*code, depth + 1);
    if (!item) return item;
    out.items.push_back(std::move(*item));
  }
  if (!inner->decoder.rest().empty()) return bad("content behind the last element");
  return Value(std::move(out));
}

}  // namespace

Result<Value> decode(BytesView& bytes) {
  size_t left = kMostValues;
  Decoder decoder(bytes, left);
  auto value = decoder.value(0);
  if (value) bytes = decoder.rest();
  return value;
}

}  // namespace millrace::amqp
