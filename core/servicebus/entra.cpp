#include "core/servicebus/entra.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "core/base/bytes.hpp"
#include "core/base/log.hpp"
#include "core/servicebus/trouble.hpp"

namespace millrace::servicebus {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::string_view kResource = "https://servicebus.azure.net/";
constexpr std::string_view kScope = "https://servicebus.azure.net/.default";
constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::string_view kMetadataPath = "/metadata/identity/oauth2/token";
constexpr unsigned kOk = 200;
constexpr unsigned kUnauthorised = 401;
constexpr size_t kMostArcKeyBytes = 4096;
/// Another token is asked for when so much of the life is left: more than the quarter at which Claims renews,
/// so that it then gets a new one and not the same again.
constexpr int kRenewPart = 3;
constexpr std::chrono::minutes kLeastLeft{5};
/// While a good token bridges a service in trouble: all links of a connection ask one after the other, and
/// would wait for it each time.
constexpr std::chrono::seconds kAskAgain{30};
/// A clock that is off by less cannot be why a token is refused: services allow five minutes.
constexpr std::chrono::minutes kSkewWorthSaying{1};

std::string form(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, percent_encode(value));
  }
  return out;
}

/// A number, or a number in a string: the metadata services write strings.
std::optional<int64_t> integer(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->if_int64()) return *number;
  const auto* text = value->if_string();
  if (text == nullptr) return std::nullopt;
  int64_t number = 0;
  const auto* const end = text->data() + text->size();
  const auto [rest, failed] = std::from_chars(text->data(), end, number);
  if (failed != std::errc{} || rest != end) return std::nullopt;
  return number;
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

/// `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110, 5.6.7).
std::optional<WallTime> http_date(const std::string& text) {
  std::tm parts{};
  const auto* const rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  return WallTime{std::chrono::seconds{::timegm(&parts)}};
}

/// What one asks for and others may wait for: the timer wakes them, and ends with the answer.
template <class T>
struct Pending {
  Pending(const asio::any_io_executor& executor, asio::steady_timer::time_point until)
      : timer(executor, until) {}
  asio::awaitable<std::optional<Result<T>>> wait() {
    boost::system::error_code woken;
    if (!answer) co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_return answer;
  }
  void end(Result<T> with) {
    answer = std::move(with);
    timer.cancel();
  }
  asio::steady_timer timer;
  std::optional<Result<T>> answer;
};

/// As http::fetch, or nothing when the time is over: that one goes on to its own end, and nobody listens.
asio::awaitable<std::optional<Result<http::Fetched>>> fetch_until(asio::steady_timer::time_point end,
                                                                  http::Fetch request) {
  const auto executor = co_await asio::this_coro::executor;
  const auto pending = std::make_shared<Pending<http::Fetched>>(executor, end);
  asio::co_spawn(
      executor,
      [pending, asked = std::move(request)]() -> asio::awaitable<void> {
        pending->end(co_await http::fetch(asked));
      },
      asio::detached);
  co_return co_await pending->wait();
}

