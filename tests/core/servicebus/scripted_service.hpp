// A service and a credential that do what a test says.
#pragma once

#include <boost/asio/io_context.hpp>

#include "core/amqp/message.hpp"
#include "core/servicebus/credential.hpp"
#include "tests/support/amqp_listener.hpp"

namespace millrace::servicebus {

/// Answers `$cbs`, accepts sender links, and keeps what arrives until the test says what becomes of it.
class ScriptedService {
 public:
  explicit ScriptedService(boost::asio::io_context& loop)
      : listener(
            loop, "scripted",
            [this] {
              amqp::Connection::Events events;
              events.on_link = [this](const amqp::LinkPtr& link) { attached(link); };
              return events;
            },
            [this](std::shared_ptr<amqp::Connection> made) {
              connection = std::move(made);
              ++connections;
            }) {}

  void attached(const amqp::LinkPtr& link) {
    if (link->is_sender()) {  // the reply side of $cbs
      cbs_reply = link;
      link->accept({});
      return;
    }
    if (link->remote_target() == "$cbs") {
      link->on_message = [this, weak = std::weak_ptr(link)](amqp::Incoming incoming) {
        answer_token(weak.lock(), std::move(incoming));
      };
      link->accept({});
      link->add_credit(100);
      return;
    }
    if (!refuse_with.name.empty()) {
      link->refuse(refuse_with);
      return;
    }
    link->on_message = [this, weak = std::weak_ptr(link)](amqp::Incoming incoming) {
      arrived.push_back({weak.lock(), std::move(incoming)});
    };
    links.push_back(link);
    link->accept({.max_message_size = 262144});
    link->add_credit(credit);
  }

  void answer_token(const amqp::LinkPtr& link, amqp::Incoming incoming) {
    link->settle(incoming.id, amqp::Outcome::accepted());
    const auto request = amqp::decode_message(incoming.bytes).value();
    audiences.push_back(*request.application_property("name")->text());
    tokens.push_back(*request.value->text());
    amqp::Message reply;
    reply.properties.emplace();
    reply.properties->correlation_id = request.properties->message_id;
    reply.application_properties = {{"status-code", token_status}, {"status-description", token_description}};
    cbs_reply->send(amqp::encode_message(reply), as_bytes("r" + std::to_string(tokens.size())), true);
  }

  struct Arrival {
    amqp::LinkPtr link;
    amqp::Incoming incoming;
  };
  test::Listener listener;
  std::shared_ptr<amqp::Connection> connection;
  amqp::LinkPtr cbs_reply;
  std::vector<amqp::LinkPtr> links;
  std::vector<Arrival> arrived;
  std::vector<std::string> audiences;
  std::vector<std::string> tokens;
  int32_t token_status = 202;
  std::string token_description = "as scripted";
  uint32_t credit = 100;  // for senders
  amqp::Condition refuse_with;
  int connections = 0;
};

/// Hands out what the test says, and counts.
class ScriptedCredential final : public Credential {
 public:
  explicit ScriptedCredential(const Clock& clock) : clock_(clock) {}
  boost::asio::awaitable<Result<Token>> token(std::string audience) override {
    ++asked;
    if (!trouble.empty()) co_return fail(ErrorKind::unauthorised, trouble);
    co_return Token{"token for " + audience + secret, kSasToken, clock_.wall() + life};
  }
  Millis life{3'600'000};
  std::string secret;
  std::string trouble;
  int asked = 0;

 private:
  const Clock& clock_;
};

}  // namespace millrace::servicebus
