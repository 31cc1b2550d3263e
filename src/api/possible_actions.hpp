// What one person may do to one reservation now, and if not, why not: by the very decisions that
// the commands themselves would meet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "json/described.hpp"

namespace berth {

enum class ActionName {
    cancel,
    release,
    move,
    extend,
    shorten,
    gpus,
    rename,
    transfer,
    accept,
    decline,
    check_in,
};
BOOST_DESCRIBE_ENUM(ActionName, cancel, release, move, extend, shorten, gpus, rename, transfer,
                    accept, decline, check_in)

struct PossibleAction {
    ActionName name = ActionName::cancel;
    bool allowed = false;
    std::optional<std::string> why;  // it is not
    bool reason_required = false;    // by the site's rules
};
BOOST_DESCRIBE_STRUCT(PossibleAction, (), (name, allowed, why, reason_required))

// Those that make sense for what it is and the state it is in; none for what has ended. `person` is
// empty when nobody said who they are: then nothing is allowed.
std::vector<PossibleAction> possible_actions(Consultation& consultation, const std::string& person,
                                             const Reservation& reservation);

}  // namespace berth
