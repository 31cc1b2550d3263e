// Joins lambdas into one visitor for std::visit.
#pragma once

namespace berth {

template <class... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};

}  // namespace berth
