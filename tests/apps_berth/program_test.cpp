// What the definitions of the commands are good for: examples, completion, the manual, and help for
// a word that is not known.
#include "apps/berth/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/berth/command_tree.hpp"
#include "apps/berth/complete.hpp"
#include "apps/berth/completion_command.hpp"
#include "apps/berth/manual.hpp"
#include "apps/berth/misspelt.hpp"

namespace berth::cli {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

using Words = std::vector<std::string>;

std::vector<const CLI::App*> with_inner(const CLI::App& app) {
    std::vector<const CLI::App*> all;
    for (const auto* command : visible_commands(app)) {
        all.push_back(command);
        const auto inner = with_inner(*command);
        all.insert(all.end(), inner.begin(), inner.end());
    }
    return all;
}

// "a | b" and "$(a)" give "a", from its first "berth" on.
Words example_words(const CLI::App& command) {
    std::string line = command.get_footer();
    line = line.substr(std::min(line.find("berth"), line.size()));
    line = line.substr(0, line.find_first_of("|&)"));
    Words words = words_of_line(line);
    std::erase(words, "");
    return words;
}

class Definitions : public testing::Test {
protected:
    const CLI::App& app() { return program_.definitions(); }

    Words next(Words words) {
        const auto ask = [&](Known what) {
            asked_.push_back(what);
            if (what == Known::reservations)
                return std::vector<Completion>{{"r-1", ""}, {"r-12", ""}};
            return std::vector<Completion>{{"node1/0", ""}, {"node1/1", ""}};
        };
        Words found;
        for (const auto& one : complete(app(), words, ask)) found.push_back(one.word);
        return found;
    }

    std::string complaint(const Words& words) {
        try {
            program_.definitions().parse(Words(words.rbegin(), words.rend()));
        } catch (const CLI::ParseError& error) {
            return usage_sentence(app(), words, error);
        }
        return "understood";
    }

