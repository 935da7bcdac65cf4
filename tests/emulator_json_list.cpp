#include <slb/emulator/json_list.hpp>
#include <slb/operations/backend_server.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

BOOST_AUTO_TEST_SUITE(emulator_json_list)

namespace {

/// `i-1:80 w=7 t=ecs a=192.0.2.1 d=web; ...`, or the refusal, with `!` before it when the text is no such
/// list.
std::string decoded(std::string_view text, bool strict) {
    auto result = slb::decode_list<slb::backend_server>(text, strict);
    if (auto const* const why = std::get_if<slb::list_refusal>(&result))
        return (why->malformed ? "!" : "") + why->sentence("List");
    // Elements view texts that move along.
    auto const list = std::move(std::get<0>(result));
    std::string shown;
    for (auto const& server : list.elements) {
        shown += shown.empty() ? "" : "; ";
        shown += std::string(server.server_id.text()) + ":" + std::to_string(server.port.number());
        if (server.weight) shown += " w=" + std::to_string(server.weight->number());
        if (server.type) shown += " t=" + std::string(server.type->text());
        if (server.server_ip) shown += " a=" + std::string(server.server_ip->text());
        if (server.description) shown += " d=" + std::string(server.description->text());
    }
    return shown;
}
/// An element as no list of the API has it.
struct labelled {
    slb::tag_key key;
    slb::maybe<slb::tag_value> value{};
    slb::maybe<slb::listener_protocol> protocol{};
};
constexpr auto describe(slb::type<labelled>) {
    return slb::members<labelled>(slb::field("Key", &labelled::key), slb::field("Value", &labelled::value),
                                  slb::field("Protocol", &labelled::protocol));
}
/// Why a list of these is refused; empty: it is not.
std::string labels(std::string_view text, bool strict) {
    auto const result = slb::decode_list<labelled>(text, strict);
    auto const* const why = std::get_if<slb::list_refusal>(&result);
    return why == nullptr ? "" : why->sentence("List");
}

std::string strictly(std::string_view text) { return decoded(text, true); }
std::string loosely(std::string_view text) { return decoded(text, false); }
/// A list of one server with more members.
std::string with(std::string_view members) {
    return R"([{"ServerId":"i-1","Port":80)" + std::string(members) + "}]";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_documented_list_is_decoded_in_both_modes) {
    std::string_view const text = R"( [ {"ServerId":"i-1","Port":"80","Weight":0,"Type":"eni",)"
                                  R"("ServerIp":"192.0.2.1","Description":"web-1\u002f_."},)"
                                  R"({"Port":65535,"Weight":"100","ServerId":"i-2"} ] )";
    std::string_view const wanted = "i-1:80 w=0 t=eni a=192.0.2.1 d=web-1/_.; i-2:65535 w=100";
    BOOST_TEST(strictly(text) == wanted);
    BOOST_TEST(loosely(text) == wanted);
    BOOST_TEST(strictly("[]").empty());
}

BOOST_AUTO_TEST_CASE(the_list_of_the_documentation_is_read_loosely_only) {
    std::string_view const text = "[{'ServerId':'vm-235','Port':'8080','Weight':'100'},"
                                  "{'ServerId':'vm-236','Port':'70','Weight':'100'}]";
    BOOST_TEST(strictly(text) == "!List is not JSON");
    BOOST_TEST(loosely(text) == "vm-235:8080 w=100; vm-236:70 w=100");
    BOOST_TEST(loosely(R"([{'ServerId':'a"b\'c\n','Port':80, "Description":"it's"}])") ==
               "a\"b'c\n:80 d=it's");
}

BOOST_AUTO_TEST_CASE(names_are_as_documented_or_loosely_with_either_first_letter) {
    std::string_view const small =
        R"([{"serverId":"i-1","port":80,"NodeName":{"a":[1,{"Port":2}]},"x":null}])";
    BOOST_TEST(strictly(small) == "!List[0] has a member that is not documented: serverId");
    BOOST_TEST(loosely(small) == "i-1:80");
    BOOST_TEST(loosely(R"([{"SERVERID":"i-1","ServerId":"i-2","port":80}])") == "i-2:80");
    BOOST_TEST(strictly(with(R"(,"Port":80)")) == "!List[0].Port stands twice");
    BOOST_TEST(loosely(with(R"(,"Port":81)")) == "i-1:81");
}

BOOST_AUTO_TEST_CASE(what_is_no_list_of_objects_is_malformed) {
    for (auto text : {"", " ", "[", "[{]", "[{}", "[{}]x", "[{},]", "[{\"Port\":80,}]", "[{\"Port\":080}]",
                      "nul", "[\"\xff\"]", "[{\"ServerId\":\"\x01\"}]", "[//\n]"}) {
        BOOST_TEST(strictly(text) == "!List is not JSON", text);
        BOOST_TEST(loosely(text) == "!List is not JSON", text);
    }
    for (auto text :
         {"{}", "1", "null", "\"x\"", "[1]", "[[]]", "[[{}]]", "[{\"ServerId\":\"i\",\"Port\":1},2]",
          "{\"a\":[{\"ServerId\":\"i\",\"Port\":1}]}", "{\"a\":{\"b\":1}}"}) {
        BOOST_TEST(strictly(text) == "!List is not a list of objects", text);
        BOOST_TEST(loosely(text) == "!List is not a list of objects", text);
    }
    BOOST_TEST(strictly(std::string(100000, '[')) == "!List is not JSON");
}

