// What an importer makes of a foreign file, and the package that becomes of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/packages/losses.hpp"
#include "cli/packages/marked_text.hpp"
#include "core/packages/package.hpp"

namespace millrace::cli {

struct ImportOptions {
  std::string test_id;
  uint32_t version = 1;
  std::string skill;
  std::string language;
  std::string approved_by;  ///< empty: nobody
  std::string title;        ///< empty: the file's own
  uint32_t pass_mark_bp = 8'000;
};

/// Something that was not carried over.
struct LeftOut {
  std::string item;    ///< as the file names it; empty: about the whole file
  bool whole = false;  ///< the whole item, or a part of it
  std::string reason;
};

/// One item as it was found. Its ids are the file's own.
struct DraftItem {
  std::string name;
  std::string topic;  ///< a title; empty for none
  packages::Item item;
  std::string tolerance;                     ///< numeric
  std::map<std::string, std::string> files;  ///< name in the file → content
  Losses lost;                               ///< parts that are left out
  std::string refused;                       ///< why the whole is left out; empty: it is not

  void refuse(std::string reason) {
    if (refused.empty()) refused = std::move(reason);
  }
  void lose(const std::string& what) { lost.add(what); }
};

struct Draft {
  std::string title;
  std::optional<uint32_t> time_limit_s;
  bool keeps_order = false;  ///< the items stand in an order of their own
  std::vector<DraftItem> items;
  size_t bytes = 0;  ///< of the items that are not refused
  Losses lost;

  void lose(const std::string& what) { lost.add(what); }
};

struct Imported {
  std::string package;                       ///< the JSON text; empty when no item was left
  std::map<std::string, std::string> media;  ///< name → content
  size_t items = 0;
  std::vector<LeftOut> left_out;
};

/// A file beside the imported one, by its name relative to it. Errors: those of reading.
using ReadBeside = std::function<Result<std::string>(const std::string& name)>;

/// Puts the text as the stem, keeps the first picture and sound, and notes what is lost.
void set_stem(DraftItem& draft, const MarkedText& text, const std::string& language, const ReadBeside& read);
/// The plain text of an option; notes what is lost.
packages::Texts option_text(DraftItem& draft, const MarkedText& text, const std::string& language);

/// Names everything anew, so that no id tells the answer, and keeps each item that the reader of packages
/// takes. Errors: invalid_input when not even an empty package would be good: the options are wrong.
Result<Imported> finish(Draft draft, const ImportOptions& options);

}  // namespace millrace::cli
