#include <random>

#include "journal/fixture.hpp"
#include "support/memory_journal.hpp"

namespace berth::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint64_t> numbers(const std::vector<Reservation>& reservations) {
    std::vector<std::uint64_t> found;
    for (const auto& one : reservations) found.push_back(one.id.number);
    return found;
}

std::vector<std::uint64_t> sequences(const std::vector<JournalRow>& rows) {
    std::vector<std::uint64_t> found;
    for (const auto& row : rows) found.push_back(row.sequence);
    return found;
}

class SearchingTest : public JournalTest {
protected:
    void SetUp() override { open(); }
    // The numbers of what a query finds that `narrow` has set.
    template <class Narrow>
    std::vector<std::uint64_t> found(Narrow narrow) {
        ReservationQuery query;
        narrow(query);
        return numbers(journal_->reservations(query));
    }
    template <class Narrow>
    std::vector<std::uint64_t> audited(Narrow narrow) {
        AuditQuery query;
        narrow(query);
        return sequences(journal_->audit(query));
    }
    void committed(const Reservation& reservation) {
        ASSERT_EQ(append(reservation), CommitOutcome::committed) << journal_->last_error();
    }
};

TEST_F(SearchingTest, a_reservation_is_found_by_its_id_as_it_stands_now) {
    const auto before = booked(17, {"n/0"}, 2, 6);
    committed(before);
    auto now = ended(before, ReservationState::failed, 4);
    committed(now);
    now.revision = 2;
    EXPECT_EQ(journal_->reservation({17}), now);
    EXPECT_EQ(journal_->reservation({18}), std::nullopt);
}

TEST_F(SearchingTest, one_that_was_cancelled_before_it_began_is_still_found_by_its_gpu) {
    const auto first = booked(1, {"n/0", "n/1"}, 4, 8);
    committed(first);
    committed(ended(first, ReservationState::cancelled, 1));
    committed(booked(2, {"n/1"}, 4, 8));
    EXPECT_THAT(found([&](auto& q) { q.gpu = "n/1"; }), ElementsAre(1, 2));
    EXPECT_THAT(found([&](auto& q) { q.gpu = "n/0"; }), ElementsAre(1));
}

TEST_F(SearchingTest, a_moved_one_is_found_where_it_is_and_not_where_it_was) {
    committed(booked(1, {"n/0"}, 4, 8));
    committed(booked(1, {"n/1"}, 10, 12));
    EXPECT_THAT(found([&](auto& q) { q.gpu = "n/0"; }), ElementsAre());
    EXPECT_THAT(found([&](auto& q) { q.gpu = "n/1"; }), ElementsAre(1));
    EXPECT_THAT(found([&](auto& q) {
                    q.from = hour(9);
                    q.to = hour(11);
                }),
                ElementsAre(1));
}

TEST_F(SearchingTest, a_page_goes_on_after_a_number_whatever_order_they_came_in) {
    for (const int number : {3, 700, 5, 1, 300}) {
        committed(
            booked(static_cast<std::uint64_t>(number), {"n/" + std::to_string(number)}, 0, 2));
    }
    EXPECT_THAT(found([&](auto& q) { q.limit = 2; }), ElementsAre(1, 3));
    EXPECT_THAT(found([&](auto& q) {
                    q.after = ReservationId{3};
                    q.limit = 2;
                }),
                ElementsAre(5, 300));
    EXPECT_THAT(found([&](auto& q) {
                    q.from = hour(1);
                    q.after = ReservationId{5};
                }),
                ElementsAre(300, 700));
}

TEST_F(SearchingTest, the_team_of_a_row_is_that_of_its_reservation_after_the_row) {
    auto reservation = booked(1, {"n/0"}, 0, 2);
    committed(reservation);
    append_rows(1);
    reservation.team = "speech";
    committed(reservation);
    EXPECT_THAT(audited([&](auto& q) { q.team = "vision"; }), ElementsAre(1));
    EXPECT_THAT(audited([&](auto& q) { q.team = "speech"; }), ElementsAre(3));
}

