// A RabbitMQ of the test's own, from Debian's package, with its AMQP 1.0 plugin.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/support/mosquitto.hpp"
#include "tests/support/program.hpp"

namespace millrace::test {

/// Has the durable queues and the user that it is given, on loopback ports of its own; its data survive a
/// kill.
class RabbitMq {
 public:
  static constexpr auto kProgram = "/usr/lib/rabbitmq/bin/rabbitmq-server";
  static bool is_installed() { return std::filesystem::exists(kProgram); }

  /// `settings` are further lines of rabbitmq.conf.
  RabbitMq(std::filesystem::path folder, const std::vector<std::string>& queues, const std::string& user,
           const std::string& password, const std::string& settings = {})
      : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    write("enabled_plugins", "[rabbitmq_amqp1_0,rabbitmq_auth_mechanism_ssl].\n");
    write("rabbitmq.conf", fmt::format("{}\nload_definitions = {}/definitions.json\n",
                                       settings.empty() ? plain() : settings, folder_.string()));
    std::vector<std::string> made;
    made.reserve(queues.size());
    for (const auto& queue : queues) {
      made.push_back(fmt::format(
          R"({{"name":"{}","vhost":"/","durable":true,"auto_delete":false,"arguments":{{}}}})", queue));
    }
    write(
        "definitions.json",
        fmt::format(R"({{"vhosts":[{{"name":"/"}}],"users":[{{"name":"{0}","password":"{1}","tags":""}}],)"
                    R"("permissions":[{{"user":"{0}","vhost":"/","configure":"","write":".*","read":".*"}}],)"
                    R"("queues":[{2}]}})",
                    user, password, fmt::join(made, ",")));
    epmd_.start();
  }

  uint16_t port() const { return port_; }
  void start() { server_.start(); }
  /// As a power cut does it.
  void kill() { server_.kill(SIGKILL); }
  std::string output() const { return server_.output(); }

 private:
  std::string plain() const { return fmt::format("listeners.tcp.1 = 127.0.0.1:{}", port_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  /// The script replaces itself by the server, whose pid we so have, where it believes systemd started it.
  std::vector<std::string> command() const {
    const auto at = [&](const std::string& name) { return (folder_ / name).string(); };
    return {"HOME=" + folder_.string(),
            "RABBITMQ_NODENAME=millrace@localhost",
            "RABBITMQ_MNESIA_BASE=" + at("data"),
            "RABBITMQ_LOG_BASE=" + at("log"),
            "RABBITMQ_LOGS=-",
            "RABBITMQ_CONFIG_FILE=" + at("rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE=" + at("enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE=/dev/null",
            fmt::format("RABBITMQ_DIST_PORT={}", distribution_port_),
            fmt::format("ERL_EPMD_PORT={}", names_port_),
            "RUNNING_UNDER_SYSTEMD=true",
            kProgram};
  }

  std::filesystem::path folder_;
  uint16_t port_ = free_port();
  uint16_t distribution_port_ = free_port();
  uint16_t names_port_ = free_port();
  // Erlang's port mapper: one of our own, or the server would leave its behind.
  Program epmd_{
      "/usr/bin/epmd", {"-address", "127.0.0.1", "-port", std::to_string(names_port_)}, folder_ / "epmd.log"};
  Program server_{"/usr/bin/env", command(), folder_ / "server.log"};
};

}  // namespace millrace::test
