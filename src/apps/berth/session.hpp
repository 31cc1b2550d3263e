// What every command works with: the server, the site it describes, and how to say what went wrong.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/berth/client.hpp"
#include "apps/berth/times.hpp"
#include "time/slot_grid.hpp"

namespace berth::cli {

// INTERFACE: the exit codes of every command; `berth wait` passes a failed job's own on.
enum class Exit {
    done = 0,
    failed = 1,  // the job did not complete, or a journal is not what was written
    usage = 2,
    conflict = 3,
    refused = 4,
    not_allowed = 5,
    not_found = 6,
    unreachable = 7,
};

enum class Output { people, json };

Exit exit_for(long status, const std::string& code);

class Session {
public:
    // `typed` is the command line, for the commands that a refusal suggests.
    Session(const std::string& url, const std::string& user, Output output,
            std::vector<std::string> typed, Patience patience = {});

    // The answer's document; nothing when it was refused, which has then been said. exit() tells
    // how.
    std::optional<boost::json::value> ask(const std::string& method, const std::string& path,
                                          const std::optional<boost::json::value>& body = {});
    std::optional<HttpAnswer> ask_raw(const std::string& method, const std::string& path,
                                      const std::optional<boost::json::value>& body = {},
                                      const Headers& headers = {});
    // The same, but a refusal is the caller's to explain().
    std::optional<HttpAnswer> send(const std::string& method, const std::string& path,
                                   const std::optional<boost::json::value>& body = {},
                                   const Headers& headers = {});
    // Says what a refusal says, with its suggestions as commands.
    void explain(const HttpAnswer& answer);
    std::optional<boost::json::value> document_of(const HttpAnswer& answer);
    // GET /api/v1/events piece by piece, until `take` returns false or the server ends it. False:
    // it was refused or not reached, which has been said.
    bool listen(const Headers& headers, const std::function<bool(std::string_view)>& take);

    // The fleet, as GET /api/v1/fleet has it; fetched once.
    const boost::json::object* fleet();
    const SlotGrid* grid();  // nothing: said already
    // Whether jobs run in containers of a cluster, where this machine's folders are not.
    // Nothing: said already.
    std::optional<bool> runs_in_containers();
    std::optional<Instant> now();
    // `from` instead of now, for times such as +4h. Nothing: said already.
    std::optional<TypedTime> time(const std::string& typed, std::optional<Instant> from = {});

    // The same where a day alone will do; RFC 3339, or "" for what was not typed.
    std::optional<std::string> day_or_time(const std::string& typed);
    std::optional<Duration> length(const std::string& typed);

    // How a suggested window becomes a command; the typed one for that window, unless set.
    using SuggestedCommand = std::function<std::string(const boost::json::object& window)>;
    void suggest_with(SuggestedCommand command) { suggested_command_ = std::move(command); }

    // From here on a server that does not answer is not worth a word: the caller tries again.
    void bear_silence() { bears_silence_ = true; }

    void print_json(const boost::json::value& value) const;
    Exit fail(Exit code, const std::string& why);

    [[nodiscard]] bool wants_json() const { return output_ == Output::json; }
    [[nodiscard]] Exit exit() const { return exit_; }
    void set_exit(Exit code) { exit_ = code; }

private:
    void print_suggestions(const boost::json::array& suggestions);

    Client client_;
    Output output_;
    std::vector<std::string> typed_;
    SuggestedCommand suggested_command_;
    bool bears_silence_ = false;
    Exit exit_ = Exit::done;
    std::optional<boost::json::value> fleet_;
    std::optional<SlotGrid> grid_;
};

// A word as a shell takes it.
std::string shell_quoted(const std::string& word);
// The command line that was typed, for this window instead.
std::string command_for(const std::vector<std::string>& typed,
                        const boost::json::object& suggestion);

// Fields of answers; empty or zero where absent or null.
std::string text_of(const boost::json::object& object, const char* field);
Instant time_of(const boost::json::object& object, const char* field);
std::vector<std::string> list_of(const boost::json::object& object, const char* field);

}  // namespace berth::cli
