#include <exception>

#include "core/base/log.hpp"
#include "core/http/server.hpp"
#include "core/http/static_files.hpp"

namespace millrace::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

bool matches(const std::vector<std::string>& route, const std::vector<std::string>& path, Request& request) {
  if (route.size() != path.size()) return false;
  request.params.clear();
  for (size_t i = 0; i < route.size(); ++i) {
    if (is_parameter(route[i])) {
      if (path[i].empty()) return false;
      request.params[route[i].substr(1, route[i].size() - 2)] = path[i];
    } else if (route[i] != path[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Router::add(std::string method, std::string_view path, Handler handler) {
  routes_.push_back({std::move(method), split(path), std::move(handler)});
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> out;
  for (const auto& route : routes_) {
    out.push_back(route.method + " ");
    for (const auto& segment : route.segments) out.back() += "/" + segment;
  }
  return out;
}

void Router::files(std::filesystem::path folder) {
  folder_ = std::move(folder);
}

void Router::otherwise(Handler handler) {
  otherwise_ = std::move(handler);
}

boost::asio::awaitable<Response> Router::guarded(const Handler& handler, Request& request) {
  try {
    co_return co_await handler(request);
  } catch (const std::exception& failure) {
    log::error("http.handler_failed", {{"path", request.path}, {"error", failure.what()}});
    co_return Response::problem(Error{ErrorKind::internal, failure.what()});
  }
}

boost::asio::awaitable<Response> Router::handle(Request& request) const {
  const auto path = split(request.path);
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const auto& route : routes_) {
    if (!matches(route.segments, path, request)) continue;
    if (route.method != method) {
      allowed += allowed.empty() ? route.method : ", " + route.method;
      continue;
    }
    co_return co_await guarded(route.handler, request);
  }
  if (!allowed.empty()) {
    auto response = Response::problem(405, "method-not-allowed", "This address takes " + allowed + ".");
    response.headers.emplace_back("Allow", allowed);
    co_return response;
  }
  if (otherwise_) co_return co_await guarded(otherwise_, request);
  if (!folder_.empty() && method == "GET") co_return serve_file(folder_, request);
  co_return Response::problem(404, "not-found", "There is nothing at this address.");
}

}  // namespace millrace::http
