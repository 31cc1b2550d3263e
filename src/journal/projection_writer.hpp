// Writes the tables `reservations` and `claims` from reservations as they stand after a journal
// row, inside the transaction that writes the rows. A claim that would overlap another on its GPU
// is refused by the schema's guard, with a soci::soci_error that says "double booking".
#pragma once

#include <soci/soci.h>

#include <map>
#include <string>

#include "engine/journal_port.hpp"

namespace berth {

class ProjectionWriter {
public:
    explicit ProjectionWriter(soci::session& sql);
    ProjectionWriter(const ProjectionWriter&) = delete;
    ProjectionWriter& operator=(const ProjectionWriter&) = delete;

    void write(const Reservation& reservation);

private:
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
    };
    struct ClaimColumns {
        std::string gpu;
        std::string holder;
        long long from_ms = 0;
        long long to_ms = 0;
    };
    using Claims = std::map<std::string, Span>;  // by GPU

    void write_reservation(const Reservation& reservation);
    Claims claims_held(const std::string& holder);
    static Claims claims_wanted(const Reservation& reservation, const Claims& held);
    void change_claims(const std::string& holder, const Claims& held, const Claims& wanted);

    // What the statements below are bound to.
    ReservationColumns reservation_;
    ClaimColumns claim_;
    soci::statement upsert_reservation_;
    soci::statement select_claims_;
    soci::statement insert_claim_;
    soci::statement update_claim_;
    soci::statement delete_claim_;
};

}  // namespace berth
