// POST /api/v1/estimate: how long a YOLO training will take, before it is booked.
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "api/body.hpp"
#include "api/earlier_runs.hpp"
#include "api/services.hpp"
#include "json/schema.hpp"

namespace berth {

struct EstimateGpus {
    static constexpr bool all_optional = true;

    int count = 1;
    std::optional<std::string> model;
};
BOOST_DESCRIBE_STRUCT(EstimateGpus, (), (count, model))

struct EstimateRequest {
    std::string model;
    int epochs = 0;
    std::optional<std::int64_t> images;
    std::optional<std::string> data;
    std::optional<int> imgsz;
    std::optional<EstimateGpus> gpus;
};
BOOST_DESCRIBE_STRUCT(EstimateRequest, (), (model, epochs, images, data, imgsz, gpus))

namespace {

Problem bad_field(std::string field, std::string detail) {
    return {.status = 400,
            .code = "bad_request",
            .detail = std::move(detail),
            .field = std::move(field)};
}

struct Range {
    std::int64_t smallest;
    std::int64_t largest;
};
constexpr Range possible_epochs{1, 100'000};
constexpr Range possible_images{1, 1'000'000'000};
constexpr Range possible_imgsz{32, 8192};
constexpr Range possible_gpus{1, 10'000};

std::expected<void, Problem> check_range(const std::string& field, std::int64_t value,
                                         const Range& range) {
    if (value >= range.smallest && value <= range.largest) return {};
    return std::unexpected(bad_field(field, "\"" + field + "\" must be from " +
                                                std::to_string(range.smallest) + " to " +
                                                std::to_string(range.largest)));
}

boost::json::value schema_of(const Range& range) {
    return json::integer_schema(range.smallest, range.largest);
}

// The struct's own schema, with what its numbers may be.
boost::json::value estimate_request_schema(json::SchemaBook& book) {
    using json::detail::Direction;
    book.named("EstimateGpusInput", [&] {
        auto schema = json::detail::struct_schema<EstimateGpus, Direction::in>(book);
        auto count = schema_of(possible_gpus);
        count.as_object()["default"] = 1;
        schema["properties"].as_object()["count"] = std::move(count);
        return schema;
    });
    return book.named("EstimateRequest", [&] {
        auto schema = json::detail::struct_schema<EstimateRequest, Direction::in>(book);
        auto& members = schema["properties"].as_object();
        members["epochs"] = schema_of(possible_epochs);
        members["images"] = json::nullable(schema_of(possible_images));
        members["imgsz"] = json::nullable(schema_of(possible_imgsz));
        return schema;
    });
}

// Without a word, the only model there is.
std::expected<std::string, Problem> gpu_model_of(const ApiContext& context,
                                                 const EstimateGpus& gpus) {
    if (gpus.model) return *gpus.model;
    std::vector<std::string> models;
    context.engine.read([&](const View& view) { models = view.fleet->models(); });
    if (models.size() == 1) return models.front();
    std::string list;
    for (const std::string& model : models) list += (list.empty() ? "" : ", ") + model;
    return std::unexpected(
        bad_field("gpus.model", list.empty() ? "say on which model of GPU"
                                             : "say on which model of GPU; this site has " + list));
}

std::expected<TrainingWish, Problem> wish_of(const ApiContext& context,
                                             const EstimateRequest& asked) {
    const EstimateGpus gpus = asked.gpus.value_or(EstimateGpus{});
    const int imgsz = asked.imgsz.value_or(640);
    for (const auto& checked : {check_range("epochs", asked.epochs, possible_epochs),
                                check_range("images", asked.images.value_or(1), possible_images),
                                check_range("imgsz", imgsz, possible_imgsz),
                                check_range("gpus.count", gpus.count, possible_gpus)}) {
        if (!checked) return std::unexpected(checked.error());
    }
    auto gpu_model = gpu_model_of(context, gpus);
    if (!gpu_model) return std::unexpected(gpu_model.error());
    return TrainingWish{.model = asked.model,
                        .data = asked.data,
                        .images = asked.images,
                        .epochs = asked.epochs,
                        .imgsz = imgsz,
                        .gpus = gpus.count,
                        .gpu_model = std::move(*gpu_model)};
}

Problem problem_for(const NoEstimate& none) {
    const bool unknown = none.kind == NoEstimate::Kind::unknown;
    return {.status = unknown ? 422 : 400,
            .code = unknown ? "no_figures" : "bad_request",
            .detail = none.message,
            .field = none.field};
}

Response estimate(const ApiContext& context, const TrainingWish& wish) {
    std::chrono::minutes slot_length{0};
    context.engine.read([&](const View& view) { slot_length = view.grid.slot_length(); });
    const auto made = estimate_length(wish, earlier_runs(context, wish), slot_length);
    if (!made) return to_response(problem_for(made.error()));
    return json_response(200, boost::json::serialize(json::print(*made)));
}

void answer_estimate(const Services& services, const Request& request, const Respond& respond) {
    const auto asked = read_body<EstimateRequest>(request);
    if (!asked) return respond(to_response(asked.error()));
    auto wish = wish_of(services.context, *asked);
    if (!wish) return respond(to_response(wish.error()));
    answer_aside(services, respond, [&context = services.context, wish = std::move(*wish)] {
        return estimate(context, wish);
    });
}

Operation estimate_operation() {
    return {.method = "POST",
            .pattern = "/api/v1/estimate",
            .id = "estimateLength",
            .summary =
                "How long a YOLO training will take: as the site's own trainings of that model, "
                "image size and data went, or else by figures from elsewhere",
            .body = BodyDescription{estimate_request_schema},
            .answers = {json_answer(200, "The likely length and its span",
                                    json::printed_schema<LengthEstimate>)},
            .problems = {422}};
}

}  // namespace

void add_estimate_routes(Router& router, const Services& services) {
    router.add(estimate_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   answer_estimate(services, request, respond);
               }));
}

}  // namespace berth
