#include "api/long_polls.hpp"

#include <exception>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "api/problem.hpp"

namespace berth {

struct LongPolls::Shared : std::enable_shared_from_this<Shared> {
    struct Poll {
        Time patient_until;
        Ask ask;
        Respond respond;
    };

    explicit Shared(Ways the_ways) : ways(std::move(the_ways)) {}

    void take(Poll poll);
    void look_at_all();
    void look_aside();
    void keep(std::vector<Poll> polls);
    [[nodiscard]] Look look_for(const Poll& poll);
    [[nodiscard]] bool answered(const Poll& poll);

    const Ways ways;
    std::mutex mutex;
    std::vector<Poll> waiting;
    bool timer_runs = false;
    bool closed = false;
};

LongPolls::Look LongPolls::Shared::look_for(const Poll& poll) {
    if (!ways.run_later || ways.now() >= poll.patient_until) return Look::last;
    const std::lock_guard lock(mutex);
    return closed ? Look::last : Look::may_wait;
}

bool LongPolls::Shared::answered(const Poll& poll) {
    const Look look = look_for(poll);
    std::optional<Response> response;
    try {
        response = poll.ask(look);
        if (!response && look == Look::last) throw std::logic_error("a last look gave no answer");
    } catch (const std::exception& error) {
        if (ways.report) {
            ways.report(std::string("an answer could not be made: ") + error.what());
        }
        response = internal_error();
    }
    if (!response) return false;
    poll.respond(std::move(*response));
    return true;
}

void LongPolls::Shared::take(Poll poll) {
    if (answered(poll)) return;
    std::vector<Poll> one;
    one.push_back(std::move(poll));
    keep(std::move(one));
}

void LongPolls::Shared::look_at_all() {
    std::vector<Poll> polls;
    {
        const std::lock_guard lock(mutex);
        polls.swap(waiting);
        timer_runs = false;
    }
    std::erase_if(polls, [&](const Poll& poll) { return answered(poll); });
    keep(std::move(polls));
}

// Those that waited on while everything was closed are looked at once more.
void LongPolls::Shared::keep(std::vector<Poll> polls) {
    if (polls.empty()) return;
    bool start_timer = false;
    bool look_now = false;
    {
        const std::lock_guard lock(mutex);
        for (Poll& poll : polls) waiting.push_back(std::move(poll));
        look_now = closed;
        start_timer = !closed && !std::exchange(timer_runs, true);
    }
    if (look_now) return look_at_all();
    if (!start_timer) return;
    ways.run_later(pause, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->look_aside();
    });
}

void LongPolls::Shared::look_aside() {
    ways.run_aside([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->look_at_all();
    });
}

LongPolls::LongPolls(Ways ways) : shared_(std::make_shared<Shared>(std::move(ways))) {}

LongPolls::~LongPolls() = default;

void LongPolls::add(std::chrono::milliseconds patience, Ask ask, Respond respond) {
    Shared::Poll poll{shared_->ways.now() + patience, std::move(ask), std::move(respond)};
    shared_->ways.run_aside([weak = std::weak_ptr(shared_), poll = std::move(poll)] {
        if (const auto self = weak.lock()) self->take(poll);
    });
}

void LongPolls::close() {
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->closed = true;
    }
    shared_->look_aside();
}

}  // namespace berth
