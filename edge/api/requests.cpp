#include "edge/api/requests.hpp"

#include <limits>

#include "core/json/strict_json.hpp"
#include "core/packages/response_json.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostBadgeBytes = 64;
constexpr size_t kMostPinBytes = 64;
constexpr size_t kMostKioskBytes = 64;
constexpr size_t kMostIdBytes = 64;
constexpr size_t kMostLanguageBytes = 32;
constexpr size_t kUuidBytes = 36;

/// Made by the kiosk; version 7, so that keys sort by time wherever they end up.
Uuid read_key(const json::Value& value) {
  const auto text = value.text(kUuidBytes);
  const auto key = Uuid::parse(text);
  if (!text.empty() && (!key || key->version() != 7)) value.complain("must be a UUID of version 7");
  return key ? *key : Uuid{};
}

uint64_t read_lease(const json::Value& value) {
  return static_cast<uint64_t>(value.integer(0, std::numeric_limits<int64_t>::max()));
}

template <class T, class Read>
Outcome<T> read_body(const std::string& body, Read read) {
  auto document = json::Document::parse(body);
  if (!document) return refuse(Reason::bad_request, document.error().message);
  T request = read(document->root());
  if (auto good = document->finish(); !good) return refuse(Reason::bad_request, good.error().message);
  return request;
}

}  // namespace

Outcome<SignInRequest> read_sign_in(const std::string& body) {
  return read_body<SignInRequest>(body, [](const json::Value& root) {
    return SignInRequest{root.at("badge").text(kMostBadgeBytes), root.at("pin").text(kMostPinBytes),
                         root.at("kiosk").text(kMostKioskBytes)};
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
    return SubmitRequest{read_key(root.at("submission_key")), read_lease(root.at("lease")),
                         root.at("pin").text(kMostPinBytes)};
  });
}

}  // namespace millrace::edge
