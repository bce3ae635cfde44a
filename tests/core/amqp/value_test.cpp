#include "core/amqp/value.hpp"

namespace millrace::amqp {
namespace {

Value round_trip(const Value& value) {
  const auto bytes = encode(value);
  BytesView view(bytes);
  auto back = decode(view);
  EXPECT_TRUE(back) << (back ? "" : back.error().message);
  EXPECT_TRUE(view.empty());
  return back.value_or(Value("failed"));
}

std::vector<Value> samples() {
  Uuid id;
  for (size_t i = 0; i < 16; ++i) id.bytes[i] = static_cast<uint8_t>(i * 16);
  std::vector<Value> all{Value(),
                         true,
                         false,
                         uint8_t{255},
                         uint16_t{65535},
                         uint32_t{0},
                         uint32_t{255},
                         uint32_t{256},
                         UINT32_MAX,
                         uint64_t{0},
                         uint64_t{255},
                         uint64_t{256},
                         UINT64_MAX,
                         int8_t{-128},
                         int16_t{-32768},
                         int32_t{-128},
                         int32_t{127},
                         int32_t{128},
                         INT32_MIN,
                         int64_t{-1},
                         int64_t{128},
                         INT64_MIN,
                         1.5F,
                         -2.25,
                         Timestamp{-1},
                         id,
                         Binary{},
                         Binary{Bytes(255, 7)},
                         Binary{Bytes(256, 7)},
                         "",
                         std::string(255, 'a'),
                         std::string(256, 'a'),
                         Symbol{"com.microsoft:session-filter"},
                         List{},
                         List{Value(), "x", List{1.0}},
                         Map{},
                         Map{{Symbol{"k"}, Value()}, {"k2", uint64_t{1}}},
                         Array{},
                         Array{{Value(id), Value(id)}},
                         Array{{Timestamp{1}, Timestamp{2}}},
                         Array{{"a", std::string(300, 'b')}},
                         Array{{Array{{uint8_t{1}, uint8_t{2}}}, Array{{"x"}}, Array{}}},
                         Array{{List{1.5, "x"}, List{}}},
                         Array{{Map{{"k", true}}}},
                         "gr\u00fc\u00df \u20ac \U0001f600",
                         described(uint64_t{0x137000000C}, "session")};
  List many;
  for (int32_t i = 0; i < 300; ++i) many.emplace_back(i);
  all.emplace_back(many);
  return all;
}

TEST(Value, every_type_comes_back_at_the_edges_of_its_encodings) {
  for (const auto& value : samples()) EXPECT_EQ(round_trip(value), value);
}

TEST(Value, no_prefix_of_an_encoding_is_accepted) {
  for (const auto& value : samples()) {
    const auto bytes = encode(value);
    for (size_t length = 0; length < bytes.size(); ++length) {
      BytesView view = BytesView(bytes).first(length);
      EXPECT_FALSE(decode(view)) << hex(bytes) << " cut to " << length;
    }
  }
}

TEST(Value, depth_is_bounded_at_its_edge) {
  const auto nested = [](int depth) {
    Value value("core");
    for (int i = 0; i < depth; ++i) value = List{value};
    return encode(value);
  };
  const auto good = nested(kMostDepth);
  BytesView view(good);
  EXPECT_TRUE(decode(view));
  const auto bad = nested(kMostDepth + 1);
  view = bad;
  EXPECT_FALSE(decode(view));
}

class Malformed : public testing::TestWithParam<const char*> {};
TEST_P(Malformed, is_refused) {
  const auto bytes = from_hex(GetParam()).value();
  BytesView view(bytes);
  EXPECT_FALSE(decode(view));
}
INSTANTIATE_TEST_SUITE_P(
    Encodings, Malformed,
    testing::Values("", "99", "5602", "c00302a0", "c1034140", "c10301a100", "c003014140", "b0ffffffff00",
                    "d0ffffffffffffffff", "f000000005ffffffff40", "e003020040", "00", "0040",
                    // an array whose elements take no bytes
                    "f000000005ffffffff45", "e0020140",
                    // strings that are not UTF-8: cut off, too long a form, a surrogate, beyond the last
                    "a101c3", "a102c0af", "a103eda080", "a104f4908080", "a10180", "a103e28228", "a301ff"));

TEST(Value, a_small_message_cannot_make_us_build_many_values) {
  List nulls(60'000);
  const auto one = encode(Value(nulls));
  BytesView view(one);
  EXPECT_TRUE(decode(view));
  const auto two = encode(Value(List{nulls, nulls}));
  view = two;
  EXPECT_FALSE(decode(view));
}

}  // namespace
}  // namespace millrace::amqp
