// What `millrace-edge --print-trust` says.
#pragma once

#include <string>

#include "edge/edge_config.hpp"
#include "edge/own_certificate.hpp"

namespace millrace::edge {

/// The authority's certificate and fingerprint, and how kiosks come to trust it. The words stand before the
/// PEM block, which every reader of PEM skips: the whole can be saved as the certificate. Errors: internal.
Result<std::string> trust_text(const EdgeConfig& config, const OwnCertificate& own);

}  // namespace millrace::edge
