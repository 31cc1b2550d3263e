#include "notify/transfer.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace berth {

namespace {

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// libcurl wants its global state made once, before any thread uses it; a function-local static does
// so.
void init_once() {
    struct Global {
        Global() { curl_global_init(CURL_GLOBAL_DEFAULT); }
        ~Global() { curl_global_cleanup(); }
        Global(const Global&) = delete;
        Global& operator=(const Global&) = delete;
    };
    static const Global global;
}

Handle make_handle(const std::string& url, const char* protocols) {
    init_once();
    Handle handle(curl_easy_init(), &curl_easy_cleanup);
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, static_cast<long>(transfer_limit.count()));
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
    return handle;
}

List make_list(const std::vector<std::string>& lines) {
    List list(nullptr, &curl_slist_free_all);
    for (const auto& line : lines) list.reset(curl_slist_append(list.release(), line.c_str()));
    return list;
}

std::size_t read_from(char* buffer, std::size_t size, std::size_t count, void* rest) {
    auto& text = *static_cast<std::string_view*>(rest);
    const std::size_t taken = std::min(size * count, text.size());
    std::memcpy(buffer, text.data(), taken);
    text.remove_prefix(taken);
    return taken;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

std::expected<void, std::string> perform(const Handle& handle, const std::string& url) {
    const CURLcode code = curl_easy_perform(handle.get());
    if (code == CURLE_OK) return {};
    long answer = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer);
    std::string why = url + ": " + curl_easy_strerror(code);
    if (answer != 0) why += " (answer " + std::to_string(answer) + ")";
    return std::unexpected(why);
}

}  // namespace

std::expected<void, std::string> send_mail(const MailTransfer& mail) {
    const Handle handle = make_handle(mail.url, "smtp,smtps");
    const List recipients = make_list({"<" + mail.to + ">"});
    const std::string from = "<" + mail.from + ">";
    std::string_view rest = mail.message;
    curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, &read_from);
    curl_easy_setopt(handle.get(), CURLOPT_READDATA, &rest);
    curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
    if (mail.user) {
        // A password never goes over the wire in the clear.
        curl_easy_setopt(handle.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
        curl_easy_setopt(handle.get(), CURLOPT_USERNAME, mail.user->c_str());
        curl_easy_setopt(handle.get(), CURLOPT_PASSWORD, mail.password.value_or("").c_str());
    } else {
        curl_easy_setopt(handle.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
    }
    return perform(handle, mail.url);
}

std::expected<void, std::string> post(const std::string& url, const std::string& body,
                                      const std::vector<std::string>& headers) {
    const Handle handle = make_handle(url, "http,https");
    const List list = make_list(headers);
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, list.get());
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &ignore);
    if (auto sent = perform(handle, url); !sent) return sent;
    long answer = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer);
    if (answer / 100 == 2) return {};  // a redirect is refused: nobody configured that receiver
    return std::unexpected(url + ": answered " + std::to_string(answer) + " instead of 200");
}

}  // namespace berth
