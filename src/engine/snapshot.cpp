#include "engine/snapshot.hpp"

#include <array>
#include <boost/json.hpp>

#include "booking/fleet_json.hpp"
#include "json/text.hpp"

namespace berth {

namespace {

// Raised when the text changes so that an older Berth must not read it; recovery then starts from
// an older snapshot or from the first row.
constexpr int snapshot_format = 5;

struct Header {
    int format = snapshot_format;
    std::uint64_t through = 0;
    Instant time;
    std::uint64_t last_number = 0;
    std::uint64_t last_queue_number = 0;
    std::size_t keys = 0;
    std::size_t p0_made = 0;
    std::size_t ended = 0;
    std::size_t live = 0;
    std::size_t occupants = 0;
    std::size_t in_the_way = 0;
};
BOOST_DESCRIBE_STRUCT(Header, (),
                      (format, through, time, last_number, last_queue_number, keys, p0_made, ended,
                       live, occupants, in_the_way))

struct FleetLine {
    std::vector<GpuSpec> gpus;
};
BOOST_DESCRIBE_STRUCT(FleetLine, (), (gpus))

struct KeyLine {
    std::string key;
    std::string body_hash;
    ReservationId reservation;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(KeyLine, (), (key, body_hash, reservation, at))

struct P0Line {
    Instant at;
    std::string team;
};
BOOST_DESCRIBE_STRUCT(P0Line, (), (at, team))

struct EndedLine {
    Instant known_at;
    Reservation reservation;
};
BOOST_DESCRIBE_STRUCT(EndedLine, (), (known_at, reservation))

template <class T>
void add_line(std::string& text, const T& value) {
    json::append_text(text, value);
    text += '\n';
}

// Gives one described value a line.
class LineReader {
public:
    explicit LineReader(std::string_view text) : rest_(text) {}

    template <class T>
    std::expected<T, std::string> next() {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) return std::unexpected("the snapshot is cut off");
        // One for each line: release() of Boost 1.81 keeps a block size that doubles without end.
        boost::json::monotonic_resource memory(buffer_.data(), buffer_.size());
        boost::system::error_code error;
        const auto value = boost::json::parse(rest_.substr(0, end), error, &memory);
        if (error) return std::unexpected("the snapshot has a line that is no JSON");
        rest_.remove_prefix(end + 1);
        auto parsed = json::parse<T>(value);
        if (!parsed) return std::unexpected("the snapshot: " + parsed.error().message);
        return std::move(*parsed);
    }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
    std::array<unsigned char, 16'384> buffer_{};  // enough for most lines
};

using Read = std::expected<void, std::string>;

Read read_keys(LineReader& lines, std::size_t count, State& state) {
    for (std::size_t i = 0; i < count; ++i) {
        auto line = lines.next<KeyLine>();
        if (!line) return std::unexpected(line.error());
        state.idempotency_order.emplace_back(line->at, line->key);
        state.idempotency.emplace(
            std::move(line->key),
            IdempotencyRecord{std::move(line->body_hash), line->reservation, line->at});
    }
    return {};
}

Read read_p0_made(LineReader& lines, std::size_t count, State& state) {
    for (std::size_t i = 0; i < count; ++i) {
        auto line = lines.next<P0Line>();
        if (!line) return std::unexpected(line.error());
        state.p0_made.emplace_back(line->at, std::move(line->team));
    }
    return {};
}

Read read_ended(LineReader& lines, std::size_t count, State& state) {
    for (std::size_t i = 0; i < count; ++i) {
        auto line = lines.next<EndedLine>();
        if (!line) return std::unexpected(line.error());
        const ReservationId id = line->reservation.id;
        state.ended.emplace_back(line->known_at, id);
        state.put(std::make_shared<const Reservation>(std::move(line->reservation)));
    }
    return {};
}

Read read_live(LineReader& lines, std::size_t count, State& state) {
    std::vector<Claim> claims;
    claims.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto line = lines.next<Reservation>();
        if (!line) return std::unexpected(line.error());
        const ReservationId id = line->id;
        if (state.find(id) != nullptr) {
            return std::unexpected("the snapshot has " + id.text() + " twice");
        }
        const Span span{line->start, line->end};
        if (!line->gpus.empty()) claims.push_back({holder_of(id), {span, state.gpus_of(*line)}});
        state.put(std::make_shared<const Reservation>(std::move(*line)));
    }
    if (const auto loaded = state.calendar.load(claims); !loaded) {
        const Holding& held = loaded.error();
        return std::unexpected("the snapshot books " + state.fleet->gpu(held.gpu).id +
                               " twice, once for " + id_of(held.holder).text());
    }
    return {};
}

Read read_occupants(LineReader& lines, std::size_t count,
                    std::shared_ptr<const std::set<Occupant>>& into) {
    std::set<Occupant> occupants;
    for (std::size_t i = 0; i < count; ++i) {
        auto line = lines.next<Occupant>();
        if (!line) return std::unexpected(line.error());
        occupants.insert(std::move(*line));
    }
    into = std::make_shared<const std::set<Occupant>>(std::move(occupants));
    return {};
}

}  // namespace