TEST_F(SearchingTest, an_audit_is_from_a_time_up_to_another) {
    append_rows(9);  // row n is at hour 1 + n ms
    const auto at = [](int row) { return hour(1) + Duration(row); };
    EXPECT_THAT(audited([&](auto& q) {
                    q.from = at(4);
                    q.to = at(7);
                }),
                ElementsAre(4, 5, 6));
    EXPECT_THAT(audited([&](auto& q) { q.from = at(8); }), ElementsAre(8, 9));
    EXPECT_THAT(audited([&](auto& q) { q.to = at(2); }), ElementsAre(1));
    EXPECT_THAT(audited([&](auto& q) { q.from = at(10); }), ElementsAre());
    EXPECT_THAT(audited([&](auto& q) {
                    q.from = at(3);
                    q.after = 5;
                    q.limit = 2;
                }),
                ElementsAre(6, 7));
}

TEST_F(SearchingTest, an_audit_finds_what_is_about_a_gpu) {
    committed(booked(1, {"n/0", "n/1"}, 4, 8));
    committed(booked(2, {"n/1"}, 10, 12));
    auto health = row_at(++last_);
    health.reservation = "";
    health.kind = "gpu_health_changed";
    health.event = encode_event(GpuHealthChanged{{"n/0", "n/5"}, Health::down});
    ASSERT_EQ(journal_->append(std::vector{health}, {}), CommitOutcome::committed);
    committed(ended(booked(2, {"n/1"}, 10, 12), ReservationState::cancelled, 1));
    auto job = booked(3, {"n/0"}, 20, 21);
    job.id.kind = IdKind::queue_job;
    committed(job);
    EXPECT_THAT(audited([&](auto& q) { q.gpu = "n/0"; }), ElementsAre(1, 3, 5));
    EXPECT_THAT(audited([&](auto& q) { q.gpu = "n/1"; }), ElementsAre(1, 2, 4));
    EXPECT_THAT(audited([&](auto& q) { q.gpu = "n/5"; }), ElementsAre(3));
}

TEST_F(SearchingTest, an_audit_finds_words_in_reasons_and_titles_as_they_are_written) {
    auto reservation = booked(1, {"n/0"}, 4, 8);
    reservation.title = "100% of_COCO";
    committed(reservation);
    append_rows(1);
    reservation = booked(2, {"n/0"}, 8, 10);
    committed(reservation);
    const auto with = [&](const char* text) { return audited([&](auto& q) { q.text = text; }); };
    EXPECT_THAT(with("of_coco"), ElementsAre(1));
    EXPECT_THAT(with("0% of"), ElementsAre(1));
    EXPECT_THAT(with("ofxcoco"), ElementsAre());
    EXPECT_THAT(with("Build 3"), ElementsAre(3));
    EXPECT_THAT(with("detector"), ElementsAre(2, 3));  // row 2 is about r-2 too
}

TEST_F(SearchingTest, an_audit_goes_back_from_the_newest) {
    append_rows(9);
    AuditQuery query;
    query.order = AuditOrder::newest_first;
    query.limit = 3;
    EXPECT_THAT(sequences(journal_->audit(query)), ElementsAre(9, 8, 7));
    query.before = 7;
    query.kind = "checkpoint_saved";
    EXPECT_THAT(sequences(journal_->audit(query)), ElementsAre(6, 5, 4));
    query.to = hour(1) + Duration(3);
    EXPECT_THAT(sequences(journal_->audit(query)), ElementsAre(2, 1));
}

TEST_F(SearchingTest, a_scan_gives_all_that_touch_the_span_queue_jobs_too) {
    for (const int number : {1, 300, 600}) {
        auto one = booked(static_cast<std::uint64_t>(number), {"n/0"}, number, number + 2);
        committed(one);
        one.gpus = {"n/1"};
        one.id.kind = IdKind::queue_job;
        committed(one);
    }
    const auto given = [&](int from, int to) {
        std::vector<std::string> ids;
        journal_->each_within({hour(from), hour(to)},
                              [&](const Reservation& one) { ids.push_back(one.id.text()); });
        std::ranges::sort(ids);
        return ids;
    };
    EXPECT_THAT(given(0, 700), ElementsAre("q-1", "q-300", "q-600", "r-1", "r-300", "r-600"));
    EXPECT_THAT(given(302, 600), ElementsAre("q-300", "r-300"));
    EXPECT_THAT(given(303, 601), ElementsAre("q-600", "r-600"));
    EXPECT_THAT(given(303, 600), ElementsAre());
}

