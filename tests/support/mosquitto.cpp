#include "tests/support/mosquitto.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace millrace::test {
namespace {

using boost::asio::ip::tcp;

constexpr auto kProgram = "/usr/sbin/mosquitto";
constexpr int kAttempts = 5;
constexpr uint16_t kFirstPort = 10'000;
constexpr uint16_t kLastPort = 19'999;
constexpr std::chrono::seconds kUpWithin{10};

bool accepts(uint16_t port) {
  boost::asio::io_context loop;
  tcp::socket socket(loop);
  boost::system::error_code refused;
  socket.connect({boost::asio::ip::address_v4::loopback(), port}, refused);
  return !refused;
}

}  // namespace

uint16_t free_port() {
  boost::asio::io_context loop;
  std::random_device random;
  std::uniform_int_distribution<uint16_t> any(kFirstPort, kLastPort);
  for (;;) {
    tcp::acceptor acceptor(loop, tcp::v4());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    const auto port = any(random);
    boost::system::error_code taken;
    acceptor.bind({boost::asio::ip::address_v4::loopback(), port}, taken);
    if (!taken) acceptor.listen(boost::asio::socket_base::max_listen_connections, taken);
    if (!taken) return port;
  }
}

Mosquitto::Mosquitto(std::string settings) : settings_(std::move(settings)) {
  std::string name = (std::filesystem::temp_directory_path() / "mosquitto-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  // Someone else may take the port between asking and binding.
  for (int i = 0; i < kAttempts; ++i) {
    port_ = free_port();
    if (try_start()) return;
  }
  throw std::runtime_error("mosquitto did not come up: see its log above");
}

Mosquitto::~Mosquitto() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Mosquitto::start() {
  if (pid_ > 0) return;
  if (!try_start()) throw std::runtime_error("mosquitto did not come up again");
}

bool Mosquitto::try_start() {
  const auto config = folder_ / "mosquitto.conf";
  // Mosquitto drops root by itself and must still be able to read its files.
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all |
                                            std::filesystem::perms::others_read |
                                            std::filesystem::perms::others_exec);
  std::ofstream(config) << fmt::format(
      "listener {} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest stderr\nlog_type error\n{}\n",
      port_, settings_);
  const auto parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::execl(kProgram, kProgram, "-c", config.c_str(), nullptr);
    ::_exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + kUpWithin;
  while (std::chrono::steady_clock::now() < deadline) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return false;
    }
    if (accepts(port_)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  kill();
  return false;
}

void Mosquitto::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace millrace::test
