// Requests and decisions over the API of a box; what their tests share.
#pragma once

#include "core/delivery/outbox.hpp"
#include "core/delivery/outbox_reader.hpp"
#include "edge/publish/caretaker.hpp"
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge::test {

inline constexpr const char* kAsked =
    R"("kind":"retest","skill":"pump-operation","reason_code":"disturbed","comment":"The line\nstopped",)"
    R"("comment_language":"en","needed_by":"2026-12-24","priority":"high")";

inline std::string ask_body(const std::string& with_key, const std::string& pin = kPin,
                            const std::string& asked = kAsked) {
  return R"({"submission_key":")" + with_key + "\"," + asked + R"(,"pin":")" + pin + R"("})";
}

inline std::string batch_body(const std::string& with_key, const std::string& operator_ids,
                              const std::string& pin = kPin, const std::string& asked = kAsked) {
  return R"({"submission_key":")" + with_key + "\"," + asked + R"(,"operator_ids":)" + operator_ids +
         R"(,"operator_acknowledged":true,"pin":")" + pin + R"("})";
}

class RequestsApi : public KioskApi {
 protected:
  explicit RequestsApi(std::function<void(EdgeConfig&)> adjust = {}) : KioskApi(std::move(adjust)) {}

  Answer ask(const std::string& body) { return client_.call("POST", "/api/v1/requests", body); }
  Answer ask_on_behalf(const std::string& body) {
    return client_.call("POST", "/api/v1/requests/on-behalf", body);
  }
  void restart_and_sign_in(const std::string& badge, const std::string& pin = kPin) {
    edge_.restart();
    client_.set_port(edge_.port());
    EXPECT_EQ(client_.sign_in(badge, pin).status, 201U);
  }
  std::vector<delivery::Event> events() {
    auto db =
        store::Connection::open(edge_.folder() / "data" / "edge.db", store::Connection::Mode::reader).value();
    std::vector<delivery::Event> out;
    for (auto& record : delivery::read_records(*db, 1, 100, 1024 * 1024))
      out.push_back(std::move(record.event));
    return out;
  }
  template <class Message>
  Message message(const delivery::Event& event) {
    Message out;
    EXPECT_TRUE(out.ParseFromArray(event.data.data(), static_cast<int>(event.data.size())));
    return out;
  }
  /// The first record was parked and is given up, the others are sent; in time the box removes them all.
  void discard_prune_and_restart(const std::string& first) {
    edge_.stop();
    const auto data = edge_.folder() / "data";
    auto db = store::Connection::open(data / "edge.db", store::Connection::Mode::writer).value();
    const delivery::Outbox outbox(SigningKey::load_or_create(data / "edge.key").value(), edge_.clock());
    delivery::Event checkpoint;  // rows are removed behind one only
    checkpoint.attributes = {{"id", key()},
                             {"source", "/sites/demo/edges/box-1"},
                             {"type", std::string(delivery::kCheckpointType)},
                             {"partitionkey", "stream:x"}};
    ASSERT_TRUE(outbox.append(*db, checkpoint));
    const auto end = delivery::read_position(*db).value();
    ASSERT_TRUE(outbox.settle(*db, end.stream_id, end.last_sequence, end.last_hash,
                              {{1, Uuid::parse(first).value(), "too large", false}}));
    ASSERT_TRUE(outbox.discard(*db, {end.stream_id, 1}, {"root", "nobody wants it"}));
    edge_.clock().advance(kDefaultRetention + std::chrono::days{1});
    const auto pruned = outbox.prune(*db, edge_.clock().wall() - kDefaultRetention, end.last_sequence);
    ASSERT_EQ(pruned, end.last_sequence - 1) << "all but the checkpoint";
    db.reset();
    edge_.start();
    client_.set_port(edge_.port());
  }
  /// Nobody is a team leader any more; known to the box that is started next.
  void dismiss_leaders() {
    const auto file = edge_.folder() / "roster.json";
    write_text(file, with(read_text(file), "\"team_leader\"", "\"operator\""));
  }
  /// Somebody gets another PIN.
  void change_pin(const std::string& pin) {
    const auto file = edge_.folder() / "roster.json";
    auto text = read_text(file);
    const auto hash = hash_pin(pin).value();
    for (size_t at = 0; (at = text.find(pin_hash(), at)) != std::string::npos; at += hash.size()) {
      text.replace(at, pin_hash().size(), hash);
    }
    write_text(file, text);
  }
};

}  // namespace millrace::edge::test
