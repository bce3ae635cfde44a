#include "core/mqtt/paho_link.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <mqtt/async_client.h>

namespace millrace::mqtt {
namespace {

constexpr int kQos = 1;
constexpr std::chrono::milliseconds kDisconnectWithin{1'000};

// MQTT 5, 2.4: reason codes of a refused publish or subscription that tell who has to act.
constexpr int kNotAuthorised = 0x87;
constexpr int kTopicNameInvalid = 0x90;
constexpr int kPacketTooLarge = 0x95;
constexpr int kPayloadFormatInvalid = 0x99;

std::string text_of(const MQTTLenString& text) {
  return text.data == nullptr ? std::string() : std::string(text.data, static_cast<size_t>(text.len));
}

::mqtt::properties properties_of(const Message& message) {
  ::mqtt::properties properties;
  if (!message.content_type.empty()) {
    properties.add(::mqtt::property(::mqtt::property::CONTENT_TYPE, message.content_type));
  }
  for (const auto& [name, value] : message.user_properties) {
    properties.add(::mqtt::property(::mqtt::property::USER_PROPERTY, name, value));
  }
  return properties;
}

::mqtt::message_ptr outbound(const Message& message) {
  auto made = ::mqtt::message::create(message.topic, message.payload.data(), message.payload.size(), kQos,
                                      message.retained);
  made->set_properties(properties_of(message));
  return made;
}

Message inbound(const ::mqtt::message& message) {
  Message made;
  made.topic = message.get_topic();
  const auto& payload = message.get_payload_ref();
  if (!payload.empty()) made.payload.assign(payload.data(), payload.data() + payload.size());
  made.retained = message.is_retained();
  const auto& properties = message.get_properties().c_struct();
  for (int i = 0; i < properties.count; ++i) {
    const auto& property = properties.array[i];
    if (property.identifier == MQTTPROPERTY_CODE_CONTENT_TYPE) {
      made.content_type = text_of(property.value.data);
    } else if (property.identifier == MQTTPROPERTY_CODE_USER_PROPERTY) {
      made.user_properties.emplace_back(text_of(property.value.data), text_of(property.value.value));
    }
  }
  return made;
}

Error error_of(const ::mqtt::token& token) {
  const int reason = static_cast<int>(token.get_reason_code());
  const int code = token.get_return_code();
  auto kind = ErrorKind::unavailable;
  if (reason == kNotAuthorised) kind = ErrorKind::unauthorised;
  if (reason == kTopicNameInvalid || reason == kPacketTooLarge || reason == kPayloadFormatInvalid) {
    kind = ErrorKind::invalid_input;
  }
  const char* text = reason >= 0x80 ? MQTTReasonCode_toString(static_cast<MQTTReasonCodes>(reason)) : nullptr;
  return {kind, text != nullptr ? fmt::format("the broker answered: {}", text)
                                : fmt::format("the broker did not answer (code {})", code)};
}

::mqtt::connect_options connect_options_of(const Options& options, const std::optional<Message>& will) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  ::mqtt::connect_options made;
  made.set_mqtt_version(MQTTVERSION_5);
  made.set_clean_start(true);
  made.set_automatic_reconnect(false);
  made.set_keep_alive_interval(std::max(seconds{1}, duration_cast<seconds>(options.keep_alive)));
  made.set_connect_timeout(std::max(seconds{1}, duration_cast<seconds>(options.connect_timeout)));
  if (will) {
    ::mqtt::will_options said(*outbound(*will));
    said.set_properties(properties_of(*will));
    made.set_will(std::move(said));
  }
  if (options.tls) {
    ::mqtt::ssl_options tls;
    tls.set_trust_store(options.tls->ca.string());
    if (!options.tls->certificate.empty()) {
      tls.set_key_store(options.tls->certificate.string());
      tls.set_private_key(options.tls->key.string());
    }
    tls.set_enable_server_cert_auth(true);
    tls.set_verify(true);
    made.set_ssl(std::move(tls));
  }
  return made;
}

/// With its last client Paho ends its threads, waits for them for up to a second, and from then on no longer
/// frees what it handed out. A client that never connects and never goes keeps the library for the process's
/// life.
void keep_library() {
  [[maybe_unused]] static const auto* const keeper = new ::mqtt::async_client("tcp://127.0.0.1", "keeper");
}

/// An id travels as Paho's user context; nobody follows it.
void* context_of(uint64_t id) {
  return reinterpret_cast<void*>(id);  // NOLINT(performance-no-int-to-ptr)
}

/// Paho reports problems at the call by exceptions.
template <class Call>
Result<> attempt(Call&& call) {
  try {
    call();
    return {};
  } catch (const ::mqtt::exception& failure) {
    const auto kind = failure.get_return_code() == MQTTASYNC_BAD_UTF8_STRING ? ErrorKind::invalid_input
                                                                             : ErrorKind::unavailable;
    return fail(kind, failure.what());
  }
}

}  // namespace

/// Receives Paho's callbacks on Paho's threads, which hold a lock of the whole process: copies and posts.
struct PahoLink::State : ::mqtt::callback {
  /// The outcome of one kind of action; the user context of a token is the id.
  struct Outcome : ::mqtt::iaction_listener {
    Outcome(State& owner, LinkEvent::Kind good, LinkEvent::Kind bad)
        : state(owner), success(good), failure(bad) {}
    void on_success(const ::mqtt::token& token) override { state.tell(success, id_of(token), {}); }
    void on_failure(const ::mqtt::token& token) override {
      state.tell(failure, id_of(token), error_of(token));
    }
    static uint64_t id_of(const ::mqtt::token& token) {
      return reinterpret_cast<uintptr_t>(token.get_user_context());
    }
    State& state;
    LinkEvent::Kind success;
    LinkEvent::Kind failure;
  };

