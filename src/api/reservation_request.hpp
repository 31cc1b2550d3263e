// Reading a wish for GPUs from a body; one place, because its parser is slow to compile.
#pragma once

#include <expected>

#include "api/message.hpp"
#include "api/problem.hpp"
#include "booking/job_site.hpp"
#include "booking/request.hpp"
#include "json/schema_book.hpp"

namespace berth {

// Error too: a workload that the site cannot run.
std::expected<ReservationRequest, Problem> read_reservation_request(const Request& request,
                                                                    const JobSite& site);
std::expected<QueueRequest, Problem> read_queue_request(const Request& request,
                                                        const JobSite& site);
boost::json::value reservation_request_schema(json::SchemaBook& book);
boost::json::value plan_request_schema(json::SchemaBook& book);

std::expected<ReservationChange, Problem> read_reservation_change(const Request& request);
boost::json::value reservation_change_schema(json::SchemaBook& book);

}  // namespace berth
