// The edge for one test: ends the process at the point that MILLRACE_KILL_AT names, as a power cut would,
// after the commit and before the answer. The daemon itself has no such switch.
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "core/base/log.hpp"
#include "edge/edge_gateway.hpp"

int main(int argc, char** argv) {
  using namespace millrace;
  if (argc != 2) return 2;
  auto config = edge::EdgeConfig::load(argv[1]);
  if (!config) return 2;
  const char* at = std::getenv("MILLRACE_KILL_AT");
  const std::string kill_at = at != nullptr ? at : "";
  const SystemClock clock;
  boost::asio::io_context loop(1);
  edge::EdgeGateway gateway(loop, std::move(*config), clock, "test", [kill_at](std::string_view point) {
    if (point == kill_at) std::raise(SIGKILL);
  });
  if (!gateway.start()) return 1;
  std::printf("%u\n", static_cast<unsigned>(gateway.http_port()));
  std::fflush(stdout);
  loop.run();
}
