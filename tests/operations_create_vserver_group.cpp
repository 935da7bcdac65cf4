#include <slb/operations/create_vserver_group.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_create_vserver_group)

namespace {

using namespace slb_test;
using request = slb::create_vserver_group;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "BackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%2C%"
    "22Weight%22%3A%2260%22%2C%22Type%22%3A%22ecs%22%2C%22Description%22%3A%22web-a%22%7D%2C%7B%2"
    "2ServerId%22%3A%22eni-bp1hc4s6b9d2%22%2C%22Port%22%3A%22443%22%2C%22Weight%22%3A%220%22%2C%2"
    "2Type%22%3A%22eni%22%2C%22ServerIp%22%3A%22192.0.2.11%22%2C%22Description%22%3A%22web%2Fb_%E"
    "6%9C%8D%22%7D%5D&LoadBalancerId=lb-bp1qjwo61pqz3&RegionId=cn-hangzhou&Tag.1.Key=env&Tag.1.Va"
    "lue=test&Tag.2.Key=owner%20%26%20co&Tag.2.Value=a%3Db%20%2B1&Tag.3.Key=%E6%9C%8D&Tag.3.Value"
    "=&Tag.4.Key=bare&VServerGroupName=web%2F1_%E6%9C%8D",
    "fe833ea8c32c519259963e5a7c24dd915c9d69b4ca30c0174100a84447938210",
    "036b341bfafe7ba91d3ce339d9cfbaefc4ec6b2941cd6276017c14d7ab27dfd2",
    "558d6345b4ac0f8ae3e007ba4d7c310637a1dd821dbbabd70ce574ac83302f26", "M6gIS%2FxThyOXT2RQgpy7GBdVJwI%3D"};
constexpr golden_request only_required{"LoadBalancerId=lb-bp1qjwo61pqz3&RegionId=cn-hangzhou",
                                       "35a3706eef3e6fe8d65e8fec1965b277f5efc2187750b90f8940f91617384b1f",
                                       "75963daa7f2f3827b45894107ce4c4837dd4b9e8bcc46ff3afac79027fc09006",
                                       "a862f8a7ea60580362a46498d0711e834f3b00bc925754a4012119c853269727",
                                       "cubB93SyA%2FJvDdZHJueebltVq2I%3D"};

constexpr std::string_view documented_json =
    R"({"VServerGroupId":"rsp-example01","RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30",)"
    R"("BackendServers":{"BackendServer":[{"ServerId":"i-example0001","Port":8080,)"
    R"("Weight":60,"Type":"ecs","Description":"web-a"}]}})";
constexpr std::string_view documented_xml =
    R"(<CreateVServerGroupResponse><VServerGroupId>rsp-example01</VServerGroupId><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><BackendServers><BackendServer>)"
    R"(<ServerId>i-example0001</ServerId><Port>8080</Port><Weight>60</Weight><Type>ecs</Type>)"
    R"(<Description>web-a</Description></BackendServer></BackendServers>)"
    R"(</CreateVServerGroupResponse>)";

request everything_set() {
    return {.region_id = "cn-hangzhou",
            .load_balancer_id = "lb-bp1qjwo61pqz3",
            .vserver_group_name = "web/1_\xe6\x9c\x8d",
            .backend_servers = {{.server_id = "i-bp1fq61enf4loa5i",
                                 .port = 8080,
                                 .weight = 60,
                                 .type = "ecs",
                                 .description = "web-a"},
                                {.server_id = "eni-bp1hc4s6b9d2",
                                 .port = 443,
                                 .weight = 0,
                                 .type = "eni",
                                 .server_ip = "192.0.2.11",
                                 .description = "web/b_\xe6\x9c\x8d"}},
            .tags = {{"env", "test"}, {"owner & co", "a=b +1"}, {"\xe6\x9c\x8d", ""}, {"bare"}}};
}

/// As much as one call takes: 20 servers with descriptions of 80 Chinese characters, and 20 tags.
struct largest_request {
    largest_request() {
        for (int i = 0; i != 80; ++i) description += "\xe6\x9c\x8d";
        for (int i = 0; i != 20; ++i) {
            std::string const number = std::to_string(i);
            ids[i] = "i-" + number;
            keys[i] = "key-" + number;
            values[i] = "value-" + number;
            whole.backend_servers.push_back({.server_id = slb::runtime(ids[i]),
                                             .port = slb::runtime(8000 + i),
                                             .weight = slb::runtime(5 * i),
                                             .type = "ecs",
                                             .description = slb::runtime(description)});
            whole.tags.push_back({slb::runtime(keys[i]), slb::runtime(values[i])});
        }
    }
    std::string description{};
    std::string ids[20]{};
    std::string keys[20]{};
    std::string values[20]{};
    request whole{
        .region_id = "cn-hangzhou", .load_balancer_id = "lb-bp1qjwo61pqz3", .vserver_group_name = "web"};
};

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(a_request_with_only_what_is_required_is_this_to_the_byte) {
    request const bare{.region_id = "cn-hangzhou", .load_balancer_id = "lb-bp1qjwo61pqz3"};
    check_request(bare, only_required);
}

