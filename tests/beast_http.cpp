// Beast writes messages with what C++23 deprecates, and clang blames the file that has it instantiated.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif
#include <slb/beast_http.hpp>
// The header under test comes first: it stands alone.
#include <slb/emulator.hpp>
#include <slb/openssl.hpp>
#include <slb/operations.hpp>
#include <slb/raw_operation.hpp>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/multi_buffer.hpp>
#include <boost/beast/http/dynamic_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

BOOST_AUTO_TEST_SUITE(beast_http)

namespace {

namespace http = boost::beast::http;
using modify = slb::modify_vserver_group_backend_servers;
using signer = slb::signer<slb::openssl_crypto>;
using slb::parameter_placement;
using slb::signature_scheme;

constexpr std::int64_t now = 1795543533; // 2026-11-24T18:05:33Z

slb::nonce nonce_of(unsigned char number) {
    unsigned char random[16] = {number};
    return slb::nonce(random);
}
modify replacement() {
    return {
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-1",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}}}};
}
std::string_view text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

template <class Message>
std::string bytes_of(Message const& message) {
    std::ostringstream out;
    out << message;
    return out.str();
}
/// A message as Beast reads it.
template <class Parser>
typename Parser::value_type parsed(std::string_view bytes) {
    Parser parser;
    parser.eager(true);
    boost::beast::error_code failure;
    parser.put(boost::asio::buffer(bytes.data(), bytes.size()), failure);
    BOOST_TEST_REQUIRE(!failure, failure.message());
    BOOST_TEST_REQUIRE(parser.is_done());
    return parser.release();
}
using request_parser = http::request_parser<http::string_body>;

slb::call_options const all_options[] = {
    {.scheme = signature_scheme::acs3_hmac_sha256, .placement = parameter_placement::query},
    {.scheme = signature_scheme::acs3_hmac_sha256, .placement = parameter_placement::form},
    {.scheme = signature_scheme::hmac_sha1, .placement = parameter_placement::query},
    {.scheme = signature_scheme::hmac_sha1, .placement = parameter_placement::form}};

template <class Body>
http::response<Body> answer(unsigned status, typename Body::value_type body) {
    http::response<Body> made{static_cast<http::status>(status), 11};
    made.body() = std::move(body);
    return made;
}
constexpr std::string_view success =
    R"({"RequestId":"R-1","VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[]}})";

template <class Body>
slb::response<modify> received(http::response<Body> const& message) {
    slb::http_call<> const call(slb::endpoint("slb.aliyuncs.com"));
    slb::response<modify> response;
    slb::receive(call, message, response);
    return response;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_message_of_beast_is_the_call_to_the_byte) {
    for (std::string_view token : {"", "CAIS+token/with=signs"})
        for (auto const& options : all_options) {
            signer const key(slb::credentials("testid", "testsecret", token));
            slb::http_call<> call(slb::endpoint("slb.example.com", 8443), options);
            BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(replacement())));
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, nonce_of(1))));
            auto const message = slb::to_beast_request(call);
            BOOST_TEST(bytes_of(message) == call.bytes());
            BOOST_TEST(message.version() == 11U);
            BOOST_TEST((message.method() == http::verb::post));
            BOOST_TEST(message.keep_alive());

            auto const read = parsed<request_parser>(bytes_of(message));
            BOOST_TEST(text_of(read.method_string()) == call.method());
            BOOST_TEST(text_of(read.target()) == call.target());
            BOOST_TEST(read.body() == call.body());
            BOOST_TEST(read.body().empty() == (options.placement == parameter_placement::query));
            std::string lines;
            for (auto const& field : read)
                lines += std::string(field.name_string()) + ": " + std::string(field.value()) + "\r\n";
            BOOST_TEST(lines == call.header_lines());
            BOOST_TEST(text_of(read[http::field::host]) == "slb.example.com:8443");
        }
}

BOOST_AUTO_TEST_CASE(a_message_outlives_the_next_attempt_of_its_call) {
    signer const key(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(slb::endpoint("slb.aliyuncs.com"), {.placement = parameter_placement::form});
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(replacement())));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, nonce_of(1))));
    std::string const first = std::string(call.bytes());
    auto const message = slb::to_beast_request(call);
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now + 1, nonce_of(2))));
    BOOST_TEST(bytes_of(message) == first);
    BOOST_TEST(bytes_of(slb::to_beast_request(call)) != first);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_not_signed_gives_no_parts) {
    auto const message = slb::to_beast_request(slb::http_call<>(slb::endpoint("slb.aliyuncs.com")));
    BOOST_TEST(message.target().empty());
    BOOST_TEST((message.begin() == message.end()));
    BOOST_TEST(message.body().empty());
}

