#include <slb/describe.hpp>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>
#include <slb/query.hpp>
#include <slb/table.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(describe)

namespace samples {

struct nothing_said {
    int member;
};

struct named_oddly {
    slb::maybe<slb::server_id> one{};
    slb::maybe<slb::server_id> two{};
    slb::maybe<slb::server_id> three{};
    slb::maybe<slb::server_id> four{};
    slb::maybe<slb::server_id> five{};
    slb::maybe<slb::server_id> six{};
    slb::list<slb::backend_server_key, 2> seven{};
    slb::list<slb::server_replacement, 2> eight{};
};
struct no_answer {};
constexpr auto describe(slb::type<no_answer>) { return slb::members<no_answer>(); }
constexpr auto describe(slb::type<named_oddly>) {
    using odd = named_oddly;
    return slb::operation<odd, no_answer>(
        "NameOddly", slb::field("a", &odd::one), slb::field("A.10", &odd::two), slb::field("B", &odd::three),
        slb::field("A_", &odd::four), slb::field("A-", &odd::five), slb::field("Aa", &odd::six),
        slb::json_list("A.2", &odd::seven),
        slb::pairs(&odd::eight, slb::json_part("A1", &slb::server_replacement::to),
                   slb::json_part("A.1", &slb::server_replacement::from)));
}

} // namespace samples

namespace {

using request = slb::modify_vserver_group_backend_servers;
using response = slb::modify_vserver_group_backend_servers_response;

template <class Request>
std::string order_of() {
    std::string names;
    for (auto const& slot : slb::detail::sorted_parameters<Request>.slots)
        names += std::string(slot.name) + " ";
    return names;
}

template <class T>
slb::detail::member_row const& row(std::string_view name) {
    for (auto const& found : slb::detail::table_of<T>::value)
        if (found.name == name) return found;
    BOOST_FAIL("no row " << name);
    return *slb::detail::table_of<T>::value.begin();
}

template <class Integer>
struct integer_row {
    std::string_view text;
    bool good;
    Integer number;
};
constexpr integer_row<std::int32_t> integers[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"7", true, 7},
    {"-7", true, -7},
    {"65535", true, 65535},
    {"2147483647", true, 2147483647},
    {"-2147483648", true, std::numeric_limits<std::int32_t>::min()},
    {"2147483648", false, 0},
    {"-2147483649", false, 0},
    {"9999999999999999999", false, 0},
    {"18446744073709551616", false, 0},
    {"99999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"--1", false, 0},
    {"+1", false, 0},
    {"01", false, 0},
    {"00", false, 0},
    {"-01", false, 0},
    {"1.0", false, 0},
    {"1e2", false, 0},
    {"0x1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1a", false, 0},
    {"\xd9\xa1", false, 0},
};
constexpr integer_row<std::int64_t> long_integers[] = {
    {"9223372036854775807", true, INT64_MAX}, {"-9223372036854775808", true, INT64_MIN},
    {"9223372036854775808", false, 0},        {"-9223372036854775809", false, 0},
    {"18446744073709551617", false, 0},
};
template <class Integer, std::size_t Count>
constexpr std::string_view first_misread(integer_row<Integer> const (&rows)[Count]) {
    for (auto const& [text, good, expected] : rows) {
        Integer number = 0;
        if (slb::detail::parse_integer(text, number) != good || number != expected) return text;
    }
    return "none";
}
static_assert(first_misread(integers) == "none");
static_assert(first_misread(long_integers) == "none");

} // namespace

BOOST_AUTO_TEST_CASE(an_operation_names_its_action_and_its_response) {
    static_assert(slb::action_of<request> == "ModifyVServerGroupBackendServers");
    static_assert(std::is_same_v<slb::response_of<request>, response>);
    static_assert(slb::action_of<slb::basic_modify_vserver_group_backend_servers<200>> ==
                  "ModifyVServerGroupBackendServers");
    BOOST_TEST(slb::action_of<samples::named_oddly> == "NameOddly");
}

