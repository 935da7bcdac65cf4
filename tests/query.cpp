#include <slb/operations/describe_vserver_groups.hpp>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>
#include <slb/query.hpp>
#include <slb/validate.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(query)

namespace {

using slb::errc;
using slb::runtime;
using request = slb::modify_vserver_group_backend_servers;

/// Percent-encoding once more, by other means: rule E1 of the vendor's clients, byte by byte with printf.
std::string encoded(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c != '\0' &&
            std::strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~", c)) {
            out += c;
        } else {
            char escape[4];
            std::snprintf(escape, sizeof escape, "%%%02X",
                          static_cast<unsigned>(static_cast<unsigned char>(c)));
            out += escape;
        }
    }
    return out;
}

template <class Request>
std::string query_of(Request const& request_to_show) {
    slb::detail::query_measurer measured;
    slb::detail::put_query(measured, request_to_show);
    // A heap buffer of exactly the measured size: the address sanitizer sees any byte beyond.
    auto const buffer = std::make_unique<char[]>(measured.once);
    slb::detail::query_writer sink{{buffer.get()}};
    slb::detail::put_query(sink, request_to_show);
    auto const size = static_cast<std::size_t>(sink.once.out - buffer.get());
    BOOST_TEST(size <= measured.once);
    return {buffer.get(), size};
}

/// The values of the documentation's example.
request seed() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                        {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}};
}

std::string text(slb::error const& shown) {
    std::string all;
    shown.write([&](std::string_view piece) { all += piece; });
    return all;
}

struct described_request {
    slb::maybe<slb::server_weight> limit{};
    slb::list<slb::backend_server_key, 3> keys{};
    slb::server_id id;
};
struct no_answer {};
constexpr auto describe(slb::type<described_request>) {
    using self = described_request;
    return slb::operation<self, no_answer>("DoIt", slb::field("Limit", &self::limit),
                                           slb::json_list("Keys", &self::keys), slb::field("Id", &self::id));
}

} // namespace

BOOST_AUTO_TEST_CASE(every_byte_is_percent_encoded_as_the_rule_says) {
    for (int byte = 0; byte != 256; ++byte) {
        char const one[1] = {static_cast<char>(byte)};
        char out[3] = {'?', '?', '?'};
        char* const end = slb::percent_encode(out, std::string_view(one, 1));
        BOOST_TEST_CONTEXT("byte " << byte) {
            BOOST_TEST(std::string_view(out, static_cast<std::size_t>(end - out)) ==
                       encoded(std::string_view(one, 1)));
        }
    }
}

BOOST_AUTO_TEST_CASE(texts_are_percent_encoded_byte_by_byte) {
    struct row {
        std::string_view plain;
        std::string_view expected;
    };
    // The second to fourth are published: aliyun/alibaba-cloud-sdk-go, aliyun/openapi-core-nodejs-sdk.
    static constexpr row rows[] = {
        {"", ""},
        {"2018-12-26T05:36:28Z", "2018-12-26T05%3A36%3A28Z"},
        {"str(str", "str%28str"},
        {"\xe6\xa0\x87\xe7\xad\xbe", "%E6%A0%87%E7%AD%BE"},
        {" +*~/", "%20%2B%2A~%2F"},
        {"!'()", "%21%27%28%29"},
        {"a-b_c.d~e", "a-b_c.d~e"},
        {"%25", "%2525"},
    };
    constexpr auto all_match = [] {
        for (auto const& [plain, expected] : rows) {
            char out[100] = {};
            char* const end = slb::percent_encode(out, plain);
            if (std::string_view(out, static_cast<std::size_t>(end - out)) != expected) return false;
        }
        return true;
    };
    static_assert(all_match());
    BOOST_TEST(all_match());
    for (auto const& [plain, expected] : rows) BOOST_TEST(encoded(plain) == expected);
}

BOOST_AUTO_TEST_CASE(the_documentation_s_example_becomes_this_query) {
    // From an independent script (Python's json and urllib.parse.quote).
    BOOST_TEST(query_of(seed()) ==
               "NewBackendServers=%5B"
               "%7B%22ServerId%22%3A%22vm-235%22%2C%22Port%22%3A%228080%22%2C%22Weight%22%3A%22100%22%7D%2C"
               "%7B%22ServerId%22%3A%22vm-236%22%2C%22Port%22%3A%2270%22%2C%22Weight%22%3A%22100%22%7D%5D"
               "&OldBackendServers=%5B"
               "%7B%22ServerId%22%3A%22vm-233%22%2C%22Port%22%3A%2280%22%7D%2C"
               "%7B%22ServerId%22%3A%22vm-232%22%2C%22Port%22%3A%2290%22%7D%5D"
               "&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p");
}

