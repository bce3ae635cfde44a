// edge.toml: every problem at once, each with file and line.
#include "edge/edge_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/edge/support/fixture_files.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

using test::with;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGood = R"(site = "demo"
edge = "box-1"
data_dir = "data"
roster = "roster.json"
assignments = "assignments.json"
packages = "packages"
[http]
port = 8080
[broker]
host = "127.0.0.1"
)";

class EdgeToml : public ::testing::Test {
 protected:
  Result<EdgeConfig> load(const std::string& text) {
    const auto file = folder_.path() / "edge.toml";
    test::write_text(file, text);
    return EdgeConfig::load(file);
  }
  std::string refusal_of(const std::string& text) {
    const auto config = load(text);
    EXPECT_FALSE(config);
    return config ? "" : config.error().message;
  }
  millrace::test::TempFolder folder_;
};

TEST_F(EdgeToml, has_sensible_defaults) {
  const auto config = load(kGood).value();
  EXPECT_EQ(config.place.site, "demo");
  EXPECT_EQ(config.http.address, "127.0.0.1");
  EXPECT_EQ(config.broker.port, 1883);
  EXPECT_EQ(config.limits.window_records, 512U);
  EXPECT_EQ(config.database(), folder_.path() / "data" / "edge.db");
  EXPECT_FALSE(config.broker.tls);
  EXPECT_EQ(config.kiosk.help, "");
  EXPECT_FALSE(config.kiosk.roster_sign_in);
  EXPECT_FALSE(config.kiosk.record_answer_times);
}

TEST_F(EdgeToml, records_how_long_answers_took_only_if_the_plant_says_so) {
  EXPECT_TRUE(
      load(std::string(kGood) + "[kiosk]\nrecord_answer_times = true\n").value().kiosk.record_answer_times);
}

TEST_F(EdgeToml, keeps_single_answers_for_longer_than_a_screen_sends_them_again_or_for_good) {
  const auto with_days = [](int days) {
    return std::string(kGood) + "[kiosk]\nanswers_retention_days = " + std::to_string(days) + "\n";
  };
  EXPECT_EQ(load(kGood).value().answers_retention, std::chrono::days{0});
  EXPECT_EQ(load(with_days(30)).value().answers_retention, std::chrono::days{30});
  EXPECT_THAT(refusal_of(with_days(29)), HasSubstr("answers_retention_days: must be 30 or more, or 0"));
  EXPECT_EQ(load(with_days(89)).value().answers_retention, std::chrono::days{89});
  EXPECT_THAT(refusal_of(with_days(90)), HasSubstr("must be less than delivery.retention_days"));
}

TEST_F(EdgeToml, says_whom_to_call_in_one_line) {
  const auto with_help = [](size_t bytes) {
    return std::string(kGood) + "[kiosk]\nhelp = \"" + std::string(bytes, 'x') +
           "\"\nroster_sign_in = true\n";
  };
  const auto config = load(with_help(200)).value();
  EXPECT_EQ(config.kiosk.help, std::string(200, 'x'));
  EXPECT_TRUE(config.kiosk.roster_sign_in);
  EXPECT_THAT(refusal_of(with_help(201)), AllOf(HasSubstr("kiosk.help"), HasSubstr("200 bytes")));
}

TEST_F(EdgeToml, names_all_problems_with_their_lines) {
  auto text = with(kGood, "box-1", "Box 1");
  text = with(text, "port = 8080", "port = 80800\nspeed = 3");
  text = with(text, "roster = \"roster.json\"\n", "");
  EXPECT_THAT(refusal_of(text), AllOf(HasSubstr("edge.toml:2: edge: must be"), HasSubstr("http.port"),
                                      HasSubstr("http.speed: unknown key"), HasSubstr("roster")));
}

TEST_F(EdgeToml, lets_no_pin_cross_the_network_in_clear) {
  EXPECT_FALSE(load(kGood)->http.makes_certificate());
  EXPECT_FALSE(load(with(kGood, "port = 8080", "address = \"::1\""))->http.makes_certificate());
  EXPECT_TRUE(load(with(kGood, "port = 8080", "address = \"0.0.0.0\""))->http.makes_certificate());
  EXPECT_THAT(refusal_of(with(kGood, "port = 8080", "address = \"box.local\"")), HasSubstr("IP address"));
  test::write_text(folder_.path() / "c.pem", "");
  test::write_text(folder_.path() / "k.pem", "");
  const auto plants = load(
      with(kGood, "port = 8080", "address = \"0.0.0.0\"\ntls_certificate = \"c.pem\"\ntls_key = \"k.pem\""));
  EXPECT_TRUE(plants->http.has_tls());
  EXPECT_FALSE(plants->http.makes_certificate());
}

TEST_F(EdgeToml, takes_the_names_for_its_own_certificate) {
  const auto names = [&](const std::string& lines) {
    return load(with(kGood, "port = 8080", lines)).value().http.names;
  };
  EXPECT_THAT(names("address = \"192.0.2.7\""), Contains("192.0.2.7"));
  EXPECT_THAT(names("address = \"0.0.0.0\""), Not(Contains("0.0.0.0")));
  EXPECT_THAT(names("address = \"0.0.0.0\"\nnames = [\"Box-1.Plant.Example\", \"2001:DB8:0::1\"]"),
              ElementsAre("box-1.plant.example", "2001:db8::1"));
  for (const std::string bad : {"", "-box", "box..plant", ".plant", "*.plant", "box 1"}) {
    EXPECT_THAT(refusal_of(with(kGood, "port = 8080", "address = \"0.0.0.0\"\nnames = [\"" + bad + "\"]")),
                HasSubstr("neither a host name nor an address"));
  }
}

TEST_F(EdgeToml, wants_certificate_and_key_together_and_present) {
  EXPECT_THAT(refusal_of(with(kGood, "port = 8080", "tls_key = \"k.pem\"")),
              AllOf(HasSubstr("needs tls_certificate as well"), HasSubstr("does not exist")));
  EXPECT_THAT(refusal_of(with(kGood, "host = \"127.0.0.1\"", "certificate = \"c.pem\"\nkey = \"k.pem\"")),
              HasSubstr("needs ca"));
}

TEST_F(EdgeToml, bounds_the_delivery_limits) {
  EXPECT_THAT(refusal_of(std::string(kGood) + "[delivery]\nwindow_records = 0\n"),
              HasSubstr("window_records"));
  EXPECT_THAT(refusal_of(std::string(kGood) + "[delivery]\nresend_first_ms = 9000\nresend_most_ms = 8000\n"),
              HasSubstr("resend_most_ms"));
  EXPECT_THAT(refusal_of(std::string(kGood) + "[delivery]\noutbox_quota_bytes = 5\n"),
              HasSubstr("outbox_quota_bytes"));
}

}  // namespace
}  // namespace millrace::edge