BOOST_AUTO_TEST_CASE(a_value_that_breaks_a_rule_is_named_by_its_path) {
    BOOST_TEST(strictly(R"([{"ServerId":"i-1","Port":80},{"ServerId":"i-2"}])") ==
               "List[1].Port must be given");
    BOOST_TEST(strictly(R"([{"Port":80}])") == "List[0].ServerId must be given");
    BOOST_TEST(strictly(R"([{"ServerId":"i-1","Port":70000}])") ==
               "List[0].Port must be between 1 and 65535, is 70000");
    BOOST_TEST(loosely(R"([{"ServerId":"i-1","Port":"0"}])") ==
               "List[0].Port must be between 1 and 65535, is 0");
    BOOST_TEST(strictly(with(R"(,"Weight":-1)")) == "List[0].Weight must be between 0 and 100, is -1");
    BOOST_TEST(loosely(with(R"(,"Weight":"101")")) == "List[0].Weight must be between 0 and 100, is 101");
    for (auto port :
         {"\"80x\"", "\"\"", "80.5", "8e1", "99999999999999999999", "\" 80\"", "\"+80\"", "\"080\"", "true"})
        BOOST_TEST(strictly("[{\"ServerId\":\"i-1\",\"Port\":" + std::string(port) + "}]").substr(0, 21) ==
                       "List[0].Port must be ",
                   port);
    for (auto port : {"null", "[]", "{}"})
        BOOST_TEST(strictly("[{\"ServerId\":\"i-1\",\"Port\":" + std::string(port) + "}]") ==
                       "List[0].Port must be a text or a whole number",
                   port);
    BOOST_TEST(strictly(with(R"(,"Type":"nas")")) == "List[0].Type must be ecs, eni or eci");
    BOOST_TEST(loosely(with(R"(,"Type":"nas")")) == "List[0].Type must be ecs, eni or eci");
}

BOOST_AUTO_TEST_CASE(texts_have_rules_in_strict_mode_only) {
    auto const check = [](std::string_view members, std::string_view strict_refusal) {
        BOOST_TEST(strictly(with(members)) == strict_refusal);
        BOOST_TEST(loosely(with(members)).substr(0, 6) == "i-1:80", members);
    };
    check(R"(,"Description":"a b")",
          "List[0].Description must be letters, digits, '-', '/', '.', '_' or U+4E00 to U+9FFF");
    check(R"(,"Description":"中文")",
          "List[0].Description must be letters, digits, '-', '/', '.', '_' or U+4E00 to U+9FFF");
    check(R"(,"Description":"")", "List[0].Description must have 1 to 80 characters");
    check(R"(,"ServerIp":"localhost")", "List[0].ServerIp must be an IPv4 or IPv6 address");
    check(R"(,"ServerIp":"")", "List[0].ServerIp must be an IPv4 or IPv6 address");
    check(R"(,"Type":"eni")", "List[0].ServerIp must be given for a server of type eni or eci");
    check(R"(,"Description":7)", "List[0].Description must be a text");
    BOOST_TEST(strictly(R"([{"ServerId":"i 1","Port":80}])") ==
               "List[0].ServerId must be printable ASCII without space, quote or backslash");
    BOOST_TEST(loosely(R"([{"ServerId":"一 1","Port":80}])") == "一 1:80");
    BOOST_TEST(strictly(with(R"(,"Description":")" + std::string(80, 'x') + "\"")) ==
               "i-1:80 d=" + std::string(80, 'x'));
    BOOST_TEST(loosely(R"([{"ServerId":"","Port":80}])") == "List[0].ServerId must not be empty");
}

BOOST_AUTO_TEST_CASE(the_alphabet_of_names_is_that_of_names_only) {
    BOOST_TEST(labels(R"([{"Key":"键","Value":"值"}])", true) == "");
}

BOOST_AUTO_TEST_CASE(tags_and_protocols_have_rules_in_strict_mode_only) {
    struct {
        std::string list;
        std::string_view refusal;
    } const wrong[] = {
        {R"([{"Key":"acs:k"}])",
         "List[0].Key must not begin with aliyun or acs: or hold http:// or https://"},
        {R"([{"Key":""}])", "List[0].Key must have 1 to 64 characters"},
        {R"([{"Key":"k\n"}])", "List[0].Key must be UTF-8 without control characters"},
        {R"([{"Key":"k","Value":")" + std::string(129, 'v') + R"("}])",
         "List[0].Value must not have more than 128 characters"},
        {R"([{"Key":"k","Protocol":"ftp"}])", "List[0].Protocol must be tcp, udp, http or https"},
    };
    for (auto const& [list, refusal] : wrong) {
        BOOST_TEST(labels(list, true) == refusal);
        BOOST_TEST(labels(list, false) == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
