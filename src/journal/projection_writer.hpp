// Writes the tables `reservations` and `claims`, and those that searches need, from reservations as
// they stand after a journal row, inside the transaction that writes the rows. A claim that would
// overlap another on its GPU is refused by the schema's guard, with a soci::soci_error that says
// "double booking".
#pragma once

#include <soci/soci.h>

#include <map>
#include <string>

#include "engine/journal_port.hpp"

namespace berth {

// The columns of the table `reservations`, by name.
struct ReservationColumns {
    std::string id;
    long long number = 0;
    std::string state;
    std::string owner;
    std::string team;
    std::string title;
    long long start_ms = 0;
    long long end_ms = 0;
    long long booked_end_ms = 0;
    std::string priority;
    long long preemptible = 0;
    long long revision = 0;
    std::string body;

    bool operator==(const ReservationColumns&) const = default;
};

// The key of the table `reservations`: a reservation's number, a queue job's with a minus sign.
long long table_number(ReservationId id);
ReservationId id_of_table_number(long long number);

// `body` stays empty.
ReservationColumns columns_of(const Reservation& reservation);

class ProjectionWriter {
public:
    explicit ProjectionWriter(soci::session& sql);
    ProjectionWriter(const ProjectionWriter&) = delete;
    ProjectionWriter& operator=(const ProjectionWriter&) = delete;

    void write(const Projection& projection);
    // The transaction was rolled back: what was written is not there.
    void rolled_back() { widest_ = {}; }

private:
    struct ClaimColumns {
        std::string gpu;
        std::string holder;
        long long from_ms = 0;
        long long to_ms = 0;
    };
    struct SpanColumns {
        long long block = -1;
        long long from_ms = 0;
        long long to_ms = 0;
    };
    struct RowTeamColumns {
        std::string team;
        long long sequence = 0;
    };
    using Claims = std::map<std::string, Span>;  // by GPU

    // What it held before.
    Claims write_reservation(const Reservation& reservation);
    void widen_spans();
    void note_team(const Projection& projection);
    Claims claims_held(const std::string& holder);
    static Claims claims_since(Instant since, const Reservation& reservation, const Claims& held);
    static Claims claims_wanted(const Reservation& reservation, const Claims& held);
    void change_claims(const Reservation& reservation, const Claims& held, const Claims& wanted);

    long long highest_;   // no reservation has a greater number
    SpanColumns widest_;  // what the newest block spans at least
    // What the statements below are bound to.
    ReservationColumns reservation_;
    ClaimColumns claim_;
    SpanColumns span_;
    RowTeamColumns row_team_;
    soci::statement insert_reservation_;
    soci::statement update_reservation_;
    soci::statement update_owner_;
    soci::statement widen_span_;
    soci::statement insert_row_team_;
    soci::statement select_claims_;
    soci::statement insert_claim_;
    soci::statement update_claim_;
    soci::statement delete_claim_;
    soci::statement insert_given_back_;
};

}  // namespace berth
