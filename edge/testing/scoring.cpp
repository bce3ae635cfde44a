#include "edge/testing/scoring.hpp"

#include <algorithm>
#include <set>

namespace millrace::edge {
namespace {

int share(int64_t part, size_t whole) {
  return static_cast<int>(part * kFullScoreBp / static_cast<int64_t>(whole));
}

int partial_score(const Choices& right, const Choices& given) {
  const auto hits = std::ranges::count_if(given.options, [&](const std::string& option) {
    return std::ranges::binary_search(right.options, option);
  });
  const auto misses = static_cast<int64_t>(given.options.size()) - hits;
  const auto net = std::max<int64_t>(0, hits - misses);
  return share(net, right.options.size());
}

int partial_score(const Order& right, const Order& given) {
  int64_t hits = 0;
  const auto length = std::min(right.options.size(), given.options.size());
  for (size_t i = 0; i < length; ++i) hits += right.options[i] == given.options[i] ? 1 : 0;
  return share(hits, right.options.size());
}

int partial_score(const Pairs& right, const Pairs& given) {
  const auto hits = std::ranges::count_if(given.right_of, [&](const auto& pair) {
    return std::ranges::find(right.right_of, pair) != right.right_of.end();
  });
  return share(hits, right.right_of.size());
}

template <class T>
int partial_score_of(const Response& right, const Response& given) {
  const auto* response = std::get_if<T>(&given);
  return response != nullptr ? partial_score(std::get<T>(right), *response) : 0;
}

}  // namespace

int score_item(const Item& item, const Response& response) {
  if (!is_answered(response)) return 0;
  if (item.type == ItemType::numeric) {
    const auto* number = std::get_if<Number>(&response);
    const auto given = number != nullptr ? Decimal::parse(number->text) : fail(ErrorKind::invalid_input, "");
    return given && given->within(*item.tolerance, *item.number) ? kFullScoreBp : 0;
  }
  if (item.scoring == Scoring::partial) {
    if (item.type == ItemType::multiple_choice) return partial_score_of<Choices>(item.answer, response);
    if (item.type == ItemType::ordering) return partial_score_of<Order>(item.answer, response);
    if (item.type == ItemType::matching) return partial_score_of<Pairs>(item.answer, response);
  }
  return response == item.answer ? kFullScoreBp : 0;
}

Score score(const Package& package, const Form& form, const Responses& responses, int pass_mark_bp) {
  Score out;
  int64_t points = 0;
  int64_t weights = 0;
  std::set<std::string, std::less<>> missed;
  for (const auto& shown : form) {
    const auto& item = *shown.item;
    const auto given = responses.find(item.id);
    const int bp = given == responses.end() ? 0 : score_item(item, given->second);
    out.item_bp.push_back(bp);
    points += int64_t{bp} * item.weight;
    weights += item.weight;
    if (bp == kFullScoreBp) {
      ++out.correct;
    } else {
      missed.insert(item.topic);
      out.critical_item_failed = out.critical_item_failed || item.critical;
    }
  }
  out.score_bp = weights == 0 ? 0 : static_cast<int>(points / weights);
  out.passed = out.score_bp >= pass_mark_bp && !out.critical_item_failed;
  for (const auto& topic : package.topics) {
    if (missed.contains(topic.id)) out.topics_missed.push_back(topic.id);
  }
  return out;
}

}  // namespace millrace::edge
