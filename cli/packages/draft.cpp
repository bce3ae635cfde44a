#include "cli/packages/draft.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "cli/packages/media_judge.hpp"
#include "cli/packages/package_writer.hpp"
#include "cli/packages/telling_ids.hpp"
#include "core/packages/media.hpp"
#include "core/packages/package_limits.hpp"
#include "core/packages/package_reader.hpp"

namespace millrace::cli {
namespace {

using packages::Item;
using packages::Option;
using packages::Package;

constexpr auto kOnlyTopic = "all";
constexpr std::string_view kDataScheme = "data:";

/// As packages write it: picture.JPEG ends in .jpg. Media are named anew, so only what they are counts.
std::string ending_of(const std::string& name) {
  const auto dot = name.rfind('.');
  if (dot == std::string::npos) return {};
  auto ending = name.substr(dot);
  for (auto& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
      {".jpeg", ".jpg"}, {".jpe", ".jpg"}, {".oga", ".ogg"}, {".wave", ".wav"}};
  for (const auto& [other, usual] : kOtherNames) {
    if (ending == other) return std::string(usual);
  }
  return ending;
}

/// What stands before a ? or # is the name of a file.
std::string without_query(const std::string& name) {
  return name.substr(0, name.find_first_of("?#"));
}

/// A picture in the text itself has no name but its content.
std::string shown_name(const std::string& source) {
  return source.starts_with(kDataScheme) ? "data:…" : source;
}

/// Errors: those of reading; invalid_input when no kiosk could show or play it.
Result<std::string> read_good(const std::string& name, size_t most_bytes, const ReadBeside& read) {
  auto content = read(name);
  if (!content) return content;
  if (content->size() > most_bytes)
    return fail(ErrorKind::invalid_input,
                fmt::format("it has {} bytes, and at most {} are allowed", content->size(), most_bytes));
  if (auto good = judge_media(ending_of(name), *content); !good) return std::unexpected(good.error());
  return content;
}

void keep_picture(DraftItem& draft, const Picture& picture, const std::string& language,
                  const ReadBeside& read) {
  const auto name = without_query(picture.source);
  if (name.starts_with(kDataScheme)) {
    draft.lose("a picture in the text itself (data:) is left out: only pictures beside it come over");
    return;
  }
  if (!packages::is_image(ending_of(name))) {
    draft.lose(fmt::format("the picture '{}' is left out: only .svg, .png, .jpg and .webp are shown", name));
    return;
  }
  auto content = read_good(name, packages::kMostImageBytes, read);
  if (!content) {
    draft.lose(fmt::format("the picture '{}' is left out: {}", name, content.error().message));
  } else {
    draft.item.image = name;
    if (!packages::is_blank(picture.alt)) draft.item.image_alt[language] = picture.alt;
    draft.files[name] = std::move(*content);
  }
}

void keep_sound(DraftItem& draft, const std::string& source, const std::string& language,
                const ReadBeside& read) {
  const auto name = without_query(source);
  auto content = packages::is_audio(ending_of(name))
                     ? read_good(name, packages::kMostAudioBytes, read)
                     : fail(ErrorKind::invalid_input, "only .ogg, .opus, .mp3 and .wav are played");
  if (!content) {
    draft.lose(fmt::format("the sound '{}' is left out: {}", name, content.error().message));
    return;
  }
  draft.item.audio[language] = name;
  draft.files[name] = std::move(*content);
}

using Names = std::map<std::string, std::string>;  // old id → new id

bool has_doubles(const Names& names, size_t count) {
  return names.size() != count;
}

/// Letters in the order of the texts' hashes: that order tells nothing.
Names name_options(std::vector<Option>& options) {
  std::vector<Sha256> hashes;
  for (const auto& option : options) {
    std::string all;
    for (const auto& [language, text] : option.text) all += text;
    hashes.push_back(sha256(as_bytes(all)));
  }
  std::vector<size_t> order(options.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return std::pair(hashes[i], i); });
  Names names;
  for (size_t i = 0; i < order.size(); ++i) {
    auto& id = options[order[i]].id;
    const auto fresh = fmt::format("o{}", i + 1);
    names.emplace(std::move(id), fresh);
    id = fresh;
  }
  return names;
}

template <class T>
Names name_in_order(std::vector<T>& parts, char letter) {
  Names names;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto fresh = fmt::format("{}{}", letter, i + 1);
    names.emplace(std::move(parts[i].id), fresh);
    parts[i].id = fresh;
  }
  return names;
}

/// A name that was not there before stays as it is: the reader says so.
std::string renamed(const Names& names, const std::string& id) {
  const auto at = names.find(id);
  return at == names.end() ? id : at->second;
}

/// By chance the names may stand in the right order, which would tell it. Two are left to chance: never in
/// order would tell them as well.
void hide_order(std::vector<Option>& options, std::vector<std::string>& ids) {
  if (ids.size() < kLeastToTell || !stand_in_order(ids)) return;
  std::swap(ids[0], ids[1]);
  for (auto& option : options) {
    if (option.id == ids[0]) {
      option.id = ids[1];
    } else if (option.id == ids[1]) {
      option.id = ids[0];
    }
  }
}

