// Files of the web app.
#pragma once

#include <filesystem>

#include "core/http/message.hpp"

namespace millrace::http {

/// The file below `folder` that the request's path names; `/` is index.html. Names under /assets/ carry a
/// hash and may be cached for ever; everything else is revalidated by its ETag. A file that has its
/// compressed form beside it (`.br`, `.gz`) goes out as that to whoever accepts it. 404 for anything that is
/// not a plain file below the folder: hidden names, `..` and links that lead out are never followed.
Response serve_file(const std::filesystem::path& folder, const Request& request);

}  // namespace millrace::http
