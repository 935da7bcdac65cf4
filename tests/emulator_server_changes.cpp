#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_server_changes)

namespace {

using namespace emulator_testing;

} // namespace

BOOST_FIXTURE_TEST_CASE(with_nothing_to_replace_nothing_changes, strict) {
    BOOST_TEST(said(modify) == "200");
    BOOST_TEST(exchange("[]", "[]") == "200");
    BOOST_TEST(said(modify, {{"NewBackendServers", "[]"}}) == "200");
    BOOST_TEST(servers() == untouched);
    BOOST_TEST(exchange("", "[]") == "400 BackendServersMalformed: OldBackendServers is not JSON.");
}

BOOST_AUTO_TEST_CASE(an_old_server_that_is_not_there_is_refused_or_skipped) {
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80 vm-9:80"), list("a:1 b:1")) ==
               "400 InvalidParameter: OldBackendServers[1]: server vm-9:80 is not in the VServer group.");
    BOOST_TEST(on.exchange(list("vm-233:81"), list("a:1")) ==
               "400 InvalidParameter: OldBackendServers[0]: server vm-233:81 is not in the VServer group.");
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(other.exchange(list("vm-233:80 vm-9:80"), list("a:1 b:1")) == "200");
    BOOST_TEST(other.servers() == "vm-232:90 a:1 b:1");
}

BOOST_AUTO_TEST_CASE(a_new_server_that_is_there_is_refused_or_replaced) {
    std::string const weighted = R"([{"ServerId":"vm-232","Port":90,"Weight":5}])";
    std::string const there =
        "400 InvalidParameter: NewBackendServers[0]: server vm-232:90 is in the VServer group already.";
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80"), weighted) == there);
    // Also when it would leave by the same call: Modify replaces, and does not change what stays.
    BOOST_TEST(on.exchange(list("vm-232:90"), weighted) == there);
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(other.exchange(list("vm-233:80"), weighted) == "200");
    BOOST_TEST(other.servers() == "vm-232:90");
    BOOST_TEST(other.group().servers[0].weight == 5);
    BOOST_TEST(other.exchange(list("vm-232:90"), list("vm-232:90")) == "200");
    BOOST_TEST(other.group().servers[0].weight == 100);
}

BOOST_AUTO_TEST_CASE(a_server_twice_in_a_list_is_refused_or_the_last_one_counts) {
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80 vm-233:80"), list("a:1 b:1")) ==
               "400 InvalidParameter: OldBackendServers[1]: server vm-233:80 stands twice in the list.");
    BOOST_TEST(on.exchange(list("vm-233:80 vm-232:90"), list("a:1 a:1")) ==
               "400 InvalidParameter: NewBackendServers[1]: server a:1 stands twice in the list.");
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(
        other.exchange(list("vm-233:80 vm-233:80"),
                       R"([{"ServerId":"a","Port":1,"Weight":1},{"ServerId":"a","Port":1,"Weight":2}])") ==
        "200");
    BOOST_TEST(other.servers() == "vm-232:90 a:1");
    BOOST_TEST(other.group().servers[1].weight == 2);
}

BOOST_AUTO_TEST_CASE(lists_of_unequal_length_are_refused_or_applied) {
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80"), list("a:1 b:1")) ==
               "400 InvalidParameter: NewBackendServers and OldBackendServers must hold the same number of "
               "servers, hold 2 and 1.");
    BOOST_TEST(on.said(modify, {{"OldBackendServers", list("vm-233:80")}}).substr(0, 20) ==
               "400 InvalidParameter");
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(other.exchange(list("vm-233:80"), list("a:1 b:1")) == "200");
    BOOST_TEST(other.servers() == "vm-232:90 a:1 b:1");
    BOOST_TEST(other.said(modify, {{"OldBackendServers", list("vm-232:90")}}) == "200");
    BOOST_TEST(other.servers() == "a:1 b:1");
}

BOOST_AUTO_TEST_CASE(a_server_that_is_added_and_there_is_refused_or_replaced) {
    std::string const twice = R"([{"ServerId":"new","Port":1},{"ServerId":"vm-232","Port":90,"Weight":5}])";
    strict on;
    BOOST_TEST(on.add(twice) ==
               "400 InvalidParameter: BackendServers[1]: server vm-232:90 is in the VServer group already.");
    BOOST_TEST(on.servers() == untouched);
    BOOST_TEST(on.add(list("new:1 new:2 new:1")) ==
               "400 InvalidParameter: BackendServers[2]: server new:1 stands twice in the list.");
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(other.add(twice) == "200");
    BOOST_TEST(other.servers() == "vm-233:80 vm-232:90 new:1");
    BOOST_TEST(other.group().servers[1].weight == 5);
    // What the entry leaves out is as if the server were new.
    BOOST_TEST(other.add(list("vm-232:90 b:1 b:1")) == "200");
    BOOST_TEST(other.servers() == "vm-233:80 vm-232:90 new:1 b:1");
    BOOST_TEST(other.group().servers[1].weight == 100);
}

