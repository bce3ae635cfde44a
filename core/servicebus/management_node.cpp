#include "core/servicebus/management_node.hpp"

#include <algorithm>
#include <utility>

namespace millrace::servicebus {

ManagementNode::ManagementNode(const std::string& entity, const Clock& clock)
    : path_(entity + "/$management"), clock_(clock) {}

void ManagementNode::open(std::shared_ptr<amqp::Connection> connection, std::shared_ptr<Claims> claims) {
  connection_ = std::move(connection);
  claims_ = std::move(claims);
}

void ManagementNode::request(amqp::Message message, RequestLink::Done done) {
  if (!connection_) return done(fail(ErrorKind::unavailable, closed_ ? "closed" : "not connected"));
  // After `close` nobody is told, whoever has the answer by then.
  auto told = [weak = weak_from_this(), done = std::move(done)](Result<Reply> reply) {
    const auto self = weak.lock();
    if (self && !self->closed_) done(std::move(reply));
  };
  requests_.push_back({std::move(message), clock_.mono(), std::move(told)});
  if (has_token_) return send();
  if (std::exchange(wants_token_, true)) return;
  claims_->ask(path_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->has_token_ = true;
    self->send();
  });
}

void ManagementNode::send() {
  if (!connection_) return;
  if (!links_ || links_->is_closed()) links_ = RequestLink::open(*connection_, path_);
  if (!links_) return;  // the connection is closing, which ends us soon
  while (!requests_.empty()) {
    auto request = std::move(requests_.front());
    requests_.pop_front();
    links_->request(std::move(request.message), request.asked, std::move(request.done));
  }
}

std::optional<MonoTime> ManagementNode::oldest() const {
  auto oldest = links_ ? links_->oldest() : std::nullopt;
  if (!requests_.empty()) {
    const auto asked = requests_.front().asked;
    oldest = std::min(oldest.value_or(asked), asked);
  }
  return oldest;
}

void ManagementNode::give_up(const std::string& reason) {
  const auto requests = std::exchange(requests_, {});
  // Who is told may ask again at once, which is for the next links.
  const auto links = std::exchange(links_, nullptr);
  if (links) links->close(reason);
  for (const auto& request : requests) request.done(fail(ErrorKind::unavailable, reason));
}

void ManagementNode::abandon(const std::string& reason) {
  connection_.reset();
  claims_.reset();
  has_token_ = false;
  wants_token_ = false;
  give_up(reason);
}

void ManagementNode::close() {
  closed_ = true;
  abandon("closed");
}

}  // namespace millrace::servicebus
