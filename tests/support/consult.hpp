// Asks the engine a question about its whole state and waits for the answer.
#pragma once

#include <functional>
#include <future>

#include "engine/engine.hpp"

namespace berth::test {

inline void consult(Engine& engine, const std::function<void(const State&)>& look) {
    std::promise<void> done;
    engine.consult([&](Consultation& consultation) {
        look(consultation.state());
        done.set_value();
    });
    done.get_future().wait();
}

}  // namespace berth::test