void hide_pairs(Item& item, packages::Pairs& pairs) {
  std::vector<std::string> rights;
  rights.reserve(pairs.right_of.size());
  for (const auto& [left, right] : pairs.right_of) rights.push_back(right);
  hide_order(item.right, rights);
  for (auto& [left, right] : pairs.right_of) {
    right = std::move(rights.front());
    rights.erase(rights.begin());
  }
}

void name_parts(DraftItem& draft) {
  auto& item = draft.item;
  const auto option_count = item.options.size();
  const auto options = name_options(item.options);
  const auto right = name_options(item.right);
  const auto left = name_in_order(item.left, 'l');
  const auto regions = name_in_order(item.regions, 'r');
  if (has_doubles(options, option_count) || has_doubles(right, item.right.size()) ||
      has_doubles(left, item.left.size()) || has_doubles(regions, item.regions.size()))
    draft.refuse("two of its options have the same id");
  if (auto* choice = std::get_if<packages::Choice>(&item.answer))
    choice->option = renamed(options, choice->option);
  if (auto* choices = std::get_if<packages::Choices>(&item.answer)) {
    for (auto& id : choices->options) id = renamed(options, id);
    std::ranges::sort(choices->options);
  }
  if (auto* order = std::get_if<packages::Order>(&item.answer)) {
    for (auto& id : order->options) id = renamed(options, id);
    hide_order(item.options, order->options);
  }
  if (auto* spot = std::get_if<packages::Spot>(&item.answer)) spot->region = renamed(regions, spot->region);
  if (auto* pairs = std::get_if<packages::Pairs>(&item.answer)) {
    packages::Pairs fresh;
    for (const auto& [from, to] : pairs->right_of) fresh.right_of[renamed(left, from)] = renamed(right, to);
    *pairs = std::move(fresh);
    hide_pairs(item, *pairs);
  }
}

/// So many digits of a file's hash stand in its name.
constexpr size_t kHashDigits = 8;

/// Media get names of the item, so that no two items' files meet, and a piece of their hash: the versions of
/// a test share one folder, and a changed picture lies beside the one that it replaces.
void name_media(DraftItem& draft, std::map<std::string, std::string>& media) {
  auto& item = draft.item;
  const auto take = [&](std::string& name, const std::string& middle) {
    const auto& content = draft.files.at(name);
    const auto hash = hex(sha256(as_bytes(content))).substr(0, kHashDigits);
    const auto fresh = fmt::format("{}{}.{}{}", item.id, middle, hash, ending_of(name));
    media[fresh] = content;
    name = fresh;
  };
  if (!item.image.empty()) take(item.image, "");
  for (auto& [language, name] : item.audio) take(name, "." + language);
}

/// An id as near to the file's as ids may be.
std::string item_id(const std::string& name, size_t number, const Package& package) {
  std::string id;
  for (const char c : name) {
    if (id.size() == packages::kMostIdBytes) break;
    if (packages::is_id(std::string(id.empty() ? "" : "x") + c)) id += c;
  }
  if (id.empty() || package.item(id) != nullptr) id = fmt::format("q{}", number);
  while (package.item(id) != nullptr) id += "_";
  return id;
}

Package empty_package(const Draft& draft, const ImportOptions& options) {
  Package package;
  package.test_id = options.test_id;
  package.version = options.version;
  package.skill = options.skill;
  package.languages.push_back({options.language, options.approved_by});
  const auto& title = options.title.empty() ? draft.title : options.title;
  package.title[options.language] = packages::is_blank(title) ? options.test_id : title;
  package.time_limit_s = draft.time_limit_s;
  package.pass_mark_bp = options.pass_mark_bp;
  package.shuffle_items = !draft.keeps_order;
  package.shuffle_options = true;
  package.topics.push_back({kOnlyTopic, package.title});
  return package;
}

/// Where there is none, "all". The package takes a new one.
std::string topic_id(Package& package, DraftItem& draft, const std::string& language) {
  const auto& title = draft.topic;
  if (packages::is_blank(title)) return kOnlyTopic;
  for (const auto& topic : package.topics) {
    if (topic.id != kOnlyTopic && topic.title.at(language) == title) return topic.id;
  }
  if (package.topics.size() == packages::kMostTopics) {
    draft.lose(
        fmt::format("its topic '{}' is left out: a package has {} at most", title, packages::kMostTopics));
    return kOnlyTopic;
  }
  package.topics.push_back({fmt::format("t{}", package.topics.size()), {{language, title}}});
  return package.topics.back().id;
}

/// What the reader says about a package, without the file's name.
Result<> judge(const Package& package) {
  constexpr std::string_view kFile = "package";
  const auto read = packages::read_package(to_package_json(package), std::string(kFile));
  if (read) return {};
  auto what = read.error().message;
  for (auto at = what.find("package: "); at != std::string::npos; at = what.find("package: ", at))
    what.erase(at, kFile.size() + 2);
  std::ranges::replace(what, '\n', ';');
  return fail(ErrorKind::invalid_input, what);
}

