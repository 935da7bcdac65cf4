// The emulator as a program: the SLB API on a port of 127.0.0.1, for clients in any language.
#include "support/private_directory.hpp"

#include <slb/emulator.hpp>
#include <slb/emulator_server.hpp>
#include <slb/host.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::string_view help =
    R"(usage: slb_emulator [OPTION]...
Serves the SLB API (2014-05-15) on 127.0.0.1. The first line of output is `listening on URL`; with --https the
second is `ca FILE`, the certificate to trust. Standard error gets a line for each request: request id, action,
HTTP status, code. Ends on SIGINT or SIGTERM.

  --port N             the port; 0, the default, picks a free one
  --https              TLS, with a certificate that is made for this run
  --key ID:SECRET      an access key; default testid:testsecret. With :TOKEN after it a temporary key
  --group FILE.json    a VServer group in the shape of a response of DescribeVServerGroupAttribute;
                       default: rsp-cige6j5e7p in cn-hangzhou with vm-233:80 and vm-232:90, on
                       lb-bp1qjwo61pqz3. The load balancer of a group is known, without listeners
  --load-balancer FILE.json
                       {"LoadBalancerId":"lb-1","RegionId":"cn-hangzhou","VpcId":"vpc-1",
                        "Listeners":[{"ListenerPort":443,"ListenerProtocol":"https",
                                      "VServerGroupId":"rsp-1","HealthCheck":"on"}],
                        "Rules":[{"RuleId":"rule-1","RuleName":"web","Domain":"a.example","Url":"/b",
                                  "ListenerPort":443,"VServerGroupId":"rsp-1"}]}
                       of which LoadBalancerId, ListenerPort, ListenerProtocol and RuleId are needed
  --health LB:SERVER:PORT=HEALTH
                       what health checks say of a server: normal, abnormal, unavailable; by default normal,
                       unavailable with weight 0, abnormal when it is not running
  --server ID=STATE[@VPC]
                       a server is running, stopped or unknown, and in that network; by default every id
                       runs and fits into any network
  --quota N            servers that one load balancer takes; default 200
  --clock UNIX_SECONDS a clock that stands still at that time; default: the time of day
  --loose              takes what the service has been seen to take, not only what is documented
  --fault KIND[@CALL[:BYTE]]
                       what goes wrong with the CALL-th request from now; 0, the default, means every one:
                       throttling, busy, configuring, server_error, unavailable, applied_then_lost, and
                       stall, close, reset after BYTE bytes of the reply, by default 0
  --fault STATUS/CODE[/TEXT][@CALL]
                       any other refusal, as 409/ServiceIsStopping or 449/SystemBusy
  --help               this text
--key, --group, --load-balancer, --health, --server and --fault may stand several times.
)";

constexpr std::string_view default_group =
    R"({"VServerGroupId":"rsp-cige6j5e7p","LoadBalancerId":"lb-bp1qjwo61pqz3","BackendServers":{"BackendServer":[)"
    R"({"ServerId":"vm-233","Port":80},{"ServerId":"vm-232","Port":90}]}})";

/// What is wrong with the command line, in one sentence.
struct bad_option : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a health check says of a server.
struct server_check {
    std::string load_balancer{};
    std::string server{};
    std::int32_t port = 0;
    slb::emulated_health health{};
};

struct arguments {
    std::uint16_t port = 0;
    bool https = false;
    bool help = false;
    std::optional<std::int64_t> clock{};
    slb::emulator_mode mode = slb::emulator_mode::strict;
    std::vector<slb::emulator_key> keys{};
    std::vector<std::string> group_files{};
    std::vector<std::string> load_balancer_files{};
    std::vector<server_check> checks{};
    std::vector<std::pair<std::string, slb::emulated_machine>> machines{};
    std::optional<std::size_t> quota{};
    std::vector<slb::fault> faults{};
};

