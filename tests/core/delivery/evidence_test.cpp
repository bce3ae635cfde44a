// The canonical bytes, the chain and the signature of a record: their form, their bounds, and what shows.
#include "core/delivery/evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/chain.hpp"

namespace millrace::delivery {
namespace {

using testing::Chain;
using ::testing::HasSubstr;

Bytes bytes_of(std::initializer_list<int> values) {
  return {values.begin(), values.end()};
}

bool holds(const Event& event) {
  const auto evidence = read_evidence(event);
  return evidence && signature_holds(*evidence, testing::key_from(7).public_key());
}

std::string error_of(const Event& event) {
  const auto evidence = read_evidence(event);
  return evidence ? "" : evidence.error().message;
}

TEST(AttributeBytes, are_length_name_length_value_in_ascending_order_of_names) {
  const auto bytes = attribute_bytes({{"b", ""}, {"a", "xyz"}});
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, bytes_of({1, 'a', 0, 3, 'x', 'y', 'z', 1, 'b', 0, 0}));
}

TEST(AttributeBytes, leave_out_what_proves_the_rest_or_is_added_on_the_way) {
  const auto bytes = attribute_bytes(
      {{"a", "1"}, {"prevhash", "2"}, {"signature", "3"}, {"keyid", "4"}, {"traceparent", "5"}});
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, bytes_of({1, 'a', 0, 1, '1'}));
}

