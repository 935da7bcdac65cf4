// "Described once": an operation that the library does not know, described in a file of its own, is built,
// signed, sent, read by the emulator, answered in JSON and XML, and parsed. (every_operation.cpp sends random
// ones.)
#include "support/made_up_operation.hpp"

#include "support/random_operations.hpp"

#include <slb.hpp>
#include <slb/emulator.hpp>
#include <slb/emulator/request.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(made_up_operation)

namespace {

using made_up::inspect_arcade;
using made_up::inspect_arcade_response;

inspect_arcade request() {
    inspect_arcade made{.region_id = "cn-hangzhou",
                        .fee = 3,
                        .loud = false,
                        .night = true,
                        .protocol = "udp",
                        .players = {{.name = "anna", .purse = 2, .wizard = true}, {.name = "bob"}},
                        .substitutions = {{.out = {.name = "carl"}, .in = {.name = "dora", .purse = 0}}},
                        .labels = {{"a", "x y+\xe4\xb8\xad"}, {.key = "b"}, {.key = "c"}, {.key = "d"}}};
    for (std::string_view key : {"e", "f", "g", "h", "i", "j"}) made.labels.push_back({slb::runtime(key)});
    return made;
}

// Computed from the documented algorithms with Python's hmac, hashlib and urllib.
#define QUERY                                                                                                \
    "Fee=3&Label.1.Key=a&Label.1.Value=x%20y%2B%E4%B8%AD&Label.10.Key=j&Label.2.Key=b&Label.3.Key=c"         \
    "&Label.4.Key=d&Label.5.Key=e&Label.6.Key=f&Label.7.Key=g&Label.8.Key=h&Label.9.Key=i&Loud=false"        \
    "&Night=true&Players=%5B%7B%22Name%22%3A%22anna%22%2C%22Coins%22%3A%222%22%2C%22Wizard%22%3A%22true%22"  \
    "%7D%2C%7B%22Name%22%3A%22bob%22%7D%5D&PlayersIn=%5B%7B%22Name%22%3A%22dora%22%2C%22Coins%22%3A%220%22"  \
    "%7D%5D&PlayersOut=%5B%7B%22Name%22%3A%22carl%22%7D%5D&Protocol=udp&RegionId=cn-hangzhou"
constexpr std::string_view acs3_message =
    "POST /?" QUERY " HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "x-acs-action: InspectArcade\r\n"
    "x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
    "x-acs-date: 2026-11-24T18:05:33Z\r\n"
    "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
    "x-acs-version: 2014-05-15\r\n"
    "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
    "x-acs-date;x-acs-signature-nonce;x-acs-version,"
    "Signature=198de2c401688272e802219ada3244c3355f673ad2564361648da915c3363392\r\n"
    "accept: application/json\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";
constexpr std::string_view sha1_message =
    "POST /?" QUERY "&AccessKeyId=testid&Action=InspectArcade&Format=JSON&SignatureMethod=HMAC-SHA1"
    "&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
    "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15"
    "&Signature=opKfmePaokCR839IM95MwKfxRCY%3D HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";
#undef QUERY

constexpr std::string_view json_body =
    R"({"RequestId":"R-1","Open":true,"Hall":{"Machines":{"Machine":[)"
    R"({"Title":"Pac \"M\"","Scores":{"Score":[{"Points":9007199254740993,"Beaten":false},{"Points":-1}]},)"
    R"("Levels":{"Level":["one","two"]}},{"Title":"","Scores":{"Score":[]},"Levels":{"Level":[]}}]},)"
    R"("Floor":2},"LuckyNumbers":{"Number":[7,13]},"Motto":"a<b"})";
constexpr std::string_view xml_body =
    "<?xml version='1.0' encoding='UTF-8'?><InspectArcadeResponse><RequestId>R-1</RequestId><Open>true</Open>"
    "<Hall><Machines><Machine><Title>Pac \"M\"</Title><Scores><Score><Points>9007199254740993</Points>"
    "<Beaten>false</Beaten></Score><Score><Points>-1</Points></Score></Scores><Levels><Level>one</Level>"
    "<Level>two</Level></Levels></Machine><Machine><Title></Title><Scores></Scores><Levels></Levels>"
    "</Machine></Machines><Floor>2</Floor></Hall><LuckyNumbers><Number>7</Number><Number>13</Number>"
    "</LuckyNumbers><Motto>a&lt;b</Motto></InspectArcadeResponse>";

/// The response that both bodies say.
struct answer {
    std::array<made_up::score_view, 2> scores{{{9007199254740993, false}, {-1, {}}}};
    std::array<std::string_view, 2> levels{"one", "two"};
    std::array<made_up::machine_view, 2> machines{{{"Pac \"M\"", {}, {}}, {"", {}, {}}}};
    std::array<std::int32_t, 2> numbers{7, 13};

