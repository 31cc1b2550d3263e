#include "api/event_hub.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "api/curves.hpp"
#include "api/json_text.hpp"
#include "api/reservation_view.hpp"
#include "json/field_error.hpp"
#include "json/text.hpp"

namespace berth {

namespace {

constexpr std::size_t backlog_page = 200;
constexpr std::size_t largest_piece = 64 * 1024;
constexpr std::size_t most_bytes_kept = 16 * 1024 * 1024;

std::string event_text(const JournalRow& row, const std::shared_ptr<const Reservation>& reservation,
                       ProgressBoard& board) {
    std::string text = "id: " + std::to_string(row.sequence) + "\nevent: " + row.kind +
                       "\ndata: {\"sequence\":" + std::to_string(row.sequence) + ",\"time\":\"" +
                       to_rfc3339(row.time) + "\",\"kind\":";
    json::append_string(text, row.kind);
    text += ",\"actor\":";
    json::append_string(text, row.actor);
    text += ",\"reservation\":";
    text += reservation ? reservation_text(*reservation, board) : "null";
    text += "}\n\n";
    return text;
}

// What a progress report measured, so that a page can go on with its curves.
std::map<std::string, double> values_of(const std::string& report) {
    const auto document = json::read(report);
    if (!document || !document->is_object()) return {};
    const auto values = measured_values(document->get_object());
    return {values.begin(), values.end()};
}

// One published row, or a progress report. Its text is made when the first listener gets to it, off
// the writer's thread, and shared by all.
class Item {
public:
    explicit Item(Published published)
        : sequence_(published.row.sequence),
          size_(published.row.event.size()),
          published_(std::move(published)) {}
    explicit Item(std::string text) : size_(text.size()), text_(std::move(text)) {}

    // 0 for what is not a row.
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    // About: the text of a row is known only later.
    [[nodiscard]] std::size_t size() const { return size_; }
    const std::string& text(ProgressBoard& board) {
        std::call_once(made_, [&] {
            if (!published_) return;
            text_ = event_text(published_->row, published_->reservation, board);
            published_.reset();
        });
        return text_;
    }

private:
    std::uint64_t sequence_ = 0;
    std::size_t size_ = 0;
    std::optional<Published> published_;
    std::once_flag made_;
    std::string text_;
};

}  // namespace

// What was published last, once for all: a listener only knows how far it has read. Whoever is so
// slow that what it needs next is gone is ended, so nobody holds memory for the slow.
struct EventHub::Shared : std::enable_shared_from_this<Shared> {
    Shared(const ApiContext& the_context, ProgressBoard& the_board, RunSoon the_run_soon)
        : context(the_context), board(the_board), run_soon(std::move(the_run_soon)) {}

    void publish(std::vector<std::shared_ptr<Item>> items);
    void close();
    // Returns where the listener begins: with what comes next.
    std::uint64_t add(const std::shared_ptr<Listener>& listener);
    void wake_soon();
    void wake_all();
    void forget_the_oldest();

    const ApiContext& context;
    ProgressBoard& board;
    const RunSoon run_soon;
    std::atomic<std::size_t> listening = 0;

    std::mutex mutex;
    std::deque<std::shared_ptr<Item>> kept;
    std::uint64_t first = 0;  // the place of kept.front()
    std::size_t bytes = 0;    // of what is kept
    std::vector<std::weak_ptr<Listener>> listeners;
    bool waking = false;  // wake_all() is on its way
    bool closed = false;
};

class EventHub::Listener : public BodyStream {
public:
    explicit Listener(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
        ++shared_->listening;
    }
    ~Listener() override { --shared_->listening; }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // Precondition: it is registered with `place`, so that nothing is published past it.
    void start(std::uint64_t place, std::optional<std::uint64_t> last_seen) {
        place_ = place;
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

    void wake() {
        std::function<void()> wake;
        {
            const std::lock_guard lock(mutex_);
            wake = wake_;
        }
        if (wake) wake();
    }

private:
    [[nodiscard]] bool is_over() const {
        const std::lock_guard lock(shared_->mutex);
        return shared_->closed || place_ < shared_->first;
    }

    [[nodiscard]] std::uint64_t last_committed() const {
        std::uint64_t last = 0;
        shared_->context.engine.read([&](const View& view) { last = view.last_sequence; });
        return last;
    }

    // Rows beyond the committed state are left to what is live: they are published later.
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
        bool over = false;
        while (text.size() < largest_piece) {
            const auto item = take(over);
            if (!item) break;
            if (item->sequence() != 0 && item->sequence() <= position_) continue;
            if (item->sequence() != 0) position_ = item->sequence();
            text += item->text(shared_->board);
        }
        if (text.empty() && over) return std::nullopt;
        return text;
    }

