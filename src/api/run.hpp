// How what serves requests runs things later without holding a thread: the server brings the ways,
// tests bring their own.
#pragma once

#include <chrono>
#include <functional>

namespace berth {

// Runs a function soon on a thread that may take its time, which the engine's writer may not.
using RunSoon = std::function<void(std::function<void()>)>;
// Runs a function after a while, on a thread that must not be kept.
using RunLater = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

}  // namespace berth