BOOST_AUTO_TEST_CASE(a_call_travels_through_beast_to_the_emulator_and_back) {
    for (auto const& options : all_options) {
        slb::emulator emulator{{.unix_seconds = now}};
        BOOST_TEST_REQUIRE(!emulator.groups().load(
            R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[{"ServerId":"vm-233","Port":80}]}})"));
        signer const key(slb::credentials("testid", "testsecret"));
        slb::http_call<> call(slb::endpoint("slb.aliyuncs.com"), options);
        slb::response<modify> response;
        slb::emulator::connection connection{emulator};
        // The second time, the server that goes is gone.
        for (bool first : {true, false}) {
            BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(replacement())));
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, nonce_of(first))));
            connection.received(bytes_of(slb::to_beast_request(call)));
            BOOST_TEST_REQUIRE((connection.next() == slb::emulator_step::write));
            std::string const came{connection.output()};
            connection.sent(came.size());
            slb::receive(call, parsed<http::response_parser<http::dynamic_body>>(came), response);
            BOOST_TEST_REQUIRE(static_cast<bool>(response) == first, response.error());
            if (first) {
                BOOST_TEST_REQUIRE(response->backend_servers.size() == 1U);
                BOOST_TEST(response->backend_servers[0].server_id == "vm-235");
            } else {
                BOOST_TEST_REQUIRE(response.error().service() != nullptr);
                BOOST_TEST(response.error().http_status() >= 400);
                BOOST_TEST(!response.error().service()->request_id.empty());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_body_in_memory_can_be_received) {
    auto const id_in = [](auto const& message) {
        auto const response = received(message);
        BOOST_TEST_REQUIRE(static_cast<bool>(response), response.error());
        return std::string(response->request_id);
    };
    BOOST_TEST(id_in(answer<http::string_body>(200, std::string(success))) == "R-1");
    BOOST_TEST(id_in(answer<http::vector_body<unsigned char>>(200, {success.begin(), success.end()})) ==
               "R-1");
    BOOST_TEST(id_in(answer<http::span_body<char const>>(200, {success.data(), success.size()})) == "R-1");
    boost::beast::multi_buffer pieces;
    for (std::string_view part : {success.substr(0, 2), success.substr(2)}) {
        auto const space = pieces.prepare(part.size());
        pieces.commit(boost::asio::buffer_copy(space, boost::asio::buffer(part.data(), part.size())));
    }
    BOOST_TEST(id_in(answer<http::dynamic_body>(200, pieces)) == "R-1");
    boost::beast::flat_buffer flat;
    flat.commit(boost::asio::buffer_copy(flat.prepare(success.size()),
                                         boost::asio::buffer(success.data(), success.size())));
    BOOST_TEST(id_in(answer<http::basic_dynamic_body<boost::beast::flat_buffer>>(200, flat)) == "R-1");
    static_assert(!slb::readable_beast_body<http::file_body> && !slb::readable_beast_body<http::empty_body>);
}

BOOST_AUTO_TEST_CASE(status_and_headers_reach_the_error) {
    auto message = answer<http::string_body>(
        503, R"({"RequestId":"R-1","Code":"ServiceUnavailable","Message":"Later."})");
    message.set("x-other", "1");
    message.set(http::field::retry_after, "7");
    auto const busy = received(message);
    BOOST_TEST_REQUIRE(busy.error().service() != nullptr);
    BOOST_TEST(busy.error().http_status() == 503);
    BOOST_TEST(busy.error().retry_after() == 7000);
    // A status that Beast has no name for.
    auto const page = received(answer<http::string_body>(449, "<html>"));
    BOOST_TEST(page.error().http_status() == 449);
}

BOOST_AUTO_TEST_CASE(a_raw_operation_is_received_as_well) {
    slb::http_call<> call(slb::endpoint("slb.aliyuncs.com"));
    slb::raw_operation const request{"DescribeRegions"};
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(request)));
    slb::response<slb::raw_operation> response;
    slb::receive(call, answer<http::string_body>(200, R"({"RequestId":"R-1","Regions":{}})"), response);
    BOOST_TEST_REQUIRE(static_cast<bool>(response), response.error());
    BOOST_TEST((response["Regions"].kind() == slb::json_kind::object));
}

BOOST_AUTO_TEST_SUITE_END()
