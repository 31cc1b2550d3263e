#include "notify/notifier.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "json/described.hpp"
#include "notify/mail.hpp"
#include "notify/transfer.hpp"

namespace berth {

namespace {

// What a message is sent about, and the steps of a reservation's life, or an occupant's, that a
// machine may follow.
bool interests_webhooks(const std::string& kind) {
    static const std::set<std::string> steps{"reservation_changed", "reservation_running",
                                             "reservation_continued", "overrun_granted",
                                             "occupant_left"};
    return is_ever_mailed(kind) || steps.contains(kind);
}

// One mailbox and nothing that could become an SMTP command or a header.
bool is_address(const std::string& text) {
    const bool plain = std::ranges::none_of(text, [](unsigned char c) {
        return c <= ' ' || c == 0x7F || c == '<' || c == '>' || c == ',';
    });
    const auto at = text.find('@');
    return plain && at != std::string::npos && at != 0 && at + 1 != text.size();
}

std::string webhook_body(const Published& published) {
    boost::json::object body;
    body["event"] = published.row.kind;
    body["sequence"] = published.row.sequence;
    body["time"] = to_rfc3339(published.row.time);
    if (published.reservation) {
        body["reservation"] = json::print(*published.reservation);
    } else {
        body["details"] = boost::json::parse(published.row.event);
    }
    return boost::json::serialize(body);
}

}  // namespace

std::string webhook_signature(const std::string& secret, const std::string& timestamp,
                              const std::string& body) {
    const std::string signed_text = timestamp + "." + body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> seal{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(),
         seal.data(), &size);
    std::string text = "sha256=";
    for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", seal[i]);
    return text;
}

MailAndWebhookNotifier::MailAndWebhookNotifier(NotifyOptions options, SlotGrid grid)
    : options_(std::move(options)), grid_(std::move(grid)) {}

bool MailAndWebhookNotifier::concerns(const std::string& kind) const {
    return (options_.mail && is_ever_mailed(kind)) ||
           (!options_.webhooks.empty() && interests_webhooks(kind));
}

std::expected<void, std::string> MailAndWebhookNotifier::deliver(const Published& published) {
    std::set<std::string>& done_for = done_for_[published.row.sequence];
    std::expected<void, std::string> result;
    const auto once = [&](const std::string& where, auto&& send) {
        if (done_for.contains(where)) return;
        if (auto sent = send(); sent) {
            done_for.insert(where);
        } else {
            result = std::unexpected(sent.error());
        }
    };
    if (options_.mail) {
        const auto messages = published.reservation
                                  ? messages_about(published, grid_)
                                  : messages_to_operators(published.row, grid_, options_.operators);
        for (const Message& message : messages) {
            once("mail to " + message.to, [&] { return mail(published, message); });
        }
    }
    if (interests_webhooks(published.row.kind)) {
        for (std::size_t i = 0; i < options_.webhooks.size(); ++i) {
            once(fmt::format("webhook {}", i),
                 [&] { return call(options_.webhooks[i], published); });
        }
    }
    if (result && published.row.sequence != last_complete_) {
        // Only the rows still owed, and this one, need remembering.
        done_for_.erase(last_complete_);
        last_complete_ = published.row.sequence;
    }
    return result;
}

std::expected<void, std::string> MailAndWebhookNotifier::mail(const Published& published,
                                                              const Message& message) const {
    const auto address = address_of(message.to);
    // A person without an address is told on the page.
    if (!address || !is_address(*address)) return {};
    const MailHead head{options_.mail->from, *address,
                        fmt::format("berth-{}@{}", published.row.sequence,
                                    options_.mail->from.substr(options_.mail->from.find('@') + 1)),
                        published.row.time};
    return send_mail({options_.mail->url, options_.mail->from, *address, format_mail(head, message),
                      options_.mail->user, options_.mail->password});
}

std::expected<void, std::string> MailAndWebhookNotifier::call(const WebhookOptions& webhook,
                                                              const Published& published) const {
    const std::string body = webhook_body(published);
    const std::string timestamp = to_rfc3339(published.row.time);
    return post(webhook.url, body,
                {"Content-Type: application/json", "X-Berth-Event: " + published.row.kind,
                 fmt::format("X-Berth-Delivery: {}", published.row.sequence),
                 "X-Berth-Timestamp: " + timestamp,
                 "X-Berth-Signature-256: " + webhook_signature(webhook.secret, timestamp, body)});
}

std::optional<std::string> MailAndWebhookNotifier::address_of(const std::string& user) const {
    const auto found = options_.mail->addresses.find(user);
    if (found != options_.mail->addresses.end()) return found->second;
    if (user.find('@') != std::string::npos) return user;
    if (options_.mail->domain) return user + "@" + *options_.mail->domain;
    return std::nullopt;
}

}  // namespace berth
