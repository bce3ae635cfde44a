// Constructors are those of AMQP 1.0, part 1, section 1.6.
#include <bit>
#include <cassert>

#include "core/amqp/value.hpp"

namespace millrace::amqp {
namespace {

template <class T>
void put(Bytes& out, T value) {
  for (size_t i = sizeof(T); i-- > 0;)
    out.push_back(static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i)));
}

void put_bytes(Bytes& out, BytesView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_variable(Bytes& out, uint8_t code8, uint8_t code32, BytesView bytes) {
  if (bytes.size() <= 0xff) {
    out.push_back(code8);
    out.push_back(static_cast<uint8_t>(bytes.size()));
  } else {
    out.push_back(code32);
    put(out, static_cast<uint32_t>(bytes.size()));
  }
  put_bytes(out, bytes);
}

void put_compound(Bytes& out, uint8_t code8, uint8_t code32, size_t count, const Bytes& content) {
  if (content.size() < 0xff && count <= 0xff) {
    out.push_back(code8);
    out.push_back(static_cast<uint8_t>(content.size() + 1));
    out.push_back(static_cast<uint8_t>(count));
  } else {
    out.push_back(code32);
    put(out, static_cast<uint32_t>(content.size() + 4));
    put(out, static_cast<uint32_t>(count));
  }
  put_bytes(out, content);
}

/// The constructor that every element of an array of this type uses: the widest form, since all share it.
uint8_t array_code(const Value& value) {
  struct Code {
    uint8_t operator()(std::monostate) { return 0x40; }
    uint8_t operator()(bool) { return 0x56; }
    uint8_t operator()(uint8_t) { return 0x50; }
    uint8_t operator()(uint16_t) { return 0x60; }
    uint8_t operator()(uint32_t) { return 0x70; }
    uint8_t operator()(uint64_t) { return 0x80; }
    uint8_t operator()(int8_t) { return 0x51; }
    uint8_t operator()(int16_t) { return 0x61; }
    uint8_t operator()(int32_t) { return 0x71; }
    uint8_t operator()(int64_t) { return 0x81; }
    uint8_t operator()(float) { return 0x72; }
    uint8_t operator()(double) { return 0x82; }
    uint8_t operator()(const Timestamp&) { return 0x83; }
    uint8_t operator()(const Uuid&) { return 0x98; }
    uint8_t operator()(const Binary&) { return 0xb0; }
    uint8_t operator()(const std::string&) { return 0xb1; }
    uint8_t operator()(const Symbol&) { return 0xb3; }
    uint8_t operator()(const List&) { return 0xd0; }
    uint8_t operator()(const Map&) { return 0xd1; }
    uint8_t operator()(const Array&) { return 0xf0; }
    uint8_t operator()(const Described&) { return 0x00; }
  };
  return std::visit(Code{}, value.store());
}

void put_array_item(Bytes& out, const Value& value);

/// The constructor that all elements share, then the elements.
Bytes array_content(const Array& array) {
  Bytes content;
  content.push_back(array.items.empty() ? 0x40 : array_code(array.items.front()));
  for (const auto& item : array.items) {
    assert(item.store().index() == array.items.front().store().index() &&
           "an array has elements of one type");
    put_array_item(content, item);
  }
  return content;
}

/// The element without its constructor, in the form that array_code names.
void put_array_item(Bytes& out, const Value& value) {
  const auto variable = [&](BytesView bytes) {
    put(out, static_cast<uint32_t>(bytes.size()));
    put_bytes(out, bytes);
  };
  struct Item {
    Bytes& out;
    decltype(variable)& put_variable_item;
    const Value& whole;
    void operator()(std::monostate) {}
    void operator()(bool v) { out.push_back(v ? 1 : 0); }
    void operator()(uint8_t v) { put(out, v); }
    void operator()(uint16_t v) { put(out, v); }
    void operator()(uint32_t v) { put(out, v); }
    void operator()(uint64_t v) { put(out, v); }
    void operator()(int8_t v) { put(out, v); }
    void operator()(int16_t v) { put(out, v); }
    void operator()(int32_t v) { put(out, v); }
    void operator()(int64_t v) { put(out, v); }
    void operator()(float v) { put(out, std::bit_cast<uint32_t>(v)); }
    void operator()(double v) { put(out, std::bit_cast<uint64_t>(v)); }
    void operator()(const Timestamp& v) { put(out, v.ms); }
    void operator()(const Uuid& v) { put_bytes(out, v.bytes); }
    void operator()(const Binary& v) { put_variable_item(v.bytes); }
    void operator()(const std::string& v) { put_variable_item(as_bytes(v)); }
    void operator()(const Symbol& v) { put_variable_item(as_bytes(v.text)); }
    void compound(size_t count, const Bytes& content) {
      put(out, static_cast<uint32_t>(content.size() + 4));
      put(out, static_cast<uint32_t>(count));
      put_bytes(out, content);
    }
    void operator()(const List& v) {
      Bytes content;
      for (const auto& item : v) encode(item, content);
      compound(v.size(), content);
    }
    void operator()(const Map& v) {
      Bytes content;
      for (const auto& [key, item] : v) {
        encode(key, content);
        encode(item, content);
      }
      compound(v.size() * 2, content);
    }
    void operator()(const Array& v) { compound(v.items.size(), array_content(v)); }
    void operator()(const Described&) { assert(false && "arrays of described values are not supported"); }
  };
  std::visit(Item{out, variable, value}, value.store());
}

struct Encoder {
  Bytes& out;
  void operator()(std::monostate) { out.push_back(0x40); }
  void operator()(bool v) { out.push_back(v ? 0x41 : 0x42); }
  void fixed(uint8_t code, auto v) {
    out.push_back(code);
    put(out, v);
  }
  void operator()(uint8_t v) { fixed(0x50, v); }
  void operator()(uint16_t v) { fixed(0x60, v); }
  void operator()(uint32_t v) {
    if (v == 0) {
      out.push_back(0x43);
    } else if (v <= 0xff) {
      fixed(0x52, static_cast<uint8_t>(v));
    } else {
      fixed(0x70, v);
    }
  }
  void operator()(uint64_t v) {
    if (v == 0) {
      out.push_back(0x44);
    } else if (v <= 0xff) {
      fixed(0x53, static_cast<uint8_t>(v));
    } else {
      fixed(0x80, v);
    }
  }
  void operator()(int8_t v) { fixed(0x51, v); }
  void operator()(int16_t v) { fixed(0x61, v); }
  void operator()(int32_t v) {
    if (v >= -128 && v <= 127) {
      fixed(0x54, static_cast<int8_t>(v));
    } else {
      fixed(0x71, v);
    }
  }
  void operator()(int64_t v) {
    if (v >= -128 && v <= 127) {
      fixed(0x55, static_cast<int8_t>(v));
    } else {
      fixed(0x81, v);
    }
  }
  void operator()(float v) { fixed(0x72, std::bit_cast<uint32_t>(v)); }
  void operator()(double v) { fixed(0x82, std::bit_cast<uint64_t>(v)); }
  void operator()(const Timestamp& v) { fixed(0x83, v.ms); }
  void operator()(const Uuid& v) {
    out.push_back(0x98);
    put_bytes(out, v.bytes);
  }
  void operator()(const Binary& v) { put_variable(out, 0xa0, 0xb0, v.bytes); }
  void operator()(const std::string& v) { put_variable(out, 0xa1, 0xb1, as_bytes(v)); }
  void operator()(const Symbol& v) { put_variable(out, 0xa3, 0xb3, as_bytes(v.text)); }
  void operator()(const List& v) {
    if (v.empty()) {
      out.push_back(0x45);
      return;
    }
    Bytes content;
    for (const auto& item : v) encode(item, content);
    put_compound(out, 0xc0, 0xd0, v.size(), content);
  }
  void operator()(const Map& v) {
    Bytes content;
    for (const auto& [key, item] : v) {
      encode(key, content);
      encode(item, content);
    }
    put_compound(out, 0xc1, 0xd1, v.size() * 2, content);
  }
  void operator()(const Array& v) { put_compound(out, 0xe0, 0xf0, v.items.size(), array_content(v)); }
  void operator()(const Described& v) {
    out.push_back(0x00);
    encode(*v.descriptor, out);
    encode(*v.value, out);
  }
};

}  // namespace

void encode(const Value& value, Bytes& out) {
  std::visit(Encoder{out}, value.store());
}

Bytes encode(const Value& value) {
  Bytes out;
  encode(value, out);
  return out;
}

}  // namespace millrace::amqp
