#include "cli/packages/archive.hpp"

#include <clocale>
#include <filesystem>
#include <memory>
#include <string_view>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace millrace::cli {
namespace {

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

/// Names are UTF-8, which the archive's reader only takes in a locale that has it. On this thread, while it
/// lives.
class Utf8Names {
 public:
  Utf8Names() : before_(uselocale(utf8_)) {}
  ~Utf8Names() {
    uselocale(before_);
    if (utf8_ != locale_t{}) freelocale(utf8_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t utf8_ = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
  locale_t before_;
};

/// The others may want gigabytes before the first byte comes out.
bool is_plain_or_deflated(archive* reader) {
  const std::string_view format = archive_format_name(reader);
  return format.ends_with("(uncompressed)") || format.ends_with("(deflation)");
}

std::unexpected<Error> damaged(archive* reader) {
  const char* why = archive_error_string(reader);
  return fail(ErrorKind::invalid_input,
              fmt::format("the ZIP archive cannot be read: {}", why != nullptr ? why : "it is damaged"));
}

Result<std::string> content_of(archive* reader, size_t most_bytes) {
  std::string out;
  for (;;) {
    const void* part = nullptr;
    size_t bytes = 0;
    int64_t offset = 0;
    const auto state = archive_read_data_block(reader, &part, &bytes, &offset);
    if (state == ARCHIVE_EOF) return out;
    if (state != ARCHIVE_OK) return damaged(reader);
    if (bytes > most_bytes - out.size())
      return fail(ErrorKind::invalid_input, fmt::format("the ZIP archive holds more than {} MiB unpacked",
                                                        kMostUnpackedBytes / (1024 * 1024)));
    out.append(static_cast<const char*>(part), bytes);
  }
}

}  // namespace

bool is_archive(const std::string& bytes) {
  return bytes.starts_with("PK\x03\x04");
}

Result<ArchiveFiles> read_archive(const std::string& bytes) {
  const Utf8Names utf8_names;
  const Reader reader(archive_read_new(), &archive_read_free);
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return damaged(reader.get());
  ArchiveFiles files;
  size_t left = kMostUnpackedBytes;
  for (;;) {
    archive_entry* entry = nullptr;
    const auto state = archive_read_next_header(reader.get(), &entry);
    if (state == ARCHIVE_EOF) return files;
    if (state != ARCHIVE_OK) return damaged(reader.get());
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) continue;  // no text: nothing can refer to it
    const auto path = std::filesystem::path(name).lexically_normal().generic_string();
    if (!is_plain_or_deflated(reader.get()))
      return fail(
          ErrorKind::invalid_input,
          fmt::format("the ZIP archive has {} packed in another way than by deflation: pack it anew", path));
    if (files.size() == kMostArchiveFiles)
      return fail(ErrorKind::invalid_input,
                  fmt::format("the ZIP archive holds more than {} files", kMostArchiveFiles));
    auto content = content_of(reader.get(), left);
    if (!content) return std::unexpected(content.error());
    left -= content->size();
    files.insert_or_assign(path, std::move(*content));
  }
}

}  // namespace millrace::cli
