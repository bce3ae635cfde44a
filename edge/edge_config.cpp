#include "edge/edge_config.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/host_name.hpp>

#include "core/base/config.hpp"
#include "core/delivery/outbox.hpp"
#include "core/store/ballast.hpp"
#include "edge/publish/caretaker.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostNameCharacters = 32;
constexpr size_t kMostPlaceBytes = 64;
constexpr size_t kMostHelpBytes = 200;  // one line on the attention screen
/// A certificate with all of them has to fit into a handshake.
constexpr size_t kMostHostNames = 16;
constexpr int64_t kMostPort = 65'535;
constexpr int64_t kMostWindowRecords = 65'536;
constexpr int64_t kMostWindowBytes = 1024LL * 1024 * 1024;
constexpr int64_t kMostQuotaBytes = 1024LL * 1024 * 1024 * 1024;
constexpr int64_t kMostRetentionDays = 3'650;
/// Longer than a screen keeps what the box has not heard (kMostAgo).
constexpr int64_t kLeastAnswersDays = 30;
constexpr int64_t kLeastBallastBytes = 64LL * 1024;
constexpr int64_t kMostBallastBytes = 1024LL * 1024 * 1024;
constexpr int64_t kLeastResendMs = 100;
constexpr int64_t kMostResendMs = 3600'000;

/// Site and edge stand in topics, event sources and file names.
std::string read_name(Config& config, std::string_view key) {
  auto name = config.text(key);
  const bool good =
      !name.empty() && name.size() <= kMostNameCharacters && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (!good && config.has(key)) {
    config.complain(key, fmt::format("must be 1 to {} characters of a-z, 0-9 and -", kMostNameCharacters));
  }
  return name;
}

std::string read_short(Config& config, std::string_view key, size_t most_bytes) {
  auto text = config.text(key, "");
  if (text.size() > most_bytes) config.complain(key, fmt::format("has more than {} bytes", most_bytes));
  return text;
}

std::string read_place(Config& config, std::string_view key) {
  return read_short(config, key, kMostPlaceBytes);
}

void must_exist(Config& config, std::string_view key, const std::filesystem::path& path) {
  std::error_code ignored;
  if (!path.empty() && !std::filesystem::exists(path, ignored)) {
    config.complain(key, fmt::format("{} does not exist, or may not be read", path.string()));
  }
}

bool is_host_name(std::string_view name) {
  constexpr size_t kMostHostBytes = 253;
  constexpr std::string_view kEmptyLabel = "..";
  const bool good = !name.empty() && name.size() <= kMostHostBytes && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  return good && !name.starts_with('.') && !name.ends_with('.') && !name.starts_with('-') &&
         !name.contains(kEmptyLabel);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// As they stand in a certificate. Without any: what the machine calls itself, and the address.
std::vector<std::string> read_names(Config& config, const EdgeConfig::Http& http,
                                    const boost::asio::ip::address& address) {
  auto names = config.texts("http.names");
  if (names.size() > kMostHostNames) {
    config.complain("http.names", fmt::format("has more than {} names", kMostHostNames));
  }
  for (auto& name : names) {
    boost::system::error_code no_address;
    const auto numbers = boost::asio::ip::make_address(name, no_address);
    name = no_address ? lower(name) : numbers.to_string();
    if (no_address && !is_host_name(name)) {
      config.complain("http.names", fmt::format("'{}' is neither a host name nor an address", name));
    }
  }
  if (!names.empty() || !http.makes_certificate()) return names;
  boost::system::error_code failed;
  if (auto host = lower(boost::asio::ip::host_name(failed)); !failed && is_host_name(host)) {
    names.push_back(std::move(host));
  }
  if (!address.is_unspecified()) names.push_back(address.to_string());
  return names;
}

EdgeConfig::Http read_http(Config& config) {
  EdgeConfig::Http http;
  http.address = config.text("http.address", "127.0.0.1");
  http.port = static_cast<uint16_t>(config.integer("http.port", 8080, 0, kMostPort));
  http.kiosk_dir = config.path("http.kiosk_dir", false);
  http.tls_certificate = config.path("http.tls_certificate", false);
  http.tls_key = config.path("http.tls_key", false);
  must_exist(config, "http.kiosk_dir", http.kiosk_dir);
  must_exist(config, "http.tls_certificate", http.tls_certificate);
  must_exist(config, "http.tls_key", http.tls_key);
  if (http.tls_certificate.empty() != http.tls_key.empty()) {
    const bool no_key = http.tls_key.empty();
    config.complain(no_key ? "http.tls_certificate" : "http.tls_key",
                    fmt::format("needs {} as well; without both, the box makes a certificate of its own",
                                no_key ? "tls_key" : "tls_certificate"));
  }
  boost::system::error_code wrong;
  const auto address = boost::asio::ip::make_address(http.address, wrong);
  if (wrong) {
    config.complain("http.address", fmt::format("'{}' is not an IP address such as 127.0.0.1", http.address));
  } else {
    http.loopback = address.is_loopback();
  }
  http.names = read_names(config, http, address);
  return http;
}

EdgeConfig::Broker read_broker(Config& config) {
  EdgeConfig::Broker broker;
  broker.host = config.text("broker.host", "127.0.0.1");
  broker.port = static_cast<uint16_t>(config.integer("broker.port", 1883, 1, kMostPort));
  mqtt::Tls tls{config.path("broker.ca", false), config.path("broker.certificate", false),
                config.path("broker.key", false)};
  must_exist(config, "broker.ca", tls.ca);
  must_exist(config, "broker.certificate", tls.certificate);
  must_exist(config, "broker.key", tls.key);
  if (tls.certificate.empty() != tls.key.empty()) {
    config.complain(tls.key.empty() ? "broker.certificate" : "broker.key",
                    "certificate and key belong together");
  }
  if (tls.ca.empty() && !tls.certificate.empty()) {
    config.complain("broker.certificate", "needs ca as well: the broker's certificate is always checked");
  }
  if (!tls.ca.empty()) broker.tls = std::move(tls);
  return broker;
}

delivery::SenderLimits read_limits(Config& config) {
  delivery::SenderLimits limits;
  const auto number = [&](std::string_view key, size_t otherwise, size_t least, int64_t most) {
    return config.integer(key, static_cast<int64_t>(otherwise), static_cast<int64_t>(least), most);
  };
  limits.window_records =
      static_cast<size_t>(number("delivery.window_records", delivery::kWindowRecords, 1, kMostWindowRecords));
  limits.window_bytes = static_cast<size_t>(
      number("delivery.window_bytes", delivery::kWindowBytes, delivery::kLeastWindowBytes, kMostWindowBytes));
  limits.resend_first = Millis{config.integer("delivery.resend_first_ms", delivery::kResendFirst.count(),
                                              kLeastResendMs, kMostResendMs)};
  limits.resend_most = Millis{config.integer("delivery.resend_most_ms", delivery::kResendMost.count(),
                                             kLeastResendMs, kMostResendMs)};
  if (limits.resend_most < limits.resend_first) {
    config.complain("delivery.resend_most_ms", "must not be less than resend_first_ms");
  }
  return limits;
}

}  // namespace

