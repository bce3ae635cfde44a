// millrace-edge: parses, wires, runs.
#include <cstdio>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/base/log.hpp"
#include "core/base/service.hpp"
#include "core/http/server.hpp"
#include "edge/edge_gateway.hpp"
#include "edge/https.hpp"
#include "edge/print_trust.hpp"

namespace {

using namespace millrace;

constexpr int kStartFailed = 1;
constexpr int kBadConfiguration = 2;

int report(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return kBadConfiguration;
}

/// Reads the PIN from standard input, so that it stands in no process list and no shell history.
int print_pin_hash() {
  std::string pin;
  std::getline(std::cin, pin);
  if (!pin.empty() && pin.back() == '\r') pin.pop_back();
  if (pin.empty()) return report({ErrorKind::invalid_input, "no PIN on standard input: type it, and Enter"});
  const auto hash = hash_pin(pin);
  if (!hash) return report(hash.error());
  std::printf("%s\n", hash->c_str());
  return 0;
}

int print_public_key(const edge::EdgeConfig& config) {
  std::error_code failed;
  std::filesystem::create_directories(config.data_dir, failed);
  const auto key = SigningKey::load_or_create(config.key_file());
  if (!key) return report(key.error());
  std::printf("%s %s\n", key->key_id().c_str(), base64url(key->public_key()).c_str());
  return 0;
}

int print_trust(const edge::EdgeConfig& config) {
  if (!config.http.makes_certificate()) {
    return report({ErrorKind::invalid_input,
                   config.http.has_tls()
                       ? "kiosks have to trust the authority that gave " +
                             config.http.tls_certificate.string() + ": the box has none of its own"
                       : "http.address is loopback: the box is served without a certificate"});
  }
  const auto own = edge::open_own_certificate(config, SystemClock().wall());
  if (!own) return report(own.error());
  const auto text = edge::trust_text(config, *own);
  if (!text) return report(text.error());
  std::printf("%s", text->c_str());
  return 0;
}

/// Everything that a start would read, and nothing else.
int check(const edge::EdgeConfig& config) {
  const auto content = edge::ContentFolder::load(config.content);
  if (!content) return report(content.error());
  if (config.http.has_tls()) {
    const auto good = net::server_context({config.http.tls_certificate, config.http.tls_key});
    if (!good) return report(good.error());
  }
  if (config.http.makes_certificate()) {
    if (const auto good = edge::OwnCertificate::check(config.data_dir); !good) return report(good.error());
  }
  std::error_code ignored;
  const auto mode = std::filesystem::status(config.content.roster, ignored).permissions();
  if ((mode & std::filesystem::perms::others_read) != std::filesystem::perms::none) {
    std::fprintf(stderr, "%s: every user of this machine can read the names and PIN hashes: chmod o= it\n",
                 config.content.roster.c_str());
  }
  std::printf("the configuration is good: %zu operators, %zu assignments, %zu test packages\n",
              content->current().roster->size(), content->current().assignments->all().size(),
              content->current().packages->size());
  return 0;
}

int run(const edge::EdgeConfig& config) {
  log::set_level(config.log_level);
  const SystemClock clock;
  boost::asio::io_context loop(1);
  edge::EdgeGateway gateway(loop, config, clock, MILLRACE_VERSION);
  Service service(loop, [&] {
    boost::asio::co_spawn(
        loop,
        [&]() -> boost::asio::awaitable<void> {
          co_await gateway.stop();
          loop.stop();
        },
        boost::asio::detached);
  });
  if (auto started = gateway.start(); !started) {
    // The exit code decides whether the service manager tries again: a port or a disk comes back by itself,
    // a bad file does not.
    log::error("edge.start_failed", {{"reason", started.error().message}});
    return started.error().kind == ErrorKind::invalid_input ? kBadConfiguration : kStartFailed;
  }
  const auto address = fmt::format("{}:{}", config.http.address, gateway.http_port());
  log::info("edge.started", {{"version", MILLRACE_VERSION},
                             {"site", config.place.site},
                             {"edge", config.place.edge},
                             {"http", address}});
  service.ready("serving kiosks on " + address);
  loop.run();
  log::info("edge.stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "The plant box: serves kiosks, saves what operators do, and publishes it to the plant's broker."};
  std::string file;
  bool check_only = false;
  bool public_key = false;
  bool trust = false;
  bool hash = false;
  app.add_option("--config", file, "The configuration file (TOML)");
  app.add_flag("--check-config", check_only,
               "Check the configuration, roster, assignments and packages; change nothing; exit 0 or 2");
  app.add_flag("--print-public-key", public_key,
               "Print the box's key id and public key; makes the key if there is none");
  app.add_flag("--print-trust", trust,
               "Print the certificate that kiosks have to trust, and how; makes it if there is none");
  app.add_flag("--hash-pin", hash, "Read a PIN from standard input and print its hash for the roster");
  app.set_version_flag("--version", std::string("millrace-edge ") + MILLRACE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadConfiguration;
  }

  if (hash) return print_pin_hash();
  if (file.empty()) return report({ErrorKind::invalid_input, "--config FILE is required"});
  const auto config = edge::EdgeConfig::load(file);
  if (!config) return report(config.error());
  if (public_key) return print_public_key(*config);
  if (trust) return print_trust(*config);
  return check_only ? check(*config) : run(*config);
}
