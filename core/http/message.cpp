#include "core/http/message.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace millrace::http {

std::string_view Request::header(std::string_view name) const {
  const auto at = headers.find(name);
  return at == headers.end() ? std::string_view{} : std::string_view(at->second);
}

Response Response::json(std::string body, unsigned status) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response Response::text(std::string body, unsigned status) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

Response Response::no_content() {
  Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

namespace {

std::string_view title_of(unsigned status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "Not signed in";
    case 403:
      return "Refused";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 408:
      return "Too slow";
    case 409:
      return "Conflict";
    case 413:
      return "Too large";
    case 415:
      return "Unsupported media type";
    case 429:
      return "Too many tries";
    case 431:
      return "Header too large";
    case 503:
      return "Not available now";
    case 507:
      return "No space";
    default:
      return "Internal error";
  }
}

}  // namespace

Response Response::problem(unsigned status, std::string_view code, std::string_view detail) {
  boost::json::object document;
  document["type"] = "urn:millrace:problem:" + std::string(code);
  document["title"] = title_of(status);
  document["status"] = status;
  document["detail"] = detail;
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = boost::json::serialize(document);
  return response;
}

Response Response::problem(const Error& error) {
  switch (error.kind) {
    case ErrorKind::invalid_input:
      return problem(400, "invalid-input", error.message);
    case ErrorKind::unauthorised:
      return problem(401, "unauthorised", error.message);
    case ErrorKind::not_found:
      return problem(404, "not-found", error.message);
    case ErrorKind::conflict:
      return problem(409, "conflict", error.message);
    case ErrorKind::no_space:
      return problem(507, "no-space", "The box cannot store anything now. Nothing was saved; call plant IT.");
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
      return problem(503, "unavailable", error.message);
    case ErrorKind::io:
    case ErrorKind::corrupt:
    case ErrorKind::internal:
      break;
  }
  // The message may name files of the box: it belongs into the log, not to a client.
  return problem(500, "internal", "The box met an error of its own. Try again; if it stays, call plant IT.");
}

}  // namespace millrace::http