    inspect_arcade_response view() {
        machines[0].scores = {scores.data(), scores.size()};
        machines[0].levels = {levels.data(), levels.size()};
        return {"R-1",
                true,
                {{machines.data(), machines.size()}, 2},
                {numbers.data(), numbers.size()},
                slb::maybe<std::string_view>(std::string_view("a<b"))};
    }
};

std::string message(slb::signature_scheme scheme) {
    slb::signer<> const signer(slb::credentials{"testid", "testsecret"});
    slb::http_call<> call(slb::endpoint("slb.aliyuncs.com"), {.scheme = scheme});
    BOOST_REQUIRE(call.encode(request()));
    std::array<unsigned char, 16> random{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                         0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    BOOST_REQUIRE(call.sign(signer, 1795543533, slb::nonce(random)));
    return std::string(call.bytes());
}

std::string problem(inspect_arcade const& wrong) {
    std::string text;
    slb::validate(wrong).write([&](std::string_view piece) { text += piece; });
    return text.substr(0, text.find(';'));
}

} // namespace

BOOST_AUTO_TEST_CASE(its_request_is_written_and_signed) {
    BOOST_TEST(message(slb::signature_scheme::acs3_hmac_sha256) == acs3_message);
    BOOST_TEST(message(slb::signature_scheme::hmac_sha1) == sha1_message);
}

BOOST_AUTO_TEST_CASE(its_run_time_values_are_checked_by_their_rules) {
    auto wrong = request();
    wrong.players.push_back({slb::runtime("eve"), slb::maybe<made_up::coins>(slb::runtime(10))});
    BOOST_TEST(problem(wrong).starts_with("not sent: Players[2].Coins must be"));
    wrong = request();
    wrong.labels[1].key = slb::runtime("acs:b");
    BOOST_TEST(problem(wrong) ==
               "not sent: Label.2.Key must not begin with aliyun or acs: or hold http:// or https://");
    wrong = request();
    wrong.players.clear();
    BOOST_TEST(problem(wrong) == "not sent: Players must hold at least one item");
    wrong = request();
    wrong.substitutions.push_back(wrong.substitutions[0]);
    wrong.substitutions.push_back(wrong.substitutions[0]);
    BOOST_TEST(problem(wrong) == "not sent: PlayersOut must not hold more items than one call takes, is 3");
}

BOOST_AUTO_TEST_CASE(its_responses_are_parsed_in_both_formats) {
    answer expected;
    std::vector<char> memory(slb::parse_memory<inspect_arcade_response>(xml_body.size()));
    inspect_arcade_response view;
    BOOST_TEST((slb::parse_json(json_body, view, memory, "InspectArcade") == slb::errc::none));
    BOOST_TEST((view == expected.view()));
    view = {};
    BOOST_TEST((slb::parse_xml(xml_body, view, memory) == slb::errc::none));
    BOOST_TEST((view == expected.view()));
}

BOOST_AUTO_TEST_CASE(the_emulator_serves_it_with_a_handler_of_the_test) {
    slb::emulator emulator;
    answer granted;
    std::vector<std::string> bodies;
    emulator.handle("InspectArcade", [&](slb::emulator_call const& call) -> slb::emulator_answer {
        auto const decoded = slb::decode_request<inspect_arcade>(call);
        if (auto const* const no = std::get_if<slb::refusal>(&decoded)) return *no;
        inspect_arcade const& got = std::get<0>(decoded).request;
        if (got.fee.number() == 0) return slb::refusal{403, "Arcade.NoFee", "Coins, please."};
        BOOST_TEST(slb_test::query_of(got) == slb_test::query_of(request()));
        BOOST_TEST(got.players[0].name.text() == "anna");
        BOOST_TEST(got.players[0].wizard->value());
        BOOST_TEST(got.substitutions[0].in.purse->number() == 0);
        BOOST_TEST(got.labels[9].key.text() == "j");
        return granted.view();
    });
    slb::emulator_transport transport{emulator};
    for (auto format : {slb::response_format::json, slb::response_format::xml}) {
        slb::client client{transport, slb::credentials{"testid", "testsecret"}, {.format = format}};
        auto const response = client.invoke(request());
        BOOST_REQUIRE_MESSAGE(response, response.error());
        BOOST_TEST((*response == granted.view()));
        auto free_of_charge = request();
        free_of_charge.fee = 0;
        auto const refused = client.invoke(free_of_charge);
        BOOST_REQUIRE(!refused);
        BOOST_TEST(refused.error().service()->code == "Arcade.NoFee");
    }
}

BOOST_AUTO_TEST_CASE(the_emulator_writes_its_response_as_documented) {
    answer granted;
    auto const view = granted.view();
    auto const tree = slb::detail::to_json(slb::detail::table_of<inspect_arcade_response>::value, &view);
    BOOST_TEST(slb::detail::response_body(slb::reply_format::json, "InspectArcade", tree) == json_body);
    BOOST_TEST(slb::detail::response_body(slb::reply_format::xml, "InspectArcade", tree) == xml_body);
}

BOOST_AUTO_TEST_SUITE_END()
