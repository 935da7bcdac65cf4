#include "library.hpp"

// LIBRARY is one of the names declared in library.hpp.
library const LIBRARY{
    &slb::category_of_errc,
    [](slb::errc code) -> boost::system::error_code { return code; },
    [](slb::errc code) -> std::error_code { return make_error_code(code); },
    [](boost::system::error_code const& code, slb::errc expected) { return code == expected; },
    [](std::error_code const& code, slb::errc expected) { return code == expected; },
};