// A few hundred reservations at random, the same in a journal that filters them one by one.
class SearchPropertyTest : public SearchingTest {
protected:
    void SetUp() override {
        SearchingTest::SetUp();
        for (int step = 0; step < 900; ++step) take_step();
    }

    void take_step() {
        const auto id = 1 + random_() % 600;
        auto next = booked(id, {gpu(), gpu()}, static_cast<int>(random_() % 500), 0);
        next.end = next.start + std::chrono::hours(1 + random_() % 6);
        if (next.gpus[0] == next.gpus[1]) next.gpus.pop_back();
        if (const auto found = model_.reservation({id})) {
            if (is_ended(found->state)) return;
            next = random_() % 2 == 0
                       ? ended(*found, some(ends_), static_cast<int>(random_() % 500))
                       : next;
            next.end = std::max(next.end, next.start);
        }
        next.owner = "user" + std::to_string(id % 5);
        next.team = "team" + std::to_string(id % 3);
        if (append(next) != CommitOutcome::committed) return;
        next.revision = last_;
        const auto row = journal_->rows_after(last_ - 1, 1);
        ASSERT_EQ(model_.append(row, std::vector{Projection{
                                         last_, std::make_shared<const Reservation>(next)}}),
                  CommitOutcome::committed);
    }

    std::string gpu() { return "n/" + std::to_string(random_() % 7); }
    template <class T>
    T some(const std::vector<T>& values) {
        return values[random_() % values.size()];
    }
    bool coin() { return random_() % 3 == 0; }

    ReservationQuery some_query() {
        ReservationQuery query;
        const auto from = static_cast<int>(random_() % 500);
        if (coin()) query.from = hour(from);
        if (coin()) query.to = hour(from + static_cast<int>(random_() % 50));
        if (coin()) query.team = "team" + std::to_string(random_() % 4);
        if (coin()) query.owner = "user" + std::to_string(random_() % 6);
        if (coin()) query.gpu = gpu();
        if (coin()) query.state = coin() ? some(ends_) : ReservationState::confirmed;
        if (coin()) query.after = ReservationId{random_() % 600};
        query.limit = 1 + random_() % 40;
        return query;
    }

    AuditQuery some_audit() {
        AuditQuery query;
        const auto from = hour(1) + Duration(random_() % 1000);
        if (coin()) query.from = from;
        if (coin()) query.to = from + Duration(random_() % 200);
        if (coin()) query.actor = "user" + std::to_string(random_() % 6);
        if (coin()) query.team = "team" + std::to_string(random_() % 4);
        if (coin()) query.reservation = ReservationId{random_() % 600};
        if (coin()) query.after = random_() % 900;
        if (coin()) query.before = random_() % 900;
        if (coin()) query.kind = coin() ? "reservation_confirmed" : "checkpoint_saved";
        if (coin()) query.command = coin() ? "reserve" : "cancel";
        if (coin()) query.gpu = gpu();
        if (coin()) query.text = "Detector " + std::to_string(random_() % 60);
        if (coin()) query.order = AuditOrder::newest_first;
        query.limit = 1 + random_() % 40;
        return query;
    }

    const unsigned seed_ = std::random_device{}();
    std::mt19937 random_{seed_};
    const std::vector<ReservationState> ends_ = {
        ReservationState::completed, ReservationState::failed, ReservationState::cancelled};
    test::MemoryJournal model_;
};

TEST_F(SearchPropertyTest, every_mix_of_filters_finds_what_looking_at_each_reservation_finds) {
    std::size_t found = 0;
    for (int i = 0; i < 500; ++i) {
        const auto query = some_query();
        const auto page = journal_->reservations(query);
        ASSERT_EQ(numbers(page), numbers(model_.reservations(query)))
            << "seed " << seed_ << ", query " << i;
        found += page.size();
    }
    EXPECT_GT(found, 1000U);
}

TEST_F(SearchPropertyTest, every_mix_of_filters_finds_what_looking_at_each_row_finds) {
    std::size_t found = 0;
    for (int i = 0; i < 500; ++i) {
        const auto query = some_audit();
        const auto page = journal_->audit(query);
        ASSERT_EQ(page, model_.audit(query)) << "seed " << seed_ << ", query " << i;
        found += page.size();
    }
    EXPECT_GT(found, 200U);
}

}  // namespace
}  // namespace berth::testing
