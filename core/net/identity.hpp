// What one end of TLS shows of itself.
#pragma once

#include <filesystem>

namespace millrace::net {

struct Identity {
  std::filesystem::path certificate;  ///< PEM, leaf first
  std::filesystem::path key;          ///< PEM
};

}  // namespace millrace::net
