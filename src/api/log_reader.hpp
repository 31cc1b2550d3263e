// Reads the output of one attempt, where the job writes it or where it was archived.
//
//     const auto piece = read_log(context, {id, 1}, {.tail = 4096});
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/context.hpp"

namespace berth {

// A reader of a longer log asks again from where this piece ended.
constexpr std::uint64_t largest_piece = 8U * 1024 * 1024;

struct LogPart {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> tail;  // instead: so many last bytes, from the start of a line
};

struct LogPiece {
    std::uint64_t size = 0;    // of the whole log
    std::uint64_t offset = 0;  // where the text begins in it
    std::string text;
};

// Nothing when the attempt has written no log. At most `largest_piece`.
std::optional<LogPiece> read_log(const ApiContext& context, const AttemptId& attempt,
                                 const LogPart& part);
// Of the log that a job is writing; 0 before there is one.
std::uint64_t growing_log_size(const ApiContext& context, const AttemptId& attempt);

}  // namespace berth
