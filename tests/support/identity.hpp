#ifndef SLB_TESTS_SUPPORT_IDENTITY_HPP
#define SLB_TESTS_SUPPORT_IDENTITY_HPP

#include "private_directory.hpp"

#include <slb/emulator/certificate.hpp>
#include <slb/tls.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace slb_test {

/// Who a server is: a certificate for those names, and the file of the authority to trust for it.
struct identity {
    explicit identity(std::vector<std::string> const& names = {"127.0.0.1", "::1", "localhost"})
        : certificate(slb::make_emulator_certificate(ca_file, names)) {
        BOOST_TEST_REQUIRE(certificate.problem == "");
    }
    slb::tls_options trusted() const { return {.ca_file = ca_file}; }

    private_directory directory{};
    std::string ca_file = directory.path() / "ca";
    slb::emulator_certificate certificate;
};

} // namespace slb_test

#endif
