// Each scenario file is a test of its own.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "scenarios/scenario.hpp"

namespace {

class ScenarioFile : public testing::Test {
public:
    explicit ScenarioFile(std::string path) : path_(std::move(path)) {}

    void TestBody() override {
        try {
            berth::test::Scenario::run_file(path_);
        } catch (const std::exception& error) {
            FAIL() << error.what();
        }
    }

private:
    std::string path_;
};

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator("tests/scenarios")) {
        if (entry.path().extension() == ".scn") files.insert(entry.path());
    }
    if (files.empty()) {
        std::puts("there are no scenarios here; run this from the repository's root");
        return 1;
    }
    for (const auto& file : files) {
        testing::RegisterTest(
            "scenario", file.stem().c_str(), nullptr, nullptr, __FILE__, __LINE__,
            [path = file.string()]() -> testing::Test* { return new ScenarioFile(path); });
    }
    return RUN_ALL_TESTS();
}
