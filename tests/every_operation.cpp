// Every operation of operations.hpp, and one more, through everything: random requests and responses travel
// from a client to the emulator and back, in both signatures and both formats, and arrive as they left.
#include "support/made_up_operation.hpp"
#include "support/random_operations.hpp"

#include <slb.hpp>
#include <slb/emulator.hpp>
#include <slb/emulator/request.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(every_operation)

namespace {

constexpr std::size_t cases_of_an_operation = 600;

template <class Operation>
void travel(std::uint64_t seed) {
    using response_type = slb::response_of<Operation>;
    slb_test::random_values values(seed);
    slb::emulator emulator;
    std::string sent;
    std::string arrived;
    response_type answered{};
    emulator.handle(slb::action_of<Operation>, [&](slb::emulator_call const& call) -> slb::emulator_answer {
        auto const decoded = slb::decode_request<Operation>(call);
        if (auto const* const no = std::get_if<slb::refusal>(&decoded)) return *no;
        arrived = slb_test::query_of(std::get<0>(decoded).request);
        return answered;
    });
    slb::emulator_transport transport{emulator};
    auto const access = slb::credentials{"testid", "testsecret"};
    std::set<std::string> queries;
    for (auto scheme : {slb::signature_scheme::acs3_hmac_sha256, slb::signature_scheme::hmac_sha1})
        for (auto format : {slb::response_format::json, slb::response_format::xml}) {
            slb::client client{transport, access, {.scheme = scheme, .format = format}};
            slb::response<Operation> response;
            for (std::size_t i = 0; i != cases_of_an_operation / 4; ++i) {
                auto const request = values.request<Operation>();
                answered = values.response<response_type>();
                sent = slb_test::query_of(request);
                arrived.clear();
                bool const granted = client.invoke(request, response);
                BOOST_TEST_CONTEXT(slb::action_of<Operation> << " " << sent) {
                    BOOST_REQUIRE_MESSAGE(granted, response.error());
                    BOOST_REQUIRE(arrived == sent);
                    BOOST_REQUIRE((*response == answered));
                }
                queries.insert(sent);
            }
        }
    // Hardly two are alike, even of those with two ids only.
    BOOST_TEST(queries.size() > cases_of_an_operation * 9 / 10);
    BOOST_TEST_MESSAGE(slb::action_of<Operation> << ": " << cases_of_an_operation << " calls");
}

template <class... Operations>
void travel_all(slb::operation_list<Operations...>) {
    std::uint64_t seed = 2026;
    (travel<Operations>(++seed), ...);
}

} // namespace

BOOST_AUTO_TEST_CASE(random_requests_and_responses_arrive_as_they_left) {
    travel_all(slb::all_operations{});
    travel_all(slb::operation_list<made_up::inspect_arcade>{});
}

BOOST_AUTO_TEST_SUITE_END()
