#include <slb/service_codes.hpp>
// The header under test comes first: it stands alone.
#include "support/responses.hpp"

#include <slb/http_call.hpp>

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

BOOST_AUTO_TEST_SUITE(service_codes)

namespace {

using namespace slb_test;
using slb::lookup_service_code;
using slb::service_group;
using slb::service_retry;
using table = slb::detail::service_code_table;

/// A line of vectors/service_codes.txt, which was not made from the table of the library.
struct documented_refusal {
    int status = 0;
    std::string code{};
    std::string text{};
    std::string group{};
    std::string retry{};
    bool retryable = false;
    std::string delivery{};
};
std::vector<documented_refusal> documented_refusals() {
    std::vector<documented_refusal> refusals;
    std::ifstream file(SLB_TEST_DIR "/vectors/service_codes.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream columns(line);
        documented_refusal refusal;
        std::string status;
        std::string retryable;
        for (std::string* column : {&status, &refusal.code, &refusal.text, &refusal.group, &refusal.retry,
                                    &retryable, &refusal.delivery})
            BOOST_TEST_REQUIRE(static_cast<bool>(std::getline(columns, *column, '|')), line);
        refusal.status = std::stoi(status);
        BOOST_TEST_REQUIRE((retryable == "retryable" || retryable == "not"), line);
        refusal.retryable = retryable == "retryable";
        refusals.push_back(refusal);
    }
    return refusals;
}

std::string_view word_of(service_retry retry) {
    switch (retry) {
    case service_retry::no: return "no";
    case service_retry::after_delay: return "after-delay";
    case service_retry::after_reading: return "after-reading";
    case service_retry::after_setting_the_clock: return "after-setting-the-clock";
    case service_retry::after_getting_a_key: return "after-getting-a-key";
    case service_retry::unknown: return "unknown";
    }
    return "?";
}
std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return text;
}
std::string words_of(slb::service_error const& said) {
    std::ostringstream out;
    out << said.code << '|' << said.message << '|' << said.request_id << '|' << said.host_id << '|'
        << said.recommendation << '|' << said.http_status;
    return out.str();
}

/// A row of the table as its texts and numbers.
std::string shown(slb::maybe<slb::service_code> const& known) {
    if (!known) return "unknown";
    std::ostringstream out;
    out << known->code << '|' << known->http_status << '|' << message(known->group) << '|'
        << word_of(known->retry) << '|' << known->meaning << '|' << known->advice;
    return out.str();
}

} // namespace

