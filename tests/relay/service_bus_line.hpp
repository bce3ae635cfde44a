// The relay's program between a real Mosquitto and a real bus, and a box played by the test.
#pragma once

#include <fstream>
#include <map>

#include <fmt/format.h>

#include "core/amqp/message.hpp"
#include "core/store/database.hpp"
#include "fake_box.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::relay {

using delivery::testing::Chain;
using test::Program;

class ServiceBusLine : public ::testing::Test {
 protected:
  static constexpr uint64_t kWindow = 512;
  static constexpr auto kKeyName = "RootManageSharedAccessKey";
  static constexpr auto kKey = "SAS_KEY_VALUE";

  ServiceBusLine() {
    write_bus({});
    write("connection-string",
          connection_string(fmt::format("127.0.0.1:{}", amqp_port)) + "UseDevelopmentEmulator=true;\n");
    write_relay("connection_string_file = \"connection-string\"\n");
    std::filesystem::create_directories(folder.path() / "boxes.d");
    const auto [id, key] = *chain.keys().begin();
    write("boxes.d/demo-box-1.toml",
          fmt::format("site = \"demo\"\nedge = \"box-1\"\n[[key]]\nid = \"{}\"\npublic_key = \"{}\"\n", id,
                      base64url(key)));
  }
  ~ServiceBusLine() override {
    if (HasFailure()) fmt::print(stderr, "{}\n{}\n", relay.output(), bus.output());
  }

  /// The bus then knows the key of `connection_string`, and lets in who has it and nobody else.
  std::string access() const {
    write("access.json",
          fmt::format(R"([{{"KeyName":"{}","PrimaryKey":"{}","Rights":["Manage"]}}])", kKeyName, kKey));
    return "[access]\nrules = \"access.json\"\n";
  }
  /// `more` are further tables of bus.toml.
  void write_bus(const std::string& more) const {
    write("bus.toml", fmt::format("data_dir = \"bus\"\nentities = \"{}/emulator/config.json\"\n"
                                  "[amqp]\nport = {}\n[http]\nport = {}\n{}",
                                  MILLRACE_SOURCE_DIR, amqp_port, bus_http_port, more));
  }
  void write_relay(const std::string& servicebus) const {
    write("relay.toml",
          fmt::format("name = \"relay-1\"\ndata_dir = \"relay\"\nboxes_dir = \"boxes.d\"\n"
                      "[[broker]]\nhost = \"127.0.0.1\"\nport = {}\n[servicebus]\n{}[http]\nport = {}\n",
                      broker.port(), servicebus, relay_http_port));
  }
  static std::string connection_string(const std::string& at, const std::string& key = kKey) {
    return fmt::format("Endpoint=sb://{};SharedAccessKeyName={};SharedAccessKey={};", at, kKeyName, key);
  }
  std::string at(const std::string& name) const { return (folder.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }

  /// Behaves as a box does: sends its window from its base on, and again when nothing moves.
  bool settle_up_to(uint64_t goal, std::chrono::seconds within = std::chrono::seconds{90}) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < end) {
      const auto before = box.settled_through();
      if (before >= goal) return true;
      box.publish(chain, before + 1, std::min(chain.last(), before + kWindow), before + 1);
      loop.until([&] { return box.settled_through() >= std::min(goal, before + kWindow); },
                 std::chrono::seconds{1});
    }
    return false;
  }

  /// Sends a window in one go and comes back while it is under way: the moment to kill something.
  void be_busy() {
    const auto before = box.settled_through();
    const auto last = std::min(chain.last(), before + kWindow);
    ASSERT_TRUE(loop.until([&] {
      box.publish(chain, before + 1, last, before + 1);
      return loop.until([&] { return box.settled_through() > before; }, std::chrono::seconds{1});
    }));
    ASSERT_LT(box.settled_through(), last) << "nothing is under way any more";
  }

  /// What a subscription to everything holds: event ids by session, in the order of arrival.
  std::map<std::string, std::vector<std::string>> received() const {
    auto db = store::Connection::open(at("bus/bus.db"), store::Connection::Mode::reader);
    if (!db) throw std::runtime_error(db.error().message);
    std::map<std::string, std::vector<std::string>> out;
    auto& rows = (*db)->statement(
        "SELECT session_id, encoded FROM message JOIN payload ON payload.id = message.payload"
        " JOIN entity ON entity.id = message.entity"
        " WHERE entity.path LIKE 'millrace-events/Subscriptions/analytics' ORDER BY message.sequence");
    rows.bind();
    while (rows.step()) {
      const auto message = amqp::decode_message(rows.bytes(1));
      if (!message) throw std::runtime_error(message.error().message);
      const auto* id = message->application_property("cloudEvents_id");
      const auto* text = id == nullptr ? nullptr : id->get_if<std::string>();
      if (text == nullptr) throw std::runtime_error("a message without cloudEvents_id");
      out[rows.text(0)].push_back(*text);
    }
    return out;
  }
  std::map<std::string, std::vector<std::string>> captured() const {
    std::map<std::string, std::vector<std::string>> out;
    for (uint64_t sequence = 1; sequence <= chain.last(); ++sequence) {
      const auto& event = chain.event(sequence);
      out[std::string(event.get(delivery::attr::partitionkey))].emplace_back(event.get(delivery::attr::id));
    }
    return out;
  }

  const uint16_t amqp_port = test::free_port();
  const uint16_t bus_http_port = test::free_port();
  const uint16_t relay_http_port = test::free_port();
  Chain chain;
  test::TempFolder folder;
  test::Mosquitto broker;
  test::Loop loop;
  FakeBox box{loop, broker.port()};
  Program bus{"millrace-bus", {"--config", at("bus.toml")}, at("bus.log")};
  Program relay{"millrace-relay", {"--config", at("relay.toml")}, at("relay.log")};
};

}  // namespace millrace::relay
