// A mail as it goes over the wire (RFC 5322, RFC 2047): UTF-8 in encoded words and base64, so that
// nothing in a title can become a header.
#pragma once

#include <string>

#include "notify/message.hpp"
#include "time/instant.hpp"

namespace berth {

struct MailHead {
    std::string from;
    std::string to;
    std::string message_id;  // the same at every delivery of the same row
    Instant date;
};

std::string format_mail(const MailHead& head, const Message& message);

std::string base64(const std::string& bytes);

}  // namespace berth
