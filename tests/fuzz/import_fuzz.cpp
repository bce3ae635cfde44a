// Whatever file is imported: every item of it is carried over or named as left out, and the package that
// comes of it is one that the box takes.
#include <algorithm>

#include "cli/packages/archive.hpp"
#include "cli/packages/draft.hpp"
#include "cli/packages/moodle_import.hpp"
#include "cli/packages/qti_import.hpp"
#include "core/packages/package_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

namespace {

constexpr auto kPicture = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

void judge(Result<cli::Draft> draft) {
  if (!draft) {
    fuzz::require(!draft.error().message.empty(), "an error without a word");
    return;
  }
  const auto found = draft->items.size();
  cli::ImportOptions into;
  into.test_id = "t";
  into.skill = "s";
  into.language = "en";
  const auto imported = cli::finish(std::move(*draft), into);
  if (!imported) return;  // the file's title may be too long for any package
  const auto left_out = std::ranges::count(imported->left_out, true, &cli::LeftOut::whole);
  fuzz::require(imported->items + static_cast<size_t>(left_out) == found, "an item was dropped in silence");
  for (const auto& one : imported->left_out) fuzz::require(!one.reason.empty(), "left out without a reason");
  if (imported->items == 0) return;
  const auto package = packages::read_package(imported->package, "package");
  fuzz::require(package.has_value(), "the package is not good");
  fuzz::require((*package)->media.size() == imported->media.size(), "media and files are not the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (cli::is_archive(text)) {
    const auto files = cli::read_archive(text);
    fuzz::require(files || !files.error().message.empty(), "an error without a word");
    return 0;
  }
  judge(cli::read_moodle(text, "en"));
  bool once = false;
  // The same file stands for every item; any other name is a picture.
  const cli::ReadBeside read = [&](const std::string& name) -> Result<std::string> {
    if (name == "file.xml" || (name.ends_with(".xml") && !once)) {
      once = once || name != "file.xml";
      return text;
    }
    if (name.ends_with(".svg")) return std::string(kPicture);
    return fail(ErrorKind::not_found, "it is not there");
  };
  judge(cli::read_qti("file.xml", read, "en"));
  return 0;
}
