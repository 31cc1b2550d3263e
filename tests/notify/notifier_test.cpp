// People are told, against a real SMTP server and a real HTTP receiver.
#include "notify/notifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "booking/event.hpp"
#include "notify/mail.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const Instant noon = parse_rfc3339("2026-11-30T12:00:00Z").value();

// Runs tests/notify/receivers.py, which checks signatures and decodes mails by itself.
class Receivers {
public:
    Receivers() {
        std::string pattern = (fs::temp_directory_path() / "berth-notify-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        start("0", "0");
    }
    ~Receivers() {
        stop();
        fs::remove_all(folder_);
    }
    Receivers(const Receivers&) = delete;
    Receivers& operator=(const Receivers&) = delete;

    void stop() {
        if (child_ == 0) return;
        ::kill(child_, SIGTERM);
        ::waitpid(child_, nullptr, 0);
        child_ = 0;
    }
    void start_again() { start(smtp, http); }

    [[nodiscard]] std::vector<boost::json::value> received(const std::string& kind) const {
        std::vector<boost::json::value> found;
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (!entry.path().filename().string().starts_with(kind)) continue;
            std::ifstream in(entry.path());
            found.push_back(
                boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {})));
        }
        return found;
    }

    std::string smtp;
    std::string http;

private:
    void start(const std::string& smtp_port, const std::string& http_port) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::execl("/usr/bin/python3", "python3", "tests/notify/receivers.py", folder_.c_str(),
                    smtp_port.c_str(), http_port.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        FILE* out = ::fdopen(ends[0], "r");
        char first[16] = {};
        char second[16] = {};
        ASSERT_EQ(std::fscanf(out, "%15s %15s", first, second), 2);
        std::fclose(out);
        smtp = first;
        http = second;
    }

    std::string folder_;
    pid_t child_ = 0;
};

Published about(Event event, std::uint64_t sequence = 7, const std::string& actor = "berth") {
    Published published;
    published.row.sequence = sequence;
    published.row.time = noon;
    published.row.actor = actor;
    published.row.kind = event_kind(event);
    published.row.event = encode_event(event);
    Reservation reservation;
    reservation.id = {17};
    reservation.owner = "alice";
    reservation.title = "生产模型 v8l";
    reservation.gpus = {"node1/0", "node1/1"};
    reservation.state = ReservationState::completed;
    reservation.start = noon;
    reservation.end = noon + std::chrono::hours(4);
    published.reservation = std::make_shared<const Reservation>(reservation);
    return published;
}

// The same row about a reservation that differs.
template <class Change>
Published changed(Published published, Change change) {
    Reservation reservation = *published.reservation;
    change(reservation);
    published.reservation = std::make_shared<const Reservation>(std::move(reservation));
    return published;
}

Published the_end(std::uint64_t sequence = 7) {
    return about(ReservationEnded{{17}, ReservationState::completed, noon, 0, ""}, sequence);
}

class Notifier : public testing::Test {
protected:
    [[nodiscard]] MailAndWebhookNotifier make() const {
        NotifyOptions options;
        options.mail = MailOptions{
            "smtp://127.0.0.1:" + receivers.smtp,   "berth@example.org", {}, {}, "example.org",
            {{"alice", "alice@vision.example.org"}}};
        options.webhooks = {{"http://127.0.0.1:" + receivers.http + "/hook", "hush"}};
        return {options, SlotGrid::make("Asia/Shanghai", std::chrono::minutes(120)).value()};
    }

    Receivers receivers;
};

TEST_F(Notifier, the_owner_reads_the_end_in_both_languages) {
    auto notifier = make();
    const auto delivered = notifier.deliver(the_end());
    ASSERT_TRUE(delivered) << delivered.error();
    const auto mails = receivers.received("mail");
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].at("to"), "alice@vision.example.org");
    const std::string subject(mails[0].at("subject").as_string());
    EXPECT_EQ(subject, "[Berth] r-17 completed: 生产模型 v8l / 已完成");
    const std::string body(mails[0].at("body").as_string());
    EXPECT_THAT(body, HasSubstr("Your reservation r-17 has completed."));
    EXPECT_THAT(body, HasSubstr("您的预订 r-17 已完成。"));
    EXPECT_THAT(body, HasSubstr("2026-11-30 20:00:00"));  // the site's zone
    EXPECT_EQ(mails[0].at("message_id"), "<berth-7@example.org>");
}

TEST_F(Notifier, a_webhook_is_signed_so_that_others_can_check_it) {
    auto notifier = make();
    ASSERT_TRUE(notifier.deliver(the_end()));
    const auto calls = receivers.received("hook");
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_TRUE(calls[0].at("signature_ok").as_bool());
    EXPECT_EQ(calls[0].at("body").at("event"), "reservation_ended");
    EXPECT_EQ(calls[0].at("body").at("reservation").at("id"), "r-17");
}

TEST_F(Notifier, a_channel_that_was_down_gets_it_later_and_the_other_not_twice) {
    auto notifier = make();
    receivers.stop();
    const auto failed = notifier.deliver(the_end());
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error(), HasSubstr("127.0.0.1"));
    receivers.start_again();
    ASSERT_TRUE(notifier.deliver(the_end()));
    ASSERT_TRUE(notifier.deliver(the_end()));
    EXPECT_EQ(receivers.received("mail").size(), 1U);
    EXPECT_EQ(receivers.received("hook").size(), 1U);
}

