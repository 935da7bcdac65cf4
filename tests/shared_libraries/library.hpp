#ifndef SLB_TESTS_SHARED_LIBRARIES_LIBRARY_HPP
#define SLB_TESTS_SHARED_LIBRARIES_LIBRARY_HPP

#include <slb/error_code.hpp>

#include <system_error>

/// What a library makes of an errc, and what it thinks of codes made elsewhere.
struct library {
    boost::system::error_category const* category;
    boost::system::error_code (*code)(slb::errc);
    std::error_code (*std_code)(slb::errc);
    bool (*is)(boost::system::error_code const&, slb::errc);
    bool (*std_is)(std::error_code const&, slb::errc);
};

/// Each library exports its own, under its own name, and nothing else; the program has one too.
extern "C" [[gnu::visibility("default")]] library const of_program, of_first, of_second, of_third;

#endif
