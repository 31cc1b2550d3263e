#include "kubernetes/api_client.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "kubernetes/api_exchange.hpp"
#include "kubernetes/log_in.hpp"

namespace berth {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds longest_wait{60'000};
constexpr milliseconds silence_is_looked_for_every{500};

using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;
using ExchangePointer = std::unique_ptr<ApiExchange>;
using Task = std::move_only_function<void()>;

Multi make_multi() {
    init_curl_once();
    return {curl_multi_init(), &curl_multi_cleanup};
}

}  // namespace

struct ApiClient::Impl {
    Impl(ClusterAccess access, ApiClientOptions the_options)
        : endpoint(std::move(access)),
          options(the_options),
          multi(make_multi()),
          log_in(endpoint.access()),
          random(std::random_device{}()),
          thread([this] { run(); }) {}
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // From any thread.
    void post(Task task);
    StreamId add_stream();
    bool is_own_thread() const { return std::this_thread::get_id() == thread.get_id(); }

    // On the client's thread.
    void run();
    bool run_tasks();
    void run_timers();
    void begin_waiting();
    void begin(ExchangePointer exchange);
    void begin_stream(ExchangePointer exchange);
    void hand_on_bytes();
    void reap();
    void conclude(ExchangePointer exchange, CURLcode code);
    void break_silent_streams();
    void close(StreamId stream);
    ExchangePointer take_out(ApiExchange* exchange);
    milliseconds until_next() const;

    const ApiEndpoint endpoint;
    const ApiClientOptions options;
    const Multi multi;

    std::mutex mutex;
    std::vector<Task> tasks;     // guarded by mutex, as the next three
    std::set<StreamId> unbegun;  // opened and neither begun nor closed yet
    StreamId last_stream = 0;
    bool stopping = false;

    LogIn log_in;
    std::minstd_rand random;
    std::multimap<Clock::time_point, Task> timers;
    std::deque<ExchangePointer> waiting;
    std::size_t requests_in_flight = 0;
    std::unordered_map<ApiExchange*, ExchangePointer> in_flight;
    std::map<StreamId, ApiExchange*> streams;
    std::vector<ExchangePointer> retired;  // closed, perhaps in a callback of their own
    Clock::time_point silence_looked_for_at;

    std::thread thread;  // last: it uses all of the above
};

ApiClient::Impl::~Impl() {
    {
        const std::lock_guard lock(mutex);
        stopping = true;
    }
    curl_multi_wakeup(multi.get());
    thread.join();
    for (const auto& [exchange, owned] : in_flight) {
        curl_multi_remove_handle(multi.get(), exchange->handle());
    }
}

void ApiClient::Impl::post(Task task) {
    {
        const std::lock_guard lock(mutex);
        tasks.push_back(std::move(task));
    }
    curl_multi_wakeup(multi.get());
}

ApiClient::StreamId ApiClient::Impl::add_stream() {
    const std::lock_guard lock(mutex);
    unbegun.insert(++last_stream);
    return last_stream;
}

void ApiClient::Impl::run() {
    while (run_tasks()) {
        run_timers();
        begin_waiting();
        int running = 0;
        curl_multi_perform(multi.get(), &running);
        hand_on_bytes();
        reap();
        break_silent_streams();
        begin_waiting();
        retired.clear();
        curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(until_next().count()), nullptr);
    }
}

// False: the client is being destroyed.
bool ApiClient::Impl::run_tasks() {
    std::vector<Task> now;
    {
        const std::lock_guard lock(mutex);
        if (stopping) return false;
        now.swap(tasks);
    }
    for (auto& task : now) task();
    return true;
}

void ApiClient::Impl::run_timers() {
    const auto now = Clock::now();
    while (!timers.empty() && timers.begin()->first <= now) {
        Task task = std::move(timers.extract(timers.begin()).mapped());
        task();
    }
}

void ApiClient::Impl::begin_waiting() {
    while (!waiting.empty() && requests_in_flight < options.most_in_flight) {
        ExchangePointer next = std::move(waiting.front());
        waiting.pop_front();
        begin(std::move(next));
    }
}

void ApiClient::Impl::begin(ExchangePointer exchange) {
    CURL* handle = exchange->begin(endpoint, log_in.token(Clock::now()), options.request_limit);
    if (!exchange->is_stream()) ++requests_in_flight;
    ApiExchange* key = exchange.get();
    in_flight.emplace(key, std::move(exchange));
    curl_multi_add_handle(multi.get(), handle);
}

void ApiClient::Impl::begin_stream(ExchangePointer exchange) {
    {
        const std::lock_guard lock(mutex);
        if (unbegun.erase(exchange->stream()) == 0) return;
    }
    streams.emplace(exchange->stream(), exchange.get());
    begin(std::move(exchange));
}

