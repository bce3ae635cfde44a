#include "edge/testing/refusal.hpp"

namespace millrace::edge {
namespace {

struct Row {
  Reason reason;
  std::string_view code;
  unsigned status;
};

constexpr Row kRows[] = {
    {Reason::bad_request, "invalid-input", 400},
    {Reason::bad_response, "bad-response", 400},
    {Reason::bad_language, "bad-language", 400},
    {Reason::wrong_badge_or_pin, "wrong-badge-or-pin", 401},
    {Reason::not_signed_in, "not-signed-in", 401},
    {Reason::wrong_pin, "wrong-pin", 401},
    {Reason::wrong_badge, "wrong-badge", 401},
    {Reason::wrong_witness, "wrong-witness", 401},
    {Reason::bad_csrf, "bad-csrf", 403},
    {Reason::wrong_origin, "wrong-origin", 403},
    {Reason::not_allowed, "not-allowed", 403},
    {Reason::witness_not_allowed, "witness-not-allowed", 403},
    {Reason::own_request, "own-request", 403},
    {Reason::not_found, "not-found", 404},
    {Reason::stale_lease, "stale-lease", 409},
    {Reason::attempt_closed, "attempt-closed", 409},
    {Reason::key_reused, "key-reused", 409},
    {Reason::no_attempts_left, "no-attempts-left", 409},
    {Reason::already_passed, "already-passed", 409},
    {Reason::assignment_expired, "assignment-expired", 409},
    {Reason::not_open_yet, "not-open-yet", 409},
    {Reason::witness_missing, "witness-missing", 409},
    {Reason::already_decided, "already-decided", 409},
    {Reason::package_unusable, "package-unusable", 409},
    {Reason::unsupported_media_type, "unsupported-media-type", 415},
    {Reason::locked_out, "locked-out", 429},
    {Reason::busy, "busy", 503},
    {Reason::storage_full, "storage-full", 507},
    {Reason::internal, "internal", 500},
};

const Row& row_of(Reason reason) {
  for (const auto& row : kRows) {
    if (row.reason == reason) return row;
  }
  return kRows[std::size(kRows) - 1];
}

}  // namespace

std::string_view code_of(Reason reason) {
  return row_of(reason).code;
}

unsigned status_of(Reason reason) {
  return row_of(reason).status;
}

Refusal refusal_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::invalid_input:
      return {Reason::bad_request, error.message};
    case ErrorKind::not_found:
      return {Reason::not_found, error.message};
    case ErrorKind::no_space:
      return {Reason::storage_full, "The box cannot store anything now. Nothing was saved; call plant IT."};
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
      return {Reason::busy, "The box is busy. Try again in a moment.", 1};
    default:
      return {Reason::internal, "The box met an error of its own. Try again; if it stays, call plant IT."};
  }
}

}  // namespace millrace::edge
