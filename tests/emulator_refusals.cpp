// Every refusal that the facts about the API give an operation is reached: by behaviour where the emulator
// decides it itself, else by a planned fault, after which the same call is granted.
#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_refusals)

namespace {

using namespace emulator_testing;
using slb::fault_kind;
using slb::machine_state;

/// An operation, the letter that stands for it below, and a call of it that is granted.
struct operation {
    char letter;
    std::string_view action;
    texts good{};
};
operation const operations[] = {
    {'c', "CreateVServerGroup"},
    {'d', "DeleteVServerGroup"},
    {'l', "DescribeVServerGroups"},
    {'v', "DescribeVServerGroupAttribute"},
    {'s', "SetVServerGroupAttribute", {{"VServerGroupName", "web"}}},
    {'a', "AddVServerGroupBackendServers", {{"BackendServers", list("new:1")}}},
    {'r', "RemoveVServerGroupBackendServers", {{"BackendServers", list("vm-233:80")}}},
    {'m', "ModifyVServerGroupBackendServers"},
    {'h', "DescribeHealthStatus"},
};

/// Turns a good call into one that is refused, by its parameters or by what the emulator holds.
using preparation = void (*)(emulated&, operation const&, texts&);

struct coded_refusal {
    std::string_view operations;
    int status;
    std::string_view code;
    /// Null: a fault.
    preparation prepare = nullptr;
};

void unknown_group(emulated&, operation const&, texts& call) { call["VServerGroupId"] = "rsp-9"; }
void unknown_load_balancer(emulated&, operation const&, texts& call) { call["LoadBalancerId"] = "lb-9"; }
void nothing_to_set(emulated&, operation const&, texts& call) { call.clear(); }
void full(emulated& on, operation const&, texts&) { on.served.account().server_quota = 2; }

void put_list(operation const& of, std::string const& text, texts& call) {
    call[of.letter == 'm' ? "NewBackendServers" : "BackendServers"] = text;
    if (of.letter == 'm') call["OldBackendServers"] = list("vm-233:80");
}
void too_many(emulated&, operation const& of, texts& call) { put_list(of, list(numbered("new", 41)), call); }
void malformed(emulated&, operation const& of, texts& call) { put_list(of, "[{", call); }
void wrong_port(emulated&, operation const& of, texts& call) { put_list(of, list("new:65536"), call); }
void wrong_weight(emulated&, operation const& of, texts& call) {
    put_list(of, R"([{"ServerId":"new","Port":1,"Weight":101}])", call);
}

void unknown_server(emulated& on, operation const& of, texts& call) {
    on.served.servers().set("new", {machine_state::unknown});
    put_list(of, list("new:1"), call);
}
void stopped_server(emulated& on, operation const& of, texts& call) {
    on.served.servers().set("new", {machine_state::stopped});
    put_list(of, list("new:1"), call);
}
void two_networks(emulated& on, operation const& of, texts& call) {
    on.served.servers().set("vm-232", {machine_state::running, "vpc-1"});
    on.served.servers().set("new", {machine_state::running, "vpc-2"});
    put_list(of, list("new:1"), call);
}
void wrong_network(emulated& on, operation const& of, texts& call) {
    on.served.load_balancers().find("cn-hangzhou", "lb-1")->vpc_id = "vpc-1";
    two_networks(on, of, call);
}

void used_by(emulated& on, std::string const& users) {
    BOOST_REQUIRE(!on.served.load_balancers().load(R"({"LoadBalancerId":"lb-1",)" + users + "}"));
}
void used_by_listener(emulated& on, operation const&, texts&) {
    used_by(on, R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"tcp","VServerGroupId":"rsp-1"}])");
}
void used_by_rule(emulated& on, operation const&, texts&) {
    used_by(on, R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"http"}],)"
                R"("Rules":[{"RuleId":"rule-1","ListenerPort":80,"VServerGroupId":"rsp-1"}])");
}

void two_listeners(emulated& on, operation const&, texts& call) {
    used_by(on, R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"tcp"},)"
                R"({"ListenerPort":80,"ListenerProtocol":"udp"}])");
    call["ListenerPort"] = "80";
}
void no_listener(emulated&, operation const&, texts& call) { call["ListenerPort"] = "80"; }
void unchecked_listener(emulated& on, operation const&, texts& call) {
    used_by(on, R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"tcp","HealthCheck":"off"}])");
    call["ListenerPort"] = "80";
}

