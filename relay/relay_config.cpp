#include "relay/relay_config.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/base/config.hpp"
#include "core/base/files.hpp"
#include "relay/lanes/lane_runner.hpp"
#include "relay/sink_config.hpp"

namespace millrace::relay {
namespace {

constexpr size_t kMostNameCharacters = 32;
/// Memory that one stream may take, at most.
constexpr int64_t kMostWindowRecords = 65'536;
constexpr int64_t kMostWindowBytes = 1024LL * 1024 * 1024;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMostNameCharacters && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

RelayConfig::Broker read_broker(Config& table) {
  RelayConfig::Broker broker;
  broker.host = table.text("host");
  broker.port = static_cast<uint16_t>(table.integer("port", 1883, 1, kMostPort));
  mqtt::Tls tls{table.path("ca", false), table.path("certificate", false), table.path("key", false)};
  if (tls.certificate.empty() != tls.key.empty()) {
    table.complain(tls.key.empty() ? "certificate" : "key", "certificate and key belong together");
  }
  if (tls.ca.empty() && !tls.certificate.empty()) {
    table.complain("certificate", "needs ca as well: the broker's certificate is always checked");
  }
  must_exist(table, "ca", tls.ca);
  must_exist(table, "certificate", tls.certificate);
  must_exist(table, "key", tls.key);
  if (!tls.ca.empty()) broker.tls = std::move(tls);
  return broker;
}

}  // namespace

Result<RelayConfig> RelayConfig::load(const std::filesystem::path& file) {
  auto loaded = Config::load(file);
  if (!loaded) return std::unexpected(loaded.error());
  auto& config = *loaded;
  RelayConfig out;

  out.name = config.text("name");
  if (!out.name.empty() && !is_name(out.name)) {
    config.complain("name", fmt::format("must be 1 to {} characters of a-z, 0-9 and -", kMostNameCharacters));
  }
  out.data_dir = config.path("data_dir");
  out.boxes_dir = config.path("boxes_dir");
  out.log_level = config.text("log_level", "info");
  constexpr std::array kLevels = {"debug", "info", "warn", "error"};
  if (std::ranges::find(kLevels, out.log_level) == kLevels.end()) {
    config.complain("log_level", "must be debug, info, warn or error");
  }

  auto brokers = config.tables("broker");
  if (brokers.empty()) config.complain("broker", "no broker: add [[broker]] with host and port");
  for (auto& broker : brokers) out.brokers.push_back(read_broker(broker));

  out.sink = SinkConfig::read(config);

  out.http.address = config.text("http.address", "127.0.0.1");
  out.http.port = static_cast<uint16_t>(config.integer("http.port", 8081, 0, kMostPort));

  const auto size = [&](std::string_view key, size_t otherwise, size_t least, int64_t most) {
    return static_cast<size_t>(
        config.integer(key, static_cast<int64_t>(otherwise), static_cast<int64_t>(least), most));
  };
  out.limits.window_records =
      size("delivery.window_records", delivery::kWindowRecords, 1, kMostWindowRecords);
  out.limits.window_bytes =
      size("delivery.window_bytes", delivery::kWindowBytes, delivery::kLeastWindowBytes, kMostWindowBytes);

  if (auto finished = config.finish(); !finished) return std::unexpected(finished.error());
  return out;
}

}  // namespace millrace::relay
