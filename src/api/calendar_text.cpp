#include "api/calendar_text.hpp"

#include <boost/describe/enum_to_string.hpp>

#include "api/json_text.hpp"
#include "booking/fleet_json.hpp"
#include "json/text.hpp"

namespace berth {

namespace {

// Appends members and list items with the commas between them.
class Writer {
public:
    std::string& out() { return out_; }

    void open(char bracket) {
        separate();
        out_ += bracket;
        first_ = true;
    }
    void open(std::string_view name, char bracket) {
        member(name);
        out_ += bracket;
        first_ = true;
    }
    void close(char bracket) {
        out_ += bracket;
        first_ = false;
    }
    void text(std::string_view name, std::string_view value) {
        member(name);
        json::append_string(out_, value);
    }
    void number(std::string_view name, std::uint64_t value) {
        member(name);
        json::append_text(out_, value);
    }
    void time(std::string_view name, Instant value) {
        member(name);
        json::append_instant(out_, value);
    }
    void truth(std::string_view name, bool value) {
        member(name);
        out_ += value ? "true" : "false";
    }
    void nothing(std::string_view name) {
        member(name);
        out_ += "null";
    }
    template <class T>
    void described(std::string_view name, const T& value) {
        member(name);
        json::append_text(out_, value);
    }
    template <class T>
    void item(const T& value) {
        separate();
        json::append_text(out_, value);
    }

private:
    void separate() {
        if (!first_) out_ += ',';
        first_ = false;
    }
    void member(std::string_view name) {
        separate();
        out_ += '"';
        out_ += name;
        out_ += "\":";
    }

    std::string out_;
    bool first_ = true;
};

// Places in the flat order over the nodes as they are listed. It differs from the inventory's
// numbers once a node got GPUs after another node was added.
std::vector<std::uint32_t> flat_places(const Fleet& fleet) {
    std::vector<std::uint32_t> places(fleet.gpus().size());
    std::uint32_t next = 0;
    for (const Node& node : fleet.nodes()) {
        for (const GpuIndex gpu : node.gpus) places[gpu.value] = next++;
    }
    return places;
}

void write_nodes(Writer& writer, const Fleet& fleet) {
    writer.open("nodes", '[');
    for (const Node& node : fleet.nodes()) {
        writer.open('{');
        writer.text("name", node.name);
        writer.open("gpus", '[');
        for (const GpuIndex index : node.gpus) {
            const Gpu& gpu = fleet.gpu(index);
            writer.open('{');
            writer.text("id", gpu.id);
            writer.text("model", gpu.spec.model);
            writer.number("memory_gb", static_cast<std::uint64_t>(gpu.spec.memory_gb));
            writer.text("health", boost::describe::enum_to_string(gpu.spec.health, ""));
            const std::string& because = gpu.spec.unready_because;
            if (!because.empty()) writer.text("unready_because", because);
            writer.close('}');
        }
        writer.close(']');
        writer.close('}');
    }
    writer.close(']');
}

void write_progress(Writer& writer, const Reservation& reservation, ProgressBoard& board) {
    const auto latest = reservation.attempt > 0 ? board.latest(reservation.id) : std::nullopt;
    if (!latest) return writer.nothing("progress");
    std::string members;
    append_progress_members(members, *latest);
    writer.open("progress", '{');
    writer.out() += std::string_view(members).substr(1);
    writer.close('}');
}

void write_who(Writer& writer, const Reservation& reservation) {
    writer.text("id", reservation.id.text());
    writer.text("state", boost::describe::enum_to_string(reservation.state, ""));
    writer.text("title", reservation.title);
    writer.text("owner", reservation.owner);
    writer.text("team", reservation.team);
}

void write_when(Writer& writer, const Reservation& reservation) {
    writer.time("start", reservation.start);
    writer.time("end", reservation.end);
    writer.text("priority", boost::describe::enum_to_string(reservation.priority, ""));
}

// As a reservation's own answer has them, so that the page reads both alike.
void write_what_is_rare(Writer& writer, const Reservation& reservation) {
    if (reservation.kind != ReservationKind::work) writer.described("kind", reservation.kind);
    if (reservation.end > reservation.booked_end) writer.time("booked_end", reservation.booked_end);
    if (reservation.notice) writer.described("notice", *reservation.notice);
    if (reservation.state == ReservationState::offered) writer.described("wait", *reservation.wait);
    if (reservation.idle_since) writer.time("idle_since", *reservation.idle_since);
    if (reservation.trouble) writer.text("trouble", *reservation.trouble);
}

void write_reservation(Writer& writer, const Reservation& reservation, const Fleet& fleet,
                       const std::vector<std::uint32_t>& places, ProgressBoard& board) {
    writer.open('{');
    write_who(writer, reservation);
    writer.open("gpus", '[');
    for (const std::string& id : reservation.gpus) {
        if (const Gpu* gpu = fleet.find(id)) writer.item(places[gpu->index.value]);
    }
    writer.close(']');
    write_when(writer, reservation);
    writer.truth("preemptible", reservation.preemptible);
    write_progress(writer, reservation, board);
    write_what_is_rare(writer, reservation);
    writer.close('}');
}

void write_waiting(Writer& writer, const CalendarPicture& picture) {
    writer.open("waiting", '[');
    for (const auto& reservation : picture.waiting) {
        writer.open('{');
        write_who(writer, *reservation);
        write_when(writer, *reservation);
        writer.described("asked", reservation->asked);
        if (reservation->wait) writer.described("wait", *reservation->wait);
        writer.close('}');
    }
    writer.close(']');
}

}  // namespace

std::string calendar_text(const CalendarPicture& picture, ProgressBoard& board) {
    constexpr std::size_t bytes_per_reservation = 260;
    constexpr std::size_t bytes_per_gpu = 90;
    Writer writer;
    writer.out().reserve(512 + picture.reservations.size() * bytes_per_reservation +
                         picture.fleet->gpus().size() * bytes_per_gpu);
    writer.open('{');
    writer.number("revision", picture.revision);
    writer.time("now", picture.now);
    writer.text("zone", picture.zone);
    writer.number("slot_minutes", static_cast<std::uint64_t>(picture.slot_length.count()));
    writer.time("from", picture.window.from);
    writer.time("to", picture.window.to);
    writer.truth("simulated_clock", picture.simulated_clock);
    writer.truth("simulated_gpus", picture.simulated_gpus);
    write_nodes(writer, *picture.fleet);
    const auto places = flat_places(*picture.fleet);
    writer.open("reservations", '[');
    for (const auto& reservation : picture.reservations) {
        write_reservation(writer, *reservation, *picture.fleet, places, board);
    }
    writer.close(']');
    write_waiting(writer, picture);
    writer.open("occupants", '[');
    for (const Occupant& one : *picture.occupants) writer.item(one);
    writer.close(']');
    writer.close('}');
    return std::move(writer.out());
}

}  // namespace berth
