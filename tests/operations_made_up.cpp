#include "support/made_up_operation.hpp"
#include "support/operation_testing.hpp"

// An operation that the library does not know, made of every word of a description, is checked as its own
// are.
namespace slb_test {

inline void fill(tree& into, made_up::score_view const& score) {
    put(into, "Points", score.points);
    put(into, "Beaten", score.beaten);
}
inline void fill(tree& into, made_up::machine_view const& machine) {
    put(into, "Title", machine.title);
    put_list(into, "Scores", "Score", machine.scores);
    put_list(into, "Levels", "Level", machine.levels);
}
inline void fill(tree& into, made_up::hall_view const& hall) {
    put_list(into, "Machines", "Machine", hall.machines);
    put(into, "Floor", hall.floor);
}
inline void fill(tree& into, made_up::inspect_arcade_response const& arcade) {
    put(into, "RequestId", arcade.request_id);
    put(into, "Open", arcade.open);
    into["Hall"] = tree_of(arcade.hall);
    put_list(into, "LuckyNumbers", "Number", arcade.lucky_numbers);
    put(into, "Motto", arcade.motto);
}

} // namespace slb_test

BOOST_AUTO_TEST_SUITE(operations_made_up)

namespace {

using namespace slb_test;
using request = made_up::inspect_arcade;
using enum shape::kind;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "Fee=0&Label.1.Key=key-1&Label.1.Value=v%201&Label.10.Key=key-10&Label.11.Key=key-11&Label.11"
    ".Value=v%2011&Label.2.Key=key-2&Label.3.Key=key-3&Label.3.Value=&Label.4.Key=key-4&Label.5.K"
    "ey=key-5&Label.5.Value=v%205&Label.6.Key=key-6&Label.7.Key=key-7&Label.7.Value=v%207&Label.8"
    ".Key=key-8&Label.9.Key=key-9&Label.9.Value=v%209&Loud=false&Night=true&Players=%5B%7B%22Name"
    "%22%3A%22a%22%2C%22Coins%22%3A%229%22%2C%22Wizard%22%3A%22true%22%7D%2C%7B%22Name%22%3A%22b%"
    "22%7D%2C%7B%22Name%22%3A%22c%22%2C%22Wizard%22%3A%22false%22%7D%5D&PlayersIn=%5B%7B%22Name%2"
    "2%3A%22d%22%2C%22Wizard%22%3A%22true%22%7D%2C%7B%22Name%22%3A%22e%22%2C%22Coins%22%3A%221%22"
    "%7D%5D&PlayersOut=%5B%7B%22Name%22%3A%22a%22%2C%22Coins%22%3A%220%22%7D%2C%7B%22Name%22%3A%2"
    "2b%22%7D%5D&Protocol=udp&RegionId=cn-hangzhou",
    "24d3fdff316ef3b0781fa42b85e7c5521cb2709004a711b3c46c61ec01ae1049",
    "230c5838d0ca7d970e39c55ad601d80d6eb1aef721ba3a44576607048d1fd8fa",
    "8bdc93ced7ca01649a12aa37cf657b867a88d3427766f3eeef56a028614f9340", "OEeanZ6UlqYwqouJEhZEzv2Kljg%3D"};
constexpr golden_request only_required{
    "Fee=9&Loud=true&Players=%5B%7B%22Name%22%3A%22a%22%7D%5D&RegionId=cn-hangzhou",
    "2ab88417aa774d872cb730185e0082b40f119fd9f3f4464e39b4cc0a1f1f8f35",
    "0379e763ae937e03a5a274e7dc147bbc88a2aa9083710b819d5972e19901d783",
    "33c5bf910ee4e45ebebb42f218e3626828d809408897cf68f1849119dbfb6358", "t69IQJg4Suaq05A%2Bw1lMDyMJVcU%3D"};