coded_refusal const refusals[] = {
    // What comes and goes.
    {"cdsarm", 400, "VServerGroupProcessing"},
    {"cdsarm", 400, "ServiceIsConfiguring"},
    {"cdsarm", 409, "BackendServer.configuring"},
    {"cdsarm", 400, "OperationBusy"},
    {"cdsarm", 409, "ServiceIsStopping"},
    {"cdsarm", 449, "SystemBusy"},
    {"cdlvsarmh", 400, "Throttling"},
    {"cdlvsarmh", 400, "Throttling.User"},
    {"cdlvsarmh", 400, "Throttling.Api"},
    {"cdlvsarmh", 503, "ServiceUnavailable"},
    {"cdlvsarmh", 500, "InternalError"},
    // Rights.
    {"cdlvsarmh", 403, "Forbidden"},
    {"cdlvsarmh", 403, "Forbbiden.SubUser"},
    // What the call says.
    {"dvsarm", 404, "InvalidParameter", unknown_group},
    {"clh", 404, "InvalidLoadBalancerId.NotFound", unknown_load_balancer},
    {"csarm", 400, "TooManyBackendServers", too_many},
    {"csarm", 400, "BackendServersMalformed", malformed},
    {"csarm", 400, "InvalidParameter", wrong_port},
    {"csarm", 400, "InvalidWeight.Malformed", wrong_weight},
    {"s", 400, "MissingParameter", nothing_to_set},
    // Servers: those that change or go may be anything here, and the emulator does not say 404.
    {"cam", 400, "InvalidServerId.NotFound", unknown_server},
    {"sr", 400, "InvalidServerId.NotFound"},
    {"csarm", 404, "InvalidServerId.NotFound"},
    {"cam", 400, "ObtainIpFail", stopped_server},
    {"sr", 400, "ObtainIpFail"},
    {"cam", 400, "InvalidBackendServers.Inconsistent", two_networks},
    {"sr", 400, "InvalidBackendServers.Inconsistent"},
    {"cam", 400, "NetworkConflict", wrong_network},
    {"sr", 400, "NetworkConflict"},
    {"a", 400, "InstanceBackendServerNumberOverLimit", full},
    // What uses the group.
    {"d", 400, "RspoolVipExist", used_by_listener},
    {"d", 400, "RspoolRuleExist", used_by_rule},
    // Listeners.
    {"h", 400, "TooManyListeners", two_listeners},
    {"h", 404, "ListenerNotFound", no_listener},
    {"h", 404, "CheckedListenerNotFound", unchecked_listener},
};

/// Groups, and what else of the account a call could change.
std::string state_of(emulated& on) {
    std::string text;
    for (auto const& group : on.served.groups().all()) text += slb::group_store::dump(group);
    for (auto const& balancer : on.served.load_balancers().all())
        text += balancer.region_id + balancer.load_balancer_id + balancer.vpc_id +
                std::to_string(balancer.listeners.size()) + "," + std::to_string(balancer.rules.size());
    return text;
}

std::string shown(reply const& got) { return std::to_string(got.status) + " " + got.code(); }

/// `400 Code` of a call, whether it has changed something, and, where it was a fault that refused it, what
/// the same call says after the fault unless that is 200.
std::string outcome(emulated& on, operation const& of, coded_refusal const& refusal) {
    texts parameters = of.good;
    if (refusal.prepare == nullptr)
        on.served.inject({.kind = fault_kind::refuse,
                          .call = 1,
                          .refused = {refusal.status, std::string(refusal.code), "Refused on demand."}});
    else
        refusal.prepare(on, of, parameters);
    std::string const before = state_of(on);
    std::string text = shown(on.send(of.action, parameters));
    if (state_of(on) != before) text += ", but changed";
    if (refusal.prepare != nullptr) return text;
    if (std::string const again = shown(on.send(of.action, parameters)); again != "200 ")
        text += ", then " + again;
    return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_good_calls_are_granted) {
    for (auto const& of : operations)
        for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose})
            BOOST_TEST(emulated(mode).said(of.action, of.good) == "200", of.action);
}

BOOST_AUTO_TEST_CASE(each_operation_says_every_code_it_is_known_for_and_then_changes_nothing) {
    std::size_t reached = 0;
    std::size_t listed = 0;
    for (auto const& refusal : refusals) {
        listed += refusal.operations.size();
        for (auto const& of : operations) {
            if (refusal.operations.find(of.letter) == refusal.operations.npos) continue;
            ++reached;
            for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose}) {
                emulated on(mode);
                BOOST_TEST(outcome(on, of, refusal) ==
                           std::to_string(refusal.status) + " " + std::string(refusal.code));
            }
        }
    }
    BOOST_TEST(reached == listed);
    std::cout << "emulator_refusals: " << reached << " refusals of operations reached\n";
}

BOOST_AUTO_TEST_SUITE_END()
