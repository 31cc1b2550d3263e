#include "apps/berth/manual.hpp"

#include <fmt/format.h>

#include "apps/berth/command_tree.hpp"
#include "apps/berth/commands.hpp"

namespace berth::cli {

namespace {

void append_code_point(std::string& roff, char32_t c) {
    roff += fmt::format("\\[u{:04X}]", static_cast<unsigned>(c));
}

char32_t decode(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    int more = 0;
    if (lead >= 0xC0) more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    char32_t c = more == 0 ? lead : lead & (0x3FU >> static_cast<unsigned>(more));
    for (; more > 0 && at < text.size(); --more) {
        c = (c << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    }
    return c;
}

// Text as roff prints it: what steers it is escaped, and hyphens can be copied.
std::string escaped(std::string_view text) {
    std::string roff;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = decode(text, at);
        switch (c) {
            case '\\':
                roff += "\\e";
                break;
            case '-':
                roff += "\\-";
                break;
            case '\'':
                roff += "\\(aq";
                break;
            case '`':
                roff += "\\(ga";
                break;
            case '^':
                roff += "\\(ha";
                break;
            case '~':
                roff += "\\(ti";
                break;
            case '.':
                roff += "\\&.";
                break;
            default:
                if (c < 0x80) {
                    roff += static_cast<char>(c);
                } else {
                    append_code_point(roff, c);
                }
        }
    }
    return roff;
}

std::string value_name(const CLI::Option& option) {
    const auto listed = choices(option);
    if (!listed.empty()) return fmt::format("{}", fmt::join(listed, "|"));
    const auto type = option.get_type_name();
    // "INT:INT in [1 - 10000]" too.
    const auto kind = std::string_view(type).substr(0, type.find(':'));
    return kind == "INT" || kind == "UINT" || kind == "FLOAT" ? "N" : "TEXT";
}

std::string option_entry(const CLI::Option& option) {
    std::string names;
    for (const auto& name : spellings(option)) {
        names += (names.empty() ? "\\fB" : ", \\fB") + escaped(name) + "\\fR";
    }
    if (takes_value(option)) names += " \\fI" + escaped(value_name(option)) + "\\fR";
    return ".TP\n" + names + "\n" + escaped(option.get_description()) + "\n";
}

std::string usage(const CLI::App& command) {
    std::string text = "\\fB" + escaped(full_name(command)) + "\\fR [\\fIoptions\\fR]";
    for (const auto* one : positionals(command)) {
        const std::string name = "\\fI" + escaped(one->get_name(true)) + "\\fR";
        text += one->get_required() ? " " + name : " [" + name + "]";
    }
    return text;
}

std::string example(const CLI::App& command) {
    const std::string footer = command.get_footer();
    return footer.empty() ? ""
                          : ".PP\nExample:\n.PP\n.RS\n.nf\n" + escaped(footer) + "\n.fi\n.RE\n";
}

std::string command_section(const CLI::App& command) {
    const auto inner = visible_commands(command);
    std::string text = ".SS \"" + escaped(full_name(command)) + "\"\n";
    text += escaped(command.get_description()) + "\n.PP\n" + usage(command) + "\n";
    for (const auto* one : positionals(command)) {
        text += ".TP\n\\fI" + escaped(one->get_name(true)) + "\\fR\n" +
                escaped(one->get_description()) + "\n";
    }
    for (const auto* option : named_options(command)) {
        if (option != command.get_help_ptr()) text += option_entry(*option);
    }
    text += example(command);
    for (const auto* one : inner) text += command_section(*one);
    return text;
}

constexpr const char* times_section = R"(.SH TIMES
Times are read in the site\(aqs zone, which the server says:
.TP
.B now
this moment, by the server\(aqs clock
.TP
.BR +4h ", " "in 90m" ", " "2h ago"
counted from now, or for an end from the start
.TP
.BR 20:00 ", " "wed 20:00"
the next time the clock shows it
.TP
.BR "today 18:00" ", " "tomorrow 9:00" ", " "yesterday 9:00"
on that day
.TP
.B 2026\-11\-30 20:00
on that date
.TP
.B 2026\-11\-30T20:00:00Z
as RFC 3339 has it, with its own offset
.PP
Lengths are written
.BR 4h ", " 90m ", " 2d " or " 1d12h ;
a plain number is hours.
A time that the clocks skip, or that comes twice when they go back, is refused with the times that
it may have meant.
)";

constexpr const char* ending_sections = R"(.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
the job did not complete, or the journal is not what was written
.TP
.B 2
the command was not understood
.TP
.B 3
conflict: the GPUs are taken then, the plan is out of date, or somebody else changed the
reservation first
.TP
.B 4
refused by the site\(aqs rules: priorities, quotas, the slot grid; or a P0 is to disturb others and
you have not seen whom
.TP
.B 5
not allowed
.TP
.B 6
not found
.TP
.B 7
the server cannot be reached
.PP
.B berth wait
exits with the job\(aqs own exit code where the job failed with one: 75 says that it can be resumed.
.SH ENVIRONMENT
.TP
.B BERTH_URL
the server, where
.B \-\-server
is not given
.TP
.B BERTH_USER
who asks, where
.B \-\-user
is not given
.TP
.B NO_COLOR
no colours in the calendar
.TP
.B COLUMNS
how wide the calendar may be
)";

}  // namespace

std::string manual_page(const CLI::App& app, const std::string& version) {
    std::string text = ".TH BERTH 1 \"\" \"Berth " + escaped(version) + "\" \"User Commands\"\n";
    text += ".SH NAME\nberth \\- " + escaped("reserve GPUs by time") + "\n";
    text += ".SH SYNOPSIS\n\\fBberth\\fR \\fIcommand\\fR [\\fIoptions\\fR]\n";
    text += ".SH DESCRIPTION\n" + escaped(app.get_description()) + "\n";
    text += ".SH OPTIONS OF EVERY COMMAND\n";
    for (const auto* option : named_options(app)) text += option_entry(*option);
    text += ".SH COMMANDS\n";
    for (const auto* command : visible_commands(app)) text += command_section(*command);
    return text + times_section + ending_sections;
}

void add_man(CLI::App& app, const Choose& chosen, const std::string& version) {
    auto* command = app.add_subcommand("man", "the manual page, for man(1)");
    command->footer("berth man | man -l -");
    command->callback([&app, version, chosen] {
        chosen([&app, version](Session&) {
            fmt::print("{}", manual_page(app, version));
            return Exit::done;
        });
    });
}

}  // namespace berth::cli