TEST(AttributeBytes, a_value_of_65535_bytes_fits_and_one_more_does_not) {
  const auto most = attribute_bytes({{"a", std::string(65'535, 'x')}});
  ASSERT_TRUE(most);
  EXPECT_EQ(most->size(), 2U + 2U + 65'535U);
  EXPECT_EQ(parse_attribute_bytes(*most)->at("a").size(), 65'535U);
  const auto beyond = attribute_bytes({{"a", std::string(65'536, 'x')}});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().kind, ErrorKind::invalid_input);
}

TEST(AttributeBytes, a_name_has_1_to_255_bytes) {
  const auto most = attribute_bytes({{std::string(255, 'n'), "v"}});
  ASSERT_TRUE(most);
  EXPECT_EQ(parse_attribute_bytes(*most)->begin()->first.size(), 255U);
  EXPECT_FALSE(attribute_bytes({{std::string(256, 'n'), "v"}}));
  EXPECT_FALSE(attribute_bytes({{"", "v"}}));
}

TEST(AttributeBytes, read_back_are_the_attributes) {
  const Attributes attributes{{"a", ""}, {"ab", std::string("\0\xff", 2)}, {"b", std::string(300, 'x')}};
  const auto read = parse_attribute_bytes(attribute_bytes(attributes).value());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, attributes);
  EXPECT_TRUE(parse_attribute_bytes({})->empty());
}

TEST(AttributeBytes, cut_off_anywhere_but_between_two_attributes_are_refused) {
  const auto whole = attribute_bytes({{"abc", "defg"}, {"h", "ij"}}).value();
  const size_t between = 1 + 3 + 2 + 4;
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(parse_attribute_bytes(BytesView(whole).first(size)).has_value(), size == between) << size;
  }
}

TEST(AttributeBytes, have_one_form_only) {
  EXPECT_FALSE(parse_attribute_bytes(bytes_of({1, 'b', 0, 0, 1, 'a', 0, 0}))) << "descending";
  EXPECT_FALSE(parse_attribute_bytes(bytes_of({1, 'a', 0, 0, 1, 'a', 0, 0}))) << "twice";
  EXPECT_FALSE(parse_attribute_bytes(bytes_of({0, 0, 0}))) << "an empty name";
  EXPECT_FALSE(parse_attribute_bytes(bytes_of({5, 'k', 'e', 'y', 'i', 'd', 0, 0}))) << "never hashed";
}

TEST(AttributeBytes, every_bytes_that_read_write_themselves_again) {
  const auto whole = attribute_bytes({{"abc", "defg"}, {"h", "ij"}}).value();
  size_t read_count = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto changed = whole;
      changed[at] = static_cast<uint8_t>(value);
      const auto read = parse_attribute_bytes(changed);
      if (!read) continue;
      ++read_count;
      EXPECT_EQ(attribute_bytes(*read).value(), changed);
    }
  }
  EXPECT_GT(read_count, whole.size());
}

TEST(Sequence, is_20_digits_and_fits_64_bits) {
  EXPECT_EQ(sequence_text(1), "00000000000000000001");
  EXPECT_EQ(sequence_text(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(parse_sequence("18446744073709551615").value(), UINT64_MAX);
  for (const auto* text :
       {"", "1", "0000000000000000001", "000000000000000000001", "18446744073709551616",
        "99999999999999999999", "0000000000000000000a", "+0000000000000000001", " 0000000000000000001"}) {
    EXPECT_FALSE(parse_sequence(text)) << text;
  }
}

TEST(Evidence, of_an_untouched_record_holds) {
  Chain chain;
  chain.append(3);
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
    const auto evidence = read_evidence(chain.event(sequence));
    ASSERT_TRUE(evidence) << evidence.error().message;
    EXPECT_EQ(evidence->sequence, sequence);
    EXPECT_EQ(evidence->prevhash, chain.hash(sequence - 1));
    EXPECT_EQ(evidence->hash, chain.hash(sequence));
    EXPECT_TRUE(holds(chain.event(sequence)));
  }
  EXPECT_EQ(read_evidence(chain.event(1))->prevhash, kFirstPrevHash);
}

TEST(Evidence, any_changed_bit_of_the_data_shows) {
  Chain chain;
  const auto& event = chain.append();
  for (size_t bit = 0; bit < event.data.size() * 8; ++bit) {
    auto changed = event;
    changed.data[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(holds(changed)) << bit;
  }
  auto longer = event;
  longer.data.push_back(0);
  EXPECT_FALSE(holds(longer));
}

TEST(Evidence, any_changed_taken_or_added_attribute_shows) {
  Chain chain;
  chain.append(2);
  const auto& event = chain.event(2);
  for (const auto& [name, value] : event.attributes) {
    if (name == attr::keyid) continue;  // only says which key to try
    for (size_t at = 0; at < value.size(); ++at) {
      auto changed = event;
      changed.attributes[name][at] ^= 1;
      EXPECT_FALSE(holds(changed)) << name << " at " << at;
    }
    auto without = event;
    without.attributes.erase(name);
    EXPECT_FALSE(holds(without)) << name;
  }
  auto added = event;
  added.attributes["priority"] = "high";
  EXPECT_FALSE(holds(added));
}

TEST(Evidence, a_trace_added_on_the_way_changes_nothing) {
  Chain chain;
  auto event = chain.append();
  event.attributes["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_TRUE(holds(event));
}

TEST(Evidence, a_record_moved_to_another_place_shows) {
  Chain chain;
  chain.append(3);
  auto moved = chain.event(2);
  moved.attributes["sequence"] = sequence_text(3);
  EXPECT_FALSE(holds(moved));
  moved = chain.event(3);
  moved.attributes["prevhash"] = base64url(chain.hash(1));
  EXPECT_FALSE(holds(moved));
  moved = chain.event(3);
  moved.attributes["streamid"] = testing::uuid_from(1, 99).string();
  EXPECT_FALSE(holds(moved));
}

TEST(Evidence, is_not_another_keys) {
  const auto evidence = read_evidence(Chain().append());
  EXPECT_FALSE(signature_holds(*evidence, testing::key_from(8).public_key()));
}

TEST(Evidence, that_is_malformed_is_refused_by_its_name) {
  Chain chain;
  const auto& good = chain.append();
  const auto with = [&](const char* name, std::string value) {
    auto event = good;
    event.attributes[name] = std::move(value);
    return error_of(event);
  };
  const auto id = std::string(good.get(attr::id));
  auto upper = id;
  upper[0] = 'E';  // the same id in another form would be another record with the same bytes
  EXPECT_THAT(with("id", upper), HasSubstr("'id'"));
  EXPECT_THAT(with("id", id + "0"), HasSubstr("'id'"));
  EXPECT_THAT(with("streamid", "stream"), HasSubstr("'streamid'"));
  EXPECT_THAT(with("sequence", "1"), HasSubstr("'sequence'"));
  EXPECT_THAT(with("sequence", sequence_text(0)), HasSubstr("'sequence'"));
  EXPECT_THAT(with("prevhash", base64url(Bytes(31))), HasSubstr("'prevhash'"));
  EXPECT_THAT(with("prevhash", base64url(Bytes(33))), HasSubstr("'prevhash'"));
  EXPECT_THAT(with("signature", base64url(Bytes(63))), HasSubstr("'signature'"));
  EXPECT_THAT(with("signature", std::string(good.get(attr::signature)) + "=="), HasSubstr("'signature'"));
  EXPECT_THAT(with("keyid", ""), HasSubstr("'keyid'"));
  EXPECT_THAT(with("subject", std::string(65'536, 'x')), HasSubstr("'subject'"));
  EXPECT_EQ(error_of(good), "");
}

}  // namespace
}  // namespace millrace::delivery
