// What proves who we are: keys and tokens in files, and Entra's documented services played by a local server.
#include "core/servicebus/credential.hpp"

#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "core/http/server.hpp"
#include "core/servicebus/entra.hpp"
#include "core/servicebus/sas_token.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::servicebus {
namespace {

namespace asio = boost::asio;

class CredentialTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }
  Result<Token> token_of(Credential& credential, const std::string& audience = "sb://plant.example/events") {
    std::optional<Result<Token>> token;
    asio::co_spawn(
        loop_, [&]() -> asio::awaitable<void> { token = co_await credential.token(audience); },
        asio::detached);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!token && std::chrono::steady_clock::now() < deadline) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(10));
    }
    return token ? std::move(*token) : fail(ErrorKind::timeout, "it never happened");
  }

  asio::io_context loop_;
  ManualClock clock_;
  test::TempFolder folder_;
};

TEST_F(CredentialTest, a_key_that_was_replaced_is_taken_up) {
  const auto file =
      write("secret", "Endpoint=sb://plant.example/;SharedAccessKeyName=relay;SharedAccessKey=old\n");
  const auto credential = key_credential(file, clock_);
  const auto expires = clock_.wall() + kTokenLife;
  const auto first = token_of(*credential);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->text, sas_token("sb://plant.example/events", "relay", "old", expires));
  EXPECT_EQ(first->type, kSasToken);
  EXPECT_EQ(first->expires, expires);
  write("secret", "Endpoint=sb://plant.example/;SharedAccessKeyName=relay2;SharedAccessKey=new");
  EXPECT_EQ(token_of(*credential)->text, sas_token("sb://plant.example/events", "relay2", "new", expires));
}

TEST_F(CredentialTest, a_key_file_that_was_spoilt_is_named_without_its_content) {
  const auto credential = key_credential(write("secret", "hunter2"), clock_);
  const auto token = token_of(*credential);
  ASSERT_FALSE(token);
  EXPECT_THAT(token.error().message, testing::HasSubstr("secret: connection string"));
  EXPECT_THAT(token.error().message, testing::Not(testing::HasSubstr("hunter2")));
}

TEST_F(CredentialTest, a_token_in_a_file_is_good_until_it_says) {
  const auto expires = std::chrono::floor<std::chrono::seconds>(clock_.wall()) + std::chrono::minutes(10);
  const auto text = sas_token("sb://plant.example/", "relay", "key", expires);
  const auto credential = sas_token_credential(write("token", text + "\n"), clock_);
  const auto token = token_of(*credential);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->text, text);
  EXPECT_EQ(token->expires, expires);
  clock_.advance(std::chrono::minutes(11));
  const auto late = token_of(*credential);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::unauthorised);
  EXPECT_THAT(late.error().message, testing::HasSubstr("expired at 2026-01-05T06:10:00"));
  EXPECT_THAT(late.error().message, testing::HasSubstr("clock says 2026-01-05T06:11:00"));
  write("token", sas_token("sb://plant.example/", "relay", "key", expires + std::chrono::hours(1)));
  EXPECT_TRUE(token_of(*credential));
  for (const auto* bad : {"", "SharedAccessSignature sr=x&sig=y&skn=z", "SharedAccessSignature se=soon",
                          "SharedAccessSignature se=99999999999999999", "Bearer se=1900000000"}) {
    write("token", bad);
    EXPECT_EQ(token_of(*credential).error().kind, ErrorKind::invalid_input) << bad;
  }
}