BOOST_AUTO_TEST_CASE(only_an_operation_meets_the_concept_of_one) {
    static_assert(slb::described_operation<request>);
    static_assert(slb::described_operation<samples::named_oddly>);
    static_assert(!slb::described_operation<response>);
    static_assert(!slb::described_operation<slb::backend_server>);
    static_assert(!slb::described_operation<samples::nothing_said>);
    static_assert(!slb::described_operation<int>);
    BOOST_TEST(!slb::detail::has_description<samples::nothing_said>);
    BOOST_TEST(slb::detail::has_description<response>);
}

BOOST_AUTO_TEST_CASE(members_are_counted_whatever_their_type) {
    static_assert(slb::detail::member_count<samples::no_answer>() == 0);
    static_assert(slb::detail::member_count<samples::nothing_said>() == 1);
    static_assert(slb::detail::member_count<request>() == 3);
    static_assert(slb::detail::member_count<response>() == 3);
    static_assert(slb::detail::member_count<slb::backend_server>() == 6);
    static_assert(slb::detail::member_count<slb::backend_server_view>() == 6);
    BOOST_TEST(slb::detail::member_count<samples::named_oddly>() == 8U);
}

BOOST_AUTO_TEST_CASE(the_words_of_a_description_come_in_its_order) {
    std::string names;
    slb::detail::for_each_word<slb::backend_server>(
        [&](auto const& word) { names += std::string(word.name) + " "; });
    BOOST_TEST(names == "ServerId Port Weight Type ServerIp Description ");
}

BOOST_AUTO_TEST_CASE(a_member_is_found_by_its_pointer) {
    static_assert(slb::detail::wire_name(&slb::backend_server::server_ip) == "ServerIp");
    static_assert(slb::detail::wire_name(&slb::backend_server::port) == "Port");
    static_assert(slb::detail::wire_name(&slb::backend_server_key::server_ip) == "ServerIp");
    static_assert(slb::detail::wire_name(&response::request_id) == "RequestId");
    BOOST_TEST(slb::detail::wire_name(&samples::named_oddly::four) == "A_");
}

BOOST_AUTO_TEST_CASE(the_parameters_of_a_request_are_sorted_by_name_at_compile_time) {
    static_assert(slb::detail::sorted_parameters<request>.slots[0].name == "NewBackendServers");
    static_assert(slb::detail::sorted_parameters<request>.slots[1].second);
    BOOST_TEST(order_of<request>() == "NewBackendServers OldBackendServers RegionId VServerGroupId ");
}

BOOST_AUTO_TEST_CASE(names_are_sorted_by_character_code_as_the_vendor_s_clients_sort_them) {
    // The order that captures of the vendor's Node clients show.
    BOOST_TEST(order_of<samples::named_oddly>() == "A- A.1 A.10 A.2 A1 A_ Aa B a ");
}

BOOST_AUTO_TEST_CASE(a_table_lists_members_by_name_and_says_which_are_required) {
    using table = slb::detail::table_of<slb::backend_server_view>;
    static_assert(table::value.size == 6);
    static_assert(table::value.object_size == sizeof(slb::backend_server_view));
    static_assert(table::value.object_alignment == alignof(slb::backend_server_view));
    std::string rows;
    for (auto const& found : table::value) rows += std::string(found.name) + (found.required ? "! " : " ");
    BOOST_TEST(rows == "ServerId! Port! Weight Type ServerIp Description ");
}

