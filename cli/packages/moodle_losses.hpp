// What of a Moodle question stays behind although the question comes over: each is named.
#pragma once

#include "cli/packages/draft.hpp"

namespace pugi {
class xml_node;
}

namespace millrace::cli {

/// Whether there is anything in the text of a node, be it nothing but a picture, a sound or a film.
bool says_something(const pugi::xml_node& node);

/// Notes feedback, hints, tags, and every setting of the question that has no counterpart.
void note_question_losses(const pugi::xml_node& question, DraftItem& draft);

}  // namespace millrace::cli
