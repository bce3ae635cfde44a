// Where the box stands.
#pragma once

#include <string>

namespace millrace::edge {

struct Place {
  std::string site;
  std::string edge;
  std::string area;
  std::string line;
  std::string station;
};

}  // namespace millrace::edge
