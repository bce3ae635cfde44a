// millrace-relay: takes the plant boxes' streams from MQTT brokers and delivers them to Service Bus in order.
#include <cstdio>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "core/base/log.hpp"
#include "core/base/service.hpp"
#include "relay/cloud_relay.hpp"
#include "relay/lanes/amqp_sink.hpp"
#include "relay/relay_config.hpp"

namespace {

using namespace millrace;

constexpr int kBadConfiguration = 2;

int run(relay::RelayConfig config, relay::Trust trust) {
  boost::asio::io_context loop;
  const SystemClock clock;
  const auto& to = config.sink;
  servicebus::Client::Options client{.endpoint = to.endpoint,
                                     .audience = to.audience,
                                     .credential = to.credential(clock),
                                     .user = to.user,
                                     .password_file = to.password_file,
                                     .external = !to.is_service_bus && to.endpoint.identity};
  auto sink = std::make_unique<relay::AmqpSink>(
      loop.get_executor(),
      relay::AmqpSink::Options{std::move(client), to.events, to.address_prefix, !to.is_service_bus,
                               config.name},
      clock);
  const auto http_address = config.http.address;
  relay::CloudRelay cloud_relay(loop, std::move(config), std::move(trust), clock, std::move(sink),
                                MILLRACE_VERSION);

  Service service(loop, [&] {
    boost::asio::co_spawn(loop, cloud_relay.stop(), [&loop](const std::exception_ptr&) { loop.stop(); });
  });
  if (const auto started = cloud_relay.start(); !started) {
    log::error("relay.start_failed", {{"reason", started.error().message}});
    return 1;
  }
  const auto http = fmt::format("{}:{}", http_address, cloud_relay.http_port());
  log::info("relay.started",
            {{"version", MILLRACE_VERSION}, {"http", http}, {"instance", cloud_relay.instance()}});
  service.ready(fmt::format("serving, health on {}", http));
  loop.run();
  log::info("relay.stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Delivers the plant boxes' records to Azure Service Bus, in order and accounted for."};
  std::string file;
  bool check = false;
  app.add_option("--config", file, "The configuration file (relay.toml)")->required();
  app.add_flag("--check-config", check, "Check the configuration and the boxes' files, change nothing");
  app.set_version_flag("--version", std::string("millrace-relay ") + MILLRACE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadConfiguration;
  }

  auto config = relay::RelayConfig::load(file);
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().message);
    return kBadConfiguration;
  }
  auto trust = relay::Trust::load(config->boxes_dir);
  if (!trust) {
    fmt::print(stderr, "{}\n", trust.error().message);
    return kBadConfiguration;
  }
  if (check) {
    for (const auto& problem : trust->problems()) fmt::print(stderr, "{}\n", problem);
    if (!trust->problems().empty()) return kBadConfiguration;
    fmt::print("{}: good, {} boxes\n", file, trust->boxes());
    return 0;
  }
  log::set_level(config->log_level);
  return run(std::move(*config), std::move(*trust));
}
