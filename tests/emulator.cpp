#include "support/emulator_testing.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(emulator)

namespace {

using namespace emulator_testing;
using slb::emulator_step;
using slb::fault_kind;

v1_request replacing() {
    return v1_with({{"OldBackendServers", R"([{"ServerId":"vm-233","Port":80}])"},
                    {"NewBackendServers", R"([{"ServerId":"vm-235","Port":8080}])"}});
}
constexpr std::string_view replaced = "vm-232:90 vm-235:8080";
constexpr std::string_view untouched = "vm-233:80 vm-232:90";

struct loaded {
    explicit loaded(slb::emulator_options options = {}) : served(std::move(options)) {
        BOOST_REQUIRE(!served.groups().load(default_group));
    }
    slb::emulator served;
};

struct greeting {
    std::string_view request_id{};
    std::string_view text{};
    std::int32_t number = 0;
    slb::maybe<std::string_view> nothing{};
    slb::list_view<slb::backend_server_view> servers{};
};
constexpr auto describe(slb::type<greeting>) {
    return slb::members<greeting>(
        slb::field("RequestId", &greeting::request_id), slb::field("Text", &greeting::text),
        slb::field("Number", &greeting::number), slb::field("Nothing", &greeting::nothing),
        slb::items("Servers", "Server", &greeting::servers));
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_reply_has_the_headers_of_the_gateway, loaded) {
    slb::emulator::connection line(served);
    line.received(replacing().wire());
    std::string bytes = drained(line);
    std::string const id = bytes.substr(bytes.find("x-acs-request-id: ") + 18, 36);
    std::string const trace = bytes.substr(bytes.find("x-acs-trace-id: ") + 16, 32);
    std::string const body = bytes.substr(bytes.find("\r\n\r\n") + 4);
    BOOST_TEST(bytes == "HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 18:05:33 GMT\r\n"
                        "Content-Type: application/json;charset=utf-8\r\nContent-Length: " +
                            std::to_string(body.size()) +
                            "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=25\r\n"
                            "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\n"
                            "x-acs-request-id: " +
                            id + "\r\nx-acs-trace-id: " + trace + "\r\n\r\n" + body);
    BOOST_TEST(trace.find_first_not_of("0123456789abcdef") == std::string::npos);
    BOOST_TEST(take_reply(bytes).member("RequestId") == id);
    BOOST_TEST((line.next() == emulator_step::read));
}

BOOST_AUTO_TEST_CASE(dates_of_http_are_right_on_any_day) {
    BOOST_TEST(slb::detail::http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    BOOST_TEST(slb::detail::http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(slb::detail::http_date(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT");
    BOOST_TEST(slb::detail::http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

BOOST_AUTO_TEST_CASE(an_error_is_told_in_json_and_xml) {
    v1_request request = v1_with({{"VServerGroupId", "rsp-2"}});
    for (std::string const format : {"JSON", "json", "XML", "xml", ""}) {
        slb::emulator served;
        request.parameters["Format"] = format;
        if (format.empty()) request.parameters.erase("Format");
        reply const got = call(served, request.wire());
        std::string const& id = got.headers.at("x-acs-request-id");
        std::string const recommend =
            "https://api.aliyun.com/troubleshoot?q=InvalidParameter&product=Slb&requestId=" + id;
        BOOST_TEST(got.status == 404);
        if (format == "JSON" || format == "json") {
            BOOST_TEST(got.headers.at("content-type") == "application/json;charset=utf-8");
            BOOST_TEST(got.body ==
                       R"({"RequestId":")" + id +
                           R"(","Message":"The specified VServerGroupId does not exist.","Recommend":")" +
                           recommend + R"(","HostId":"slb.aliyuncs.com","Code":"InvalidParameter"})");
        } else {
            BOOST_TEST(got.headers.at("content-type") == "text/xml;charset=utf-8");
            BOOST_TEST(got.body ==
                       "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>" + id +
                           "</RequestId><HostId>slb.aliyuncs.com</HostId><Code>InvalidParameter</Code>"
                           "<Message>The specified VServerGroupId does not exist.</Message>"
                           "<Recommend><![CDATA[" +
                           recommend + "]]></Recommend></Error>");
        }
    }
}

BOOST_AUTO_TEST_CASE(the_accept_header_decides_the_format_of_acs3) {
    auto const type_of = [](std::string const& accept) {
        loaded on;
        v3_request request;
        request.more_headers = accept;
        return call(on.served, request.wire()).headers.at("content-type").substr(0, 8);
    };
    for (auto accept : {"", "Accept: \r\n", "Accept: application/json\r\n", "Accept: */*\r\n",
                        "Accept: text/html, */*;q=0.1\r\n", "Accept: application/json;q=0.9 , text/xml\r\n"})
        BOOST_TEST(type_of(accept) == "applicat", accept);
    for (auto accept :
         {"Accept: application/xml\r\n", "Accept: text/xml\r\n", "Accept: text/html,text/xml;q=1\r\n"})
        BOOST_TEST(type_of(accept) == "text/xml", accept);
}

BOOST_AUTO_TEST_CASE(a_handler_of_ones_own_is_encoded_by_its_description) {
    slb::emulator served;
    served.handle("Greet", [](slb::emulator_call const& call) -> slb::emulator_answer {
        if (call.value("Name").empty()) return slb::refusal::missing("Name");
        auto const list = call.list<slb::backend_server_key>("Servers");
        if (auto const* const no = std::get_if<slb::list_refusal>(&list))
            return slb::refusal{400, "Servers", no->sentence("Servers")};
        std::string const text =
            "<" + std::string(call.value("Name")) + "&\"\n\x01> in " + std::string(call.value("RegionId"));
        std::vector<slb::backend_server_view> servers;
        for (auto const& one : std::get<0>(list).elements)
            servers.push_back({one.server_id.text(), static_cast<std::int32_t>(one.port.number())});
        return greeting{call.request_id,
                        text,
                        static_cast<std::int32_t>(call.unix_seconds % 100),
                        {},
                        {servers.data(), servers.size()}};
    });
    v1_request request("Greet");
    BOOST_TEST(call(served, request.wire()).code() == "MissingName");
    request.parameters["Name"] = "中";
    request.parameters["Servers"] = "[{}]";
    request.parameters["SignatureNonce"] = fresh_nonce();
    BOOST_TEST(call(served, request.wire()).message() == "Servers[0].ServerId must be given");
    request.parameters["Servers"] = R"([{"ServerId":"i-1","Port":80}])";
    request.parameters["SignatureNonce"] = fresh_nonce();
    reply const json = call(served, request.wire());
    BOOST_TEST(json.body == R"({"RequestId":")" + json.headers.at("x-acs-request-id") +
                                R"(","Text":"<中&\"\n\u0001> in cn-hangzhou","Number":33,"Servers":)"
                                R"({"Server":[{"ServerId":"i-1","Port":80}]}})");
    request.parameters["SignatureNonce"] = fresh_nonce();
    request.parameters["Format"] = "XML";
    reply const xml = call(served, request.wire());
    BOOST_TEST(xml.body ==
               "<?xml version='1.0' encoding='UTF-8'?><GreetResponse><RequestId>" +
                   xml.headers.at("x-acs-request-id") +
                   "</RequestId><Text>&lt;中&amp;\"\n?&gt; in cn-hangzhou</Text><Number>33</Number>"
                   "<Servers><Server><ServerId>i-1</ServerId><Port>80</Port></Server></Servers>"
                   "</GreetResponse>");
}

BOOST_AUTO_TEST_CASE(what_is_no_http_gets_a_page_and_loses_the_connection) {
    slb::emulator served;
    reply const malformed = call(served, "GET / HTTP/1.1\r\n\r\n");
    BOOST_TEST(malformed.status == 400);
    BOOST_TEST(malformed.headers.at("content-type") == "text/html");
    BOOST_TEST(malformed.headers.at("connection") == "close");
    BOOST_TEST(malformed.body.find("<h1>400 Bad Request</h1>") != std::string::npos);
    BOOST_TEST((malformed.after == emulator_step::close));
    reply const longer = call(served, "GET /?" + std::string(9000, 'x'));
    BOOST_TEST(longer.status == 414);
    BOOST_TEST(longer.body.find("<h1>414 URI Too Long</h1>") != std::string::npos);
    BOOST_TEST((longer.after == emulator_step::close));
}

BOOST_FIXTURE_TEST_CASE(pipelined_requests_are_answered_in_order, loaded) {
    slb::emulator::connection line(served);
    v1_request last = v1_with({{"VServerGroupId", "rsp-3"}});
    last.more_headers = "Connection: close\r\n";
    line.received(replacing().wire() + v1_with({{"VServerGroupId", "rsp-2"}}).wire() + last.wire() + "GET");
    line.closed();
    std::string bytes = drained(line);
    BOOST_TEST(take_reply(bytes).status == 200);
    reply const second = take_reply(bytes);
    BOOST_TEST(second.status == 404);
    BOOST_TEST(second.headers.at("connection") == "keep-alive");
    BOOST_TEST(take_reply(bytes).headers.at("connection") == "close");
    BOOST_TEST(bytes.empty());
    BOOST_TEST((line.next() == emulator_step::close));
}

BOOST_FIXTURE_TEST_CASE(a_client_that_expects_it_is_told_to_continue, loaded) {
    v1_request request = replacing();
    request.in_body = true;
    request.more_headers = "Expect: 100-continue\r\n";
    std::string const wire = request.wire();
    std::size_t const body = wire.find("\r\n\r\n") + 4;
    slb::emulator::connection line(served);
    line.received(std::string_view(wire).substr(0, body));
    BOOST_TEST(drained(line) == "HTTP/1.1 100 Continue\r\n\r\n");
    line.received(std::string_view(wire).substr(body));
    std::string bytes = drained(line);
    BOOST_TEST(take_reply(bytes).status == 200);
}

BOOST_FIXTURE_TEST_CASE(output_may_leave_in_any_pieces, loaded) {
    slb::emulator::connection line(served);
    line.received(replacing().wire());
    std::string bytes;
    while (line.next() == emulator_step::write) {
        bytes += line.output()[0];
        line.sent(1);
    }
    BOOST_TEST(take_reply(bytes).status == 200);
    line.closed();
    BOOST_TEST((line.next() == emulator_step::close));
}

BOOST_AUTO_TEST_CASE(faults_that_refuse_change_nothing_and_strike_the_request_they_are_meant_for) {
    struct {
        fault_kind kind;
        int status;
        std::string_view code;
    } const faults[] = {{fault_kind::throttling, 400, "Throttling.User"},
                        {fault_kind::busy, 400, "VServerGroupProcessing"},
                        {fault_kind::configuring, 409, "BackendServer.configuring"},
                        {fault_kind::server_error, 500, "InternalError"},
                        {fault_kind::unavailable, 503, "ServiceUnavailable"}};
    for (auto const& [kind, status, code] : faults) {
        loaded on;
        on.served.inject({.kind = kind, .call = 2});
        BOOST_TEST(call(on.served, v1_request().wire()).status == 200);
        reply const got = call(on.served, replacing().wire());
        BOOST_TEST(got.status == status);
        BOOST_TEST(got.code() == code);
        BOOST_TEST(got.headers.contains("x-acs-retry-after") == (kind == fault_kind::throttling));
        BOOST_TEST(servers_of(on.served) == untouched);
        BOOST_TEST(call(on.served, replacing().wire()).status == 200);
        BOOST_TEST((slb::fault_named(slb::name_of(kind)) == kind));
    }
    loaded on;
    on.served.inject({.kind = fault_kind::throttling, .retry_after_ms = 2500});
    for (int i = 0; i != 3; ++i)
        BOOST_TEST(call(on.served, replacing().wire()).headers.at("x-acs-retry-after") == "2500");
    // A refusal of the gateway comes first.
    v1_request wrong = replacing();
    wrong.secret = "wrong";
    BOOST_TEST(call(on.served, wrong.wire()).code() == "SignatureDoesNotMatch");
    on.served.clear_faults();
    BOOST_TEST(call(on.served, replacing().wire()).status == 200);
    BOOST_TEST((slb::fault_named("applied-then-lost") == fault_kind::applied_then_lost));
    BOOST_TEST(!slb::fault_named("nothing"));
    BOOST_TEST(!slb::fault_named("stal"));
}

BOOST_AUTO_TEST_CASE(a_connection_can_stall_close_or_reset_after_any_byte_of_the_reply) {
    struct {
        fault_kind kind;
        emulator_step step;
    } const troubles[] = {{fault_kind::stall, emulator_step::stall},
                          {fault_kind::close, emulator_step::close},
                          {fault_kind::reset, emulator_step::reset}};
    v1_request const request = replacing();
    std::string whole;
    {
        loaded on;
        slb::emulator::connection line(on.served);
        line.received(request.wire());
        whole = drained(line);
    }
    for (auto const& [kind, step] : troubles)
        for (std::size_t byte = 0; byte <= whole.size() + 1; ++byte) {
            loaded on;
            on.served.inject({.kind = kind, .call = 1, .byte = byte});
            slb::emulator::connection line(on.served);
            line.received(request.wire());
            BOOST_TEST(drained(line) == whole.substr(0, byte));
            BOOST_TEST((line.next() == step));
            // Lost on the way in, or on the way out.
            BOOST_TEST(servers_of(on.served) == (byte == 0 ? untouched : replaced));
            line.received(request.wire());
            BOOST_TEST((line.next() == step));
        }
    loaded on;
    on.served.inject({.kind = fault_kind::applied_then_lost, .call = 1});
    slb::emulator::connection line(on.served);
    line.received(request.wire());
    BOOST_TEST(line.output().empty());
    BOOST_TEST((line.next() == emulator_step::close));
    BOOST_TEST(servers_of(on.served) == replaced);
}

BOOST_AUTO_TEST_CASE(the_log_has_a_line_for_each_request_and_no_secret) {
    std::vector<std::string> lines;
    loaded on({.seed = 7, .log = [&](std::string_view line) { lines.emplace_back(line); }});
    reply const first = call(on.served, replacing().wire());
    v1_request wrong = replacing();
    wrong.secret = "wrong";
    reply const second = call(on.served, wrong.wire());
    v1_request const strange("testsecret\r\n");
    call(on.served, strange.wire());
    call(on.served, "GET / HTTP/1.0\r\n");
    on.served.inject({.kind = fault_kind::reset, .call = 1});
    call(on.served, replacing().wire());
    BOOST_REQUIRE(lines.size() == 5U);
    std::string const action(modify);
    BOOST_TEST(lines[0] == first.headers.at("x-acs-request-id") + " " + action + " 200 OK");
    BOOST_TEST(lines[1] ==
               second.headers.at("x-acs-request-id") + " " + action + " 400 SignatureDoesNotMatch");
    BOOST_TEST(lines[2].substr(36) == " - 404 InvalidAction.NotFound");
    BOOST_TEST(lines[3] == "- - 505 -");
    BOOST_TEST(lines[4].substr(36) == " - - reset");
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bytes) {
    v1_request const request = replacing();
    auto const reply_of = [&](std::uint64_t seed) {
        loaded on({.seed = seed});
        slb::emulator::connection line(on.served);
        line.received(request.wire() + request.wire());
        return drained(line);
    };
    BOOST_TEST(reply_of(1) == reply_of(1));
    BOOST_TEST(reply_of(1) != reply_of(2));
    loaded on;
    std::string const one = call(on.served, request.wire()).headers.at("x-acs-request-id");
    std::string const two = call(on.served, request.wire()).headers.at("x-acs-request-id");
    BOOST_TEST(one != two);
    for (auto const& id : {one, two}) {
        BOOST_TEST(id.size() == 36U);
        BOOST_TEST(id[14] == '5');
        BOOST_TEST(std::string("89AB").find(id[19]) != std::string::npos);
        BOOST_TEST(id.find_first_not_of("0123456789ABCDEF-") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_clock_is_virtual_or_the_programs) {
    slb::emulator served({.unix_seconds = 1000});
    BOOST_TEST(served.unix_seconds() == 1000);
    served.advance(1500);
    BOOST_TEST(served.unix_seconds() == 1001);
    BOOST_TEST(served.steady_ms() == 1500);
    served.set_time(5);
    BOOST_TEST(served.unix_seconds() == 5);
    BOOST_TEST(served.steady_ms() == 1500);
    slb::emulator real({.clock = [] { return std::int64_t{42}; }});
    BOOST_TEST(real.unix_seconds() == 42);
}

BOOST_FIXTURE_TEST_CASE(a_restart_loses_the_connections_and_nothing_else, loaded) {
    slb::emulator::connection idle(served);
    slb::emulator::connection sending(served);
    v1_request const request = replacing();
    sending.received(request.wire());
    BOOST_TEST((sending.next() == emulator_step::write));
    served.restart();
    for (auto* line : {&idle, &sending}) {
        BOOST_TEST((line->next() == emulator_step::reset));
        line->received(v1_request("AddVServerGroupBackendServers").wire());
        BOOST_TEST((line->next() == emulator_step::reset));
    }
    BOOST_TEST(servers_of(served) == replaced);
    // Nonces are remembered, too.
    BOOST_TEST(call(served, request.wire()).code() == "SignatureNonceUsed");
    BOOST_TEST(call(served, v1_request().wire()).status == 200);
}

BOOST_FIXTURE_TEST_CASE(nobody_connects_while_the_emulator_is_down, loaded) {
    slb::emulator_transport line(served);
    BOOST_TEST(bool(line.connect(slb::no_deadline)));
    served.restart(2000);
    BOOST_TEST((line.write("GET", slb::no_deadline).error() == slb::errc::connection_reset));
    BOOST_TEST((line.connect(slb::no_deadline).error() == slb::errc::connect_failed));
    slb::emulator::connection early(served);
    BOOST_TEST((early.next() == emulator_step::reset));
    line.wait(1999);
    BOOST_TEST((line.connect(slb::no_deadline).error() == slb::errc::connect_failed));
    line.wait(1);
    BOOST_TEST(bool(line.connect(slb::no_deadline)));
    BOOST_TEST((early.next() == emulator_step::reset));
}

BOOST_AUTO_TEST_CASE(a_clients_clock_can_be_wrong) {
    slb::emulator served;
    slb::emulator_transport line(served);
    slb::emulator_transport other(served);
    line.set_clock_error(-7200);
    BOOST_TEST(line.unix_seconds() == start - 7200);
    BOOST_TEST(other.unix_seconds() == start);
    BOOST_TEST(served.unix_seconds() == start);
    line.wait(1000);
    BOOST_TEST(line.unix_seconds() == start - 7199);
    BOOST_TEST(line.steady_ms() == 1000);
    line.set_clock_error(0);
    BOOST_TEST(line.unix_seconds() == start + 1);
}

BOOST_AUTO_TEST_CASE(transports_of_one_emulator_draw_different_nonces) {
    slb::emulator served;
    std::array<unsigned char, 16> first{};
    std::array<unsigned char, 16> second{};
    slb::emulator_transport one(served);
    slb::emulator_transport another(served);
    BOOST_TEST(one.random(first));
    BOOST_TEST(another.random(second));
    BOOST_TEST((first != second));
    slb::emulator_transport same_seed(served, slb::endpoint("slb.aliyuncs.com"), 1);
    BOOST_TEST(same_seed.random(second));
    BOOST_TEST((first == second));
}

BOOST_FIXTURE_TEST_CASE(the_transport_ends_in_the_emulator, loaded) {
    slb::emulator_transport line(served);
    std::array<char, 16> space{};
    BOOST_TEST((line.read(space, slb::no_deadline).error() == slb::errc::called_out_of_order));
    BOOST_TEST((line.write("x", slb::no_deadline).error() == slb::errc::called_out_of_order));
    BOOST_TEST(line.endpoint().host() == "slb.aliyuncs.com");
    auto const talk = [&] {
        std::string bytes;
        BOOST_REQUIRE(line.connect(slb::no_deadline));
        BOOST_TEST(line.write(replacing().wire(), slb::no_deadline).value() > 0U);
        for (;;) {
            auto const got = line.read(space, line.steady_ms() + 5000);
            if (!got) return bytes + "|" + std::string(slb::message(got.error().code()));
            if (*got == 0) return bytes + "|closed";
            bytes.append(space.data(), *got);
        }
    };
    // After the reply the emulator waits for the next request, so that reading on times out.
    std::string const granted = talk();
    BOOST_TEST(granted.substr(0, 15) == "HTTP/1.1 200 OK");
    BOOST_TEST(granted.substr(granted.find('|')) == "|the deadline passed");
    BOOST_TEST(line.steady_ms() == 5000);
    BOOST_TEST(line.unix_seconds() == start + 5);
    served.inject({.kind = fault_kind::stall, .call = 1});
    BOOST_TEST(talk() == "|the deadline passed");
    BOOST_TEST(line.steady_ms() == 10000);
    served.inject({.kind = fault_kind::close, .call = 1});
    BOOST_TEST(talk() == "|closed");
    served.inject({.kind = fault_kind::reset, .call = 1, .byte = 20});
    BOOST_TEST(talk() == "HTTP/1.1 400 Bad Req|the connection was reset");
    BOOST_TEST((line.write("x", slb::no_deadline).error() == slb::errc::connection_reset));
    BOOST_TEST(line.connections() == 4U);
    BOOST_TEST((line.connect(10000).error() == slb::errc::timed_out));
    line.wait(7);
    BOOST_TEST(line.steady_ms() == 10007);
    BOOST_TEST((slb::emulator_transport(served, slb::endpoint("no host")).connect(slb::no_deadline).error() ==
                slb::errc::endpoint_malformed));
}

BOOST_AUTO_TEST_SUITE_END()
