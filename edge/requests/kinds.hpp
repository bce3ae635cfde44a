// What operators and team leaders ask for, and what leaders decide.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace millrace::edge {

enum class RequestKind { training, recertification, retest, accommodation };
enum class Priority { low, normal, high, urgent };
enum class Decision { approve, reject };

inline constexpr std::array kRequestKinds{RequestKind::training, RequestKind::recertification,
                                          RequestKind::retest, RequestKind::accommodation};

std::string_view to_string(RequestKind kind);
std::string_view to_string(Priority priority);
std::string_view to_string(Decision decision);

/// Nothing for a name that is none of theirs.
std::optional<RequestKind> request_kind(std::string_view name);
std::optional<Priority> priority(std::string_view name);
std::optional<Decision> decision(std::string_view name);

/// Free text of a person: a comment, the reason of a decision.
inline constexpr size_t kMostFreeTextCharacters = 500;
inline constexpr size_t kMostFreeTextBytes = 4 * kMostFreeTextCharacters;  // UTF-8
/// Code points of a text in UTF-8.
size_t characters(std::string_view text);

}  // namespace millrace::edge