class EntraCredential final : public Credential {
 public:
  EntraCredential(Entra settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {
    settings_.service.server.ca_file = settings_.ca_file;
    if (!is_metadata()) settings_.service.server.proxy = settings_.proxy;
    // A part of the time, so that "cannot connect" is said and not only that no answer came.
    settings_.service.server.addresses_time = settings_.time * 2 / 3;
  }

  asio::awaitable<Result<Token>> token(std::string /*audience*/) override {
    if (kept_ && left() > renew_at_) co_return *kept_;
    if (const auto asked = asked_) co_return *co_await asked->wait();
    const auto mine = asked_ = std::make_shared<Pending<Token>>(co_await asio::this_coro::executor,
                                                                asio::steady_timer::time_point::max());
    auto made = co_await fresh();
    asked_.reset();
    mine->end(made ? keep(std::move(*made)) : bridge(std::move(made.error())));
    co_return *mine->answer;
  }

 private:
  bool is_metadata() const {
    return settings_.method == Entra::Method::managed_identity ||
           settings_.method == Entra::Method::azure_arc;
  }
  std::string name() const {
    return fmt::format("{}:{}", settings_.service.server.host, settings_.service.server.port);
  }

  asio::awaitable<Result<Token>> fresh() {
    auto request = question();
    if (!request) co_return std::unexpected(request.error());
    const auto end = std::chrono::steady_clock::now() + settings_.time;
    auto answer = co_await fetch_until(end, *request);
    if (answer && *answer && settings_.method == Entra::Method::azure_arc &&
        (*answer)->status == kUnauthorised) {
      auto key = arc_key(**answer);
      if (!key) co_return std::unexpected(key.error());
      request->headers.emplace_back("Authorization", "Basic " + *key);
      answer = co_await fetch_until(end, std::move(*request));
    }
    if (!answer) {
      co_return fail(ErrorKind::unavailable,
                     fmt::format("no token from {}: no answer within {} s", name(),
                                 std::chrono::duration<double>(settings_.time).count()));
    }
    if (!*answer) {
      const auto& why = answer->error();
      co_return fail(why.kind, fmt::format("no token from {}: {}", name(), why.message));
    }
    co_return read(**answer);
  }

  Token keep(Token made) {
    if (std::exchange(bridging_, false)) log::info("entra.token_renewed", {{"service", name()}});
    const auto life = made.expires - clock_.wall();
    kept_ = std::move(made);
    kept_until_ = clock_.mono() + life;
    renew_at_ = std::max<Millis>(life / kRenewPart, kLeastLeft);
    return *kept_;
  }

  /// Of the token's life, by the clock that says less: one may have been set back, the other may have slept.
  Millis left() const { return std::min(kept_->expires - clock_.wall(), kept_until_ - clock_.mono()); }

  /// A token that is still good bridges whatever keeps us from the next one.
  Result<Token> bridge(Error trouble) {
    if (!kept_ || left() <= Millis{0}) return std::unexpected(std::move(trouble));
    renew_at_ = std::max<Millis>(left() - kAskAgain, Millis{0});
    if (!std::exchange(bridging_, true)) {
      log::warn("entra.token_not_renewed",
                {{"reason", trouble.message},
                 {"good_until", rfc3339(kept_->expires)},
                 {"todo", "mend what the reason names before then: the last token serves until that time"}});
    }
    return *kept_;
  }

  Result<http::Fetch> question() const {
    http::Fetch request;
    request.server = settings_.service.server;
    auto base = settings_.service.path;
    while (base.ends_with('/')) base.pop_back();
    if (is_metadata()) {
      const bool arc = settings_.method == Entra::Method::azure_arc;
      request.target = fmt::format("{}{}?api-version={}&resource={}", base, kMetadataPath,
                                   arc ? "2020-06-01" : "2018-02-01", percent_encode(kResource));
      if (!settings_.client_id.empty()) request.target += "&client_id=" + percent_encode(settings_.client_id);
      request.headers.emplace_back("Metadata", "true");
      return request;
    }
    const auto secret = read_secret(settings_.secret_file);
    if (!secret) return std::unexpected(secret.error());
    request.method = "POST";
    request.target = fmt::format("{}/{}/oauth2/v2.0/token", base, percent_encode(settings_.tenant));
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Accept", "application/json");
    std::vector<std::pair<std::string_view, std::string_view>> fields{
        {"grant_type", "client_credentials"}, {"client_id", settings_.client_id}, {"scope", kScope}};
    if (settings_.method == Entra::Method::workload_identity) {
      fields.emplace_back("client_assertion_type", kAssertionType);
      fields.emplace_back("client_assertion", *secret);
    } else {
      fields.emplace_back("client_secret", *secret);
    }
    request.body = form(fields);
    return request;
  }

  /// The Arc agent names a file that only its group can read; what stands there is the proof. Only a key file
  /// in its folder is read: who can answer on that port shall not have other files sent to him.
  Result<std::string> arc_key(const http::Fetched& challenge) const {
    constexpr std::string_view kRealm = "Basic realm=";
    const auto at = challenge.headers.find("www-authenticate");
    const std::string_view header = at == challenge.headers.end() ? "" : std::string_view(at->second);
    const std::filesystem::path file(header.starts_with(kRealm) ? header.substr(kRealm.size()) : "");
    std::error_code failed;
    const auto size = std::filesystem::file_size(file, failed);
    if (file.parent_path() != settings_.arc_keys || file.extension() != ".key" ||
        (!failed && size > kMostArcKeyBytes)) {
      return fail(
          ErrorKind::unauthorised,
          fmt::format("{}: the Arc agent named '{}', which is no key of its own", name(), file.string()));
    }
    auto key = read_secret(file);
    if (!key) {
      return fail(key.error().kind,
                  fmt::format("{}. Is this service's user in the group himds?", key.error().message));
    }
    return key;
  }

  /// A sentence where our clock is off by the answer's own time, or where the reason is one of time and the
  /// answer says none. A clock that is right is not named: what has expired then is the secret.
  std::string about_our_clock(const http::Fetched& answer, std::string_view why) const {
    const auto now = clock_.wall();
    const auto at = answer.headers.find("date");
    const auto theirs = at == answer.headers.end() ? std::nullopt : http_date(at->second);
    if (theirs) {
      if (std::chrono::abs(now - *theirs) < kSkewWorthSaying) return {};
      return fmt::format(" This machine's clock says {} and is {} s {} that service's: set it (NTP).",
                         rfc3339(now),
                         std::chrono::round<std::chrono::seconds>(std::chrono::abs(now - *theirs)).count(),
                         now < *theirs ? "behind" : "ahead of");
    }
    const bool of_time = speaks_of_expiry(why) || speaks_of_too_early(why);
    return of_time ? fmt::format(" This machine's clock says {}.", rfc3339(now)) : std::string();
  }

  Result<Token> read(const http::Fetched& answer) const {
    boost::system::error_code failed;
    const auto parsed = json::parse(answer.body, failed);
    const auto* object = failed ? nullptr : parsed.if_object();
    if (answer.status != kOk) {
      const auto why = object == nullptr ? std::string() : text_of(*object, "error_description");
      const auto code = object == nullptr ? std::string() : text_of(*object, "error");
      return fail(
          answer.status >= 500 || answer.status == 429 ? ErrorKind::unavailable : ErrorKind::unauthorised,
          fmt::format("{} gave no token ({} {}): {}.{}", name(), answer.status,
                      code.empty() ? "without a reason" : code,
                      !why.empty()           ? why.substr(0, why.find('\r'))
                      : answer.status >= 500 ? "it is in trouble itself, and is asked again"
                                             : "check tenant, client_id and the secret",
                      about_our_clock(answer, why)));
    }
    const auto text = object == nullptr ? std::string() : text_of(*object, "access_token");
    const auto life = object == nullptr ? std::nullopt : integer(*object, "expires_in");
    constexpr int64_t kMostLife = 7 * 24 * 3600;
    if (text.empty() || !life || *life <= 0 || *life > kMostLife) {
      return fail(ErrorKind::unavailable,
                  fmt::format("{} answered without a token: is that the identity service?", name()));
    }
    // `expires_in` and not `expires_on`: it holds by a clock that is wrong, too.
    return Token{text, kJwt, clock_.wall() + std::chrono::seconds{*life}};
  }

  Entra settings_;
  const Clock& clock_;
  std::optional<Token> kept_;
  MonoTime kept_until_;
  Millis renew_at_{0};                     // another one is asked for when no more than this is left
  std::shared_ptr<Pending<Token>> asked_;  // while the service is asked: once, however many want it
  bool bridging_ = false;  // it was said that the last token serves though there is no next one
};

}  // namespace

http::Url usual_service(Entra::Method method) {
  const auto plain = [](const char* host, uint16_t port) {
    http::Url url;
    url.server.host = host;
    url.server.port = port;
    url.server.tls = false;
    url.path = "/";
    return url;
  };
  constexpr uint16_t kArcPort = 40342;
  if (method == Entra::Method::managed_identity) return plain("169.254.169.254", 80);
  if (method == Entra::Method::azure_arc) return plain("localhost", kArcPort);
  auto url = plain("login.microsoftonline.com", 443);
  url.server.tls = true;
  return url;
}

std::unique_ptr<Credential> entra_credential(Entra settings, const Clock& clock) {
  return std::make_unique<EntraCredential>(std::move(settings), clock);
}

}  // namespace millrace::servicebus
