// How long will it take? Asked of a site with and without a past.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class estimates : public ApiSite {
protected:
    Response estimate(const std::string& body) const {
        return ask("POST", "/api/v1/estimate", body);
    }

    Response report(const std::string& body) const {
        return ask("POST", "/api/v1/jobs/self/progress", body,
                   {{"Authorization", "Bearer token-of-r-1.1"}});
    }

    // A training on one A100 that has begun.
    void train(const std::string& model) {
        Reserve command;
        command.request.gpus.ids = {"node1/0"};
        command.request.start = StartTime{monday_ten + 2h};
        command.request.hours = 4;
        command.request.workload = Workload{};
        command.request.workload->kind = WorkloadKind::yolo;
        command.request.workload->model = model;
        command.request.workload->data = "/data/shapes.yaml";
        command.request.workload->epochs = 10;
        submit("alice", command);
        move_to(monday_ten + 2h);
        submit("berth", AttemptStarted{ReservationId{1}, 1});
    }
};

TEST_F(estimates, a_site_without_a_past_guesses_by_what_was_measured_elsewhere) {
    const auto answer = estimate(
        R"({"model":"yolov8l","images":118287,"epochs":300,"gpus":{"count":4,"model":"A100"}})");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_at(answer, "/basis"), "table");
    EXPECT_EQ(text_at(answer, "/runs"), "[]");
    EXPECT_THAT(text_at(answer, "/text/zh"), HasSubstr("小时"));
    EXPECT_GT(std::stoi(text_at(answer, "/slots")), 6);
}

TEST_F(estimates, a_run_like_it_is_used_even_while_it_runs) {
    train("yolov8n.pt");
    report(R"({"event":"start","epoch":1,"epochs":10,"epoch_seconds":0,"images":128})");
    report(R"({"event":"epoch","epoch":1,"epochs":10,"epoch_seconds":90,"images":128})");
    report(R"({"event":"epoch","epoch":2,"epochs":10,"epoch_seconds":60,"images":128})");
    report(R"({"event":"epoch","epoch":3,"epochs":10,"epoch_seconds":60,"images":128})");
    const auto same_data =
        estimate(R"({"model":"yolov8n","data":"/data/shapes.yaml","epochs":119})");
    ASSERT_EQ(same_data.status, 200) << same_data.body;
    EXPECT_EQ(text_at(same_data, "/basis"), "runs");
    EXPECT_EQ(json_of(same_data).at_pointer("/hours/likely").to_number<double>(), 2.0);
    EXPECT_EQ(text_at(same_data, "/runs/0/reservation"), "r-1");
    EXPECT_THAT(text_at(same_data, "/text/en"), HasSubstr("r-1"));
    const auto half_the_images = estimate(R"({"model":"yolov8n","images":64,"epochs":119})");
    EXPECT_EQ(json_of(half_the_images).at_pointer("/epoch_seconds").to_number<double>(), 30);
}

TEST_F(estimates, an_unknown_model_is_422_and_names_the_known_ones) {
    const auto answer = estimate(R"({"model":"yolov8l-seg","images":100,"epochs":3})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(text_at(answer, "/code"), "no_figures");
    EXPECT_EQ(text_at(answer, "/field"), "model");
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("yolov8l"));
}

TEST_F(estimates, a_model_without_figures_is_known_once_it_has_run_here) {
    train("yolov8n-seg.pt");
    report(R"({"event":"epoch","epoch":1,"epochs":10,"epoch_seconds":90})");
    const auto answer =
        estimate(R"({"model":"yolov8n-seg","data":"/data/shapes.yaml","epochs":10})");
    EXPECT_EQ(text_at(answer, "/basis"), "runs") << answer.body;
}

TEST_F(estimates, nonsense_is_400_and_names_the_field) {
    const std::vector<std::pair<const char*, const char*>> wrong{
        {R"({"model":"yolov8n","epochs":0,"images":1})", "epochs"},
        {R"({"model":"yolov8n","epochs":1,"images":0})", "images"},
        {R"({"model":"yolov8n","epochs":1,"images":1,"imgsz":8})", "imgsz"},
        {R"({"model":"yolov8n","epochs":1,"images":1,"gpus":{"count":0}})", "gpus.count"},
        {R"({"model":"yolov8n","epochs":1})", "images"},
        {R"({"epochs":1,"images":1})", "model"},
    };
    for (const auto& [body, field] : wrong) {
        const auto answer = estimate(body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_EQ(text_at(answer, "/field"), field) << body;
    }
}

TEST_F(estimates, where_there_are_several_models_of_gpu_one_must_be_named) {
    DeclareFleet fleet;
    fleet.gpus = {{"node1", 0, "A100", 40, {}, Health::healthy},
                  {"node3", 0, "V100", 16, {}, Health::healthy}};
    submit("berth", fleet);
    const auto answer = estimate(R"({"model":"yolov8n","images":100,"epochs":3})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(text_at(answer, "/field"), "gpus.model");
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("A100, V100"));
}

}  // namespace
}  // namespace berth::test
