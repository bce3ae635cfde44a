// `millrace packages`: check, list, import.
#pragma once

namespace CLI {
class App;
}

namespace millrace::cli {

/// Adds the commands. `result` gets the exit code of the one that runs; both must outlive the parsing.
void add_package_commands(CLI::App& app, int& result);

}  // namespace millrace::cli
