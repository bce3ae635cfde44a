#include "cli/packages/truth_words.hpp"

#include <algorithm>

namespace millrace::cli {
namespace {

struct TruthWords {
  std::string_view language;
  std::string_view right;
  std::string_view wrong;
};

/// As `question.yes` and `question.no` in kiosk/src/i18n, which a test compares.
constexpr TruthWords kTruthWords[] = {
    {"en", "True", "False"},      {"de", "Richtig", "Falsch"},   {"fr", "Vrai", "Faux"},
    {"es", "Verdadero", "Falso"}, {"pt", "Verdadeiro", "Falso"}, {"pl", "Prawda", "Fałsz"},
    {"tr", "Doğru", "Yanlış"},    {"ar", "صحيح", "خطأ"},         {"zh", "正确", "错误"}};

/// Large and small letters are the same where they are of ASCII: another word stays a choice, as it is.
bool is_same(std::string_view a, std::string_view b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, small, small);
}

}  // namespace

std::optional<bool> truth_in(std::string_view text, std::string_view language) {
  const auto code = language.substr(0, language.find('-'));
  const auto* const words = std::ranges::find(kTruthWords, code, &TruthWords::language);
  if (words == std::end(kTruthWords)) return std::nullopt;
  if (is_same(text, words->right)) return true;
  if (is_same(text, words->wrong)) return false;
  return std::nullopt;
}

}  // namespace millrace::cli
