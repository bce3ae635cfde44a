#include "relay/intake/trust.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/config.hpp"

namespace millrace::relay {
namespace {

constexpr size_t kMostNameCharacters = 32;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMostNameCharacters && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string read_name(Config& file, std::string_view key) {
  auto name = file.text(key);
  if (!name.empty() && !is_name(name)) {
    file.complain(key, fmt::format("must be 1 to {} characters of a-z, 0-9 and -", kMostNameCharacters));
  }
  return name;
}

void read_key(Config& table, delivery::KeyRing& ring) {
  const auto id = table.text("id");
  const auto text = table.text("public_key");
  if (id.empty() || text.empty()) return;
  const auto bytes = from_base64url(text);
  PublicKey key{};
  if (!bytes || bytes->size() != key.size()) {
    table.complain("public_key",
                   "must be the 32 bytes of an Ed25519 public key in base64url (43 characters without "
                   "padding); copy it from `millrace-edge --print-public-key`");
    return;
  }
  std::ranges::copy(*bytes, key.begin());
  if (const auto own = SigningKey::key_id(key); own != id) {
    table.complain("id", fmt::format("does not belong to this public key, whose id is {}; copy both from "
                                     "`millrace-edge --print-public-key`",
                                     own));
    return;
  }
  if (!ring.emplace(id, key).second) table.complain("id", "stands twice; remove one of the two");
}

}  // namespace

Trust::Files Trust::list(const std::filesystem::path& folder, std::error_code& error) {
  Files files;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".toml") continue;
    // A file that vanishes while it is looked at is seen with empty values, and so as changed next time.
    std::error_code gone;
    Seen seen;
    seen.written = at->last_write_time(gone);
    seen.size = gone ? 0 : at->file_size(gone);
    files.emplace(at->path(), seen);
  }
  return files;
}

Result<Trust> Trust::load(const std::filesystem::path& folder, const Trust* before) {
  Trust trust;
  trust.folder_ = folder;
  std::error_code error;
  trust.files_ = list(folder, error);
  if (error) {
    return fail(ErrorKind::invalid_input,
                fmt::format("{}: {}; make the folder, with one file for each box that may deliver",
                            folder.string(), error.message()));
  }
  for (const auto& [path, seen] : trust.files_) trust.read(path, before);
  return trust;
}

void Trust::read(const std::filesystem::path& path, const Trust* before) {
  const auto refuse = [&](std::vector<std::string> found) {
    problems_.insert(problems_.end(), found.begin(), found.end());
    if (before == nullptr) return;
    for (const auto& [box, entry] : before->boxes_) {
      if (entry.file == path) boxes_[box] = entry;
    }
  };
  auto file = Config::load(path);
  if (!file) return refuse({file.error().message});
  const Box box{read_name(*file, "site"), read_name(*file, "edge")};
  const auto expected = fmt::format("{}-{}.toml", box.site, box.edge);
  if (is_name(box.site) && is_name(box.edge) && path.filename() != expected) {
    file->complain("edge", fmt::format("the file of this box must be named {}", expected));
  }
  delivery::KeyRing ring;
  auto keys = file->tables("key");
  if (keys.empty()) {
    file->complain("key", "no key: add [[key]] with the id and public_key that the box prints");
  }
  for (auto& key : keys) read_key(key, ring);
  if (auto found = file->problems(); !found.empty()) return refuse(std::move(found));
  // "a-b" + "c" and "a" + "b-c" share a file name, so each box still has one file at most.
  boxes_[box] = {path, std::move(ring)};
}

const delivery::KeyRing& Trust::keys(const Box& box) const {
  static const delivery::KeyRing kNone;
  const auto found = boxes_.find(box);
  return found == boxes_.end() ? kNone : found->second.keys;
}

std::set<std::string> Trust::sites() const {
  std::set<std::string> sites;
  for (const auto& [box, entry] : boxes_) sites.insert(box.site);
  return sites;
}

bool Trust::outdated() const {
  std::error_code error;
  const auto now = list(folder_, error);
  return !error && now != files_;
}

}  // namespace millrace::relay