/// The identity services as they are documented: the authority over HTTPS, the metadata services over HTTP.
class EntraTest : public CredentialTest {
 protected:
  void SetUp() override {
    http::Router router;
    router.add("POST", "/{tenant}/oauth2/v2.0/token",
               [this](http::Request& request) { return answer(request); });
    router.add("GET", "/metadata/identity/oauth2/token",
               [this](http::Request& request) { return answer(request); });
    http::Server::Options options;
    options.tls = net::Identity{certificate_.certificate(), certificate_.key_file()};
    options.plain_beside_tls = true;
    server_ = std::make_unique<http::Server>(loop_, std::move(options), std::move(router));
    ASSERT_TRUE(server_->start());
  }
  void TearDown() override {
    server_->stop();
    for (int i = 0; i < 20; ++i) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
  }
  asio::awaitable<http::Response> answer(http::Request& request) {
    requests_.push_back(request);
    if (!challenge_.empty() && request.header("authorization").empty()) {
      auto response = http::Response::json("{}", 401);
      response.headers.emplace_back("WWW-Authenticate", challenge_);
      co_return response;
    }
    auto response = http::Response::json(body_, status_);
    if (!date_.empty()) response.headers.emplace_back("Date", date_);
    co_return response;
  }
  Entra settings(Entra::Method method) {
    Entra entra;
    entra.method = method;
    const bool metadata = method == Entra::Method::managed_identity || method == Entra::Method::azure_arc;
    entra.service =
        http::parse_url(fmt::format("{}://localhost:{}", metadata ? "http" : "https", server_->port()))
            .value();
    entra.ca_file = certificate_.certificate();
    entra.arc_keys = folder_.path();
    return entra;
  }

  test::Certificate certificate_{"DNS:localhost"};
  std::unique_ptr<http::Server> server_;
  std::vector<http::Request> requests_;
  std::string challenge_;
  std::string body_ =
      R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0.x.y"})";
  unsigned status_ = 200;
  std::string date_;
};

TEST_F(EntraTest, a_client_secret_is_exchanged_for_a_token_that_is_kept) {
  auto entra = settings(Entra::Method::client_secret);
  entra.tenant = "contoso.example";
  entra.client_id = "1b0";
  entra.secret_file = write("secret", "a+b/c=\n");
  const auto credential = entra_credential(entra, clock_);
  const auto token = token_of(*credential);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->text, "eyJ0.x.y");
  EXPECT_EQ(token->type, kJwt);
  EXPECT_EQ(token->expires, clock_.wall() + std::chrono::seconds(3599));
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].path, "/contoso.example/oauth2/v2.0/token");
  EXPECT_EQ(requests_[0].header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(requests_[0].body,
            "grant_type=client_credentials&client_id=1b0&scope=https%3A%2F%2Fservicebus.azure.net%2F.default&"
            "client_secret=a%2Bb%2Fc%3D");
  clock_.advance(std::chrono::minutes(39));
  EXPECT_TRUE(token_of(*credential));
  EXPECT_EQ(requests_.size(), 1U) << "more than a third of its life is left";
  clock_.advance(std::chrono::minutes(2));
  EXPECT_TRUE(token_of(*credential));
  EXPECT_EQ(requests_.size(), 2U);
}

TEST_F(EntraTest, a_federated_token_is_read_anew_each_time) {
  auto entra = settings(Entra::Method::workload_identity);
  entra.tenant = "t";
  entra.client_id = "c";
  entra.secret_file = write("federated", "first");
  body_ = R"({"expires_in":60,"access_token":"x"})";
  const auto credential = entra_credential(entra, clock_);
  ASSERT_TRUE(token_of(*credential));
  EXPECT_THAT(requests_[0].body,
              testing::EndsWith("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-"
                                "assertion-type%3Ajwt-bearer&client_assertion=first"));
  write("federated", "second");
  ASSERT_TRUE(token_of(*credential));
  EXPECT_THAT(requests_[1].body, testing::EndsWith("client_assertion=second"));
}

TEST_F(EntraTest, a_machines_identity_comes_from_its_metadata_service) {
  auto entra = settings(Entra::Method::managed_identity);
  entra.client_id = "user-assigned";
  body_ = R"({"access_token":"m","expires_in":"86399","expires_on":"1900000000","token_type":"Bearer"})";
  const auto credential = entra_credential(entra, clock_);
  const auto token = token_of(*credential);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->expires, clock_.wall() + std::chrono::seconds(86399));
  EXPECT_EQ(requests_[0].header("metadata"), "true");
  EXPECT_EQ(requests_[0].query["resource"], "https://servicebus.azure.net/");
  EXPECT_EQ(requests_[0].query["api-version"], "2018-02-01");
  EXPECT_EQ(requests_[0].query["client_id"], "user-assigned");
}

