// "Described once": the emulator serves an operation that the library does not know, described in a file of
// its own. (operations_made_up.cpp checks its messages and replies, every_operation.cpp sends random ones.)
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

BOOST_AUTO_TEST_SUITE(emulator_made_up)

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

} // namespace

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