  State(std::shared_ptr<Inbox> to, uint64_t link, const Options& options, const std::optional<Message>& will)
      : inbox(std::move(to)),
        number(link),
        connect_options(connect_options_of(options, will)),
        // No persistence object, no buffering while offline.
        client(fmt::format("{}://{}:{}", options.tls ? "ssl" : "tcp", options.host, options.port),
               options.client_id, ::mqtt::create_options(MQTTVERSION_5)) {
    client.set_callback(*this);
    // A DISCONNECT packet from the broker is not reported as a lost connection.
    client.set_disconnected_handler([this](const ::mqtt::properties&, ::mqtt::ReasonCode reason) {
      const char* text = MQTTReasonCode_toString(static_cast<MQTTReasonCodes>(reason));
      tell(LinkEvent::Kind::lost, 0,
           {ErrorKind::unavailable,
            fmt::format("the broker ended it: {}", text != nullptr ? text : "no reason")});
    });
  }

  void tell(LinkEvent::Kind kind, uint64_t id, Error error) {
    inbox->push(LinkEvent{number, kind, id, std::move(error)});
  }
  void connection_lost(const std::string& /*cause*/) override {
    tell(LinkEvent::Kind::lost, 0, {ErrorKind::unavailable, "the connection was lost"});
  }
  void message_arrived(::mqtt::const_message_ptr message) override {
    inbox->push(Arrived{number, inbound(*message)});
  }

  std::shared_ptr<Inbox> inbox;
  const uint64_t number;
  ::mqtt::connect_options connect_options;
  Outcome connected{*this, LinkEvent::Kind::connected, LinkEvent::Kind::connect_failed};
  Outcome subscribed{*this, LinkEvent::Kind::subscribed, LinkEvent::Kind::subscribe_failed};
  Outcome published{*this, LinkEvent::Kind::published, LinkEvent::Kind::publish_failed};
  Outcome disconnected{*this, LinkEvent::Kind::disconnected, LinkEvent::Kind::disconnected};
  ::mqtt::async_client client;  // last: it goes first, and no callback comes after that
};

Result<std::unique_ptr<PahoLink>> PahoLink::make(std::shared_ptr<Inbox> inbox, uint64_t number,
                                                 const Options& options, const std::optional<Message>& will) {
  std::unique_ptr<PahoLink> link;
  const auto made = attempt([&] {
    keep_library();
    link.reset(new PahoLink(std::make_unique<State>(std::move(inbox), number, options, will)));
  });
  if (!made) return std::unexpected(made.error());
  return link;
}

PahoLink::PahoLink(std::unique_ptr<State> state) : state_(std::move(state)) {}
PahoLink::~PahoLink() = default;

Result<> PahoLink::connect() {
  return attempt([&] { state_->client.connect(state_->connect_options, nullptr, state_->connected); });
}

Result<> PahoLink::subscribe(const std::string& filter, uint64_t id) {
  return attempt([&] { state_->client.subscribe(filter, kQos, context_of(id), state_->subscribed); });
}

Result<> PahoLink::publish(const Message& message, uint64_t id) {
  return attempt([&] { state_->client.publish(outbound(message), context_of(id), state_->published); });
}

Result<> PahoLink::disconnect() {
  return attempt([&] {
    state_->client.disconnect(static_cast<int>(kDisconnectWithin.count()), nullptr, state_->disconnected);
  });
}

}  // namespace millrace::mqtt
