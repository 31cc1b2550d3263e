// Ultralytics' arguments as a workload, and answers of the server as exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "apps/berth/session.hpp"
#include "apps/berth/workload_arguments.hpp"

namespace berth::cli {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

json::object workload(std::vector<std::string> more) {
    std::vector<std::string> arguments{"model=yolo-none-such.pt", "data=none-such.yaml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return yolo_workload(arguments).value();
}

std::string refusal(const std::vector<std::string>& arguments) {
    const auto made = yolo_workload(arguments);
    return made ? "accepted " + json::serialize(*made) : made.error();
}

TEST(YoloWorkload, known_fields_stand_beside_each_other_and_the_rest_are_arguments) {
    EXPECT_EQ(json::value(workload({"epochs=10", "imgsz=640", "name=first", "lr0=0.01"})),
              json::parse(R"({"kind": "yolo", "model": "yolo-none-such.pt",
                              "data": "none-such.yaml", "epochs": 10, "imgsz": 640,
                              "name": "first", "args": {"lr0": 0.01}})"));
}

TEST(YoloWorkload, without_others_there_are_no_arguments) {
    EXPECT_FALSE(workload({}).contains("args"));
}

TEST(YoloWorkload, values_have_the_type_that_ultralytics_would_read) {
    EXPECT_EQ(
        json::value(workload({"cos_lr=True", "val=false", "patience=-1", "lr0=1e-3", "time=None",
                              "optimizer=AdamW", "note=a=b", "empty=", "tag=1.2.3"})
                        .at("args")),
        json::parse(R"({"cos_lr": true, "val": false, "patience": -1, "lr0": 0.001,
                              "time": null, "optimizer": "AdamW", "note": "a=b", "empty": "",
                              "tag": "1.2.3"})"));
}

TEST(YoloWorkload, words_that_json_has_no_number_for_stay_words) {
    for (const std::string word : {"inf", "-inf", "nan", "infinity"}) {
        EXPECT_EQ(json::parse(json::serialize(workload({"project=" + word}))).at("args"),
                  (json::value{{"project", word}}));
    }
}

TEST(YoloWorkload, a_name_stays_text_even_when_it_looks_like_a_number) {
    EXPECT_EQ(workload({"name=17"}).at("name"), "17");
}

TEST(YoloWorkload, files_that_are_here_are_named_by_their_whole_path) {
    std::string folder = testing::TempDir() + "berth-cli-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const auto data = std::filesystem::path(folder) / "数据.yaml";
    std::ofstream(data) << "names: []\n";
    const std::string relative = std::filesystem::relative(data).string();
    const auto made = yolo_workload({"model=none-such.pt", "data=" + relative});
    ASSERT_TRUE(made);
    const std::filesystem::path named(std::string(made->at("data").as_string()));
    EXPECT_TRUE(named.is_absolute()) << named;
    EXPECT_TRUE(std::filesystem::equivalent(named, data));
    EXPECT_EQ(made->at("model"), "none-such.pt");
    std::filesystem::remove_all(folder);
}

TEST(YoloWorkload, what_is_wrong_is_said_in_a_sentence) {
    EXPECT_THAT(refusal({"model=a.pt", "data=b.yaml", "--epochs"}),
                HasSubstr("\"--epochs\" is none"));
    EXPECT_THAT(refusal({"model=a.pt", "data=b.yaml", "=3"}), HasSubstr("\"=3\" is none"));
    EXPECT_EQ(refusal({"model=a.pt"}), "a training needs data=…");
    EXPECT_EQ(refusal({"data=b.yaml"}), "a training needs model=…");
    EXPECT_EQ(refusal({"model=", "data=b.yaml"}), "a training needs model=…");
    EXPECT_EQ(refusal({"model=a.pt", "data=b.yaml", "epochs=many"}),
              "epochs must be a whole number");
    EXPECT_EQ(refusal({"model=a.pt", "data=b.yaml", "batch=0.5"}), "batch must be a whole number");
    EXPECT_THAT(refusal({"model=a.pt", "data=b.yaml", "device=0"}), HasSubstr("leave out device="));
}

TEST(YoloWorkload, in_a_container_this_machines_files_are_not_meant) {
    EXPECT_EQ(yolo_workload({"model=CMakeLists.txt", "data=/data/coco.yaml"}, JobPlace::container)
                  ->at("model"),
              "CMakeLists.txt");
}

TEST(CommandWorkload, it_runs_in_the_folder_it_was_typed_in_unless_in_a_container) {
    EXPECT_EQ(command_workload({"./train"}).at("workdir").as_string(),
              std::filesystem::current_path().string());
    EXPECT_FALSE(command_workload({"./train"}, JobPlace::container).contains("workdir"));
}

TEST(ContainerOptions, what_is_typed_becomes_the_workloads_fields) {
    const ContainerOptions options{.image = "yolo:8.3",
                                   .volumes = {"coco:/data:ro", "runs:/runs"},
                                   .secrets = {"wandb"},
                                   .environment = {"A=b=c"},
                                   .nodes = 2,
                                   .gpus_per_node = 4};
    json::object made;
    ASSERT_TRUE(put_container(made, options));
    EXPECT_EQ(json::value(made), json::parse(R"({"image": "yolo:8.3", "volumes":
                  [{"claim": "coco", "mount": "/data", "read_only": true},
                   {"claim": "runs", "mount": "/runs"}],
                  "secrets": ["wandb"], "env": {"A": "b=c"}, "nodes": 2, "gpus_per_node": 4})"));
    EXPECT_EQ(json::value(gpus_from(wish_of_pods({}, options))),
              (json::value{{"count", 8}, {"per_node", 4}}));
    WishOptions named;
    named.gpu_ids = {"node1/0"};
    EXPECT_FALSE(gpus_from(wish_of_pods(named, options)).contains("per_node"));
    EXPECT_FALSE(wish_of_pods({}, {}).gpus);
}

TEST(ContainerOptions, what_is_mistyped_is_said_in_a_sentence) {
    json::object made;
    for (const char* volume : {"coco", ":/data", "coco:/data:rx"}) {
        const auto put = put_container(made, {.image = {}, .volumes = {volume}});
        ASSERT_FALSE(put) << volume;
        EXPECT_THAT(put.error(), HasSubstr("write CLAIM:/MOUNT"));
    }
    const auto put = put_container(made, {.image = {}, .volumes = {}, .environment = {"A"}});
    ASSERT_FALSE(put);
    EXPECT_THAT(put.error(), HasSubstr("write NAME=VALUE"));
}

TEST(ExitCode, the_code_of_a_problem_comes_before_its_status) {
    EXPECT_EQ(exit_for(409, "conflict"), Exit::conflict);
    EXPECT_EQ(exit_for(422, "off_grid"), Exit::refused);
    EXPECT_EQ(exit_for(422, "beyond_horizon"), Exit::refused);
    EXPECT_EQ(exit_for(412, "wrong_state"), Exit::conflict);
    for (const char* code : {"plan_stale", "nothing_to_evict", "still_booked"}) {
        EXPECT_EQ(exit_for(409, code), Exit::conflict) << code;
    }
    EXPECT_EQ(exit_for(409, "plan_required"), Exit::refused);
    EXPECT_EQ(exit_for(400, "too_long_for_queue"), Exit::refused);
    for (const char* code : {"quota_exceeded", "priority_not_allowed", "must_be_preemptible"}) {
        EXPECT_EQ(exit_for(403, code), Exit::refused) << code;
    }
    EXPECT_EQ(exit_for(403, "not_allowed"), Exit::not_allowed);
}

TEST(ExitCode, other_answers_go_by_their_status) {
    EXPECT_EQ(exit_for(400, "invalid"), Exit::usage);
    EXPECT_EQ(exit_for(422, "invalid"), Exit::usage);
    EXPECT_EQ(exit_for(401, ""), Exit::not_allowed);
    EXPECT_EQ(exit_for(403, ""), Exit::not_allowed);
    EXPECT_EQ(exit_for(404, ""), Exit::not_found);
    EXPECT_EQ(exit_for(409, "quota"), Exit::refused);
}

TEST(ExitCode, the_numbers_are_those_that_scripts_rely_on) {
    EXPECT_EQ(static_cast<int>(Exit::done), 0);
    EXPECT_EQ(static_cast<int>(Exit::failed), 1);
    EXPECT_EQ(static_cast<int>(Exit::usage), 2);
    EXPECT_EQ(static_cast<int>(Exit::conflict), 3);
    EXPECT_EQ(static_cast<int>(Exit::refused), 4);
    EXPECT_EQ(static_cast<int>(Exit::not_allowed), 5);
    EXPECT_EQ(static_cast<int>(Exit::not_found), 6);
    EXPECT_EQ(static_cast<int>(Exit::unreachable), 7);
}

}  // namespace
}  // namespace berth::cli
