// Links that we open ourselves.
#include <proton/link.h>
#include <proton/session.h>
#include <proton/terminus.h>

#include "core/amqp/connection.hpp"
#include "core/amqp/engine_values.hpp"

namespace millrace::amqp {

LinkPtr Connection::open_sender(const std::string& name, const std::string& target, const Value& properties) {
  if (finished_ || session_ == nullptr) return nullptr;
  auto* link = pn_sender(session_, name.c_str());
  pn_terminus_set_address(pn_link_source(link), name.c_str());
  pn_terminus_set_address(pn_link_target(link), target.c_str());
  if (!properties.is_null()) to_engine(properties, pn_link_properties(link));
  pn_link_open(link);
  const auto made = std::make_shared<Link>(*this, link);
  links_[link] = made;
  touch();
  return made;
}

LinkPtr Connection::open_receiver(const std::string& name, const ReceiverAttach& attach) {
  if (finished_ || session_ == nullptr) return nullptr;
  auto* link = pn_receiver(session_, name.c_str());
  pn_terminus_set_address(pn_link_source(link), attach.source.c_str());
  if (!attach.target.empty()) pn_terminus_set_address(pn_link_target(link), attach.target.c_str());
  if (!attach.properties.is_null()) to_engine(attach.properties, pn_link_properties(link));
  if (!attach.filter.is_null()) to_engine(attach.filter, pn_terminus_filter(pn_link_source(link)));
  pn_link_set_snd_settle_mode(link, static_cast<pn_snd_settle_mode_t>(attach.sender_mode));
  pn_link_set_rcv_settle_mode(link, static_cast<pn_rcv_settle_mode_t>(attach.mode));
  pn_link_open(link);
  const auto made = std::make_shared<Link>(*this, link);
  links_[link] = made;
  touch();
  return made;
}

}  // namespace millrace::amqp
