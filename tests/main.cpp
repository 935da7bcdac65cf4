// The one file that compiles Boost.Test itself.
#define BOOST_TEST_MODULE slb
#include <boost/test/included/unit_test.hpp>
