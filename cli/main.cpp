// millrace: what plant IT asks of a box from its shell.
#include <sys/stat.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/admin_client.hpp"
#include "cli/backup.hpp"
#include "cli/conflicts.hpp"
#include "cli/listing.hpp"
#include "cli/log_check.hpp"
#include "cli/package_commands.hpp"
#include "cli/status_text.hpp"

namespace {

using namespace millrace;
using namespace millrace::cli;
namespace fs = std::filesystem;

constexpr int kFaultsFound = 1;
constexpr int kFailed = 2;
constexpr uint64_t kDefaultRows = 50;

int report(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return kFailed;
}

/// What the command line says.
struct Options {
  std::string config = kDefaultConfig;
  std::string database;
  std::string record;
  std::string reason;
  std::string file;
  std::string state;
  std::vector<std::string> keys;
  uint64_t rows = kDefaultRows;
  bool json = false;

  Result<Box> box() const { return find_box(config); }
  Result<std::unique_ptr<store::Connection>> open() const {
    if (!database.empty()) return visit(database);
    const auto found = box();
    if (!found) return std::unexpected(found.error());
    return visit(found->database());
  }
};

Result<delivery::RecordPlace> read_place(const std::string& text) {
  const auto slash = text.find('/');
  const auto stream = Uuid::parse(text.substr(0, slash));
  delivery::RecordPlace place;
  const auto* end = text.data() + text.size();
  if (stream && slash != std::string::npos &&
      std::from_chars(text.data() + slash + 1, end, place.sequence).ptr == end && place.sequence > 0) {
    place.stream_id = *stream;
    return place;
  }
  return fail(
      ErrorKind::invalid_input,
      fmt::format("'{}' is not a record: give {{stream}}/{{sequence}} as `millrace parked list` shows",
                  text));
}

/// A place, or an event id.
Result<delivery::RecordFilter> read_record(const std::string& text) {
  delivery::RecordFilter filter;
  if (const auto event = Uuid::parse(text)) {
    filter.event_id = *event;
    return filter;
  }
  const auto place = read_place(text);
  if (!place) {
    return fail(ErrorKind::invalid_input,
                fmt::format("'{}' is neither an event's id nor a record ({{stream}}/{{sequence}})", text));
  }
  filter.stream_id = place->stream_id;
  filter.sequence = place->sequence;
  return filter;
}

int print(const Result<std::string>& text, std::string_view when_empty) {
  if (!text) return report(text.error());
  if (text->empty()) {
    fmt::print(stderr, "{}\n", when_empty);
  } else {
    fmt::print("{}", *text);
  }
  return 0;
}

int list(const Options& options, delivery::RecordFilter filter) {
  for (const auto state :
       {delivery::RecordState::pending, delivery::RecordState::settled, delivery::RecordState::parked,
        delivery::RecordState::moved, delivery::RecordState::replayed, delivery::RecordState::discarded}) {
    if (to_string(state) == options.state) filter.state = state;
  }
  const auto db = options.open();
  if (!db) return report(db.error());
  return print(store::read(**db,
                           [&](store::Connection& on) {
                             return options.json ? list_json(on, filter, options.rows)
                                                 : list_records(on, filter, options.rows);
                           }),
               "none");
}

int show(const Options& options) {
  const auto filter = read_record(options.record);
  if (!filter) return report(filter.error());
  const auto db = options.open();
  if (!db) return report(db.error());
  const auto text = store::read(**db, [&](store::Connection& on) { return show_records(on, *filter); });
  if (text && text->empty()) return report({ErrorKind::not_found, "there is no such record"});
  return print(text, "");
}

int conflicts_of(const Options& options) {
  const auto db = options.open();
  if (!db) return report(db.error());
  return print(store::read(**db, list_conflicts), "none");
}

int show_conflict_of(const Options& options) {
  const auto db = options.open();
  if (!db) return report(db.error());
  const auto text =
      store::read(**db, [&](store::Connection& on) { return show_conflict(on, options.record); });
  if (text && text->empty()) return report({ErrorKind::not_found, "there is no such conflict"});
  return print(text, "");
}

Result<std::vector<PublicKey>> keys_of(const Options& options) {
  std::vector<PublicKey> keys;
  for (const auto& text : options.keys) {
    const auto key = read_public_key(text);
    if (!key) return std::unexpected(key.error());
    keys.push_back(*key);
  }
  if (!keys.empty()) return keys;
  const auto box = options.box();
  const auto key = box ? public_key_of(*box) : std::unexpected(box.error());
  if (!key) {
    return fail(
        key.error().kind,
        fmt::format("{}. Without the box's key file, give --public-key as millrace-edge --print-public-key "
                    "prints it",
                    key.error().message));
  }
  return std::vector{*key};
}

int verify(const Options& options) {
  const auto keys = keys_of(options);
  if (!keys) return report(keys.error());
  Result<Verified> verified;
  if (options.file.empty()) {
    const auto db = options.open();
    if (!db) return report(db.error());
    verified = verify_log(**db, *keys);
    if (!verified) return report(verified.error());
  } else {
    std::ifstream file(options.file);
    if (!file) return report({ErrorKind::not_found, fmt::format("{}: it cannot be read", options.file)});
    verified = verify_lines(file, *keys);
  }
  for (const auto& fault : verified->faults) fmt::print("{}: {}\n", fault.place, fault.what);
  for (const auto& stream : verified->streams)
    fmt::print("stream {}: records {} to {}\n", stream.stream_id.string(), stream.first, stream.last);
  fmt::print("{} records with good hash and signature, {} copies, {} withheld, {} other events, {} faults\n",
             verified->records, verified->copies, verified->notices, verified->others,
             verified->faults.size());
  return verified->faults.empty() ? 0 : kFaultsFound;
}

int decide_about(const Options& options, const std::string& action) {
  const auto place = read_place(options.record);
  if (!place) return report(place.error());
  const auto box = options.box();
  if (!box) return report(box.error());
  const auto done = decide(*box, *place, action, options.reason);
  if (!done) return report(done.error());
  fmt::print("{}\n", *done);
  return 0;
}

int show_status(const Options& options) {
  const auto box = options.box();
  const auto told = box ? ask_status(*box) : std::unexpected(box.error());
  if (!told) return report(told.error());
  const auto text = options.json ? *told + "\n" : status_text(*told);
  if (text.empty()) return report({ErrorKind::invalid_input, "the box is of another release: update both"});
  fmt::print("{}", text);
  return 0;
}

int show_console(const Options& options) {
  const auto box = options.box();
  const auto addresses = box ? open_console(*box) : std::unexpected(box.error());
  if (!addresses) return report(addresses.error());
  fmt::print("{}", *addresses);
  fmt::print(stderr,
             "Open one of them in a browser: it is good once, for ten minutes. What is decided there stands "
             "in the audit under your name.\n");
  return 0;
}

int run_backup(const Options& options) {
  const auto box = options.box();
  if (!box) return report(box.error());
  const auto done = back_up(*box, options.file);
  if (!done) return report(done.error());
  fmt::print("{}: {} records, {} bytes, whole\n", options.file, done->records, done->bytes);
  return 0;
}

int run_restore(const Options& options) {
  const auto box = options.box();
  if (!box) return report(box.error());
  const auto aside = restore(*box, options.file, SystemClock().wall());
  if (!aside) return report(aside.error());
  if (!aside->empty()) fmt::print("the database that was there is {}\n", aside->string());
  fmt::print(
      "restored. Start the box: it opens a new stream and sends again what the backup has no receipt for;\n"
      "the centre knows by the event ids what it has already\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(077);  // what is written holds people's results
  CLI::App app{"Looks after a plant box: its records, those that could not be delivered, its backups."};
  Options options;
  int result = 0;
  app.require_subcommand(1);
  app.add_option("--config", options.config, "The box's edge.toml")->capture_default_str();
  app.set_version_flag("--version", std::string("millrace ") + MILLRACE_VERSION);

  const auto database = [&](CLI::App* command) {
    command->add_option("--database", options.database,
                        "Another database: a backup, or one that was set aside");
  };
  const auto rows = [&](CLI::App* command) {
    command->add_option("--last", options.rows, "So many of the newest records; 0 for all")
        ->capture_default_str();
    command->add_flag("--json", options.json, "CloudEvents JSON, one event a line");
  };
  const auto record = [&](CLI::App* command, const char* what) {
    command->add_option("record", options.record, what)->required();
  };

  auto* status = app.add_subcommand("status", "How the running box is");
  status->add_flag("--json", options.json, "As the box says it: see GET /admin/v1/box in console-api.yaml");
  status->callback([&] { result = show_status(options); });
  app.add_subcommand("console", "An address that opens the box's console in a browser, once")->callback([&] {
    result = show_console(options);
  });
  auto* events = app.add_subcommand("events", "The box's log")->require_subcommand(1);
  auto* events_list = events->add_subcommand("list", "The newest records");
  database(events_list);
  rows(events_list);
  events_list->add_option("--state", options.state, "Only those")
      ->check(CLI::IsMember({"pending", "settled", "parked", "moved", "replayed", "discarded"}));
  auto* events_show = events->add_subcommand("show", "One event with all that became of it");
  database(events_show);
  record(events_show, "An event's id, or {stream}/{sequence}");
  auto* events_verify = events->add_subcommand("verify",
                                               "Check hashes, signatures, gaps and checkpoints; name each "
                                               "fault; exit 0 when there is none, 1 otherwise");
  database(events_verify);
  events_verify->add_option("--file", options.file,
                            "Events from the centre instead: CloudEvents JSON, one a line");
  events_verify->add_option("--public-key", options.keys, "A box's public key; several may be given");

  auto* parked = app.add_subcommand("parked", "Records that could not be delivered")->require_subcommand(1);
  auto* parked_list = parked->add_subcommand("list", "Those that wait for a decision");
  database(parked_list);
  rows(parked_list);
  auto* parked_show = parked->add_subcommand("show", "One of them");
  database(parked_show);
  record(parked_show, "An event's id, or {stream}/{sequence}");
  const auto decision = [&](const char* name, const char* what) {
    auto* command = parked->add_subcommand(name, what);
    record(command, "{stream}/{sequence}");
    command->add_option("--reason", options.reason, "Why; it stands in the audit")->required();
    command->callback([&result, &options, name] { result = decide_about(options, name); });
  };
  decision("replay", "Record it again at the end of the log: it is sent again");
  decision("discard", "Give it up for good");

  auto* conflicts =
      app.add_subcommand("conflicts", "Submissions under a key that had been used for something else")
          ->require_subcommand(1);
  auto* conflicts_list = conflicts->add_subcommand("list", "All of them, the newest last");
  database(conflicts_list);
  conflicts_list->callback([&] { result = conflicts_of(options); });
  auto* conflicts_show =
      conflicts->add_subcommand("show", "What came, and what had been saved under its key");
  database(conflicts_show);
  record(conflicts_show, "Its reference, as KC-12");
  conflicts_show->callback([&] { result = show_conflict_of(options); });

  auto* backup = app.add_subcommand("backup", "A copy of the database, while the box runs");
  backup->add_option("file", options.file, "Where to; must not exist")->required();
  auto* restoring =
      app.add_subcommand("restore", "Put a backup in the database's place; the box must be stopped");
  restoring->add_option("file", options.file, "The backup")->required();

  add_package_commands(app, result);

  const auto all = [&] {
    if (options.rows == 0) options.rows = std::numeric_limits<uint64_t>::max();
  };
  events_list->callback([&] {
    all();
    result = list(options, {});
  });
  parked_list->callback([&] {
    all();
    options.state = "parked";
    result = list(options, {});
  });
  events_show->callback([&] { result = show(options); });
  parked_show->callback([&] { result = show(options); });
  events_verify->callback([&] { result = verify(options); });
  backup->callback([&] { result = run_backup(options); });
  restoring->callback([&] { result = run_restore(options); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kFailed;
  }
  return result;
}