TEST_F(EntraTest, the_arc_agent_is_answered_with_its_own_key_and_no_other_file) {
  const auto credential = entra_credential(settings(Entra::Method::azure_arc), clock_);
  challenge_ = "Basic realm=" + write("proof.key", "sesame").string();
  const auto token = token_of(*credential);
  ASSERT_TRUE(token) << token.error().message;
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(requests_[1].header("authorization"), "Basic sesame");
  EXPECT_EQ(requests_[1].query["api-version"], "2020-06-01");

  clock_.advance(std::chrono::hours(2));
  for (const auto& trick : {write("private.pem", "x").string(), std::string("/etc/shadow.key"),
                            write("large.key", std::string(5000, 'x')).string(), std::string()}) {
    challenge_ = "Basic realm=" + trick;
    const auto refused = token_of(*credential);
    ASSERT_FALSE(refused) << trick;
    EXPECT_EQ(refused.error().kind, ErrorKind::unauthorised);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("no key of its own"));
  }
}

TEST_F(EntraTest, a_refusal_says_what_the_service_said) {
  auto entra = settings(Entra::Method::client_secret);
  entra.tenant = "t";
  entra.client_id = "c";
  entra.secret_file = write("secret", "hunter2");
  const auto credential = entra_credential(entra, clock_);
  status_ = 401;
  body_ =
      R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret.\r\nTrace ID: 1"})";
  const auto token = token_of(*credential);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().kind, ErrorKind::unauthorised);
  EXPECT_THAT(token.error().message,
              testing::HasSubstr("401 invalid_client): AADSTS7000215: Invalid client secret.."));
  EXPECT_THAT(token.error().message,
              testing::Not(testing::AnyOf(testing::HasSubstr("hunter2"), testing::HasSubstr("Trace"),
                                          testing::HasSubstr("clock"))));
  status_ = 503;
  EXPECT_EQ(token_of(*credential).error().kind, ErrorKind::unavailable);
  status_ = 200;
  for (const auto* body :
       {"", "<html>", "[]", R"({"access_token":"x"})", R"({"access_token":"","expires_in":9})",
        R"({"access_token":"x","expires_in":-1})", R"({"access_token":"x","expires_in":"soon"})"}) {
    body_ = body;
    EXPECT_EQ(token_of(*credential).error().kind, ErrorKind::unavailable) << body;
  }
}

TEST_F(EntraTest, a_clock_that_is_off_by_the_services_own_time_is_named_with_how_far) {
  auto entra = settings(Entra::Method::workload_identity);
  entra.tenant = "t";
  entra.client_id = "c";
  entra.secret_file = write("federated", "jwt");
  const auto credential = entra_credential(entra, clock_);
  status_ = 401;
  body_ =
      R"({"error":"invalid_client","error_description":"AADSTS700024: Client assertion is not within its valid time range."})";
  EXPECT_THAT(token_of(*credential).error().message,
              testing::EndsWith("time range.. This machine's clock says 2026-01-05T06:00:00.000Z."));
  date_ = "Mon, 05 Jan 2026 07:00:00 GMT";
  EXPECT_THAT(token_of(*credential).error().message, testing::HasSubstr("is 3600 s behind that service's"));
  date_ = "Mon, 05 Jan 2026 05:00:00 GMT";
  EXPECT_THAT(token_of(*credential).error().message, testing::HasSubstr("is 3600 s ahead of that service's"));
  for (const auto* expired : {"time range.", "AADSTS7000222: The client secret keys are expired."}) {
    body_ = fmt::format(R"({{"error":"invalid_client","error_description":"{}"}})", expired);
    date_ = "Mon, 05 Jan 2026 06:00:00 GMT";
    EXPECT_THAT(token_of(*credential).error().message, testing::Not(testing::HasSubstr("clock")));
  }
  body_ = R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret."})";
  for (const auto* close : {"Mon, 05 Jan 2026 06:00:59 GMT", "yesterday", ""}) {
    date_ = close;
    EXPECT_THAT(token_of(*credential).error().message, testing::Not(testing::HasSubstr("clock"))) << close;
  }
}