request everything_set() {
    return {
        .region_id = "cn-hangzhou",
        .fee = 0,
        .loud = false,
        .night = true,
        .protocol = "udp",
        .players = {{.name = "a", .purse = 9, .wizard = true}, {.name = "b"}, {.name = "c", .wizard = false}},
        .substitutions = {{.out = {.name = "a", .purse = 0}, .in = {.name = "d", .wizard = true}},
                          {.out = {.name = "b"}, .in = {.name = "e", .purse = 1}}},
        .labels = {{"key-1", "v 1"},
                   {"key-2"},
                   {"key-3", ""},
                   {"key-4"},
                   {"key-5", "v 5"},
                   {"key-6"},
                   {"key-7", "v 7"},
                   {"key-8"},
                   {"key-9", "v 9"},
                   {"key-10"},
                   {"key-11", "v 11"}}};
}

shapes const arcade_shape{{"RequestId", text, true},
                          {"Open", truth, true},
                          {"Hall",
                           object,
                           false,
                           {},
                           {{"Machines",
                             list,
                             false,
                             "Machine",
                             {{"Title", text, true},
                              {"Scores", list, false, "Score", {{"Points", int64, true}, {"Beaten", truth}}},
                              {"Levels", list, false, "Level", {}, text}}},
                            {"Floor", int32}}},
                          {"LuckyNumbers", list, false, "Number", {}, int32},
                          {"Motto"}};

constexpr std::string_view json_reply =
    R"({"RequestId":"R","Open":true,"Hall":{"Machines":{"Machine":[{"Title":"Pong","Scores":{"Score":[)"
    R"({"Points":9223372036854775807,"Beaten":false},{"Points":-1}]},"Levels":{"Level":["easy","h\u0061rd"]}}]},)"
    R"("Floor":-2},"LuckyNumbers":{"Number":[7,-13]},"Motto":""})";
constexpr std::string_view xml_reply =
    "<a><RequestId>R</RequestId><Open>true</Open><Hall><Machines><Machine><Title>Pong</Title><Scores><Score>"
    "<Points>9223372036854775807</Points><Beaten>false</Beaten></Score><Score><Points>-1</Points><Beaten/>"
    "</Score></Scores><Levels><Level>easy</Level><Level>h&#97;rd</Level></Levels></Machine></Machines>"
    "<Floor>-2</Floor></Hall><LuckyNumbers><Number>7</Number><Number>-13</Number></LuckyNumbers><Motto/></a>";

/// What becomes of a reply, in JSON or XML: "" or the problem.
std::string problem_in(std::string_view body) {
    exact_bytes memory(slb::parse_memory<made_up::inspect_arcade_response>(body.size()));
    made_up::inspect_arcade_response into;
    return problem_of(body[0] == '<' ? slb::parse_xml(body, into, memory.span())
                                     : slb::parse_json(body, into, memory.span(), "InspectArcade"));
}

/// An element that is much larger than its text, in a list of an element that holds nothing else.
struct large_view {
    std::string_view key{};
    slb::maybe<std::string_view> a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{};
};
constexpr auto describe(slb::type<large_view>) {
    using view = large_view;
    return slb::members<view>(slb::field("k", &view::key), slb::field("a", &view::a),
                              slb::field("b", &view::b), slb::field("c", &view::c), slb::field("d", &view::d),
                              slb::field("e", &view::e), slb::field("f", &view::f), slb::field("g", &view::g),
                              slb::field("h", &view::h));
}
struct shelf_view {
    slb::list_view<large_view> boxes{};
};
constexpr auto describe(slb::type<shelf_view>) {
    return slb::members<shelf_view>(slb::items("l", "i", &shelf_view::boxes));
}
struct store_view {
    slb::list_view<shelf_view> shelves{};
};
constexpr auto describe(slb::type<store_view>) {
    return slb::members<store_view>(slb::items("l", "i", &store_view::shelves));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(a_request_with_only_what_is_required_is_this_to_the_byte) {
    request const bare{.region_id = "cn-hangzhou", .fee = 9, .loud = true, .players = {{.name = "a"}}};
    check_request(bare, only_required);
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    request broken = everything_set();
    broken.labels[10].key = slb::runtime("acs:x");
    BOOST_TEST(problem_with(broken) ==
               "Label.11.Key must not begin with aliyun or acs: or hold http:// or https://");
    broken.substitutions[1].in.name = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "PlayersIn[1].Name must not be empty");
    broken.substitutions[1].out.name = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "PlayersOut[1].Name must not be empty");
    broken.players.clear();
    BOOST_TEST(problem_with(broken) == "Players must hold at least one item");
    broken.protocol = slb::runtime("sctp");
    BOOST_TEST(problem_with(broken) == "Protocol must be tcp, udp, http or https");
}

