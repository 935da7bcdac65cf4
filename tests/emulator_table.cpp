#include <slb/emulator/table.hpp>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_table)

namespace {

using response = slb::changed_vserver_group;

template <class T>
slb::detail::member_row const& row(std::string_view name) {
    for (auto const& found : slb::detail::table_of<T>::value)
        if (found.name == name) return found;
    BOOST_FAIL("no row " << name);
    return *slb::detail::table_of<T>::value.begin();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_table_lists_members_by_name_and_says_which_are_required) {
    using table = slb::detail::table_of<slb::backend_server_view>;
    static_assert(table::value.size == 6);
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
    auto server = slb::detail::make_empty<slb::backend_server>();
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

BOOST_AUTO_TEST_CASE(a_table_row_of_a_list_shows_elements) {
    response answer;
    auto const& list = row<response>("BackendServers");
    BOOST_TEST(list.item_name == "BackendServer");
    BOOST_TEST((list.elements == &slb::detail::table_of<slb::backend_server_view>::value));
    BOOST_TEST(list.required == false);
    slb::backend_server_view const servers[] = {{.server_id = "vm-400", .port = 80},
                                                {.server_id = "vm-401", .port = 90}};
    answer.backend_servers = {servers, std::size(servers)};
    BOOST_TEST(list.list_size(&answer) == 2U);
    BOOST_TEST((list.list_element(&answer, 1) == &servers[1]));
    BOOST_TEST(list.assign == nullptr);
    BOOST_TEST(row<response>("RequestId").elements == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
