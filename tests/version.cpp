#include <slb/error.hpp>
#include <slb/version.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <typeinfo>

BOOST_AUTO_TEST_SUITE(version)

// CMake and pkg-config take theirs from the text.
BOOST_AUTO_TEST_CASE(number_text_and_namespace_are_of_one_version) {
    std::string const major = std::to_string(SLB_VERSION / 10000);
    std::string const minor = std::to_string(SLB_VERSION / 100 % 100);
    BOOST_TEST(slb::version == major + "." + minor + "." + std::to_string(SLB_VERSION % 100));
    // As g++ and clang write slb::v0_1::error.
    std::string const inner = "v" + major + "_" + minor;
    BOOST_TEST(typeid(slb::error).name() == "N3slb" + std::to_string(inner.size()) + inner + "5errorE");
}

BOOST_AUTO_TEST_SUITE_END()
