#include "api/event_hub.hpp"

#include <boost/json.hpp>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "api/json_text.hpp"
#include "api/reservation_view.hpp"

namespace berth {

namespace {

constexpr std::size_t backlog_page = 200;
constexpr std::size_t largest_piece = 64 * 1024;

std::string event_text(const JournalRow& row, const std::shared_ptr<const Reservation>& reservation,
                       ProgressBoard& board) {
    std::string text = "id: " + std::to_string(row.sequence) + "\nevent: " + row.kind +
                       "\ndata: {\"sequence\":" + std::to_string(row.sequence) + ",\"time\":\"" +
                       to_rfc3339(row.time) + "\",\"kind\":";
    append_json_string(text, row.kind);
    text += ",\"actor\":";
    append_json_string(text, row.actor);
    text += ",\"reservation\":";
    text += reservation ? boost::json::serialize(reservation_object(*reservation, board)) : "null";
    text += "}\n\n";
    return text;
}

// One published row, or a progress report. Its text is made when the first listener gets to it, off
// the writer's thread, and shared by all.
class Item {
public:
    explicit Item(Published published) : published_(std::move(published)) {}
    explicit Item(std::string text) : text_(std::move(text)) {}

    // 0 for what is not a row.
    [[nodiscard]] std::uint64_t sequence() const {
        return published_ ? published_->row.sequence : 0;
    }
    const std::string& text(ProgressBoard& board) {
        std::call_once(made_, [&] {
            if (published_) text_ = event_text(published_->row, published_->reservation, board);
        });
        return text_;
    }

private:
    std::optional<Published> published_;
    std::once_flag made_;
    std::string text_;
};

using Items = std::vector<std::shared_ptr<Item>>;

}  // namespace

struct EventHub::Shared {
    Shared(const ApiContext& the_context, ProgressBoard& the_board)
        : context(the_context), board(the_board) {}

    void publish(const std::vector<Published>& rows);
    void publish(const Items& items);
    void add(const std::shared_ptr<Listener>& listener);
    [[nodiscard]] std::vector<std::shared_ptr<Listener>> living();

    const ApiContext& context;
    ProgressBoard& board;
    std::mutex mutex;
    std::vector<std::weak_ptr<Listener>> listeners;
    bool closed = false;
};

class EventHub::Listener : public BodyStream {
public:
    explicit Listener(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    // Precondition: it is registered, so that nothing is published past it from here on.
    void start_after(std::optional<std::uint64_t> last_seen) {
        const std::uint64_t committed = last_committed();
        backlog_ = last_seen && *last_seen < committed;
        position_ = backlog_ ? *last_seen : committed;
    }

    std::optional<std::string> next() override {
        if (!greeted_) {
            greeted_ = true;
            return ": this stream tells of every change\nretry: 2000\n\n";
        }
        if (backlog_ && !is_over()) {
            if (auto text = from_journal(); !text.empty()) return text;
        }
        return from_live();
    }

    void on_more(std::function<void()> wake) override {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }

    void take(const Items& items) {
        const std::lock_guard lock(mutex_);
        if (over_) return;
        if (live_.size() + items.size() > shared_->context.listener_lag) {
            live_.clear();
            over_ = true;
        } else {
            live_.insert(live_.end(), items.begin(), items.end());
        }
        if (wake_) wake_();
    }

    void end() {
        const std::lock_guard lock(mutex_);
        over_ = true;
        if (wake_) wake_();
    }

private:
    [[nodiscard]] bool is_over() {
        const std::lock_guard lock(mutex_);
        return over_;
    }

    [[nodiscard]] std::uint64_t last_committed() const {
        std::uint64_t last = 0;
        shared_->context.engine.read([&](const View& view) { last = view.last_sequence; });
        return last;
    }

    // Rows beyond the committed state are left to the live queue: they are published later.
    std::string from_journal() {
        const auto rows = shared_->context.journal.rows_after(position_, backlog_page);
        std::vector<std::shared_ptr<const Reservation>> reservations(rows.size());
        std::uint64_t committed = 0;
        shared_->context.engine.read([&](const View& view) {
            committed = view.last_sequence;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const auto id = ReservationId::parse(rows[i].reservation);
                if (id) reservations[i] = view.share(*id);
            }
        });
        std::string text;
        for (std::size_t i = 0; i < rows.size() && rows[i].sequence <= committed; ++i) {
            text += event_text(rows[i], reservations[i], shared_->board);
            position_ = rows[i].sequence;
        }
        backlog_ = position_ < committed && !text.empty();
        return text;
    }

    // What came before the end of the stream is still given out.
    std::optional<std::string> from_live() {
        std::string text;
        while (text.size() < largest_piece) {
            const auto item = pop();
            if (!item) break;
            if (item->sequence() != 0 && item->sequence() <= position_) continue;
            if (item->sequence() != 0) position_ = item->sequence();
            text += item->text(shared_->board);
        }
        if (text.empty() && is_over()) return std::nullopt;
        return text;
    }

    std::shared_ptr<Item> pop() {
        const std::lock_guard lock(mutex_);
        if (live_.empty()) return nullptr;
        auto item = std::move(live_.front());
        live_.pop_front();
        return item;
    }

    std::shared_ptr<Shared> shared_;
    bool greeted_ = false;
    bool backlog_ = false;
    std::uint64_t position_ = 0;  // the last row that was given out, or need not be

    std::mutex mutex_;
    std::deque<std::shared_ptr<Item>> live_;
    std::function<void()> wake_;
    bool over_ = false;
};

std::vector<std::shared_ptr<EventHub::Listener>> EventHub::Shared::living() {
    const std::lock_guard lock(mutex);
    std::vector<std::shared_ptr<Listener>> alive;
    std::erase_if(listeners, [&](const std::weak_ptr<Listener>& weak) {
        auto listener = weak.lock();
        if (!listener) return true;
        alive.push_back(std::move(listener));
        return false;
    });
    return alive;
}

void EventHub::Shared::publish(const std::vector<Published>& rows) {
    {
        const std::lock_guard lock(mutex);
        if (listeners.empty()) return;
    }
    Items items;
    items.reserve(rows.size());
    for (const Published& row : rows) items.push_back(std::make_shared<Item>(row));
    publish(items);
}

void EventHub::Shared::publish(const Items& items) {
    for (const auto& listener : living()) listener->take(items);
}

void EventHub::Shared::add(const std::shared_ptr<Listener>& listener) {
    const std::lock_guard lock(mutex);
    listeners.push_back(listener);
    if (closed) listener->end();
}

EventHub::EventHub(const ApiContext& context, ProgressBoard& board)
    : shared_(std::make_shared<Shared>(context, board)) {
    subscription_ = context.engine.subscribe(
        [shared = shared_](const std::vector<Published>& rows) { shared->publish(rows); });
}

EventHub::~EventHub() {
    shared_->context.engine.unsubscribe(subscription_);
}

std::shared_ptr<BodyStream> EventHub::listen(std::optional<std::uint64_t> last_seen) {
    auto listener = std::make_shared<Listener>(shared_);
    shared_->add(listener);
    listener->start_after(last_seen);
    return listener;
}

void EventHub::publish_progress(ReservationId id, const EpochProgress& progress) {
    std::string text = "event: progress\ndata: {\"reservation\":\"" + id.text() + "\"";
    append_progress_members(text, progress);
    text += "}\n\n";
    shared_->publish(Items{std::make_shared<Item>(std::move(text))});
}

void EventHub::close() {
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->closed = true;
    }
    for (const auto& listener : shared_->living()) listener->end();
}

}  // namespace berth