Result<EdgeConfig> EdgeConfig::load(const std::filesystem::path& file) {
  auto loaded = Config::load(file);
  if (!loaded) return std::unexpected(loaded.error());
  auto& config = *loaded;
  EdgeConfig out;
  out.place = {read_name(config, "site"), read_name(config, "edge"), read_place(config, "area"),
               read_place(config, "line"), read_place(config, "station")};
  out.data_dir = config.path("data_dir");
  out.content = {config.path("roster"), config.path("assignments"), config.path("packages"),
                 config.path("content.catalogue", false), config.path("content.workflows", false)};
  must_exist(config, "content.catalogue", out.content.catalogue);
  must_exist(config, "content.workflows", out.content.workflows);
  out.log_level = config.text("log_level", "info");
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
  if (std::ranges::find(kLevels, out.log_level) == kLevels.end()) {
    config.complain("log_level", "must be debug, info, warn or error");
  }
  out.http = read_http(config);
  out.kiosk = {read_short(config, "kiosk.help", kMostHelpBytes), config.flag("kiosk.roster_sign_in", false),
               config.path("kiosk.photos", false), config.flag("kiosk.record_answer_times", false)};
  out.broker = read_broker(config);
  out.limits = read_limits(config);
  out.outbox_quota_bytes = static_cast<uint64_t>(
      config.integer("delivery.outbox_quota_bytes", static_cast<int64_t>(delivery::kDefaultOutboxQuotaBytes),
                     static_cast<int64_t>(delivery::kLeastOutboxQuotaBytes), kMostQuotaBytes));
  out.retention = std::chrono::days{
      config.integer("delivery.retention_days", kDefaultRetention.count(), 1, kMostRetentionDays)};
  const auto answers_days = config.integer("kiosk.answers_retention_days", 0, 0, kMostRetentionDays);
  if (answers_days > 0 && answers_days < kLeastAnswersDays) {
    config.complain("kiosk.answers_retention_days",
                    fmt::format("must be {} or more, or 0 for as long as the database", kLeastAnswersDays));
  }
  out.answers_retention = std::chrono::days{answers_days};
  // The settled record is what tells that the centre has it.
  if (out.answers_retention >= out.retention && answers_days > 0) {
    config.complain("kiosk.answers_retention_days", "must be less than delivery.retention_days");
  }
  out.ballast_bytes = static_cast<uint64_t>(config.integer("delivery.ballast_bytes",
                                                           static_cast<int64_t>(store::kDefaultBallastBytes),
                                                           kLeastBallastBytes, kMostBallastBytes));
  if (auto finished = config.finish(); !finished) return std::unexpected(finished.error());
  return out;
}

}  // namespace millrace::edge
