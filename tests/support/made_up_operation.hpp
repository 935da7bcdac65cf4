// An operation that no API has, with every word of a description: what a program writes to call one that the
// library does not know.
#ifndef SLB_TESTS_SUPPORT_MADE_UP_OPERATION_HPP
#define SLB_TESTS_SUPPORT_MADE_UP_OPERATION_HPP

#include <slb/operations/tag.hpp>

namespace made_up {

[[noreturn]] inline void coins_must_be_between_0_and_9() { std::abort(); }

struct coins_rule {
    static constexpr slb::errc broken(std::int64_t coins) {
        return coins >= 0 && coins <= 9 ? slb::errc::none : slb::errc::weight_out_of_range;
    }
    static constexpr auto missing = coins_must_be_between_0_and_9;
};
using coins = slb::number_value<coins_rule>;

struct player {
    slb::server_id name;
    slb::maybe<coins> purse{};
    slb::maybe<slb::flag> wizard{};
};
constexpr auto describe(slb::type<player>) {
    return slb::members<player>(slb::field("Name", &player::name), slb::field("Coins", &player::purse),
                                slb::field("Wizard", &player::wizard));
}

struct substitution {
    player out;
    player in;
};

struct score_view {
    std::int64_t points{};
    slb::maybe<bool> beaten{};

    friend constexpr bool operator==(score_view const&, score_view const&) = default;
};
constexpr auto describe(slb::type<score_view>) {
    return slb::members<score_view>(slb::field("Points", &score_view::points),
                                    slb::field("Beaten", &score_view::beaten));
}

struct machine_view {
    std::string_view title{};
    slb::list_view<score_view> scores{};
    slb::list_view<std::string_view> levels{};

    friend constexpr bool operator==(machine_view const&, machine_view const&) = default;
};
constexpr auto describe(slb::type<machine_view>) {
    return slb::members<machine_view>(slb::field("Title", &machine_view::title),
                                      slb::items("Scores", "Score", &machine_view::scores),
                                      slb::items("Levels", "Level", &machine_view::levels));
}

struct hall_view {
    slb::list_view<machine_view> machines{};
    slb::maybe<std::int32_t> floor{};

    friend constexpr bool operator==(hall_view const&, hall_view const&) = default;
};
constexpr auto describe(slb::type<hall_view>) {
    return slb::members<hall_view>(slb::items("Machines", "Machine", &hall_view::machines),
                                   slb::field("Floor", &hall_view::floor));
}

struct inspect_arcade_response {
    std::string_view request_id{};
    bool open{};
    hall_view hall{};
    slb::list_view<std::int32_t> lucky_numbers{};
    slb::maybe<std::string_view> motto{};

    friend constexpr bool operator==(inspect_arcade_response const&,
                                     inspect_arcade_response const&) = default;
};
constexpr auto describe(slb::type<inspect_arcade_response>) {
    using response = inspect_arcade_response;
    return slb::members<response>(slb::field("RequestId", &response::request_id),
                                  slb::field("Open", &response::open), slb::object("Hall", &response::hall),
                                  slb::items("LuckyNumbers", "Number", &response::lucky_numbers),
                                  slb::field("Motto", &response::motto));
}

struct inspect_arcade {
    slb::region_id region_id;
    coins fee;
    slb::flag loud;
    slb::maybe<slb::flag> night{};
    slb::maybe<slb::listener_protocol> protocol{};
    slb::required_list<player, 3> players;
    slb::list<substitution, 2> substitutions{};
    slb::list<slb::tag, 11> labels{};
};
constexpr auto describe(slb::type<inspect_arcade>) {
    using request = inspect_arcade;
    return slb::operation<request, inspect_arcade_response>(
        "InspectArcade", slb::field("RegionId", &request::region_id), slb::field("Fee", &request::fee),
        slb::field("Loud", &request::loud), slb::field("Night", &request::night),
        slb::field("Protocol", &request::protocol), slb::json_list("Players", &request::players),
        slb::pairs(&request::substitutions, slb::json_part("PlayersOut", &substitution::out),
                   slb::json_part("PlayersIn", &substitution::in)),
        slb::numbered("Label", &request::labels));
}

} // namespace made_up

#endif
