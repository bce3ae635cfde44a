// millrace-bus: a local Azure Service Bus. Parses, wires, runs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>

#include "core/base/log.hpp"
#include "core/base/service.hpp"
#include "emulator/bus.hpp"
#include "emulator/bus_config.hpp"
#include "emulator/print/follow.hpp"

namespace {

constexpr int kExitBadConfiguration = 2;
constexpr int kExitFailed = 1;
constexpr auto kVersion = "0.1.0";

int run(const millrace::bus::BusConfig& config) {
  boost::asio::io_context loop{1};
  auto bus = millrace::bus::Bus::open(loop, config);
  if (!bus) {
    millrace::log::error("bus.not_started", {{"reason", bus.error().message}});
    return kExitFailed;
  }
  millrace::Service service(loop, [&] { (*bus)->stop(); });
  if (const auto started = (*bus)->start(); !started) {
    millrace::log::error("bus.not_started", {{"reason", started.error().message}});
    return kExitFailed;
  }
  const auto amqp = (*bus)->amqp_address();
  const auto http = (*bus)->http_address();
  millrace::log::info("bus.started", {{"version", kVersion}, {"amqp", amqp}, {"http", http}});
  service.ready(fmt::format("AMQP on {}, HTTP on {}", amqp, http));
  loop.run();
  millrace::log::info("bus.stopped");
  return 0;
}

/// Shows the bus that runs with this configuration.
int print(const millrace::bus::BusConfig& config) {
  using namespace millrace;
  net::Endpoint endpoint;
  const auto& host = config.http.host;
  endpoint.host = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host;
  endpoint.port = config.http.port;
  endpoint.tls = false;  // it does not leave this machine
  const auto rule = std::ranges::find_if(
      config.access, [](const bus::AccessRule& one) { return (one.rights & bus::kManage) != 0; });
  const auto sign = [&] {
    return rule == config.access.end() ? "" : bus::sign_for_namespace(*rule, SystemClock().wall());
  };
  const auto ended = bus::follow(endpoint, sign);
  if (ended) return 0;
  fmt::print(stderr, "{}\n", ended.error().message);
  return kExitFailed;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A local Azure Service Bus for demos, tests and air-gapped trials."};
  std::filesystem::path file;
  bool check_only = false;
  app.add_option("--config", file, "The configuration file (bus.toml)")->required();
  app.add_flag("--check-config", check_only, "Check the configuration, change nothing");
  bool print_only = false;
  app.add_flag("--print", print_only,
               "Show what the bus that runs with this configuration holds, as it changes");
  app.set_version_flag("--version", fmt::format("millrace-bus {}", kVersion));
  CLI11_PARSE(app, argc, argv);

  const auto config = millrace::bus::BusConfig::load(file);
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().message);
    return kExitBadConfiguration;
  }
  if (!millrace::log::set_level(config->log_level)) {
    fmt::print(stderr, "{}: log_level: must be debug, info, warn or error\n", file.string());
    return kExitBadConfiguration;
  }
  if (check_only) return 0;
  if (print_only) return print(*config);
  return run(*config);
}