template <class Number>
Number parse_number(std::string_view option, std::string_view text) {
    Number number{};
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size())
        throw bad_option(std::string(option) + " takes a number, not '" + std::string(text) + "'");
    return number;
}

slb::emulator_key parse_key(std::string_view text) {
    std::size_t const colon = text.find(':');
    if (colon == text.npos) throw bad_option("--key takes ID:SECRET");
    std::string_view const secret = text.substr(colon + 1);
    std::size_t const second = secret.find(':');
    slb::emulator_key key{.id = std::string(text.substr(0, colon)),
                          .secret = std::string(secret.substr(0, second)),
                          .token = std::string(second == secret.npos ? "" : secret.substr(second + 1))};
    // The sentence of the error names the part that is wrong and never shows it.
    if (auto const why = slb::credentials(key.id, key.secret, key.token).problem();
        why.code() != slb::errc::none)
        throw bad_option("--key: " + std::string(why.path().parameter) + " " +
                         std::string(slb::message(why.code())));
    return key;
}

slb::fault parse_fault(std::string_view text) {
    // A text may hold anything: the last '@' begins the call.
    std::string_view const name = text.substr(0, text.rfind('@'));
    slb::fault planned;
    if (std::size_t const slash = name.find('/'); slash != name.npos) {
        std::string_view const code = name.substr(slash + 1, name.find('/', slash + 1) - slash - 1);
        std::string_view const rest = name.substr(slash + 1 + code.size());
        planned.kind = slb::fault_kind::refuse;
        planned.refused = {parse_number<int>("--fault", name.substr(0, slash)), std::string(code),
                           std::string(rest.empty() ? "Refused on demand." : rest.substr(1))};
        if (planned.refused.status < 400 || planned.refused.status > 599 || code.empty())
            throw bad_option("--fault takes a status from 400 to 599 and a code, not '" + std::string(name) +
                             "'");
    } else if (auto const kind = slb::fault_named(name); kind && *kind != slb::fault_kind::refuse) {
        planned.kind = *kind;
    } else {
        throw bad_option("--fault does not know '" + std::string(name) + "'");
    }
    if (name.size() == text.size()) return planned;
    std::string_view const call = text.substr(name.size() + 1);
    std::size_t const colon = call.find(':');
    planned.call = parse_number<std::size_t>("--fault", call.substr(0, colon));
    if (colon != call.npos) planned.byte = parse_number<std::size_t>("--fault", call.substr(colon + 1));
    return planned;
}

server_check parse_health(std::string_view text) {
    std::size_t const first = text.find(':');
    std::size_t const second = first == text.npos ? text.npos : text.find(':', first + 1);
    std::size_t const equals = text.rfind('=');
    if (second == text.npos || equals == text.npos || equals < second)
        throw bad_option("--health takes LB:SERVER:PORT=HEALTH");
    auto const health = slb::health_named(text.substr(equals + 1));
    if (!health) throw bad_option("--health knows normal, abnormal and unavailable");
    return {std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)),
            parse_number<std::int32_t>("--health", text.substr(second + 1, equals - second - 1)), *health};
}

std::pair<std::string, slb::emulated_machine> parse_server(std::string_view text) {
    std::size_t const equals = text.find('=');
    if (equals == text.npos) throw bad_option("--server takes ID=STATE[@VPC]");
    std::string_view const value = text.substr(equals + 1);
    std::string_view const state_name = value.substr(0, value.find('@'));
    auto const state = slb::machine_state_named(state_name);
    if (!state) throw bad_option("--server knows running, stopped and unknown");
    std::string_view const network = value.substr(state_name.size());
    return {std::string(text.substr(0, equals)),
            {*state, std::string(network.empty() ? network : network.substr(1))}};
}