BOOST_AUTO_TEST_CASE(every_documented_refusal_is_acted_on_as_its_code_its_status_and_its_text_say) {
    auto const refusals = documented_refusals();
    BOOST_TEST(refusals.size() == 257U);
    std::size_t number = 0;
    for (documented_refusal const& refusal : refusals) {
        std::string const id = "365F4154-92F6-4AE4-92F8-" + std::to_string(++number);
        std::string const said =
            "What was wrong: " + (refusal.text.empty() ? "it" : refusal.text) + ", alas.";
        std::string const recommendation = "https://api.example/troubleshoot?q=" + std::to_string(number);
        std::string const json = R"({"RequestId":")" + id + R"(","Message":")" + said + R"(","Recommend":")" +
                                 recommendation + R"(","HostId":"slb.aliyuncs.com","Code":")" + refusal.code +
                                 "\"}";
        std::string const xml =
            "<Error><RequestId>" + id + "</RequestId><HostId>slb.aliyuncs.com</HostId><Code>" + refusal.code +
            "</Code><Message>" + said + "</Message><Recommend>" + recommendation + "</Recommend></Error>";
        for (std::string const& body : {json, xml}) {
            BOOST_TEST_CONTEXT(refusal.status << ' ' << body) {
                slb::response<operation> out;
                slb::http_call<>(slb::endpoint("slb.aliyuncs.com")).receive(refusal.status, {}, body, out);
                BOOST_TEST(!out);
                slb::error const& why = out.error();
                BOOST_TEST(why.code() == slb::errc::service_refused);
                BOOST_TEST(why.retryable() == refusal.retryable);
                BOOST_TEST(why.retry_after() == (refusal.retryable ? 3000 : 0));
                BOOST_TEST(message(why.delivery()) == refusal.delivery);
                BOOST_TEST_REQUIRE(why.service() != nullptr);
                BOOST_TEST(words_of(*why.service()) == refusal.code + '|' + said + '|' + id +
                                                           "|slb.aliyuncs.com|" + recommendation + '|' +
                                                           std::to_string(refusal.status));

                auto const known = lookup_service_code(*why.service());
                BOOST_TEST_REQUIRE(known.has_value());
                BOOST_TEST(known->code == refusal.code);
                BOOST_TEST(message(known->group) == refusal.group);
                BOOST_TEST(word_of(known->retry) == refusal.retry);
                BOOST_TEST(why.advice() == known->advice);
                // A refusal for good says what to do, and so does one that not every program can help itself.
                bool const for_good = refusal.retry == "no" || refusal.retry == "after-setting-the-clock" ||
                                      refusal.retry == "after-getting-a-key";
                BOOST_TEST((!for_good || !known->advice.empty()));

                std::string expected =
                    refusal.delivery + ": the service answered with an error: " + refusal.code + ": " + said +
                    " (HTTP " + std::to_string(refusal.status) + ", request id " + id + ")";
                if (refusal.retryable) expected += "; retry after 3000 ms";
                if (refusal.delivery == "maybe applied")
                    expected += "; read the group back before sending it again";
                if (!known->advice.empty()) expected += "; " + std::string(known->advice);
                BOOST_TEST(text_of(why) == expected);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_row_of_the_table_is_found_in_small_and_in_large_letters) {
    std::set<std::string_view> codes;
    for (auto const& row : table::rows) {
        int const status = row.http_status == 0 ? 400 : row.http_status;
        std::string const said = "x " + std::string(row.text) + " y";
        BOOST_TEST_CONTEXT(row.code << ' ' << row.http_status << ' ' << row.text) {
            BOOST_TEST(shown(lookup_service_code(row.code, status, said)) == shown(row.view()));
            BOOST_TEST(shown(lookup_service_code(upper(row.code), status, said)) == shown(row.view()));
            std::string_view const meaning = row.meaning;
            BOOST_TEST(!meaning.empty());
            BOOST_TEST(meaning.back() != '.');
            for (std::string_view const words : {meaning, std::string_view(row.advice)})
                for (char c : words) BOOST_TEST((c >= ' ' && c <= '~'));
        }
        codes.insert(row.code);
    }
    // And each of them stands in the vectors.
    for (documented_refusal const& refusal : documented_refusals()) codes.erase(refusal.code);
    BOOST_TEST(codes.empty(), *codes.begin());
}

BOOST_AUTO_TEST_CASE(what_a_clock_or_a_key_helps_is_as_written_here) {
    std::string with_clock;
    std::string with_key;
    for (auto const& row : table::rows) {
        if (row.retry == service_retry::after_setting_the_clock)
            with_clock += std::string(row.code) + ' ' + row.text + '\n';
        if (row.retry == service_retry::after_getting_a_key) with_key += std::string(row.code) + '\n';
        // Neither was applied, nor is it sent again as it is.
        bool const helped = row.retry == service_retry::after_setting_the_clock ||
                            row.retry == service_retry::after_getting_a_key;
        auto const meaning =
            slb::detail::meaning_of(row.view(), row.http_status == 0 ? 400 : row.http_status);
        if (helped) BOOST_TEST((!meaning.retryable && !meaning.maybe_applied), row.code);
    }
    BOOST_TEST(with_clock ==
               "IllegalTimestamp \nInternalError Illegal timestamp\nInvalidTimeStamp.Expired \n");
    BOOST_TEST(with_key == "Forbidden.AccessKeyDisabled\nInvalidAccessKeyId\nInvalidAccessKeyId.Inactive\n"
                           "InvalidAccessKeyId.NotFound\nInvalidSecurityToken.Expired\n"
                           "InvalidSecurityToken.Malformed\nInvalidSecurityToken.MismatchWithAccessKey\n");
}

BOOST_AUTO_TEST_CASE(the_table_is_sorted) {
    for (std::size_t i = 1; i != std::size(table::rows); ++i)
        BOOST_TEST(!slb::detail::less_ignoring_case(table::rows[i].code, table::rows[i - 1].code),
                   table::rows[i].code);
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_table_is_unknown) {
    struct {
        std::string_view code;
        int status;
    } const unknown[] = {
        {"", 400},
        {"C", 400},
        {"A", 400},
        {"zzz", 400},
        {"Throttlin", 400},
        {"Throttled", 400},
        {"User.Throttling", 400},
        {"SystemBusy.Not", 400},
        {"SystemBus", 400},
        {"VServerGroupProcessing ", 400},
        {std::string_view("OverQuota\0", 10), 400},
        {"\xff\xfe", 400},
        // Known with other statuses.
        {"InvalidParameter", 500},
        {"ServiceUnavailable", 500},
        {"OrderFailed", 500},
    };
    for (auto const& [code, status] : unknown) BOOST_TEST_CONTEXT(code << ' ' << status) {
            BOOST_TEST(!lookup_service_code(code, status));
            BOOST_TEST(!lookup_service_code({.code = code, .message = "m", .http_status = status}));
        }
}

BOOST_AUTO_TEST_CASE(one_code_means_many_things) {
    auto const meaning = [](std::string_view code, int status, std::string_view said) {
        return std::string(lookup_service_code(code, status, said)->meaning);
    };
    BOOST_TEST(meaning("InvalidParameter", 400, "") == "a value was refused");
    BOOST_TEST(meaning("InvalidParameter", 503, "") == "the service failed for the moment");
    BOOST_TEST(meaning("InvalidParameter", 404, "The specified VServerGroupId does not exist.") ==
               "there is no such group");
    BOOST_TEST(meaning("InvalidParameter", 400, "The specified VServerGroupId does not exist.") ==
               "a value was refused");
    BOOST_TEST(meaning("InternalError", 500, "Illegal sign") == "the service calls itself busy");
    BOOST_TEST(meaning("InternalError", 500, "Illegal sign type") ==
               "the method of the signature was refused");
    BOOST_TEST(meaning("InternalError", 502, "Illegal sign type") == "the service failed");
    BOOST_TEST(meaning("MissingParameter", 403, "") == "the parameters of the owner are missing");
    BOOST_TEST(meaning("MissingParameter", 404, "") == "a parameter is missing");
}

BOOST_AUTO_TEST_CASE(whatever_begins_with_throttling_is_throttling) {
    static_assert(lookup_service_code("Throttling.Of.Tomorrow", 418)->group == service_group::throttling);
    for (std::string_view code :
         {"Throttling", "Throttling.User", "Throttling.API", "throttling.x", "ThrottlingX"})
        for (int status : {200, 400, 429, 503}) {
            auto const known = lookup_service_code(code, status);
            BOOST_TEST_REQUIRE(known.has_value(), code);
            BOOST_TEST((known->group == service_group::throttling));
            BOOST_TEST((known->retry == service_retry::after_delay));
        }
}

BOOST_AUTO_TEST_CASE(every_group_has_its_word_and_an_advice_unless_a_pause_or_reading_back_is_all) {
    struct {
        service_group group;
        char const* word;
        char const* what_to_do;
    } const groups[] = {
        {service_group::busy, "busy", ""},
        {service_group::throttling, "throttling", ""},
        {service_group::server, "server", ""},
        {service_group::not_found, "not found", "check the id, and that it is of this region and account"},
        {service_group::input, "input", "change the request before sending it again"},
        {service_group::in_use, "in use", "remove what uses it first"},
        {service_group::limit, "limit", "ask for less, or have the quota raised"},
        {service_group::state, "state", "check the state of what is named before sending it again"},
        {service_group::network, "network", "check that VPC, vSwitch and network type fit"},
        {service_group::idempotency, "idempotency", "take a new client token"},
        {service_group::order, "order", "look at the account's orders and bills"},
        {service_group::auth, "auth", "check the access key and what it is allowed to do"},
    };
    int number = 0;
    for (auto const& [group, word, what_to_do] : groups) {
        BOOST_TEST(static_cast<int>(group) == number++);
        BOOST_TEST(message(group) == word);
        BOOST_TEST(advice(group) == what_to_do);
    }
    BOOST_TEST(number == slb::service_group_count);
    BOOST_TEST(message(static_cast<service_group>(255)) == "unknown group");
    BOOST_TEST(advice(static_cast<service_group>(255)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
