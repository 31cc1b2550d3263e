#include "kubernetes/object_watch.hpp"

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <random>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kubernetes/back_off.hpp"
#include "kubernetes/line_splitter.hpp"
#include "kubernetes/object_fields.hpp"

namespace berth {

namespace {

using std::chrono::milliseconds;

constexpr auto page_size = "500";
constexpr std::size_t longest_line = 8U << 20U;  // etcd takes no object over 1.5 MiB
// The server ends a watch after so long, and a new one goes on; at random, so that the watches of
// many kinds do not all end at once.
constexpr int shortest_watch_s = 240;
constexpr int longest_watch_s = 360;
// A bookmark comes about every minute, so this is more than two that were missed.
constexpr milliseconds longest_silence{150'000};
constexpr milliseconds first_pause{200};
constexpr milliseconds longest_pause{3'000};
// A watch that lived so long was a good one: the next pause is a short one again.
constexpr milliseconds good_watch{10'000};

std::string key_of(const boost::json::object& object) {
    const auto space = text_at(object, {"metadata", "namespace"});
    const auto name = text_at(object, {"metadata", "name"});
    return space.empty() ? name : space + "/" + name;
}

}  // namespace

struct ObjectWatch::Impl : std::enable_shared_from_this<ObjectWatch::Impl> {
    Impl(ApiClient& the_client, WatchedObjects the_what, WatchListener the_listener)
        : client(the_client), what(std::move(the_what)), listener(std::move(the_listener)) {}

    // All on the client's thread.
    void begin_listing();
    void ask_for_page();
    void take_page(const ApiReply& reply);
    bool take_items(const boost::json::object& page);
    void finish_listing();
    void begin_watching();
    void take_bytes(std::string_view bytes);
    bool take_event(std::string_view line);
    void watch_ended(const ApiReply& reply);
    void close();
    void list_again();
    void list_for_trouble(const std::string& why);
    [[nodiscard]] milliseconds pause();
    void see(const boost::json::object& object);
    void lose(const std::string& key);
    [[nodiscard]] std::string selectors() const;
    // A callback that does nothing once the watch is gone.
    template <class Step>
    auto guarded(Step step) {
        return [weak = weak_from_this(), step](const auto&... arguments) {
            if (const auto self = weak.lock(); self && !self->is_closed) {
                step(*self, arguments...);
            }
        };
    }

    ApiClient& client;
    const WatchedObjects what;
    const WatchListener listener;

    bool is_closed = false;
    bool is_troubled = false;                              // and the listener was told
    std::unordered_map<std::string, std::uint32_t> known;  // key → the listing that it was seen in
    std::uint32_t listing = 0;
    std::string continue_at;
    std::string version;  // where the watch goes on
    ApiClient::StreamId stream = 0;
    LineSplitter lines{longest_line};
    std::optional<std::chrono::steady_clock::time_point> watch_began;
    BackOff back_off{first_pause, longest_pause};
    std::minstd_rand random{std::random_device{}()};
};

std::string ObjectWatch::Impl::selectors() const {
    std::string text;
    if (!what.label_selector.empty()) text += "&labelSelector=" + escaped(what.label_selector);
    if (!what.field_selector.empty()) text += "&fieldSelector=" + escaped(what.field_selector);
    return text;
}

void ObjectWatch::Impl::begin_listing() {
    ++listing;
    continue_at.clear();
    ask_for_page();
}

void ObjectWatch::Impl::ask_for_page() {
    std::string path = what.path + "?limit=" + page_size + selectors();
    if (!continue_at.empty()) path += "&continue=" + escaped(continue_at);
    client.send({.path = std::move(path), .patience = milliseconds::zero()},
                guarded([](Impl& self, const ApiReply& reply) { self.take_page(reply); }));
}

void ObjectWatch::Impl::take_page(const ApiReply& reply) {
    // The listing took so long that the server forgot where it was.
    if (reply.status == 410) return list_again();
    if (reply.status == 404) {
        return list_for_trouble("the API server knows nothing of " + what.path +
                                " (404): what defines it, such as Volcano, is not installed");
    }
    if (!reply.is_ok()) return list_for_trouble(reply.message());
    boost::json::monotonic_resource memory;
    boost::system::error_code error;
    const auto page = boost::json::parse(reply.body, error, &memory);
    if (error || !page.is_object() || !take_items(page.get_object())) {
        return list_for_trouble("the answer to " + what.path + " is no list of objects");
    }
    if (is_closed) return;
    continue_at = text_at(page.get_object(), {"metadata", "continue"});
    if (!continue_at.empty()) return ask_for_page();
    version = text_at(page.get_object(), {"metadata", "resourceVersion"});
    finish_listing();
}

bool ObjectWatch::Impl::take_items(const boost::json::object& page) {
    const auto* items = page.if_contains("items");
    if (items == nullptr) return false;
    if (items->is_null()) return true;  // how Go writes a list without any
    if (!items->is_array()) return false;
    for (const auto& item : items->get_array()) {
        if (item.is_object()) see(item.get_object());
        if (is_closed) break;
    }
    return true;
}

void ObjectWatch::Impl::finish_listing() {
    std::vector<std::string> lost;
    for (const auto& [key, seen_in] : known) {
        if (seen_in != listing) lost.push_back(key);
    }
    for (const auto& key : lost) lose(key);
    is_troubled = false;
    if (!is_closed && listener.in_step) listener.in_step();
    if (!is_closed) begin_watching();
}

void ObjectWatch::Impl::begin_watching() {
    std::uniform_int_distribution<int> seconds(shortest_watch_s, longest_watch_s);
    std::string path = what.path +
                       "?watch=1&allowWatchBookmarks=true&resourceVersion=" + escaped(version) +
                       "&timeoutSeconds=" + std::to_string(seconds(random)) + selectors();
    lines = LineSplitter(longest_line);
    watch_began = std::chrono::steady_clock::now();
    stream =
        client.open({.path = std::move(path)},
                    guarded([](Impl& self, std::string_view bytes) { self.take_bytes(bytes); }),
                    guarded([](Impl& self, const ApiReply& reply) { self.watch_ended(reply); }),
                    longest_silence);
}

void ObjectWatch::Impl::take_bytes(std::string_view bytes) {
    if (lines.add(bytes, [this](std::string_view line) { return take_event(line); })) return;
    if (is_closed) return;
    client.close(stream);
    stream = 0;
    list_again();
}

// False: the watch is of no more use. An ERROR event mostly says that the server has forgotten
// where it was to go on; whatever it says, a new list is the answer.
bool ObjectWatch::Impl::take_event(std::string_view line) {
    boost::json::monotonic_resource memory;
    boost::system::error_code error;
    const auto event = boost::json::parse(line, error, &memory);
    if (error || !event.is_object()) return false;
    const auto* found = field_at(event.get_object(), {"object"});
    const auto* object = found != nullptr ? found->if_object() : nullptr;
    if (object == nullptr) return false;
    const auto type = text_at(event.get_object(), {"type"});
    if (type == "ERROR") return false;
    if (type == "ADDED" || type == "MODIFIED") see(*object);
    if (type == "DELETED") lose(key_of(*object));
    if (auto reached = text_at(*object, {"metadata", "resourceVersion"}); !reached.empty()) {
        version = std::move(reached);
    }
    return !is_closed;
}

void ObjectWatch::Impl::watch_ended(const ApiReply& reply) {
    stream = 0;
    if (reply.status == 410) return list_again();
    // A server that was away may have come back with less than it had: what it refuses to go on
    // with, and what it could not be asked for, is listed.
    if (!reply.is_ok()) return list_for_trouble(reply.message());
    client.call_later(pause(), guarded([](Impl& self) { self.begin_watching(); }));
}

milliseconds ObjectWatch::Impl::pause() {
    if (watch_began && std::chrono::steady_clock::now() - *watch_began >= good_watch) {
        back_off.reset();
    }
    watch_began.reset();
    return back_off.next(random);
}

void ObjectWatch::Impl::list_again() {
    client.call_later(pause(), guarded([](Impl& self) { self.begin_listing(); }));
}

void ObjectWatch::Impl::list_for_trouble(const std::string& why) {
    list_again();
    if (!std::exchange(is_troubled, true) && listener.trouble) listener.trouble(why);
}

void ObjectWatch::Impl::see(const boost::json::object& object) {
    const auto key = key_of(object);
    if (key.empty()) return;
    known.insert_or_assign(key, listing);
    if (listener.seen) listener.seen(key, object);
}

void ObjectWatch::Impl::lose(const std::string& key) {
    if (known.erase(key) != 0 && !is_closed && listener.gone) listener.gone(key);
}

void ObjectWatch::Impl::close() {
    is_closed = true;
    if (stream != 0) client.close(stream);
}

ObjectWatch::ObjectWatch(ApiClient& client, WatchedObjects what, WatchListener listener)
    : impl_(std::make_shared<Impl>(client, std::move(what), std::move(listener))) {
    client.call(impl_->guarded([](Impl& self) { self.begin_listing(); }));
}

ObjectWatch::~ObjectWatch() {
    impl_->client.call_and_wait([this] { impl_->close(); });
}

}  // namespace berth