TEST_F(EntraTest, a_token_that_is_still_good_bridges_a_service_that_is_away) {
  auto entra = settings(Entra::Method::managed_identity);
  const auto credential = entra_credential(entra, clock_);
  ASSERT_TRUE(token_of(*credential));
  server_->stop();
  clock_.advance(std::chrono::minutes(55));
  EXPECT_TRUE(token_of(*credential)) << "it is time for another one, but this one lives";
  clock_.advance(std::chrono::minutes(10));
  const auto token = token_of(*credential);
  ASSERT_FALSE(token);
  EXPECT_THAT(token.error().message, testing::HasSubstr("no token from localhost"));
}

TEST_F(EntraTest, a_token_that_is_still_good_bridges_whatever_keeps_the_next_one_away) {
  auto entra = settings(Entra::Method::client_secret);
  entra.tenant = "t";
  entra.client_id = "c";
  entra.secret_file = write("secret", "s");
  const auto credential = entra_credential(entra, clock_);
  const auto first = token_of(*credential);
  ASSERT_TRUE(first) << first.error().message;
  clock_.advance(std::chrono::minutes(45));
  testing::internal::CaptureStderr();
  for (const auto status : {503U, 429U, 401U}) {
    status_ = status;
    const auto bridged = token_of(*credential);
    ASSERT_TRUE(bridged) << status << ' ' << bridged.error().message;
    EXPECT_EQ(bridged->text, first->text);
    EXPECT_EQ(bridged->expires, first->expires);
    EXPECT_EQ(requests_.back().path, "/t/oauth2/v2.0/token");
    clock_.advance(std::chrono::seconds(31));
  }
  EXPECT_EQ(requests_.size(), 4U);
  std::filesystem::remove(entra.secret_file);
  EXPECT_TRUE(token_of(*credential)) << "the secret's file is being replaced";
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  EXPECT_THAT(said, testing::AllOf(testing::HasSubstr("entra.token_not_renewed"), testing::HasSubstr("503"),
                                   testing::HasSubstr("good_until=2026-01-05T06:59:59")));
  clock_.advance(std::chrono::minutes(14));
  const auto late = token_of(*credential);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::not_found);
  write("secret", "s");
  status_ = 200;
  EXPECT_TRUE(token_of(*credential));
}

TEST_F(EntraTest, a_service_in_trouble_is_not_asked_again_for_each_link) {
  const auto credential = entra_credential(settings(Entra::Method::managed_identity), clock_);
  ASSERT_TRUE(token_of(*credential));
  clock_.advance(std::chrono::minutes(45));
  status_ = 503;
  for (int link = 0; link < 5; ++link) EXPECT_TRUE(token_of(*credential));
  EXPECT_EQ(requests_.size(), 2U);
}

TEST_F(EntraTest, a_clock_that_is_set_back_does_not_make_a_token_live_longer) {
  const auto credential = entra_credential(settings(Entra::Method::managed_identity), clock_);
  ASSERT_TRUE(token_of(*credential));
  clock_.advance(std::chrono::minutes(61));
  clock_.set_wall(clock_.wall() - std::chrono::hours(1));
  status_ = 503;
  EXPECT_FALSE(token_of(*credential));
}

TEST_F(EntraTest, an_authority_with_a_certificate_that_nobody_vouches_for_gets_no_secret) {
  auto entra = settings(Entra::Method::client_secret);
  entra.ca_file.clear();
  entra.tenant = "t";
  entra.secret_file = write("secret", "s");
  const auto credential = entra_credential(entra, clock_);
  EXPECT_EQ(token_of(*credential).error().kind, ErrorKind::unauthorised);
  EXPECT_TRUE(requests_.empty());
}

TEST(Url, is_taken_apart_or_refused) {
  const auto url = http::parse_url("https://login.example:8443/tenant");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->server.host, "login.example");
  EXPECT_EQ(url->server.port, 8443);
  EXPECT_TRUE(url->server.tls);
  EXPECT_EQ(url->path, "/tenant");
  EXPECT_EQ(http::parse_url("http://[::1]")->server.host, "::1");
  EXPECT_EQ(http::parse_url("http://h")->server.port, 80);
  for (const auto* bad :
       {"", "login.example", "ftp://h", "https://", "https://u:p@h", "https://h?x", "https://h:0"})
    EXPECT_FALSE(http::parse_url(bad)) << bad;
}

}  // namespace
}  // namespace millrace::servicebus