BOOST_AUTO_TEST_CASE(a_reply_shows_numbers_truths_objects_and_lists_of_plain_values) {
    for (std::string_view const body : {json_reply, xml_reply}) BOOST_TEST_CONTEXT(body) {
            exact_bytes memory(slb::parse_memory<made_up::inspect_arcade_response>(body.size()));
            made_up::inspect_arcade_response said;
            slb::error const why = body[0] == '<'
                                       ? slb::parse_xml(body, said, memory.span())
                                       : slb::parse_json(body, said, memory.span(), "InspectArcade");
            BOOST_TEST_REQUIRE(problem_of(why) == "");
            BOOST_TEST(said.request_id == "R");
            BOOST_TEST(said.open);
            BOOST_TEST_REQUIRE(said.hall.machines.size() == 1U);
            auto const& [title, scores, levels] = said.hall.machines[0];
            BOOST_TEST(title == "Pong");
            BOOST_TEST_REQUIRE(scores.size() == 2U);
            BOOST_TEST(scores[0].points == INT64_MAX);
            BOOST_TEST((scores[0].beaten == slb::maybe<bool>(false)));
            BOOST_TEST(scores[1].points == -1);
            BOOST_TEST(!scores[1].beaten.has_value());
            BOOST_TEST_REQUIRE(levels.size() == 2U);
            BOOST_TEST(levels[0] == "easy");
            BOOST_TEST(levels[1] == "hard");
            BOOST_TEST(shown(said.hall.floor) == "-2");
            BOOST_TEST_REQUIRE(said.lucky_numbers.size() == 2U);
            BOOST_TEST(said.lucky_numbers[0] == 7);
            BOOST_TEST(said.lucky_numbers[1] == -13);
            BOOST_TEST(shown(said.motto) == "");
        }
}

BOOST_AUTO_TEST_CASE(a_truth_is_true_or_false_and_nothing_else) {
    auto const json = [](std::string_view open) {
        return R"({"RequestId":"R","Open":)" + std::string(open) + "}";
    };
    auto const xml = [](std::string_view open) {
        return "<a><RequestId>R</RequestId><Open>" + std::string(open) + "</Open></a>";
    };
    for (char const* const good : {"true", "false", R"("true")", R"("false")", R"("tru\u0065")"})
        BOOST_TEST(problem_in(json(good)) == "", good);
    for (char const* const wrong :
         {"1", "0", R"("True")", R"("1")", R"("")", R"("true ")", "[]", "{}", "[true]", "1e5"})
        BOOST_TEST(problem_in(json(wrong)) == "Open has the wrong type or range in the response", wrong);
    BOOST_TEST(problem_in(json("null")) == "Open is missing from the response");
    for (char const* const no_json : {"True", "tru", "truefalse", "t", "truth", "falsé"})
        BOOST_TEST(problem_in(json(no_json)) == "the body of the response is not well-formed", no_json);
    for (char const* const good : {"true", "false", "&#116;rue", "<![CDATA[false]]>"})
        BOOST_TEST(problem_in(xml(good)) == "", good);
    for (char const* const wrong : {"1", "True", " true", "truefalse", "<X/>"})
        BOOST_TEST(problem_in(xml(wrong)) == "Open has the wrong type or range in the response", wrong);
    BOOST_TEST(problem_in(xml("")) == "Open is missing from the response");
}

