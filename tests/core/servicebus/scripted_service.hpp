// A service and a credential that do what a test says.
#pragma once

#include <boost/asio/io_context.hpp>

#include "core/amqp/message.hpp"
#include "core/servicebus/credential.hpp"
#include "tests/support/amqp_listener.hpp"

namespace millrace::servicebus {

/// Answers `$cbs`, accepts links, and keeps what arrives, and what management nodes are asked, until the test
/// says what becomes of it.
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
    if (link->is_sender()) {
      serve_receiver(link);
      return;
    }
    if (link->remote_target().ends_with("/$management")) {
      take(link, requests);
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
    links.push_back(link);
    take(link, arrived);
  }

  struct Arrival {
    amqp::LinkPtr link;
    amqp::Incoming incoming;
  };
  void take(const amqp::LinkPtr& link, std::vector<Arrival>& into) const {
    link->on_message = [&into, weak = std::weak_ptr(link)](amqp::Incoming incoming) {
      into.push_back({weak.lock(), std::move(incoming)});
    };
    link->accept({.max_message_size = 262144});
    link->add_credit(credit);
  }

  /// The reply side of a node, or an entity that is received from.
  void serve_receiver(const amqp::LinkPtr& link) {
    const auto source = link->remote_source();
    if (source == "$cbs") {
      cbs_reply = link;
    } else if (source.ends_with("/$management")) {
      replies.push_back(link);
    } else {
      receivers.push_back(link);
      if (ignores_receivers) return;
      if (has_no_session) return link->refuse({.name = "com.microsoft:timeout", .description = "no session"});
      if (refuse_receivers_with) return link->refuse(refuse_receivers_with);
      return link->accept(receiver_reply);
    }
    link->accept({});
  }

  void answer_token(const amqp::LinkPtr& link, amqp::Incoming incoming) {
    if (refuse_tokens_with) return link->settle(incoming.id, amqp::Outcome::rejected(refuse_tokens_with));
    link->settle(incoming.id, amqp::Outcome::accepted());
    const auto request = amqp::decode_message(incoming.bytes).value();
    audiences.push_back(*request.application_property("name")->text());
    tokens.push_back(*request.value->text());
    if (ignores_tokens) return;
    amqp::Message reply;
    reply.properties.emplace();
    reply.properties->correlation_id = request.properties->message_id;
    reply.application_properties = {{"status-code", token_status}, {"status-description", token_description}};
    cbs_reply->send(amqp::encode_message(reply), as_bytes("r" + std::to_string(tokens.size())), true);
  }
  /// Says yes to the last request of a management node.
  void answer_request() { answer(requests.size() - 1); }
  /// To one of them: yes, or no with a refusal.
  void answer(size_t which, const amqp::Condition& refusal = {}, amqp::Map body = {}) {
    amqp::Message reply;
    reply.properties.emplace();
    const auto request = amqp::decode_message(requests[which].incoming.bytes).value();
    reply.properties->correlation_id = request.properties->message_id;
    reply.application_properties = {{"statusCode", refusal ? int32_t{500} : int32_t{200}}};
    if (refusal) {
      reply.application_properties.emplace_back("errorCondition", amqp::Symbol{refusal.name});
      reply.application_properties.emplace_back("statusDescription", refusal.description);
    }
    reply.value = amqp::Value(std::move(body));
    replies.back()->send(amqp::encode_message(reply), as_bytes("m" + std::to_string(++answers)), true);
  }
  /// What the last request of a management node asks for.
  std::string operation() const { return operation(requests.size() - 1); }
  std::string operation(size_t which) const {
    const auto request = amqp::decode_message(requests[which].incoming.bytes).value();
    return *request.application_property("operation")->text();
  }

  test::Listener listener;
  std::shared_ptr<amqp::Connection> connection;
  amqp::LinkPtr cbs_reply;
  std::vector<amqp::LinkPtr> links;
  std::vector<amqp::LinkPtr> receivers;  // that the client attached
  std::vector<amqp::LinkPtr> replies;    // of management nodes
  std::vector<Arrival> arrived;
  std::vector<Arrival> requests;  // to management nodes
  std::vector<std::string> audiences;
  std::vector<std::string> tokens;
  int32_t token_status = 202;
  std::string token_description = "as scripted";
  uint32_t credit = 100;  // for senders
  amqp::Condition refuse_with;
  amqp::Condition refuse_receivers_with;
  amqp::Condition refuse_tokens_with;  // before any answer
  amqp::AttachReply receiver_reply;    // to those that are not refused
  int answers = 0;                     // of management nodes
  bool ignores_receivers = false;      // their attach has no answer
  bool has_no_session = false;         // and says so at once
  bool ignores_tokens = false;
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
