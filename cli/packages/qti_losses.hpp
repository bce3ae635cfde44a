// What of a QTI test or item stays behind although its questions come over: each is named, none is dropped in
// silence.
#pragma once

#include "cli/packages/draft.hpp"

namespace pugi {
class xml_node;
}

namespace millrace::cli {

/// Why the whole item cannot come over, by what it has beside its interaction. Empty: it can.
std::string refusal_of(const pugi::xml_node& item);

/// Notes what is beside the interaction: feedback, style sheets, points, its own way of judging.
void note_item_losses(const pugi::xml_node& item, DraftItem& draft);

/// Whether the options of an interaction are not to be shuffled, or one of them is not.
bool has_own_order(const pugi::xml_node& interaction);

/// Notes the rules of an interaction and the declaration of its answer that have no counterpart.
void note_interaction_losses(const pugi::xml_node& interaction, const pugi::xml_node& declaration,
                             DraftItem& draft);

/// Notes a part of a test, and a part of a test's reference to an item, that is not carried over.
void note_test_loss(const pugi::xml_node& part, Draft& draft);
void note_reference_loss(const pugi::xml_node& part, Draft& draft);

}  // namespace millrace::cli
