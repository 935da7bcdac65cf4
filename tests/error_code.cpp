#include <slb/error_code.hpp>

#include <boost/test/unit_test.hpp>

#include <system_error>

BOOST_AUTO_TEST_SUITE(error_code)

BOOST_AUTO_TEST_CASE(an_errc_converts_to_an_error_code_with_its_sentence) {
    boost::system::error_code const code = slb::errc::timed_out;
    BOOST_TEST(code.message() == "the deadline passed");
    BOOST_TEST(code.category().name() == "slb");
    BOOST_TEST((code == slb::errc::timed_out));
    BOOST_TEST((code != slb::errc::connection_reset));
}

BOOST_AUTO_TEST_CASE(no_error_converts_to_success) {
    BOOST_TEST(!boost::system::error_code(slb::errc::none).failed());
    BOOST_TEST(boost::system::error_code(slb::errc::id_empty).failed());
}

BOOST_AUTO_TEST_CASE(categories_at_different_addresses_are_equal) {
    slb::error_category const other_library;
    BOOST_TEST((boost::system::error_code(static_cast<int>(slb::errc::timed_out), other_library) ==
                slb::errc::timed_out));
}

BOOST_AUTO_TEST_CASE(it_goes_on_to_the_standard_library) {
    std::error_code const code = boost::system::error_code(slb::errc::out_of_memory);
    BOOST_TEST(code.value() == static_cast<int>(slb::errc::out_of_memory));
    BOOST_TEST(code.message() == "the allocator has no memory left");
}

BOOST_AUTO_TEST_CASE(a_code_of_the_standard_library_compares_with_an_errc_wherever_it_was_made) {
    slb::error_category const other_library;
    for (std::error_code const code :
         {std::error_code(make_error_code(slb::errc::timed_out)),
          std::error_code(static_cast<int>(slb::errc::timed_out), other_library)}) {
        BOOST_TEST((code == slb::errc::timed_out));
        BOOST_TEST((code != slb::errc::connection_reset));
    }
    BOOST_TEST((std::make_error_code(std::errc::timed_out) != slb::errc::timed_out));
}

BOOST_AUTO_TEST_SUITE_END()
