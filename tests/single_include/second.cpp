// In the order of first.cpp reversed: for each two single headers, each is once behind the other.
// clang-format off
#include "../../single_include/slb/emulator_server.hpp"
#include "../../single_include/slb/emulator.hpp"
#include "../../single_include/slb/error_code.hpp"
#include "../../single_include/slb/pmr.hpp"
#include "../../single_include/slb/host.hpp"
#include "../../single_include/slb/beast.hpp"
#include "../../single_include/slb/openssl_evp.hpp"
#include "../../single_include/slb/core.hpp"
#include "../../single_include/slb.hpp"
// clang-format on
#include "second.hpp"

#include "call.hpp"

bool second_call_works() { return call_works(); }
boost::system::error_code second_code(slb::errc code) { return code; }
boost::system::error_category const* second_category() { return &slb::category_of_errc; }
slb::result<void> second_error() { return slb::errc::connect_failed; }
