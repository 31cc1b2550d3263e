// The first lines of an answer, as they stand on the wire.
#pragma once

#include <cstddef>
#include <string>

#include "api/message.hpp"

namespace berth {

enum class AfterAnswer { keep_alive, close };
// How the other side learns where the body ends.
enum class BodyEnd { length, chunks, close, no_body };

struct HeadOptions {
    unsigned version = 11;  // HTTP/1.1
    AfterAnswer after = AfterAnswer::keep_alive;
    BodyEnd body = BodyEnd::length;
};

// Ends with the empty line. Header values must be free of line breaks.
std::string response_head(const Response& response, const HeadOptions& options);

}  // namespace berth
