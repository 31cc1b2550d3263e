// One libcurl transfer: sends bytes somewhere and says in words what went wrong.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace berth {

constexpr std::chrono::seconds transfer_limit{20};

struct MailTransfer {
    std::string url;  // smtp:// or smtps://
    std::string from;
    std::string to;
    std::string message;  // headers and body, lines ended by CRLF
    std::optional<std::string> user;
    std::optional<std::string> password;
};

std::expected<void, std::string> send_mail(const MailTransfer& mail);

// POSTs a body; any 2xx answer is success.
std::expected<void, std::string> post(const std::string& url, const std::string& body,
                                      const std::vector<std::string>& headers);

}  // namespace berth