    std::shared_ptr<Item> take(bool& over) {
        const std::lock_guard lock(shared_->mutex);
        const bool lagged = place_ < shared_->first;
        const std::uint64_t at = place_ - shared_->first;
        if (!lagged && at < shared_->kept.size()) {
            ++place_;
            return shared_->kept[at];
        }
        over = lagged || shared_->closed;
        return nullptr;
    }

    std::shared_ptr<Shared> shared_;
    bool greeted_ = false;
    bool backlog_ = false;
    std::uint64_t position_ = 0;  // the last row that was given out, or need not be
    std::uint64_t place_ = 0;     // in what is kept: the next to be read

    std::mutex mutex_;
    std::function<void()> wake_;
};

void EventHub::Shared::publish(std::vector<std::shared_ptr<Item>> items) {
    {
        const std::lock_guard lock(mutex);
        for (auto& item : items) {
            bytes += item->size();
            kept.push_back(std::move(item));
        }
        forget_the_oldest();
    }
    wake_soon();
}

void EventHub::Shared::forget_the_oldest() {
    while (!kept.empty() && (kept.size() > context.listener_lag || bytes > most_bytes_kept)) {
        bytes -= kept.front()->size();
        kept.pop_front();
        ++first;
    }
}

void EventHub::Shared::close() {
    {
        const std::lock_guard lock(mutex);
        closed = true;
    }
    wake_soon();
}

std::uint64_t EventHub::Shared::add(const std::shared_ptr<Listener>& listener) {
    const std::lock_guard lock(mutex);
    listeners.push_back(listener);
    return first + kept.size();
}

// The engine's writer, who publishes, is not kept by a thousand listeners.
void EventHub::Shared::wake_soon() {
    {
        const std::lock_guard lock(mutex);
        if (waking) return;
        waking = true;
    }
    run_soon([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->wake_all();
    });
}

void EventHub::Shared::wake_all() {
    std::vector<std::shared_ptr<Listener>> alive;
    {
        const std::lock_guard lock(mutex);
        waking = false;
        alive.reserve(listeners.size());
        std::erase_if(listeners, [&](const std::weak_ptr<Listener>& weak) {
            auto listener = weak.lock();
            if (!listener) return true;
            alive.push_back(std::move(listener));
            return false;
        });
    }
    for (const auto& listener : alive) listener->wake();
}

EventHub::EventHub(const ApiContext& context, ProgressBoard& board, RunSoon run_soon)
    : shared_(std::make_shared<Shared>(context, board, std::move(run_soon))) {
    subscription_ =
        context.engine.subscribe([shared = shared_](const std::vector<Published>& rows) {
            if (shared->listening == 0) return;
            std::vector<std::shared_ptr<Item>> items;
            items.reserve(rows.size());
            for (const Published& row : rows) items.push_back(std::make_shared<Item>(row));
            shared->publish(std::move(items));
        });
}

EventHub::~EventHub() {
    shared_->context.engine.unsubscribe(subscription_);
}

std::shared_ptr<BodyStream> EventHub::listen(std::optional<std::uint64_t> last_seen) {
    auto listener = std::make_shared<Listener>(shared_);
    listener->start(shared_->add(listener), last_seen);
    return listener;
}

void EventHub::publish_progress(const Progress& report, const EpochProgress& seen) {
    if (shared_->listening == 0) return;
    std::string text =
        "event: progress\ndata: {\"reservation\":\"" + report.reservation.text() + "\"";
    append_progress_members(text, seen);
    text += ",\"attempt\":" + std::to_string(report.attempt) + ",\"at\":";
    json::append_instant(text, report.at);
    text += ",\"values\":";
    json::append_text(text, values_of(report.body));
    text += "}\n\n";
    shared_->publish({std::make_shared<Item>(std::move(text))});
}

void EventHub::close() {
    shared_->close();
}

}  // namespace berth
