#include "tests/edge/support/running_edge.hpp"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/edge/support/test_content.hpp"

namespace millrace::edge::test {

struct RunningEdge::Running {
  boost::asio::io_context loop;
  std::unique_ptr<EdgeGateway> gateway;
  std::thread thread;
};

std::filesystem::path write_box(const std::filesystem::path& folder) {
  write_content(folder);
  const auto file = folder / "edge.toml";
  // Port 9 is discard: nobody listens there.
  write_text(file, R"(site = "demo"
edge = "box-1"
station = "st-1"
data_dir = "data"
roster = "roster.json"
assignments = "assignments.json"
packages = "packages"
log_level = "error"
[http]
port = 0
[broker]
port = 9
)");
  return file;
}

RunningEdge::RunningEdge(std::function<void(EdgeConfig&)> adjust) : adjust_(std::move(adjust)) {
  write_box(folder());
  start();
}

RunningEdge::~RunningEdge() {
  stop();
}

void RunningEdge::start() {
  auto config = EdgeConfig::load(folder() / "edge.toml").value();
  if (adjust_) adjust_(config);
  running_ = std::make_unique<Running>();
  running_->gateway = std::make_unique<EdgeGateway>(running_->loop, std::move(config), clock_, "test");
  if (const auto started = running_->gateway->start(); !started) {
    running_.reset();
    throw std::runtime_error(started.error().message);
  }
  port_ = running_->gateway->http_port();
  running_->thread = std::thread([&loop = running_->loop] { loop.run(); });
}

void RunningEdge::stop() {
  if (!running_) return;
  boost::asio::co_spawn(
      running_->loop,
      [](Running& running) -> boost::asio::awaitable<void> {
        co_await running.gateway->stop();
        running.loop.stop();
      }(*running_),
      boost::asio::detached);
  running_->thread.join();
  running_->gateway.reset();
  running_.reset();
}

}  // namespace millrace::edge::test
