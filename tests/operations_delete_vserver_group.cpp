#include <slb/operations/delete_vserver_group.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_delete_vserver_group)

namespace {

using namespace slb_test;
using request = slb::delete_vserver_group;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{"RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
                                    "f9dbb399f4eeae6774f3c63859149a252a82bd5468f2089937d94769f92eee52",
                                    "bd30afc989ee551eb25810c0bf93c733fd622bc8aacd1c5a3a9320d5a5d35341",
                                    "e7cedb7fc18d47e11f145f70357449200564c40b46302c33c028eecc151ff86c",
                                    "xV3AnMO3iYAx2DEHMt3guYn48hA%3D"};

constexpr std::string_view documented_json = R"({"RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30"})";
constexpr std::string_view documented_xml =
    R"(<DeleteVServerGroupResponse><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId></DeleteVServerGroupResponse>)";

request everything_set() { return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"}; }

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    request broken = everything_set();
    broken.vserver_group_id = slb::runtime("rsp 1");
    BOOST_TEST(problem_with(broken) ==
               "VServerGroupId must be printable ASCII without space, quote or backslash");
    broken.region_id = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "RegionId must not be empty");
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) {
    check_replies<request>(deleted_group_shape);
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    static constexpr refusal_row in_use[] = {{400, "RspoolVipExist", false}, {400, "RspoolRuleExist", false}};
    check_refusals<request>({refusals_of_all, refusals_of_changes, no_such_group, in_use});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), deleted_group_shape);
}

BOOST_AUTO_TEST_CASE(it_is_not_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(!repeated.safe);
    BOOST_TEST(repeated.why == "a group that has gone is refused the second time");
}

BOOST_AUTO_TEST_SUITE_END()