SnapshotContents::SnapshotContents(const State& state)
    : view(static_cast<const View&>(state)),
      ended(state.ended.begin(), state.ended.end()),
      p0_made(state.p0_made.begin(), state.p0_made.end()) {
    keys.reserve(state.idempotency_order.size());
    for (const auto& [at, key] : state.idempotency_order) {
        keys.emplace_back(key, state.idempotency.at(key));
    }
}

std::string encode_snapshot(const SnapshotContents& contents) {
    const View& view = contents.view;
    Header header;
    header.through = view.last_sequence;
    header.time = view.last_time;
    header.last_number = view.last_number;
    header.last_queue_number = view.last_queue_number;
    header.keys = contents.keys.size();
    header.p0_made = contents.p0_made.size();
    header.ended = contents.ended.size();
    header.live = view.reservations.size() - contents.ended.size();
    header.occupants = view.occupants->size();
    header.in_the_way = view.occupants_in_the_way->size();
    FleetLine fleet;
    for (const Gpu& gpu : view.fleet->gpus()) fleet.gpus.push_back(gpu.spec);

    std::string text;
    add_line(text, header);
    add_line(text, fleet);
    for (const auto& [key, record] : contents.keys) {
        add_line(text, KeyLine{key, record.body_hash, record.reservation, record.at});
    }
    for (const auto& [at, team] : contents.p0_made) add_line(text, P0Line{at, team});
    for (const auto& [known_at, id] : contents.ended) {
        add_line(text, EndedLine{known_at, *view.find(id)});
    }
    for (const auto& [id, reservation] : view.reservations) {
        if (!is_ended(reservation->state)) add_line(text, *reservation);
    }
    for (const auto& occupants : {view.occupants, view.occupants_in_the_way}) {
        for (const Occupant& occupant : *occupants) add_line(text, occupant);
    }
    return text;
}

std::expected<State, std::string> decode_snapshot(std::string_view text, const SlotGrid& grid,
                                                  CalendarLimits limits,
                                                  std::shared_ptr<const Policy> policy) {
    LineReader lines(text);
    const auto header = lines.next<Header>();
    if (!header) return std::unexpected(header.error());
    if (header->format != snapshot_format) {
        return std::unexpected("the snapshot is of another Berth's format");
    }
    auto gpus = lines.next<FleetLine>();
    if (!gpus) return std::unexpected(gpus.error());
    auto fleet = Fleet::make(std::move(gpus->gpus));
    if (!fleet) return std::unexpected(fleet.error());

    State state(std::make_shared<const Fleet>(std::move(*fleet)), grid, header->time, limits,
                std::move(policy));
    state.last_sequence = header->through;
    state.last_number = header->last_number;
    state.last_queue_number = header->last_queue_number;
    for (const Read& read :
         {read_keys(lines, header->keys, state), read_p0_made(lines, header->p0_made, state),
          read_ended(lines, header->ended, state), read_live(lines, header->live, state),
          read_occupants(lines, header->occupants, state.occupants),
          read_occupants(lines, header->in_the_way, state.occupants_in_the_way)}) {
        if (!read) return std::unexpected(read.error());
    }
    if (!lines.at_end()) return std::unexpected("the snapshot has more lines than it says");
    return state;
}

}  // namespace berth