/// Whether any item could make it a good package.
Result<> judge_options(Package package) {
  Item item;
  item.id = "q1";
  item.version = 1;
  item.topic = kOnlyTopic;
  item.type = packages::ItemType::true_false;
  item.stem = package.title;
  item.answer = packages::Truth{true};
  package.items.push_back(std::move(item));
  return judge(package);
}

/// Whether the package is still one that the box takes.
Result<> fits(const Package& package, size_t media_bytes) {
  if (media_bytes > packages::kMostMediaBytes)
    return fail(ErrorKind::invalid_input,
                fmt::format("its pictures and sounds have no place: a package has at most {} bytes of them",
                            packages::kMostMediaBytes));
  if (to_package_json(package).size() > packages::kMostPackageBytes)
    return fail(ErrorKind::invalid_input,
                fmt::format("it has no place: a package has at most {} bytes", packages::kMostPackageBytes));
  return {};
}

bool is_topic_used(const Package& package, const std::string& id) {
  return std::ranges::find(package.items, id, &Item::topic) != package.items.end();
}

}  // namespace

void set_stem(DraftItem& draft, const MarkedText& text, const std::string& language, const ReadBeside& read) {
  draft.item.stem[language] = text.text;
  for (const auto& lost : text.lost) draft.lose(lost);
  // Each that is not kept was read: once, and not without end.
  std::set<std::string> looked_for;
  for (const auto& picture : text.pictures) {
    if (draft.lost.has_more()) break;
    if (draft.item.image.empty()) {
      if (looked_for.insert(without_query(picture.source)).second)
        keep_picture(draft, picture, language, read);
    } else {
      draft.lose(
          fmt::format("the picture '{}' is left out: a question shows one", shown_name(picture.source)));
    }
  }
  for (const auto& sound : text.sounds) {
    if (draft.lost.has_more()) break;
    if (draft.item.audio.empty()) {
      if (looked_for.insert(without_query(sound)).second) keep_sound(draft, sound, language, read);
    } else {
      draft.lose(fmt::format("the sound '{}' is left out: a question plays one", sound));
    }
  }
}

packages::Texts option_text(DraftItem& draft, const MarkedText& text, const std::string& language) {
  for (const auto& lost : text.lost) draft.lose(lost);
  for (const auto& picture : text.pictures)
    draft.lose(fmt::format("the picture '{}' in an option is left out", shown_name(picture.source)));
  for (const auto& sound : text.sounds)
    draft.lose(fmt::format("the sound '{}' in an option is left out", sound));
  return {{language, text.text}};
}

Result<Imported> finish(Draft draft, const ImportOptions& options) {
  auto package = empty_package(draft, options);
  if (auto good = judge_options(package); !good) return std::unexpected(good.error());
  Imported out;
  for (const auto& lost : draft.lost.named()) out.left_out.push_back({"", false, lost});
  size_t number = 0;
  size_t media_bytes = 0;
  for (auto& one : draft.items) {
    ++number;
    name_parts(one);
    auto& item = one.item;
    item.id = item_id(one.name, number, package);
    if (one.name.empty()) one.name = fmt::format("question {}", number);
    item.version = 1;
    if (!one.tolerance.empty()) {
      if (const auto tolerance = packages::Decimal::parse(one.tolerance)) {
        item.tolerance = *tolerance;
      } else {
        one.refuse(fmt::format("its tolerance '{}' is no plain decimal", one.tolerance));
      }
    }
    auto with = package;
    std::map<std::string, std::string> media;
    auto with_media_bytes = media_bytes;
    if (one.refused.empty()) {
      item.topic = topic_id(with, one, options.language);
      name_media(one, media);
      for (const auto& [name, content] : media) {
        with.media[name] = sha256(as_bytes(content));
        with_media_bytes += content.size();
      }
      with.items.push_back(item);
      auto alone = with;
      if (with.items.size() <= packages::kMostItems) {
        alone.items = {item};
        alone.media.clear();
        for (const auto& [name, content] : media) alone.media[name] = sha256(as_bytes(content));
      }
      auto good = judge(alone);
      if (good) good = fits(with, with_media_bytes);
      if (!good) one.refuse(good.error().message);
    }
    if (!one.refused.empty()) {
      out.left_out.push_back({one.name, true, one.refused});
      continue;
    }
    for (const auto& lost : one.lost.named()) out.left_out.push_back({one.name, false, lost});
    package = std::move(with);
    media_bytes = with_media_bytes;
    out.media.merge(media);
  }
  out.items = package.items.size();
  if (package.items.empty()) return out;
  std::erase_if(package.topics,
                [&](const packages::Topic& topic) { return !is_topic_used(package, topic.id); });
  if (const auto good = judge(package); !good) return std::unexpected(good.error());
  out.package = to_package_json(package);
  return out;
}

}  // namespace millrace::cli
