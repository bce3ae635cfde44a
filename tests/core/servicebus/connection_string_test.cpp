#include "core/servicebus/connection_string.hpp"

namespace millrace::servicebus {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ConnectionString, the_parts_of_a_real_one_are_found) {
  const auto parsed = ConnectionString::parse(
      "Endpoint=sb://plant.servicebus.windows.net/;SharedAccessKeyName=Relay;SharedAccessKey=a+b/"
      "c==;EntityPath=x");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->host, "plant.servicebus.windows.net");
  EXPECT_EQ(parsed->endpoint, "sb://plant.servicebus.windows.net/");
  EXPECT_EQ(parsed->port, 0);
  EXPECT_EQ(parsed->key_name, "Relay");
  EXPECT_EQ(parsed->key, "a+b/c==");
  EXPECT_FALSE(parsed->development_emulator);
}

TEST(ConnectionString, an_emulators_has_a_port_and_no_tls) {
  const auto parsed = ConnectionString::parse(
      "Endpoint=sb://127.0.0.1:15672;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->endpoint, "sb://127.0.0.1:15672/");
  EXPECT_EQ(parsed->port, 15672);
  EXPECT_TRUE(parsed->development_emulator);
}

class Bad : public testing::TestWithParam<const char*> {};
TEST_P(Bad, is_refused_without_showing_the_key) {
  const auto parsed = ConnectionString::parse(GetParam());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(parsed.error().message, Not(HasSubstr("s3cret")));
  EXPECT_THAT(parsed.error().message, HasSubstr("Endpoint=sb://"));
}
INSTANTIATE_TEST_SUITE_P(Texts, Bad,
                         testing::Values("", "s3cret", "Endpoint=sb://h/",
                                         "Endpoint=https://h/;SharedAccessKeyName=n;SharedAccessKey=s3cret",
                                         "Endpoint=sb://;SharedAccessKeyName=n;SharedAccessKey=s3cret",
                                         "Endpoint=sb://h:0;SharedAccessKeyName=n;SharedAccessKey=s3cret",
                                         "Endpoint=sb://h:70000;SharedAccessKeyName=n;SharedAccessKey=s3cret",
                                         "Endpoint=sb://h:5x;SharedAccessKeyName=n;SharedAccessKey=s3cret",
                                         "SharedAccessKeyName=n;SharedAccessKey=s3cret",
                                         "Endpoint=sb://h;SharedAccessKey=s3cret",
                                         "Endpoint=sb://h;SharedAccessKeyName=n",
                                         "Endpoint=sb://h;Sas=s3cret;SharedAccessKeyName=n"));

}  // namespace
}  // namespace millrace::servicebus
