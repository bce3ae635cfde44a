#include "emulator/bus_config.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/asio/ip/address.hpp>

#include "core/base/config.hpp"
#include "emulator/access/access_file.hpp"
#include "emulator/entities/entities_file.hpp"

namespace millrace::bus {
namespace {

constexpr int64_t kAmqpPort = 5672;  // IANA's, and the SDKs' default
constexpr int64_t kHttpPort = 5300;  // the official emulator's

Address read_address(Config& config, const std::string& table, int64_t port) {
  Address address;
  address.host = config.text(table + ".address", address.host);
  boost::system::error_code wrong;
  boost::asio::ip::make_address(address.host, wrong);
  if (wrong) config.complain(table + ".address", "is not an IP address, such as 127.0.0.1");
  address.port =
      static_cast<uint16_t>(config.integer(table + ".port", port, 0, std::numeric_limits<uint16_t>::max()));
  return address;
}

/// Where the messages are; nothing when they are to be in memory only, which has to be asked for.
std::filesystem::path read_data_dir(Config& config) {
  const auto storage = config.text("storage", "disk");
  if (storage == "disk") return config.path("data_dir");
  if (storage != "memory") config.complain("storage", "must be disk or memory");
  config.path("data_dir", false);  // it may stay where it is
  return {};
}

std::optional<net::Identity> read_identity(Config& config) {
  net::Identity identity{config.path("tls.certificate", false), config.path("tls.key", false)};
  if (identity.certificate.empty() && identity.key.empty()) return std::nullopt;
  if (identity.certificate.empty() || identity.key.empty()) {
    config.complain(identity.key.empty() ? "tls.certificate" : "tls.key",
                    "certificate and key belong together");
    return std::nullopt;
  }
  if (const auto good = net::server_context(identity); !good)
    config.complain("tls.certificate", good.error().message);
  return identity;
}

}  // namespace

Result<BusConfig> BusConfig::load(const std::filesystem::path& file) {
  auto config = Config::load(file);
  if (!config) return std::unexpected(config.error());
  BusConfig bus;
  bus.data_dir = read_data_dir(*config);
  bus.log_level = config->text("log_level", "info");
  bus.amqp = read_address(*config, "amqp", kAmqpPort);
  bus.http = read_address(*config, "http", kHttpPort);
  bus.tls = read_identity(*config);
  const auto access_path = config->path("access.rules", false);
  const auto faults_path = config->path("faults.script", false);
  if (access_path.empty()) {
    for (const auto& [table, address] : {std::pair("amqp", bus.amqp), std::pair("http", bus.http)}) {
      boost::system::error_code unread;
      const auto parsed = boost::asio::ip::make_address(address.host, unread);
      if (!unread && !parsed.is_loopback()) {
        config->complain(
            fmt::format("{}.address", table),
            "is open to the network, and nobody needs a key: use 127.0.0.1, or set access.rules");
      }
    }
  }
  const auto entities_path = config->path("entities");
  auto problems = config->problems();
  if (!entities_path.empty()) {
    auto entities = load_entities(entities_path);
    problems.insert(problems.end(), entities.problems.begin(), entities.problems.end());
    bus.entities = std::move(entities.definitions);
  }
  if (!access_path.empty()) {
    auto rules = load_access_rules(access_path);
    if (!rules) problems.push_back(rules.error().message);
    bus.access = std::move(rules).value_or(std::vector<AccessRule>{});
  }
  if (!faults_path.empty()) {
    auto faults = load_faults(faults_path);
    if (!faults) problems.push_back(faults.error().message);
    bus.faults = std::move(faults).value_or(std::vector<FaultOrder>{});
  }
  if (!problems.empty()) {
    return fail(ErrorKind::invalid_input, fmt::format("{}", fmt::join(problems, "\n")));
  }
  return bus;
}

}  // namespace millrace::bus