BOOST_AUTO_TEST_CASE(plain_values_in_lists_are_refused_by_their_place) {
    auto const json = [](std::string_view list) {
        return R"({"RequestId":"R","Open":true,"LuckyNumbers":)" + std::string(list) + "}";
    };
    auto const xml = [](std::string_view numbers) {
        return "<a><RequestId>R</RequestId><Open>true</Open><LuckyNumbers>" + std::string(numbers) +
               "</LuckyNumbers></a>";
    };
    for (char const* const good : {"[]", "[1]", R"(["1",2])", R"({"Number":3})", R"({"Number":"3"})",
                                   R"({"Number":[]})", R"({"Number":null})", "null", "{}"})
        BOOST_TEST(problem_in(json(good)) == "", good);
    struct {
        char const* text;
        char const* problem;
    } const wrong[] = {
        {"[1,null]", "LuckyNumbers[1] has the wrong type or range in the response"},
        {"[1,2147483648]", "LuckyNumbers[1] has the wrong type or range in the response"},
        {"[{}]", "LuckyNumbers[0] has the wrong type or range in the response"},
        {R"({"Number":[1,2,"x"]})", "LuckyNumbers[2] has the wrong type or range in the response"},
        {"7", "LuckyNumbers has the wrong type or range in the response"},
    };
    for (auto const& [list, problem] : wrong) BOOST_TEST(problem_in(json(list)) == problem, list);
    BOOST_TEST(problem_in(xml("<Number>1</Number><X/><Number>2</Number>")) == "");
    BOOST_TEST(problem_in(xml("<Number>1</Number><Number>x</Number>")) ==
               "LuckyNumbers[1] has the wrong type or range in the response");
    BOOST_TEST(problem_in(xml("<Number/>")) == "LuckyNumbers[0] has the wrong type or range in the response");
}

BOOST_AUTO_TEST_CASE(lists_inside_of_lists_fit_the_memory_that_their_size_asks_for) {
    for (std::size_t const shelves : {1U, 2U, 7U})
        for (std::size_t const boxes : {1U, 2U, 3U, 100U}) {
            std::string json;
            std::string xml;
            for (std::size_t i = 0; i != shelves; ++i) {
                json += R"(,{"l":[)";
                xml += "<i><l>";
                for (std::size_t k = 0; k != boxes; ++k) {
                    json += k == 0 ? R"({"k":""})" : R"(,{"k":""})";
                    xml += "<i><k/></i>";
                }
                json += "]}";
                xml += "</l></i>";
            }
            json = R"({"l":[)" + json.substr(1) + "]}";
            xml = "<a><l>" + xml + "</l></a>";
            for (std::string const& text : {json, xml})
                for (std::size_t const elements : {std::size_t{4096}, shelves * (boxes + 1)})
                    BOOST_TEST_CONTEXT(text[0] << ' ' << shelves << " times " << boxes << " of "
                                               << elements) {
                        slb::parse_limits const limits{.elements = elements};
                        exact_bytes memory(slb::parse_memory<store_view>(text.size(), limits));
                        store_view said;
                        BOOST_TEST(problem_of(text[0] == '<'
                                                  ? slb::parse_xml(text, said, memory.span(), limits)
                                                  : slb::parse_json(text, said, memory.span(), {}, limits)) ==
                                   "");
                        BOOST_TEST_REQUIRE(said.shelves.size() == shelves);
                        for (auto const& shelf : said.shelves) BOOST_TEST(shelf.boxes.size() == boxes);
                    }
        }
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) { check_replies<request>(arcade_shape); }

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), arcade_shape);
}

BOOST_AUTO_TEST_SUITE_END()