BOOST_AUTO_TEST_CASE(a_list_without_items_sends_no_parameter) {
    static constexpr request nothing{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
    BOOST_TEST(query_of(nothing) == "RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p");
    constexpr auto as_constant = [] {
        char out[200] = {};
        slb::detail::query_writer sink{{out}};
        slb::detail::put_query(sink, nothing);
        return std::string_view(out, static_cast<std::size_t>(sink.once.out - out)) ==
               "RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p";
    };
    static_assert(as_constant());
}

BOOST_AUTO_TEST_CASE(what_is_unset_is_never_sent_and_what_is_zero_is) {
    for (unsigned set = 0; set != 16; ++set) {
        slb::backend_server to{.server_id = "eni-1", .port = 1};
        std::string json = R"([{"ServerId":"eni-1","Port":"1")";
        if (set & 1U) {
            to.weight = slb::server_weight(0);
            json += R"(,"Weight":"0")";
        }
        if (set & 2U) {
            to.type = slb::server_type("ecs");
            json += R"(,"Type":"ecs")";
        }
        if (set & 4U) {
            to.server_ip = slb::server_address("2001:db8::1");
            json += R"(,"ServerIp":"2001:db8::1")";
        }
        if (set & 8U) {
            to.description = slb::server_description("web/1_\xe6\x9c\x8d");
            json += ",\"Description\":\"web/1_\xe6\x9c\x8d\"";
        }
        json += "}]";
        request sent{
            .region_id = "r", .vserver_group_id = "g", .replace = {{.from = {"i-1", 65535}, .to = to}}};
        BOOST_TEST((slb::validate(sent) == errc::none));
        BOOST_TEST(query_of(sent) == "NewBackendServers=" + encoded(json) + "&OldBackendServers=" +
                                         encoded(R"([{"ServerId":"i-1","Port":"65535"}])") +
                                         "&RegionId=r&VServerGroupId=g");
    }
}

BOOST_AUTO_TEST_CASE(a_server_to_go_is_named_with_type_and_address_where_it_has_them) {
    request const sent{
        .region_id = "r",
        .vserver_group_id = "g",
        .replace = {{.from = {.server_id = "eni-1", .port = 80, .type = "eni", .server_ip = "192.0.2.1"},
                     .to = {"i-2", 80}}}};
    BOOST_TEST(query_of(sent) ==
               "NewBackendServers=" + encoded(R"([{"ServerId":"i-2","Port":"80"}])") + "&OldBackendServers=" +
                   encoded(R"([{"ServerId":"eni-1","Port":"80","Type":"eni","ServerIp":"192.0.2.1"}])") +
                   "&RegionId=r&VServerGroupId=g");
}

BOOST_AUTO_TEST_CASE(ids_keep_every_character_of_their_alphabet) {
    std::string all;
    for (char c = '!'; c <= '~'; ++c)
        if (c != '"' && c != '\'' && c != '\\') all += c;
    request const sent{.region_id = runtime(all), .vserver_group_id = runtime(all)};
    BOOST_TEST((slb::validate(sent) == errc::none));
    BOOST_TEST(query_of(sent) == "RegionId=" + encoded(all) + "&VServerGroupId=" + encoded(all));
}

BOOST_AUTO_TEST_CASE(twenty_pairs_of_the_longest_values_fit_what_was_measured) {
    std::string id(126, '~');
    std::string chinese;
    for (int i = 0; i != 80; ++i) chinese += "\xe6\x9c\x8d";
    std::string ids[20];
    request full{.region_id = runtime(id), .vserver_group_id = runtime(id)};
    std::string expected_new;
    std::string expected_old;
    for (int i = 0; i != 20; ++i) {
        ids[i] = std::string(126, '/') + std::to_string(10 + i);
        full.replace.push_back(
            {.from = {runtime(ids[i]), 65535, "eni", "2001:db8:1111:2222:3333:4444:5555:6666"},
             .to = {.server_id = runtime(ids[i]),
                    .port = 65534,
                    .weight = 100,
                    .type = "eci",
                    .server_ip = "2001:db8:1111:2222:3333:4444:5555:7777",
                    .description = runtime(chinese)}});
        expected_old +=
            R"(,{"ServerId":")" + ids[i] +
            R"(","Port":"65535","Type":"eni","ServerIp":"2001:db8:1111:2222:3333:4444:5555:6666"})";
        expected_new += R"(,{"ServerId":")" + ids[i] +
                        R"(","Port":"65534","Weight":"100","Type":"eci","ServerIp":)"
                        R"("2001:db8:1111:2222:3333:4444:5555:7777","Description":")" +
                        chinese + R"("})";
    }
    BOOST_TEST(text(slb::validate(full)) == "no error");
    BOOST_TEST(query_of(full) == "NewBackendServers=" + encoded("[" + expected_new.substr(1) + "]") +
                                     "&OldBackendServers=" + encoded("[" + expected_old.substr(1) + "]") +
                                     "&RegionId=" + id + "&VServerGroupId=" + id);
}