BOOST_AUTO_TEST_CASE(twenty_servers_and_twenty_tags_travel_in_the_body) {
    std::string description;
    for (int i = 0; i != 80; ++i) description += "%E6%9C%8D";
    std::string query = "BackendServers=%5B";
    for (int i = 0; i != 20; ++i) {
        query += i == 0 ? "%7B" : "%2C%7B";
        query += "%22ServerId%22%3A%22i-" + std::to_string(i) + "%22%2C%22Port%22%3A%22" +
                 std::to_string(8000 + i) + "%22%2C%22Weight%22%3A%22" + std::to_string(5 * i) +
                 "%22%2C%22Type%22%3A%22ecs%22%2C%22Description%22%3A%22" + description + "%22%7D";
    }
    query += "%5D&LoadBalancerId=lb-bp1qjwo61pqz3&RegionId=cn-hangzhou";
    for (int number : {1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 2, 20, 3, 4, 5, 6, 7, 8, 9}) {
        std::string const tag = "&Tag." + std::to_string(number);
        std::string const index = std::to_string(number - 1);
        query += tag + ".Key=key-" + index + tag + ".Value=value-" + index;
    }
    query += "&VServerGroupName=web";
    // The hash of the body is no work of the library's either.
    golden_request const golden{query, "ea0c03c118c3264ebf4c209fa31749c80f1fd70e26ffb6a0bba7831efbc44d98",
                                "c8a16551d690c9c0d2ca649ebeac78c7dab692c3612f9474e7af37eb14ce0d9c",
                                "55d583fda5968830e2e956c0d874caebac61ba870fd2a942ea62f04e006677f2",
                                "SKQEcMKLEpQnFloUllhUghKj6kw%3D"};
    largest_request const largest;
    BOOST_TEST(query.size() == 18082U);
    check_request(largest.whole, golden);
    BOOST_TEST(message_of(largest.whole, slb::signature_scheme::acs3_hmac_sha256,
                          slb::parameter_placement::automatic) ==
               acs3_form_message("CreateVServerGroup", golden));
    BOOST_TEST(
        message_of(largest.whole, slb::signature_scheme::hmac_sha1, slb::parameter_placement::automatic) ==
        v1_form_message("CreateVServerGroup", golden));
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    largest_request larger;
    larger.whole.tags.push_back({"one-more"});
    BOOST_TEST(problem_with(larger.whole) == "Tag must not hold more items than one call takes, is 21");
    larger.whole.backend_servers.push_back({"i-one-more", 80});
    BOOST_TEST(problem_with(larger.whole) ==
               "BackendServers must not hold more items than one call takes, is 21");
    request broken = everything_set();
    broken.tags[3].key = slb::runtime("aliyun");
    BOOST_TEST(problem_with(broken) ==
               "Tag.4.Key must not begin with aliyun or acs: or hold http:// or https://");
    broken.backend_servers[1].server_ip = {};
    BOOST_TEST(problem_with(broken) ==
               "BackendServers[1].ServerIp must be given for a server of type eni or eci");
    broken.vserver_group_name = slb::runtime("two words");
    BOOST_TEST(problem_with(broken) == "VServerGroupName must be letters, digits, '-', '/', '.', '_' or "
                                       "U+4E00 to U+9FFF");
    broken.load_balancer_id = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "LoadBalancerId must not be empty");
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST(said.vserver_group_id == "rsp-example01");
        BOOST_TEST_REQUIRE(said.backend_servers.size() == 1U);
        BOOST_TEST(said.backend_servers[0].server_id == "i-example0001");
        BOOST_TEST(said.backend_servers[0].port == 8080);
        BOOST_TEST(shown(said.backend_servers[0].weight) == "60");
        BOOST_TEST(shown(said.backend_servers[0].type) == "ecs");
        BOOST_TEST(shown(said.backend_servers[0].server_ip) == "absent");
        BOOST_TEST(shown(said.backend_servers[0].description) == "web-a");
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) {
    check_replies<request>(changed_group_shape);
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    check_refusals<request>(
        {refusals_of_all, refusals_of_changes, refusals_of_servers, no_such_load_balancer});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), changed_group_shape);
}

BOOST_AUTO_TEST_CASE(it_is_not_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(!repeated.safe);
    BOOST_TEST(repeated.why == "it would create a second group");
}

BOOST_AUTO_TEST_SUITE_END()
