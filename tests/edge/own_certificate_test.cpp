// The box's own certificate: when it is made, and what happens to one that is there.
#include "edge/own_certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/edge/support/fixture_files.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

using std::chrono::days;
using ::testing::ElementsAre;

constexpr WallTime kToday{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}};

class OwnCertificateTest : public ::testing::Test {
 protected:
  Result<OwnCertificate> open(std::vector<std::string> names = {"box-1"}, WallTime now = kToday) {
    return OwnCertificate::open(folder_.path(), "Millrace demo box-1", std::move(names), now);
  }
  std::string server_file() const { return test::read_text(folder_.path() / "https-server.pem"); }
  net::CertificateFacts served() const { return net::read_certificates(server_file()).value(); }

  millrace::test::TempFolder folder_;
};

TEST_F(OwnCertificateTest, is_for_the_names_and_for_the_box_itself) {
  ASSERT_TRUE(open({"box-1", "192.0.2.7"}));
  EXPECT_THAT(served().names, ElementsAre("127.0.0.1", "192.0.2.7", "::1", "box-1", "localhost"));
}

TEST_F(OwnCertificateTest, is_good_for_a_year_and_for_clocks_that_are_behind) {
  const auto own = open().value();
  EXPECT_EQ(served().valid.from, kToday - kGoodSince);
  EXPECT_EQ(own.until(), kToday + kCertificateLasts);
}

TEST_F(OwnCertificateTest, is_renewed_when_it_is_due_and_not_before) {
  auto own = open().value();
  const auto first = server_file();
  const auto due = kToday + kCertificateLasts - kRenewBefore;
  EXPECT_FALSE(own.renew(due).value());
  EXPECT_EQ(server_file(), first);
  EXPECT_TRUE(own.renew(due + Millis{1}).value());
  EXPECT_NE(server_file(), first);
  EXPECT_TRUE(own.authority().issued(server_file()));
}

TEST_F(OwnCertificateTest, ends_with_its_authority_and_is_not_renewed_for_ever) {
  auto own = open().value();
  const auto end = own.authority().valid().until;
  EXPECT_EQ(end, kToday + kAuthorityLasts);
  EXPECT_TRUE(own.renew(end - days{10}).value());
  EXPECT_EQ(own.until(), end);
  EXPECT_FALSE(own.renew(end - days{9}).value());
}

TEST_F(OwnCertificateTest, made_on_a_clock_that_was_never_set_is_good_later) {
  auto own = open({"box-1"}, WallTime{}).value();
  constexpr WallTime kSetRight{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}};
  EXPECT_GT(own.until(), kSetRight);
  EXPECT_LT(own.authority().valid().from, kSetRight);
  EXPECT_FALSE(own.renew(WallTime{}).value()) << "not again and again until then";
}

TEST_F(OwnCertificateTest, stays_when_the_new_one_cannot_be_written) {
  auto own = open().value();
  const auto first = server_file();
  std::filesystem::create_directory(folder_.path() / "https-server.pem.new");
  EXPECT_FALSE(own.renew(kToday + kCertificateLasts));
  EXPECT_EQ(server_file(), first);
  EXPECT_TRUE(open({"box-1"}, kToday + kCertificateLasts - days{1})) << "a start serves what is still good";
}

TEST_F(OwnCertificateTest, of_another_authority_is_replaced) {
  ASSERT_TRUE(open());
  std::filesystem::remove(folder_.path() / "https-ca.pem");
  const auto own = open().value();
  EXPECT_TRUE(own.authority().issued(server_file()));
}

TEST_F(OwnCertificateTest, leaves_out_what_its_authority_was_not_made_for) {
  ASSERT_TRUE(open({"box-1"}));
  const auto own = open({"box-1", "box-1.plant.example", "192.0.2.7"}).value();
  EXPECT_THAT(own.uncovered(), ElementsAre("192.0.2.7", "box-1.plant.example"));
  EXPECT_THAT(served().names, ElementsAre("127.0.0.1", "::1", "box-1", "localhost"));
}

}  // namespace
}  // namespace millrace::edge
