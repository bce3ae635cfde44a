#include "edge/api/requests.hpp"

#include <limits>

#include "core/packages/response_json.hpp"
#include "edge/api/kiosks.hpp"
#include "edge/api/read_body.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostBadgeBytes = 64;
constexpr size_t kMostIdBytes = 64;
constexpr size_t kUuidBytes = 36;

uint64_t read_lease(const json::Value& value) {
  return static_cast<uint64_t>(value.integer(0, std::numeric_limits<int64_t>::max()));
}

}  // namespace

Uuid read_key(const json::Value& value) {
  const auto text = value.text(kUuidBytes);
  const auto key = Uuid::parse(text);
  if (!text.empty() && (!key || key->version() != 7)) value.complain("must be a UUID of version 7");
  return key ? *key : Uuid{};
}

std::string read_pin(const json::Value& value) {
  return value.text(kMostPinBytes);
}

namespace {

/// One of the two is empty.
std::pair<std::string, std::string> read_badge_or_id(const json::Value& root) {
  if (!root.has("operator_id")) return {root.at("badge").text(kMostBadgeBytes), {}};
  if (root.has("badge")) root.at("badge").complain("is given with an operator_id; give one of them");
  return {{}, root.at("operator_id").text(kMostIdBytes)};
}

}  // namespace

Outcome<SignInRequest> read_sign_in(const std::string& body) {
  return read_body<SignInRequest>(body, [](const json::Value& root) {
    SignInRequest request;
    std::tie(request.badge, request.operator_id) = read_badge_or_id(root);
    request.pin = root.at("pin").text(kMostPinBytes);
    request.kiosk = root.at("kiosk").text(kMostKioskBytes);
    return request;
  });
}

Outcome<UnlockRequest> read_unlock(const std::string& body) {
  return read_body<UnlockRequest>(body, [](const json::Value& root) {
    UnlockRequest request;
    request.leader_badge = root.at("leader_badge").text(kMostBadgeBytes);
    request.leader_pin = root.at("leader_pin").text(kMostPinBytes);
    std::tie(request.badge, request.operator_id) = read_badge_or_id(root);
    request.kiosk = root.at("kiosk").text(kMostKioskBytes);
    return request;
  });
}

Outcome<OpenRequest> read_open(const std::string& body) {
  return read_body<OpenRequest>(body, [](const json::Value& root) {
    return OpenRequest{read_key(root.at("submission_key")), root.at("assignment_id").text(kMostIdBytes),
                       root.at("language").text(kMostLanguageBytes)};
  });
}

Outcome<SaveRequest> read_save(const std::string& body) {
  auto document = json::Document::parse(body);
  if (!document) return refuse(Reason::bad_request, document.error().message);
  const auto& root = document->root();
  SaveRequest request{
      read_key(root.at("submission_key")), read_lease(root.at("lease")), {}, root.at("flagged").flag()};
  const auto response = root.at("response");
  const auto before = document->problems().size();
  request.response = read_response(response);
  const auto good = document->finish();
  if (good) return request;
  // Nothing was wrong before the response was read.
  const bool response_only = document->problems().size() > before && before == 0;
  return refuse(response_only ? Reason::bad_response : Reason::bad_request, good.error().message);
}

Outcome<SubmitRequest> read_submit(const std::string& body) {
  return read_body<SubmitRequest>(body, [](const json::Value& root) {
    SubmitRequest request;
    request.key = read_key(root.at("submission_key"));
    request.lease = read_lease(root.at("lease"));
    if (const auto badge = root.maybe("badge"); badge.present()) request.badge = badge.text(kMostBadgeBytes);
    request.pin = root.at("pin").text(kMostPinBytes);
    if (const auto witness = root.maybe("witness"); witness.present()) {
      request.witness = {witness.at("badge").text(kMostBadgeBytes), witness.at("pin").text(kMostPinBytes)};
    }
    return request;
  });
}

}  // namespace millrace::edge