TEST_F(Notifier, a_title_cannot_become_a_header) {
    auto notifier = make();
    const auto published =
        changed(the_end(), [](Reservation& r) { r.title = "x\r\nBcc: eve@example.org"; });
    ASSERT_TRUE(notifier.deliver(published));
    const auto mails = receivers.received("mail");
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].at("bcc"), "");
    EXPECT_EQ(mails[0].at("to"), "alice@vision.example.org");
}

TEST_F(Notifier, a_failed_preflight_is_told_and_a_passed_one_is_not) {
    auto notifier = make();
    ASSERT_TRUE(notifier.deliver(about(PreflightReported{{17}, {{"data", true, "fine"}}}, 8)));
    EXPECT_TRUE(receivers.received("mail").empty());
    ASSERT_TRUE(notifier.deliver(
        about(PreflightReported{{17}, {{"data", false, "there is no /data/coco.yaml"}}}, 9)));
    const auto mails = receivers.received("mail");
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_THAT(std::string(mails[0].at("body").as_string()), HasSubstr("/data/coco.yaml"));
}

TEST_F(Notifier, it_is_concerned_with_every_kind_that_it_tells_anyone_of) {
    auto notifier = make();
    for (const Event& event : std::vector<Event>{
             ReservationEnded{{17}, ReservationState::failed, noon, 1, "why"},
             ReservationReleasing{{17}, ReservationState::cancelled, "cancelled by carol"},
             PreflightReported{{17}, {{"data", false, "there is no /data"}}},
             ReservationConfirmed{}, ReservationChanged{}, ReservationRunning{{17}, noon},
             NoticeGiven{}, WindowOffered{}, ReservationContinued{}, ReservationMoved{},
             OccupantCame{}, OccupantLeft{}}) {
        EXPECT_TRUE(notifier.concerns(event_kind(event))) << event_kind(event);
    }
    EXPECT_FALSE(notifier.concerns("checkpoint_saved"));
    EXPECT_FALSE(notifier.concerns("snapshot_taken"));
    EXPECT_FALSE(
        MailAndWebhookNotifier({}, SlotGrid::make("UTC", std::chrono::minutes(120)).value())
            .concerns("reservation_ended"));
}

TEST_F(Notifier, who_cancels_their_own_booking_gets_no_mail) {
    auto notifier = make();
    const ReservationEnded cancelled{
        {17}, ReservationState::cancelled, noon, {}, "cancelled by alice"};
    const auto is_cancelled = [](Reservation& r) { r.state = ReservationState::cancelled; };
    ASSERT_TRUE(notifier.deliver(changed(about(cancelled, 7, "alice"), is_cancelled)));
    EXPECT_TRUE(receivers.received("mail").empty());
    ASSERT_TRUE(notifier.deliver(changed(about(cancelled, 8, "carol"), is_cancelled)));
    EXPECT_EQ(receivers.received("mail").size(), 1U);
}

TEST_F(Notifier, who_is_stopped_by_someone_else_is_told_once) {
    auto notifier = make();
    const auto state_is = [](Published published, ReservationState state) {
        return changed(std::move(published), [&](Reservation& r) {
            r.state = state;
            r.attempt = 1;
        });
    };
    const ReservationReleasing stop{{17}, ReservationState::cancelled, "cancelled by carol"};
    const ReservationEnded end{{17}, ReservationState::cancelled, noon, 143, "cancelled by carol"};
    ASSERT_TRUE(notifier.deliver(state_is(about(stop, 7, "alice"), ReservationState::releasing)));
    EXPECT_TRUE(receivers.received("mail").empty());
    ASSERT_TRUE(notifier.deliver(state_is(about(stop, 8, "carol"), ReservationState::releasing)));
    ASSERT_TRUE(notifier.deliver(state_is(about(end, 9), ReservationState::cancelled)));
    const auto mails = receivers.received("mail");
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_THAT(std::string(mails[0].at("body").as_string()),
                HasSubstr("r-17 is being stopped by carol"));
}

TEST_F(Notifier, what_the_server_cancels_before_its_start_is_told) {
    auto notifier = make();
    const ReservationEnded end{{17}, ReservationState::cancelled, noon, {}, "its node is gone"};
    ASSERT_TRUE(notifier.deliver(about(end, 7)));
    EXPECT_EQ(receivers.received("mail").size(), 1U);
}

TEST_F(Notifier, an_address_cannot_become_an_smtp_command) {
    auto notifier = make();
    const auto published = changed(
        the_end(), [](Reservation& r) { r.owner = "x@example.org>\r\nRCPT TO:<eve@example.org"; });
    ASSERT_TRUE(notifier.deliver(published));
    EXPECT_TRUE(receivers.received("mail").empty());
}

TEST_F(Notifier, a_webhook_that_redirects_is_not_delivered) {
    NotifyOptions options;
    options.webhooks = {{"http://127.0.0.1:" + receivers.http + "/moved", "hush"}};
    MailAndWebhookNotifier notifier(
        options, SlotGrid::make("Asia/Shanghai", std::chrono::minutes(120)).value());
    const auto delivered = notifier.deliver(the_end());
    ASSERT_FALSE(delivered);
    EXPECT_THAT(delivered.error(), HasSubstr("302"));
    EXPECT_TRUE(receivers.received("hook").empty());
}

TEST(WebhookSignature, is_the_hmac_that_any_tool_computes) {
    // printf '%s' '2026-11-30T12:00:00Z.{}' | openssl dgst -sha256 -hmac hush
    EXPECT_EQ(webhook_signature("hush", "2026-11-30T12:00:00Z", "{}"),
              "sha256=bfe05d7db51ae17979590e43e6b8c3a99aa3135f8e2fb5953041951d7a6d6d45");
}

}  // namespace
}  // namespace berth
