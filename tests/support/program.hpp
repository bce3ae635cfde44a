// One of our own programs, run by a test.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace millrace::test {

/// Starts it from the build's bin/ with its output in a file; ends with the object, by its pid. One thread.
class Program {
 public:
  Program(const std::string& name, std::vector<std::string> args, std::filesystem::path output)
      : path_(std::filesystem::path(MILLRACE_BINARY_DIR) / "bin" / name),
        args_(std::move(args)),
        output_(std::move(output)) {}
  ~Program() { kill(SIGKILL); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void start() {
    const auto parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    const int file = ::open(output_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    auto name = path_.string();
    std::vector<char*> argv{name.data()};
    for (auto& arg : args_) argv.push_back(arg.data());
    argv.push_back(nullptr);
    ::execv(name.c_str(), argv.data());
    ::_exit(127);
  }
  /// Waits for its end. The exit code, or -1 when a signal ended it.
  int wait() {
    int status = 0;
    if (pid_ > 0) ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int kill(int with_signal) {
    if (pid_ <= 0) return -1;
    ::kill(pid_, with_signal);
    return wait();
  }
  std::string output() const {
    std::ifstream file(output_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
  std::vector<std::string> args_;
  std::filesystem::path output_;
  pid_t pid_ = -1;
};

}  // namespace millrace::test
