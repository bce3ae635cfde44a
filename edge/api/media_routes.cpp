#include <charconv>

#include "core/packages/media.hpp"
#include "core/packages/package_reader.hpp"
#include "edge/api/guard.hpp"

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

struct Wanted {
  std::string test_id;
  std::string name;
  std::optional<Sha256> sha256;  ///< nothing: a package that was kept before there were hashes
};

/// By the hash that the address names, or else by what the package names. So no name can lead anywhere else.
std::optional<Wanted> wanted_by(Api& api, const http::Request& request) {
  Wanted wanted{request.params.at("test"), request.params.at("name"), {}};
  if (!packages::is_id(wanted.test_id) || !packages::is_id(wanted.name)) return {};
  if (const auto given = request.query.find("sha256"); given != request.query.end()) {
    const auto hash = packages::parse_sha256(given->second);
    if (!hash || packages::media_type(wanted.name).empty()) return {};
    wanted.sha256 = *hash;
    return wanted;
  }
  const auto& text = request.params.at("version");
  uint32_t version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (failed != std::errc{} || end != text.data() + text.size()) return {};
  const auto package = find_package(api, wanted.test_id, version);
  if (!package || !packages::named_media(*package).contains(wanted.name)) return {};
  if (const auto hash = package->media.find(wanted.name); hash != package->media.end())
    wanted.sha256 = hash->second;
  return wanted;
}

/// What an attempt keeps, or the file if it is still the same.
std::optional<std::string> content_of(Api& api, const Wanted& wanted) {
  if (wanted.sha256) {
    auto kept = store::read(api.reader,
                            [&](store::Connection& db) { return AttemptStore::media(db, *wanted.sha256); });
    if (kept && *kept) return std::move(*kept);
  }
  auto content = packages::read_media(api.content.paths().packages, wanted.test_id, wanted.name);
  if (!content || (wanted.sha256 && sha256(as_bytes(*content)) != *wanted.sha256)) return {};
  return std::move(*content);
}

/// A picture or a spoken question is what is asked, like its words: it is for whoever sits there.
bool sits_at_test(Api& api, const Session& session, const std::string& test_id) {
  if (!session.seat) return false;
  const auto attempt = store::read(
      api.reader, [&](store::Connection& db) { return api.attempts.find(db, session.seat->attempt_id); });
  return attempt && *attempt && (*attempt)->facts.test_id == test_id;
}

http::Response serve_media(Api& api, const Session& session, const http::Request& request) {
  auto wanted = wanted_by(api, request);
  if (wanted && !sits_at_test(api, session, wanted->test_id)) wanted.reset();
  auto content = wanted ? content_of(api, *wanted) : std::nullopt;
  if (!content) return problem({Reason::not_found, "There is no such picture or sound.", 0});
  http::Response response;
  response.content_type = packages::media_type(wanted->name);
  response.body = std::move(*content);
  // What the hash names is never anything else, and a test may take a shift.
  const bool by_hash = request.query.contains("sha256");
  response.headers.emplace_back("Cache-Control",
                                by_hash ? "private, max-age=31536000, immutable" : "private, max-age=3600");
  return response;
}

}  // namespace

void add_media_routes(http::Router& router, Api& api) {
  router.add(
      "GET", "/api/v1/packages/{test}/{version}/media/{name}",
      reading(api, [&api](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
        co_return serve_media(api, *session, request);
      }));
}

}  // namespace millrace::edge
