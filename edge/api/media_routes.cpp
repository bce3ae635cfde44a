#include <algorithm>
#include <charconv>

#include "core/base/files.hpp"
#include "edge/api/guard.hpp"
#include "edge/testing/package_limits.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

/// The package in the folder, or the one that an attempt began with before the folder changed.
PackagePtr find_package(Api& api, const std::string& test_id, uint32_t version) {
  const auto& packages = *api.content.current().packages;
  if (auto package = packages.find(test_id, version)) return package;
  const auto kept = store::read(api.reader, [&](store::Connection& db) -> PackagePtr {
    const auto sha256 = AttemptStore::package_in_use(db, test_id, version);
    if (!sha256) return {};
    auto package = pinned_package(db, packages, *sha256);
    return package ? *package : PackagePtr{};
  });
  return kept ? *kept : PackagePtr{};
}

/// Only what the package names is served, so no name can lead anywhere else.
bool shows(const Package& package, std::string_view image) {
  return !image.empty() && std::ranges::find(package.items, image, &Item::image) != package.items.end();
}

http::Response serve_image(Api& api, const http::Request& request) {
  const auto& text = request.params.at("version");
  uint32_t version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  const auto& name = request.params.at("name");
  PackagePtr package;
  if (failed == std::errc{} && end == text.data() + text.size()) {
    package = find_package(api, request.params.at("test"), version);
  }
  if (!package || !shows(*package, name)) {
    return problem({Reason::not_found, "There is no such image.", 0});
  }
  auto content = read_file(image_file(api.content.paths().packages, package->test_id, name), kMostImageBytes);
  if (!content) return problem({Reason::not_found, "There is no such image.", 0});
  http::Response response;
  response.content_type = image_type(name);
  response.body = std::move(*content);
  response.headers.emplace_back("Cache-Control", "private, max-age=3600");
  return response;
}

}  // namespace

void add_media_routes(http::Router& router, Api& api) {
  router.add("GET", "/api/v1/packages/{test}/{version}/media/{name}",
             reading(api, [&api](http::Request& request, SessionPtr) -> asio::awaitable<http::Response> {
               co_return serve_image(api, request);
             }));
}

}  // namespace millrace::edge
