#include "api/log_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string_view>

namespace berth {

namespace {

// The bytes from one place on, as many as there are of those wanted.
using ReadBytes = std::function<std::string(std::uint64_t from, std::uint64_t count)>;

bool continues_a_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;  // UTF-8
}

// How much of the text belongs to a line that began before it. A progress bar's "\r" begins a line
// anew, too. A last line that is longer than the text is shown from some whole character on.
std::size_t broken_line(std::string_view text) {
    const auto at = std::min(text.find_first_of("\r\n"), text.size());
    const std::size_t next = at + (text.substr(at).starts_with("\r\n") ? 2 : 1);
    if (next < text.size()) return next;
    std::size_t whole = 1;
    while (whole < text.size() && continues_a_character(text[whole])) ++whole;
    return whole;
}

// Reads one byte more than was wanted, to see whether a line begins there.
LogPiece last_lines(std::uint64_t size, std::uint64_t tail, const ReadBytes& read) {
    if (size <= tail) return {size, 0, read(0, size)};
    if (tail == 0) return {size, size, {}};
    const std::uint64_t begin = size - tail - 1;
    LogPiece piece{size, begin, read(begin, tail + 1)};
    const std::size_t cut = std::min(broken_line(piece.text), piece.text.size());
    piece.text.erase(0, cut);
    piece.offset += cut;
    return piece;
}

LogPiece piece_of(std::uint64_t size, const LogPart& part, const ReadBytes& read) {
    if (part.tail) return last_lines(size, std::min(*part.tail, largest_piece - 1), read);
    LogPiece piece{size, part.offset, {}};
    if (part.offset < size)
        piece.text = read(part.offset, std::min(size - part.offset, largest_piece));
    return piece;
}

std::optional<LogPiece> read_file(const std::string& path, const LogPart& part) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return std::nullopt;
    const auto end = file.tellg();
    if (end < 0) return std::nullopt;
    return piece_of(static_cast<std::uint64_t>(end), part,
                    [&](std::uint64_t from, std::uint64_t count) {
                        std::string bytes(count, '\0');
                        file.seekg(static_cast<std::streamoff>(from));
                        file.read(bytes.data(), static_cast<std::streamsize>(count));
                        bytes.resize(static_cast<std::size_t>(file.gcount()));
                        return bytes;
                    });
}

}  // namespace

std::optional<LogPiece> read_log(const ApiContext& context, const AttemptId& attempt,
                                 const LogPart& part) {
    if (context.launcher != nullptr) {
        if (auto piece = read_file(context.launcher->log_file(attempt), part)) return piece;
    }
    if (context.archive == nullptr) return std::nullopt;
    const auto whole = context.archive->log(attempt);
    if (!whole) return std::nullopt;
    return piece_of(whole->size(), part, [&](std::uint64_t from, std::uint64_t count) {
        return whole->substr(from, count);
    });
}

std::uint64_t growing_log_size(const ApiContext& context, const AttemptId& attempt) {
    if (context.launcher == nullptr) return 0;
    std::error_code error;
    const auto size = std::filesystem::file_size(context.launcher->log_file(attempt), error);
    return error ? 0 : size;
}

}  // namespace berth
