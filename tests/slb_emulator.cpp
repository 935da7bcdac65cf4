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
                       default: rsp-cige6j5e7p in cn-hangzhou with vm-233:80 and vm-232:90
  --clock UNIX_SECONDS a clock that stands still at that time; default: the time of day
  --loose              takes what the service has been seen to take, not only what is documented
  --fault KIND[@CALL[:BYTE]]
                       what goes wrong with the CALL-th request from now; 0, the default, means every one:
                       throttling, busy, configuring, server_error, unavailable, applied_then_lost, and
                       stall, close, reset after BYTE bytes of the reply, by default 0
  --help               this text
--key, --group and --fault may stand several times.
)";

constexpr std::string_view default_group =
    R"({"VServerGroupId":"rsp-cige6j5e7p","BackendServers":{"BackendServer":[)"
    R"({"ServerId":"vm-233","Port":80},{"ServerId":"vm-232","Port":90}]}})";

/// What is wrong with the command line, in one sentence.
struct bad_option : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct arguments {
    std::uint16_t port = 0;
    bool https = false;
    bool help = false;
    std::optional<std::int64_t> clock{};
    slb::emulator_mode mode = slb::emulator_mode::strict;
    std::vector<slb::emulator_key> keys{};
    std::vector<std::string> group_files{};
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
    std::string_view const name = text.substr(0, text.find('@'));
    auto const kind = slb::fault_named(name);
    if (!kind) throw bad_option("--fault does not know '" + std::string(name) + "'");
    slb::fault planned{.kind = *kind};
    if (name.size() == text.size()) return planned;
    std::string_view const call = text.substr(name.size() + 1);
    std::size_t const colon = call.find(':');
    planned.call = parse_number<std::size_t>("--fault", call.substr(0, colon));
    if (colon != call.npos) planned.byte = parse_number<std::size_t>("--fault", call.substr(colon + 1));
    return planned;
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

void load_groups(slb::emulator& served, std::vector<std::string> const& files) {
    if (files.empty()) static_cast<void>(served.groups().load(default_group));
    for (auto const& name : files) {
        std::ifstream file(name, std::ios::binary);
        if (!file) throw bad_option("--group: " + name + " cannot be read");
        std::string const text((std::istreambuf_iterator<char>(file)), {});
        if (auto const problem = served.groups().load(text))
            throw bad_option("--group " + name + ": " + *problem);
    }
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
    load_groups(served, given.group_files);
    for (auto const& planned : given.faults) served.inject(planned);

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