BOOST_AUTO_TEST_CASE(a_table_row_assigns_and_shows_a_value) {
    slb::backend_server_view view;
    BOOST_TEST(row<slb::backend_server_view>("ServerId").assign(&view, "vm-400"));
    BOOST_TEST(row<slb::backend_server_view>("Port").assign(&view, "80"));
    BOOST_TEST(row<slb::backend_server_view>("Weight").assign(&view, "0"));
    BOOST_TEST(!row<slb::backend_server_view>("Port").assign(&view, "eighty"));
    BOOST_TEST(!row<slb::backend_server_view>("Weight").assign(&view, ""));
    BOOST_TEST(view.server_id == "vm-400");
    BOOST_TEST(view.port == 80);
    BOOST_TEST((view.weight == slb::maybe<std::int32_t>(0)));
    BOOST_TEST(!view.type.has_value());

    using kind = slb::detail::shown_value::kind;
    BOOST_TEST(row<slb::backend_server_view>("ServerId").show(&view).text == "vm-400");
    BOOST_TEST((row<slb::backend_server_view>("ServerId").show(&view).what == kind::text));
    BOOST_TEST(row<slb::backend_server_view>("Port").show(&view).number == 80);
    BOOST_TEST((row<slb::backend_server_view>("Weight").show(&view).what == kind::number));
    BOOST_TEST((row<slb::backend_server_view>("Type").show(&view).what == kind::nothing));
}

BOOST_AUTO_TEST_CASE(a_table_row_of_a_request_s_value_leaves_the_check_to_the_value) {
    alignas(slb::backend_server) std::byte memory[sizeof(slb::backend_server)];
    slb::detail::table_of<slb::backend_server>::value.construct(memory);
    auto& server = *std::launder(reinterpret_cast<slb::backend_server*>(memory));
    BOOST_TEST(row<slb::backend_server>("ServerId").assign(&server, "with space"));
    BOOST_TEST(row<slb::backend_server>("Port").assign(&server, "70000"));
    BOOST_TEST(!row<slb::backend_server>("Port").assign(&server, "70000.0"));
    BOOST_TEST(row<slb::backend_server>("Type").assign(&server, "eni"));
    BOOST_TEST((server.server_id.broken_rule() == slb::errc::id_alphabet));
    BOOST_TEST(server.port.number() == 70000);
    BOOST_TEST(server.type->text() == "eni");
    BOOST_TEST(row<slb::backend_server>("Type").show(&server).text == "eni");
    BOOST_TEST(row<slb::backend_server>("Port").show(&server).number == 70000);
    BOOST_TEST(!server.weight.has_value());
}

BOOST_AUTO_TEST_CASE(a_struct_can_be_made_before_its_required_members_are_there) {
    constexpr auto server = slb::detail::make_empty<slb::backend_server>();
    static_assert(server.server_id.text().empty() && server.port.number() == 0);
    static_assert(server.server_id.broken_rule() == slb::errc::id_empty);
    static_assert(!server.weight && !server.type && !server.server_ip && !server.description);
    BOOST_TEST((server.port.broken_rule() == slb::errc::port_out_of_range));
}

BOOST_AUTO_TEST_CASE(a_table_row_of_a_list_sets_and_shows_elements) {
    response answer;
    auto const& list = row<response>("BackendServers");
    BOOST_TEST(list.item_name == "BackendServer");
    BOOST_TEST((list.elements == &slb::detail::table_of<slb::backend_server_view>::value));
    BOOST_TEST(list.required == false);
    slb::backend_server_view const servers[] = {{.server_id = "vm-400", .port = 80},
                                                {.server_id = "vm-401", .port = 90}};
    list.set_list(&answer, servers, std::size(servers));
    BOOST_TEST(answer.backend_servers.size() == 2U);
    BOOST_TEST(answer.backend_servers[1].server_id == "vm-401");
    BOOST_TEST(list.list_size(&answer) == 2U);
    BOOST_TEST((list.list_begin(&answer) == servers));
    BOOST_TEST(list.assign == nullptr);
    BOOST_TEST(row<response>("RequestId").elements == nullptr);
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_read_in_json_s_grammar_and_in_range) {
    BOOST_TEST(first_misread(integers) == "none");
    BOOST_TEST(first_misread(long_integers) == "none");
}

BOOST_AUTO_TEST_SUITE_END()
