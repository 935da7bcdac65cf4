#include <slb/credential_providers/environment_source.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"
#include "support/private_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sys/stat.h>

BOOST_AUTO_TEST_SUITE(credential_environment)

namespace {

using namespace slb_test;

std::string fetched(std::map<std::string, std::string> variables) {
    fake_process process;
    process.variables = std::move(variables);
    slb::credential_chain chain = only(process, std::make_unique<slb::environment_source>());
    return fetch(chain).text();
}

/// A file of the real file system.
class real_file {
  public:
    explicit real_file(std::string const& text, mode_t mode = 0600) {
        std::ofstream(path(), std::ios::binary) << text;
        ::chmod(path().c_str(), mode);
    }
    [[nodiscard]] std::string path() const { return (directory_.path() / "file").string(); }

  private:
    private_directory directory_;
};
slb::credential_file read(std::string const& path) {
    return slb::credential_environment::of_process().read_file(path);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_variables_hold_a_key) {
    std::string const id = "ALIBABA_CLOUD_ACCESS_KEY_ID";
    std::string const secret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
    std::string const token = "ALIBABA_CLOUD_SECURITY_TOKEN";
    BOOST_TEST(fetched({{id, "i"}, {secret, "s"}}) == "i/s");
    BOOST_TEST(fetched({{id, "i"}, {secret, "s"}, {token, "t"}}) == "i/s/t");
    BOOST_TEST(fetched({{id, "i"}, {secret, "s"}, {token, ""}}) == "i/s");
    BOOST_TEST(fetched({}) == "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set");
    BOOST_TEST(fetched({{secret, "s"}}) == "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set");
    BOOST_TEST(fetched({{id, ""}, {secret, "s"}}) == "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set");
    BOOST_TEST(fetched({{id, "i"}}) == "environment: ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set");
    BOOST_TEST(fetched({{id, "i"}, {secret, ""}}) ==
               "environment: ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set");
    BOOST_TEST(fetched({{id, "i\r\nX: y"}, {secret, "s"}}) ==
               "environment: access key id must be printable ASCII without space or comma");
    BOOST_TEST(fetched({{id, "i"}, {secret, "my secret"}}) ==
               "environment: access key secret must be printable ASCII without space or comma");
    BOOST_TEST(fetched({{id, "i"}, {secret, "s"}, {token, "t\n"}}) ==
               "environment: security token must be printable ASCII without space or comma");
}

BOOST_AUTO_TEST_CASE(the_process_has_variables_and_a_home) {
    auto const process = slb::credential_environment::of_process();
    ::setenv("SLB_TEST_VARIABLE", "value", 1);
    BOOST_TEST(process.variable("SLB_TEST_VARIABLE") == "value");
    ::unsetenv("SLB_TEST_VARIABLE");
    BOOST_TEST(process.variable("SLB_TEST_VARIABLE") == "");
    char const* const home = std::getenv("HOME");
    BOOST_TEST(process.home == (home == nullptr ? "" : home));
}

BOOST_AUTO_TEST_CASE(a_file_is_read_whole_up_to_its_limit) {
    for (std::size_t const size : {0U, 1U, 4095U, 4096U, 4097U, 10000U, 1024U * 1024U}) {
        real_file const file(std::string(size, 'x'));
        slb::credential_file const got = read(file.path());
        BOOST_TEST((got.outcome == slb::file_outcome::read), size);
        BOOST_TEST(got.text.view().size() == size);
        BOOST_TEST(got.text.view().find_first_not_of('x') == std::string_view::npos);
    }
    real_file const large(std::string(1024 * 1024 + 1, 'x'));
    BOOST_TEST((read(large.path()).outcome == slb::file_outcome::too_large));
    BOOST_TEST(read(large.path()).text.empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_not_read) {
    real_file const file("x");
    private_directory const directory;
    std::string const pipe = (directory.path() / "pipe").string();
    BOOST_TEST(::mkfifo(pipe.c_str(), 0600) == 0);
    BOOST_TEST((read((directory.path() / "none").string()).outcome == slb::file_outcome::missing));
    BOOST_TEST((read(file.path() + "/below").outcome == slb::file_outcome::missing));
    BOOST_TEST((read("").outcome == slb::file_outcome::missing));
    BOOST_TEST((read(directory.path().string()).outcome == slb::file_outcome::unreadable));
    BOOST_TEST((read(pipe).outcome == slb::file_outcome::unreadable)); // and nobody waits for a writer
    BOOST_TEST((read("/dev/zero").outcome == slb::file_outcome::unreadable));
    if (::geteuid() != 0) {
        real_file const locked("x", 0000);
        BOOST_TEST((read(locked.path()).outcome == slb::file_outcome::unreadable));
    }
}

BOOST_AUTO_TEST_CASE(a_file_open_to_others_is_seen_to_be) {
    for (mode_t const mode : {0600U, 0400U, 0700U})
        BOOST_TEST(!read(real_file("x", mode).path()).readable_by_others, mode);
    for (mode_t const mode : {0640U, 0604U, 0644U, 0620U, 0602U, 0610U, 0777U})
        BOOST_TEST(read(real_file("x", mode).path()).readable_by_others, mode);
}

BOOST_AUTO_TEST_CASE(keys_come_out_of_real_files) {
    real_file const file("[default]\ntype = access_key\naccess_key_id = i\naccess_key_secret = s\n", 0644);
    fake_process fake;
    fake.variables["ALIBABA_CLOUD_CREDENTIALS_FILE"] = file.path();
    slb::credential_environment environment = fake.environment();
    environment.read_file = slb::credential_environment::of_process().read_file;
    slb::credential_chain chain(std::make_unique<slb::ini_file_source<>>(), environment);
    chain.report_to(&fake);
    BOOST_TEST(fetch(chain).text() == "i/s");
    std::vector<std::string> const reports = {"open credentials file: " + file.path(),
                                              "fetched credentials file, for good"};
    BOOST_TEST(fake.reports == reports, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
