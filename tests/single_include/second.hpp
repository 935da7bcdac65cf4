#ifndef SLB_TESTS_SINGLE_INCLUDE_SECOND_HPP
#define SLB_TESTS_SINGLE_INCLUDE_SECOND_HPP

/// What second.cpp makes of the same single headers.
bool second_call_works();
boost::system::error_code second_code(slb::errc code);
boost::system::error_category const* second_category();
slb::result<void> second_error();

#endif
