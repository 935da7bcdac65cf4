// Boost.Asio and Boost.Beast, compiled once for the programs of the tests.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