BOOST_AUTO_TEST_CASE(lists_and_optional_values_of_other_requests_are_written_by_their_description) {
    described_request sent{.id = "i-1"};
    BOOST_TEST(query_of(sent) == "Id=i-1");
    sent.limit = slb::server_weight(0);
    BOOST_TEST(query_of(sent) == "Id=i-1&Limit=0");
    sent.keys = {{"a", 1}, {"b", 2}};
    BOOST_TEST(query_of(sent) ==
               "Id=i-1&Keys=" + encoded(R"([{"ServerId":"a","Port":"1"},{"ServerId":"b","Port":"2"}])") +
                   "&Limit=0");
    BOOST_TEST((slb::validate(sent) == errc::none));
    sent.limit = runtime(-1);
    BOOST_TEST(text(slb::validate(sent)) == "not sent: Limit must be between 0 and 100, is -1");
    sent.limit = {};
    sent.keys.push_back({"b", 2});
    BOOST_TEST(text(slb::validate(sent)) == "not sent: Keys[2] must not name the same server twice");
}

BOOST_AUTO_TEST_CASE(a_flag_is_true_or_false_and_not_sent_when_left_out) {
    slb::describe_vserver_groups sent{.region_id = "r", .load_balancer_id = "lb"};
    BOOST_TEST(query_of(sent) == "LoadBalancerId=lb&RegionId=r");
    sent.include_listener = true;
    sent.include_rule = false;
    BOOST_TEST(query_of(sent) == "IncludeListener=true&IncludeRule=false&LoadBalancerId=lb&RegionId=r");
}

BOOST_AUTO_TEST_CASE(numbered_parameters_come_in_bytewise_order_however_many_there_are) {
    BOOST_TEST(query_of(slb::describe_vserver_groups{
                   .region_id = "r",
                   .load_balancer_id = "lb",
                   .tags = {{"a", "1"}, {"b"}, {"c", ""}, {"d & e", "\xe6\x9c\x8d"}}}) ==
               "LoadBalancerId=lb&RegionId=r&Tag.1.Key=a&Tag.1.Value=1&Tag.2.Key=b&Tag.3.Key=c&Tag.3.Value="
               "&Tag.4.Key=d%20%26%20e&Tag.4.Value=%E6%9C%8D");
    // Sorted by a map here, in one pass there.
    for (std::size_t count = 0; count <= 20; ++count) BOOST_TEST_CONTEXT(count << " tags") {
            std::string keys[20];
            slb::describe_vserver_groups sent{.region_id = "r", .load_balancer_id = "lb"};
            std::map<std::string, std::string> parameters{{"LoadBalancerId", "lb"}, {"RegionId", "r"}};
            for (std::size_t i = 0; i != count; ++i) {
                keys[i] = "key-" + std::to_string(i);
                std::string const tag = "Tag." + std::to_string(i + 1);
                parameters[tag + ".Key"] = keys[i];
                if (i % 3 == 0) {
                    sent.tags.push_back({runtime(keys[i])});
                } else {
                    sent.tags.push_back({runtime(keys[i]), runtime(keys[i])});
                    parameters[tag + ".Value"] = keys[i];
                }
            }
            std::string expected;
            for (auto const& [name, value] : parameters) expected += "&" + name + "=" + value;
            BOOST_TEST((slb::validate(sent) == errc::none));
            BOOST_TEST(query_of(sent) == expected.substr(1));
        }
}

BOOST_AUTO_TEST_CASE(a_tag_may_hold_what_json_would_escape) {
    BOOST_TEST(query_of(slb::describe_vserver_groups{
                   .region_id = "r", .load_balancer_id = "lb", .tags = {{"\"\\", "a\"b\\c'"}}}) ==
               "LoadBalancerId=lb&RegionId=r&Tag.1.Key=" + encoded("\"\\") +
                   "&Tag.1.Value=" + encoded("a\"b\\c'"));
}

BOOST_AUTO_TEST_SUITE_END()