BOOST_AUTO_TEST_CASE(servers_that_are_removed_and_not_there_are_ignored) {
    strict on;
    BOOST_TEST(on.remove(list("vm-9:80 vm-232:90 vm-233:81")) == "200");
    BOOST_TEST(on.servers() == "vm-233:80");
    BOOST_TEST(on.remove(list("vm-9:80")) == "200");
    BOOST_TEST(on.remove(list("vm-233:80 vm-233:80")) ==
               "400 InvalidParameter: BackendServers[1]: server vm-233:80 stands twice in the list.");
    BOOST_TEST(on.servers() == "vm-233:80");
    loose other;
    BOOST_TEST(other.remove(list("vm-9:80 vm-233:80 vm-233:80")) == "200");
    BOOST_TEST(other.servers() == "vm-232:90");
}

BOOST_FIXTURE_TEST_CASE(a_server_that_is_set_keeps_what_its_entry_leaves_out, strict) {
    BOOST_TEST(set(R"([{"ServerId":"vm-232","Port":90,"Weight":0,"Description":"a"}])") == "200");
    BOOST_TEST(group().servers[1].weight == 0);
    BOOST_TEST(group().servers[1].description == "a");
    BOOST_TEST(set(R"([{"ServerId":"vm-232","Port":90,"Description":"b"}])") == "200");
    BOOST_TEST(group().servers[1].weight == 0);
    BOOST_TEST(group().servers[1].description == "b");
    BOOST_TEST(set(R"([{"ServerId":"vm-232","Port":90,"Weight":7,"ServerIp":"192.0.2.1"}])") == "200");
    BOOST_TEST(group().servers[1].weight == 7);
    BOOST_TEST(group().servers[1].description == "b");
    BOOST_TEST(group().servers[1].server_ip == "");
    BOOST_TEST(group().servers[0].weight == 100);
    BOOST_TEST(servers() == untouched);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_set_and_not_there_is_refused_or_skipped) {
    std::string const entries =
        R"([{"ServerId":"vm-232","Port":90,"Weight":1},{"ServerId":"vm-232","Port":91,"Weight":2}])";
    std::string const repeated =
        R"([{"ServerId":"vm-232","Port":90,"Weight":3},{"ServerId":"vm-232","Port":90,"Weight":4}])";
    strict on;
    BOOST_TEST(on.set(entries) ==
               "400 InvalidParameter: BackendServers[1]: server vm-232:91 is not in the VServer group.");
    BOOST_TEST(on.set(repeated) ==
               "400 InvalidParameter: BackendServers[1]: server vm-232:90 stands twice in the list.");
    BOOST_TEST(on.group().servers[1].weight == 100);
    loose other;
    BOOST_TEST(other.set(entries) == "200");
    BOOST_TEST(other.group().servers[1].weight == 1);
    BOOST_TEST(other.set(repeated) == "200");
    BOOST_TEST(other.group().servers[1].weight == 4);
    // Of what the earlier entry sets, nothing stays.
    BOOST_TEST(other.set(R"([{"ServerId":"vm-232","Port":90,"Weight":5},{"ServerId":"vm-232","Port":90}])") ==
               "200");
    BOOST_TEST(other.group().servers[1].weight == 4);
    BOOST_TEST(other.servers() == untouched);
}

BOOST_FIXTURE_TEST_CASE(an_interface_is_known_by_its_address_too, strict) {
    auto const eni = [](std::string_view address) {
        return R"({"ServerId":"eni-1","Port":80,"Type":"eni","ServerIp":")" + std::string(address) + "\"}";
    };
    BOOST_TEST(exchange(list("vm-233:80 vm-232:90"), "[" + eni("192.0.2.1") + "," + eni("192.0.2.2") + "]") ==
               "200");
    BOOST_TEST(exchange("[" + eni("192.0.2.3") + "]", list("a:1")) ==
               "400 InvalidParameter: OldBackendServers[0]: server eni-1:80 is not in the VServer group.");
    BOOST_TEST(exchange(list("eni-1:80"), list("a:1")).substr(0, 20) == "400 InvalidParameter");
    BOOST_TEST(exchange("[" + eni("192.0.2.1") + "]", list("a:1")) == "200");
    BOOST_TEST(servers() == "eni-1:80 a:1");
    BOOST_TEST(exchange(R"([{"ServerId":"a","Port":1,"Type":"ecs","ServerIp":"192.0.2.9"}])", list("b:1")) ==
               "200");
    BOOST_TEST(servers() == "eni-1:80 b:1");
}

BOOST_AUTO_TEST_SUITE_END()
