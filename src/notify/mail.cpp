#include "notify/mail.hpp"

#include <date/date.h>
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

namespace berth {

namespace {

constexpr std::size_t base64_line = 76;  // RFC 2045, section 6.8
constexpr std::size_t encoded_word_bytes =
    42;  // so that an encoded word stays within 75 characters

// Splits only between characters: an encoded word must hold whole ones (RFC 2047, section 5).
std::string encoded_words(const std::string& text) {
    std::string header;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(at + encoded_word_bytes, text.size());
        const auto continues = [&] {
            return end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U;
        };
        while (end > at + 1 && continues()) --end;
        if (!header.empty()) header += "\r\n ";
        header += "=?UTF-8?B?" + base64(text.substr(at, end - at)) + "?=";
        at = end;
    }
    return header;
}

std::string without_line_breaks(std::string text) {
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    return text;
}

std::string lines_of(const std::string& text) {
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += base64_line) {
        lines += text.substr(at, base64_line) + "\r\n";
    }
    return lines;
}

}  // namespace

std::string base64(const std::string& bytes) {
    std::vector<unsigned char> text(4 * ((bytes.size() + 2) / 3) + 1);
    const int size =
        EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                        static_cast<int>(bytes.size()));
    return {text.begin(), text.begin() + size};
}

std::string format_mail(const MailHead& head, const Message& message) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(head.date);
    return "From: <" + without_line_breaks(head.from) + ">\r\n" + "To: <" +
           without_line_breaks(head.to) + ">\r\n" +
           "Subject: " + encoded_words(without_line_breaks(message.subject)) + "\r\n" +
           "Date: " + date::format("%a, %d %b %Y %T +0000", seconds) + "\r\n" + "Message-ID: <" +
           without_line_breaks(head.message_id) + ">\r\n" + "Auto-Submitted: auto-generated\r\n" +
           "MIME-Version: 1.0\r\n" + "Content-Type: text/plain; charset=UTF-8\r\n" +
           "Content-Transfer-Encoding: base64\r\n\r\n" + lines_of(base64(message.body));
}

}  // namespace berth
