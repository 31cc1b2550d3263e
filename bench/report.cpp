// How long a report of the last four weeks takes, from the journal in the file (bench_big_journal
// writes one) to the answer's text.
//
//     bench_report FOLDER/journal.sqlite
#include <chrono>
#include <cstdio>

#include "api/report_source.hpp"
#include "api/report_text.hpp"
#include "journal/journal_reader.hpp"
#include "json/text.hpp"
#include "report/hours.hpp"

namespace {

using namespace berth;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Instant last_row_of(JournalReader& journal) {
    AuditQuery newest;
    newest.order = AuditOrder::newest_first;
    newest.limit = 1;
    return journal.audit(newest).front().time;
}

}  // namespace

int main(int argc, char** argv) {
    const auto journal = argc == 2 ? JournalReader::open(argv[1])
                                   : std::unexpected(std::string("bench_report JOURNAL"));
    if (!journal) return std::fprintf(stderr, "%s\n", journal.error().c_str()), 1;
    const SlotGrid grid = SlotGrid::make("UTC", std::chrono::hours(2)).value();
    const Instant now = last_row_of(**journal);
    const Span period{now - std::chrono::weeks(4), now};
    for (int round = 0; round < 3; ++round) {
        auto start = Clock::now();
        const Record record = collect_record(**journal, **journal, period, now, grid);
        const double collecting = milliseconds_since(start);
        start = Clock::now();
        const HeatMap map = make_heat_map(record, HeatMapRows::node);
        const auto advice = make_advice(record, make_heat_map(record, HeatMapRows::model));
        const double painting = milliseconds_since(start);
        start = Clock::now();
        const Summary summary = make_summary(record);
        const double adding = milliseconds_since(start);
        start = Clock::now();
        const auto text = json::text_of(map.rows) + summary_text(summary, period, "UTC");
        const double writing = milliseconds_since(start);
        std::printf(
            "%zu bookings, %zu GPUs: collect %.0f ms, heat map %.0f ms, summary %.0f ms, "
            "text %.0f ms (%zu kB)\n",
            record.bookings().size(), record.gpus().size(), collecting, painting, adding, writing,
            text.size() / 1000);
    }
}
