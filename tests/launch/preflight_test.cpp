// What is looked at before the night: programs, folders, and what berth-yolo says of a training.
#include <fstream>

#include "launcher_fixture.hpp"

namespace berth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PreflightTest : public LauncherTest {
protected:
    PreflightTest() {
        options_.check_limit = std::chrono::seconds(10);
        options_.berth_yolo = file("berth-yolo");
    }

    void berth_yolo_does(const std::string& script) {
        std::ofstream(options_.berth_yolo) << "#!/bin/sh\n" << script << "\n";
        std::filesystem::permissions(options_.berth_yolo, std::filesystem::perms::owner_all);
    }
    std::vector<Finding> look_at(const Workload& workload) {
        if (!launcher_) open();
        return launcher_->preflight({workload});
    }
    static Workload training() {
        Workload workload;
        workload.kind = WorkloadKind::yolo;
        workload.model = "yolov8n.pt";
        workload.data = "coco8.yaml";
        return workload;
    }
    static Workload command(std::vector<std::string> argv) {
        Workload workload;
        workload.argv = std::move(argv);
        return workload;
    }
};

TEST_F(PreflightTest, a_command_whose_program_is_there_is_fine) {
    const auto findings = look_at(command({"sh", "-c", "true"}));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].check, "program");
    EXPECT_TRUE(findings[0].ok) << findings[0].message;
}

TEST_F(PreflightTest, a_program_that_is_missing_is_told_in_a_sentence) {
    const auto findings = look_at(command({"no-such-program"}));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_FALSE(findings[0].ok);
    EXPECT_THAT(findings[0].message, HasSubstr("There is no program \"no-such-program\""));
}

TEST_F(PreflightTest, a_work_folder_that_is_missing_is_told_beside_the_program) {
    auto workload = command({"sh"});
    workload.workdir = file("nowhere").string();
    const auto findings = look_at(workload);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_TRUE(findings[0].ok) << findings[0].message;
    EXPECT_EQ(findings[1].check, "workdir");
    EXPECT_FALSE(findings[1].ok);
    EXPECT_THAT(findings[1].message, HasSubstr("does not exist"));
}

TEST_F(PreflightTest, what_berth_yolo_finds_is_told_and_other_lines_are_not) {
    berth_yolo_does(R"(echo 'Ultralytics says hello'
echo '{"check": "model", "ok": true, "message": "yolov8n.pt is there"}'
echo '{"check": "data", "ok": false, "message": "There is no coco8.yaml."}')");
    EXPECT_THAT(look_at(training()),
                ElementsAre(Finding{"model", true, "yolov8n.pt is there"},
                            Finding{"data", false, "There is no coco8.yaml."}));
}

TEST_F(PreflightTest, berth_yolo_is_given_the_workload_and_nothing_secret) {
    ::setenv("BERTH_TEST_SECRET", "hush", 1);
    berth_yolo_does("echo \"$1 $3\" > " + file("flags").string() + "; cat \"$2\" > " +
                    file("document").string() + "; env > " + file("environment").string());
    look_at(training());
    ::unsetenv("BERTH_TEST_SECRET");
    EXPECT_EQ(text(file("flags")), "--workload --check\n");
    EXPECT_THAT(text(file("document")), HasSubstr("\"model\":\"yolov8n.pt\""));
    EXPECT_THAT(text(file("environment")), HasSubstr("PATH="));
    EXPECT_THAT(text(file("environment")), testing::Not(HasSubstr("hush")));
}

TEST_F(PreflightTest, a_check_leaves_no_file_behind) {
    berth_yolo_does(R"(echo '{"check": "model", "ok": true, "message": "fine"}')");
    ASSERT_EQ(look_at(training()).size(), 1U);
    EXPECT_TRUE(std::filesystem::is_empty(options_.work_folder));
}

TEST_F(PreflightTest, a_check_that_hangs_is_ended_with_all_that_it_started) {
    options_.check_limit = std::chrono::seconds(1);
    berth_yolo_does("sleep 600 & echo $! > " + file("child").string() +
                    R"(
echo '{"check": "model", "ok": true, "message": "fine"}'
wait)");
    const auto before = std::chrono::steady_clock::now();
    const auto findings = look_at(training());
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(9));
    EXPECT_THAT(findings,
                ElementsAre(Finding{"model", true, "fine"},
                            Finding{"preflight", false, "The check did not end in time."}));
    ASSERT_TRUE(appears("child"));
    const auto child = static_cast<pid_t>(std::stol(text(file("child"))));
    EXPECT_TRUE(eventually([&] {
        const auto info = look_up(child);
        return !info || info->is_dead;
    }));
}

TEST_F(PreflightTest, a_check_without_a_word_is_no_good_news) {
    berth_yolo_does("exit 3");
    EXPECT_THAT(look_at(training()),
                ElementsAre(Finding{"preflight", false, "The check ended without a word."}));
}

TEST_F(PreflightTest, without_berth_yolo_the_configuration_is_named) {
    const auto findings = look_at(training());
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_FALSE(findings[0].ok);
    EXPECT_THAT(findings[0].message, HasSubstr("launch.yolo in the configuration"));
}

TEST_F(PreflightTest, a_continuation_whose_checkpoint_is_gone_is_told_so) {
    open();
    const Resumption gone{{17}, file("work/r-17/checkpoints/resume.pt")};
    auto findings = launcher_->preflight({command({"sh"}), gone});
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[1].check, "resume");
    EXPECT_FALSE(findings[1].ok);
    EXPECT_THAT(findings[1].message, HasSubstr("or the work begins anew"));

    std::filesystem::create_directories(file("work/r-17/checkpoints"));
    std::ofstream(gone.checkpoint) << "weights";
    findings = launcher_->preflight({command({"sh"}), gone});
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_TRUE(findings[1].ok) << findings[1].message;
}

TEST_F(PreflightTest, a_checkpoint_that_lies_elsewhere_is_not_looked_for_here) {
    open();
    const Resumption elsewhere{{17}, "s3://bucket/resume.pt"};
    EXPECT_EQ(launcher_->preflight({command({"sh"}), elsewhere}).size(), 1U);
}

TEST_F(PreflightTest, berth_yolo_looks_for_the_checkpoint_where_the_continuation_will_find_it) {
    berth_yolo_does("echo $BERTH_CHECKPOINT_DIR > " + file("folder").string());
    open();
    const Resumption resumption{{17}, file("work/r-17/checkpoints/resume.pt")};
    (void)launcher_->preflight({training(), resumption});
    EXPECT_EQ(text(file("folder")), file("work/r-17/checkpoints").string() + "\n");
}

}  // namespace
}  // namespace berth
