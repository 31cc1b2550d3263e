// Mails whom it concerns, and calls the site's webhooks, when something happens to a reservation
// that its owner did not do: it ends, loses or gets a window, is given notice, would fail at its
// start.
//
//     MailAndWebhookNotifier notifier(options, grid);
//     notifier.deliver(published);
//
// A row that was delivered in part is delivered only to the rest when it comes again. For one
// thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/notifier_port.hpp"
#include "notify/message.hpp"

namespace berth {

struct MailOptions {
    std::string url;   // smtp://host:port or smtps://host:port
    std::string from;  // the sender's address
    std::optional<std::string> user;
    std::optional<std::string> password;
    std::optional<std::string> domain;             // user@domain, for who is not in `addresses`
    std::map<std::string, std::string> addresses;  // by user
};

struct WebhookOptions {
    std::string url;
    std::string secret;
};

struct NotifyOptions {
    std::optional<MailOptions> mail;
    std::vector<WebhookOptions> webhooks;
    std::set<std::string> operators = {};  // who hears of what is nobody's reservation
};

class MailAndWebhookNotifier : public NotifierPort {
public:
    MailAndWebhookNotifier(NotifyOptions options, SlotGrid grid);

    [[nodiscard]] bool concerns(const std::string& kind) const override;
    std::expected<void, std::string> deliver(const Published& published) override;

private:
    std::expected<void, std::string> mail(const Published& published, const Message& message) const;
    std::expected<void, std::string> call(const WebhookOptions& webhook,
                                          const Published& published) const;
    [[nodiscard]] std::optional<std::string> address_of(const std::string& user) const;

    NotifyOptions options_;
    SlotGrid grid_;
    std::uint64_t last_complete_ = 0;
    std::map<std::uint64_t, std::set<std::string>>
        done_for_;  // rows delivered in part, and where to
};

// "sha256=" and the HMAC-SHA256 of `timestamp` + "." + `body`, in hex.
std::string webhook_signature(const std::string& secret, const std::string& timestamp,
                              const std::string& body);

}  // namespace berth
