// Microsoft Entra ID as the credential: tokens for the whole namespace, from the identity service.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/http/client.hpp"
#include "core/servicebus/credential.hpp"

namespace millrace::servicebus {

/// From the question for a token to its answer, the Arc agent's second question with it: much less than a
/// client gives its opening, so that the reason is heard, or the last token serves, while it still waits.
inline constexpr std::chrono::seconds kTokenTime{12};

struct Entra {
  enum class Method {
    managed_identity,   ///< an Azure machine's own, from the metadata service
    azure_arc,          ///< the same of a machine outside Azure, from its Arc agent
    workload_identity,  ///< a federated token in a file that the platform renews
    client_secret,      ///< an application's secret in a file
  };
  Method method = Method::managed_identity;
  std::string client_id;  ///< needed by the last two; of the first two: a user-assigned identity, or empty
  std::string tenant;     ///< of the last two
  std::filesystem::path secret_file;  ///< of the last two
  /// Where tokens come from: the authority of the last two (https), the metadata endpoint of the first two
  /// (http).
  http::Url service;
  std::filesystem::path ca_file;    ///< trusted beside the system's store; empty for none
  std::optional<net::Proxy> proxy;  ///< to the authority; never to the metadata service
  /// Where the Arc agent may put the file that proves that we may read it.
  std::filesystem::path arc_keys = "/var/opt/azcmagent/tokens";
  std::chrono::milliseconds time = kTokenTime;  ///< tests shorten it
};

/// The documented addresses: login.microsoftonline.com, 169.254.169.254, localhost:40342.
http::Url usual_service(Entra::Method method);

/// Keeps a token until a third of its life, five minutes at least, is left; after that it serves only when
/// there is no other to be had within the settings' time. Who asks while it is asked gets the same answer.
/// `clock` must outlive it.
std::unique_ptr<Credential> entra_credential(Entra settings, const Clock& clock);

}  // namespace millrace::servicebus
