#include <slb/emulator/server_registry.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(emulator_server_registry)

BOOST_AUTO_TEST_CASE(every_server_runs_and_fits_until_something_else_is_said) {
    slb::server_registry servers;
    BOOST_TEST((servers.find("i-1").state == slb::machine_state::running));
    BOOST_TEST(servers.find("i-1").network == "");
    servers.set("i-1", {slb::machine_state::stopped, "vpc-1"});
    BOOST_TEST((servers.find("i-1").state == slb::machine_state::stopped));
    BOOST_TEST(servers.find("i-1").network == "vpc-1");
    BOOST_TEST((servers.find("i-2").state == slb::machine_state::running));
    servers.set("i-1", {});
    BOOST_TEST((servers.find("i-1").state == slb::machine_state::running));
    BOOST_TEST(servers.find("i-1").network == "");
}

BOOST_AUTO_TEST_CASE(states_have_names) {
    BOOST_TEST((slb::machine_state_named("running") == slb::machine_state::running));
    BOOST_TEST((slb::machine_state_named("stopped") == slb::machine_state::stopped));
    BOOST_TEST((slb::machine_state_named("unknown") == slb::machine_state::unknown));
    BOOST_TEST(!slb::machine_state_named("Running"));
}

BOOST_AUTO_TEST_SUITE_END()