    Program program_{{.server = "http://127.0.0.1:1", .user = "alice", .version = "1.2.3"}};
    std::vector<Known> asked_;
};

TEST_F(Definitions, every_command_has_a_description_and_an_example_that_is_understood) {
    ASSERT_GE(with_inner(app()).size(), 18U);
    for (const auto* command : with_inner(app())) {
        EXPECT_FALSE(command->get_description().empty()) << full_name(*command);
        Words words = example_words(*command);
        ASSERT_FALSE(words.empty()) << full_name(*command);
        words.erase(words.begin());
        EXPECT_EQ(complaint(words), "understood") << command->get_footer();
        EXPECT_THAT(command->get_footer(), HasSubstr(full_name(*command)));
    }
}

TEST_F(Definitions, every_option_says_what_it_is_for) {
    for (const auto* command : with_inner(app())) {
        for (const auto* option : command->get_options()) {
            EXPECT_FALSE(option->get_description().empty())
                << full_name(*command) << " " << option->get_name();
        }
    }
}

TEST_F(Definitions, completion_offers_every_command_and_every_option) {
    for (const auto* command : with_inner(app())) {
        Words so_far = words_of_line(full_name(*command->get_parent()));
        so_far.erase(so_far.begin());
        so_far.emplace_back("");
        EXPECT_THAT(next(so_far), Contains(command->get_name()));
        so_far.back() = command->get_name();
        so_far.emplace_back("-");
        const Words offered = next(so_far);
        for (const auto* option : named_options(*command)) {
            EXPECT_THAT(offered, IsSupersetOf(spellings(*option))) << full_name(*command);
        }
        EXPECT_THAT(offered, IsSupersetOf({"--json", "--server", "--user"}));
    }
}

TEST_F(Definitions, what_was_begun_is_completed) {
    EXPECT_THAT(next({"ext"}), testing::ElementsAre("extend"));
    EXPECT_THAT(next({"reserve", "--pri"}), testing::ElementsAre("--priority"));
    EXPECT_THAT(next({"reserve", "--priority", ""}), testing::ElementsAre("P0", "P1", "P2", "P3"));
    EXPECT_THAT(
        next({"reserve", "--priority=P"}),
        testing::ElementsAre("--priority=P0", "--priority=P1", "--priority=P2", "--priority=P3"));
    EXPECT_THAT(next({"train", "y"}), testing::ElementsAre("yolo"));
    EXPECT_THAT(next({"completion", "z"}), testing::ElementsAre("zsh"));
}

TEST_F(Definitions, ids_come_from_the_server_and_only_where_one_belongs) {
    EXPECT_THAT(next({"extend", "r-1"}), testing::ElementsAre("r-1", "r-12"));
    EXPECT_THAT(next({"--json", "cancel", "--reason", "no more", "r-12"}),
                testing::ElementsAre("r-12"));
    EXPECT_THAT(next({"move", "r-1", "--gpu", "node1/0,"}),
                testing::ElementsAre("node1/0,node1/0", "node1/0,node1/1"));
    EXPECT_THAT(asked_,
                testing::ElementsAre(Known::reservations, Known::reservations, Known::gpus));
    asked_.clear();
    EXPECT_THAT(next({"extend", "r-1", ""}), IsEmpty());
    EXPECT_THAT(next({"reserve", "--start", ""}), IsEmpty());
    EXPECT_THAT(next({"reserve", "--", "--gp"}), IsEmpty());
    EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(Definitions, a_typed_line_is_split_as_the_shell_does) {
    EXPECT_EQ(words_of_line("berth reserve --start 'wed 20:00' --pri"),
              (Words{"berth", "reserve", "--start", "wed 20:00", "--pri"}));
    EXPECT_EQ(words_of_line("berth rename r-1 \"it's\" a\\ b "),
              (Words{"berth", "rename", "r-1", "it's", "a b", ""}));
    EXPECT_EQ(words_of_line("berth rename r-1 'unfinished ti"),
              (Words{"berth", "rename", "r-1", "unfinished ti"}));
}

TEST_F(Definitions, each_shell_has_a_script_that_asks_the_program_itself) {
    for (const auto* shell : {"bash", "zsh", "fish"}) {
        EXPECT_THAT(completion_script(shell), HasSubstr(completing)) << shell;
    }
}

TEST_F(Definitions, the_manual_has_every_command_and_every_option) {
    const std::string page = manual_page(app(), "1.2.3");
    const auto roff = [](std::string text) {
        for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 2) {
            text.insert(at, "\\");
        }
        return text;
    };
    for (const auto* command : with_inner(app())) {
        const auto begin = page.find(".SS \"" + roff(full_name(*command)) + "\"");
        ASSERT_NE(begin, std::string::npos) << full_name(*command);
        const std::string section = page.substr(begin, page.find(".SS", begin + 1) - begin);
        for (const auto* option : named_options(*command)) {
            if (option == command->get_help_ptr()) continue;
            for (const auto& name : spellings(*option)) {
                EXPECT_THAT(section, HasSubstr("\\fB" + roff(name) + "\\fR"))
                    << full_name(*command);
            }
        }
    }
}

TEST_F(Definitions, an_unknown_command_names_the_nearest) {
    EXPECT_EQ(complaint({"resreve", "--gpus", "3"}),
              "there is no command \"berth resreve\"; did you mean \"reserve\"?");
    EXPECT_EQ(complaint({"train", "yoloo"}),
              "there is no command \"berth train yoloo\"; did you mean \"yolo\"?");
    EXPECT_THAT(complaint({"xyzzyxyzzy"}), HasSubstr("berth --help lists them"));
}

TEST_F(Definitions, an_unknown_option_names_the_nearest) {
    EXPECT_EQ(complaint({"reserve", "--hous", "3"}),
              "berth reserve has no option --hous; did you mean --hours?");
    EXPECT_EQ(complaint({"ls", "--jsn"}), "berth ls has no option --jsn; did you mean --json?");
    EXPECT_THAT(complaint({"ls", "--xyzzyxyzzy=3"}), HasSubstr("berth ls --help lists them"));
}

TEST_F(Definitions, what_is_missing_is_named) {
    EXPECT_THAT(complaint({}), HasSubstr("say what to do"));
    EXPECT_THAT(complaint({"train"}), HasSubstr("berth train --help"));
    EXPECT_THAT(complaint({"extend"}), HasSubstr("id is required"));
    EXPECT_THAT(complaint({"reserve", "--priority", "P7"}), HasSubstr("P7"));
}

}  // namespace
}  // namespace berth::cli