arguments parse(std::vector<std::string_view> const& words) {
    arguments out;
    for (std::size_t i = 0; i != words.size(); ++i) {
        std::string_view const option = words[i];
        auto const value = [&] {
            if (i + 1 == words.size()) throw bad_option(std::string(option) + " takes a value");
            return words[++i];
        };
        if (option == "--port")
            out.port = parse_number<std::uint16_t>(option, value());
        else if (option == "--https")
            out.https = true;
        else if (option == "--key")
            out.keys.push_back(parse_key(value()));
        else if (option == "--group")
            out.group_files.emplace_back(value());
        else if (option == "--load-balancer")
            out.load_balancer_files.emplace_back(value());
        else if (option == "--health")
            out.checks.push_back(parse_health(value()));
        else if (option == "--server")
            out.machines.push_back(parse_server(value()));
        else if (option == "--quota")
            out.quota = parse_number<std::size_t>(option, value());
        else if (option == "--clock")
            out.clock = parse_number<std::int64_t>(option, value());
        else if (option == "--loose")
            out.mode = slb::emulator_mode::loose;
        else if (option == "--fault")
            out.faults.push_back(parse_fault(value()));
        else if (option == "--help")
            out.help = true;
        else
            throw bad_option("'" + std::string(option) + "' is no option; --help lists them");
    }
    return out;
}

template <class Store>
void load_files(Store& store, std::string_view option, std::vector<std::string> const& files) {
    for (auto const& name : files) {
        std::ifstream file(name, std::ios::binary);
        if (!file) throw bad_option(std::string(option) + ": " + name + " cannot be read");
        std::string const text((std::istreambuf_iterator<char>(file)), {});
        if (auto const problem = store.load(text))
            throw bad_option(std::string(option) + " " + name + ": " + *problem);
    }
}

/// Puts in place what the options say of the account.
void furnish(slb::emulator& served, arguments const& given) {
    if (given.group_files.empty()) static_cast<void>(served.groups().load(default_group));
    load_files(served.groups(), "--group", given.group_files);
    load_files(served.load_balancers(), "--load-balancer", given.load_balancer_files);
    for (auto const& check : given.checks)
        served.load_balancers().set_health(check.load_balancer, check.server, check.port, check.health);
    for (auto const& [id, machine] : given.machines) served.servers().set(id, machine);
    if (given.quota) served.account().server_quota = *given.quota;
    for (auto const& planned : given.faults) served.inject(planned);
}

void run(arguments const& given) {
    slb::emulator_options options{.mode = given.mode,
                                  .log = [](std::string_view line) { std::cerr << line << std::endl; }};
    if (!given.keys.empty()) options.keys = given.keys;
    if (given.clock) {
        options.unix_seconds = *given.clock;
    } else {
        options.clock = [] { return slb::system_host{}.unix_seconds(); };
        options.seed = std::random_device{}();
    }
    slb::emulator served(std::move(options));
    furnish(served, given);

    boost::asio::io_context io;
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([](auto const&...) {});

    std::optional<slb_test::private_directory> directory;
    std::optional<slb::basic_emulator_server<slb::emulator>> server;
    std::string ca_file;
    if (given.https) {
        ca_file = (directory.emplace().path() / "ca.pem").string();
        auto const certificate = slb::make_emulator_certificate(ca_file);
        if (!certificate) throw std::runtime_error(certificate.problem);
        server.emplace(served, certificate, given.port);
    } else {
        server.emplace(served, given.port);
    }
    std::cout << "listening on http" << (given.https ? "s" : "") << "://127.0.0.1:" << server->port() << '\n';
    if (given.https) std::cout << "ca " << ca_file << '\n';
    std::cout << std::flush;
    io.run();
}

} // namespace

int main(int argc, char** argv) {
    try {
        arguments const given = parse({argv + 1, argv + argc});
        if (given.help)
            std::cout << help;
        else
            run(given);
        return 0;
    } catch (bad_option const& why) {
        std::cerr << "slb_emulator: " << why.what() << '\n';
        return 2;
    } catch (std::exception const& why) {
        std::cerr << "slb_emulator: " << why.what() << '\n';
        return 1;
    }
}