void ApiClient::Impl::hand_on_bytes() {
    // Callbacks may open and close streams, so the place is kept by id.
    for (auto at = streams.begin(); at != streams.end();) {
        const auto [id, exchange] = *at;
        if (const auto bytes = exchange->take_bytes(); !bytes.empty()) exchange->hand_on(bytes);
        at = streams.upper_bound(id);
    }
}

void ApiClient::Impl::reap() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        ApiExchange* exchange = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
        conclude(take_out(exchange), code);
    }
}

ExchangePointer ApiClient::Impl::take_out(ApiExchange* exchange) {
    curl_multi_remove_handle(multi.get(), exchange->handle());
    if (!exchange->is_stream()) --requests_in_flight;
    return std::move(in_flight.extract(exchange).mapped());
}

void ApiClient::Impl::conclude(ExchangePointer exchange, CURLcode code) {
    const ApiReply reply = exchange->reply(code);
    if (reply.status == 401 && exchange->may_log_in_anew() && log_in.was_refused(Clock::now())) {
        return begin(std::move(exchange));
    }
    if (const auto pause = exchange->pause_before_next(code, reply, random)) {
        timers.emplace(Clock::now() + *pause, [this, again = std::move(exchange)]() mutable {
            waiting.push_front(std::move(again));
        });
        return;
    }
    streams.erase(exchange->stream());
    exchange->finish(reply);
}

void ApiClient::Impl::break_silent_streams() {
    const auto now = Clock::now();
    if (streams.empty() || now - silence_looked_for_at < silence_is_looked_for_every) return;
    silence_looked_for_at = now;
    std::vector<std::pair<ApiExchange*, std::string>> silent;
    for (const auto& [id, exchange] : streams) {
        auto why = exchange->silence_at(now, options.request_limit);
        if (!why.empty()) silent.emplace_back(exchange, std::move(why));
    }
    for (auto& [exchange, why] : silent) {
        // Closed by what was told of one before it.
        if (!in_flight.contains(exchange)) continue;
        const auto reply = exchange->given_up(std::move(why));
        const ExchangePointer owned = take_out(exchange);
        streams.erase(owned->stream());
        owned->finish(reply);
    }
}

void ApiClient::Impl::close(StreamId stream) {
    {
        const std::lock_guard lock(mutex);
        if (unbegun.erase(stream) != 0) return;
    }
    const auto found = streams.find(stream);
    if (found == streams.end()) return;
    retired.push_back(take_out(found->second));
    streams.erase(found);
}

milliseconds ApiClient::Impl::until_next() const {
    milliseconds wait = streams.empty() ? longest_wait : silence_is_looked_for_every;
    if (timers.empty()) return wait;
    const auto next = std::chrono::ceil<milliseconds>(timers.begin()->first - Clock::now());
    return std::clamp(next, milliseconds::zero(), wait);
}

ApiClient::ApiClient(ClusterAccess access, ApiClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(access), options)) {}

ApiClient::~ApiClient() = default;

const ClusterAccess& ApiClient::access() const {
    return impl_->endpoint.access();
}

void ApiClient::send(ApiRequest request, Done done) {
    impl_->post([impl = impl_.get(), exchange = std::make_unique<ApiExchange>(
                                         std::move(request), std::move(done))]() mutable {
        impl->waiting.push_back(std::move(exchange));
    });
}

ApiReply ApiClient::ask(ApiRequest request) {
    auto answer = std::make_shared<std::promise<ApiReply>>();
    auto future = answer->get_future();
    send(std::move(request),
         [answer = std::move(answer)](const ApiReply& reply) { answer->set_value(reply); });
    try {
        return future.get();
    } catch (const std::future_error&) {
        return {.status = 0, .body = {}, .trouble = "this server is stopping"};
    }
}

ApiClient::StreamId ApiClient::open(ApiRequest request, Bytes bytes, Done ended,
                                    std::chrono::milliseconds silence) {
    const StreamId id = impl_->add_stream();
    impl_->post([impl = impl_.get(),
                 exchange = std::make_unique<ApiExchange>(id, std::move(request), std::move(bytes),
                                                          std::move(ended), silence)]() mutable {
        impl->begin_stream(std::move(exchange));
    });
    return id;
}

void ApiClient::close(StreamId stream) {
    if (impl_->is_own_thread()) return impl_->close(stream);
    impl_->post([impl = impl_.get(), stream] { impl->close(stream); });
}

void ApiClient::call(std::function<void()> what) {
    impl_->post(std::move(what));
}

void ApiClient::call_later(std::chrono::milliseconds pause, std::function<void()> what) {
    impl_->post([impl = impl_.get(), at = Clock::now() + pause, what = std::move(what)]() mutable {
        impl->timers.emplace(at, std::move(what));
    });
}

void ApiClient::call_and_wait(std::function<void()> what) {
    if (impl_->is_own_thread()) return what();
    auto done = std::make_shared<std::promise<void>>();
    auto future = done->get_future();
    impl_->post([done = std::move(done), what = std::move(what)] {
        what();
        done->set_value();
    });
    future.wait();
}

}  // namespace berth
