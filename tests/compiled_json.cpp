// Boost.JSON, compiled once for the programs of the tests, with whatever standard library they have.
#include <boost/json/src.hpp>
