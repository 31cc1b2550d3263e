// Asking who sits at the terminal.
#pragma once

#include <string>

namespace berth::cli {

// Whether somebody is there to be asked: neither what is typed nor what is printed goes elsewhere.
bool somebody_is_there();
// Prints the question and reads an answer; everything but a yes is a no.
bool says_yes(const std::string& question);

}  // namespace berth::cli
