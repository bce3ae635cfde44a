// What the readers of bodies share.
#pragma once

#include <string>

#include "core/base/uuid.hpp"
#include "core/json/strict_json.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

inline constexpr size_t kMostPinBytes = 64;
inline constexpr size_t kMostLanguageBytes = 32;

/// A submission key. Made by the kiosk; version 7, so that keys sort by time wherever they end up.
Uuid read_key(const json::Value& value);
std::string read_pin(const json::Value& value);

template <class T, class Read>
Outcome<T> read_body(const std::string& body, Read read) {
  auto document = json::Document::parse(body);
  if (!document) return refuse(Reason::bad_request, document.error().message);
  T request = read(document->root());
  if (auto good = document->finish(); !good) return refuse(Reason::bad_request, good.error().message);
  return request;
}

}  // namespace millrace::edge
