#include <slb/error.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

BOOST_AUTO_TEST_SUITE(error)

namespace {

using slb::delivery;
using slb::errc;

std::string text(slb::error const& shown) {
    std::string all;
    shown.write([&](std::string_view piece) { all += piece; });
    return all;
}

constexpr slb::service_error refusal{.code = "VServerGroupProcessing",
                                     .message = "The group is being changed.",
                                     .request_id = "365F4154-92F6-4AE4-92F8-7FF34B540710",
                                     .host_id = "slb.aliyuncs.com",
                                     .recommendation = "https://error-center.aliyun.com",
                                     .http_status = 400};

/// The whole text, made in a constant expression.
template <std::size_t Size>
struct fixed_text {
    char bytes[Size] = {};
    std::size_t size = 0;
    constexpr explicit fixed_text(slb::error const& shown) { size = shown.copy(bytes, Size); }
    constexpr std::string_view view() const { return {bytes, size < Size ? size : Size}; }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_text_leaves_out_the_request_that_the_service_repeats_in_whichever_case_it_says_so) {
    for (std::string_view echo :
         {"server string to sign is:", "Server String To Sign is:", "server StringToSign is [",
          "SERVER STRINGTOSIGN is [", "server CanonicalRequest is [", "Server canonicalrequest is ["}) {
        std::string const said = "No match. " + std::string(echo) + "POST&token-of-the-call";
        slb::service_error repeated = refusal;
        repeated.message = said;
        std::string const shown =
            text(slb::error(errc::service_refused, delivery::rejected).with_service(repeated));
        BOOST_TEST(shown.find("No match.") != shown.npos);
        BOOST_TEST(shown.find("token-of-the-call") == shown.npos, shown);
    }
}

BOOST_AUTO_TEST_CASE(every_errc_has_a_distinct_sentence) {
    std::set<std::string_view> sentences;
    for (int code = 0; code != slb::errc_count; ++code) {
        std::string_view const sentence = message(static_cast<errc>(code));
        BOOST_TEST_CONTEXT("errc " << code) {
            BOOST_TEST(!sentence.empty());
            BOOST_TEST(sentence != "unknown error");
            BOOST_TEST(sentences.insert(sentence).second, "stands twice: " << sentence);
            BOOST_TEST(sentence.back() != '.');
            for (char c : sentence) BOOST_TEST((c >= ' ' && c <= '~'));
        }
    }
    BOOST_TEST(sentences.size() == std::size_t{slb::errc_count});
}

BOOST_AUTO_TEST_CASE(a_number_that_is_no_errc_is_an_unknown_error) {
    static_assert(message(static_cast<errc>(slb::errc_count)) == "unknown error");
    BOOST_TEST(message(static_cast<errc>(255)) == "unknown error");
}

BOOST_AUTO_TEST_CASE(every_errc_has_the_advice_that_is_written_here_or_none) {
    struct {
        errc code;
        std::string_view what_to_do;
    } const rows[] = {
        {errc::endpoint_malformed, "give the name alone, without https:// and without a path"},
        {errc::credentials_malformed, "look for a space or a line break copied along"},
        {errc::clock_skew, "set the clock"},
        {errc::randomness_unavailable, "check the transport's source of random bytes"},
        {errc::crypto_failed, "check that the crypto library permits SHA-256 and SHA-1"},
        {errc::trust_unreadable, "check that the CA file is there and holds PEM certificates"},
        {errc::executor_missing, "give it one to make asynchronous calls"},
        {errc::called_out_of_order, "call its members in the order that its comment gives"},
        {errc::resolve_failed, "check the host name and the DNS"},
        {errc::connect_failed, "check the endpoint's address and port, and firewalls"},
        {errc::tls_failed, "check that the endpoint speaks TLS 1.2 or later"},
        {errc::certificate_refused, "check the CA file, and that the certificate is for this host name"},
        {errc::connection_reset, "the next call needs a new connection"},
        {errc::reused_connection_lost, "the next call needs a new connection"},
        {errc::connection_closed, "the next call needs a new connection"},
        {errc::timed_out, "check the network, or allow more time in call_options"},
        {errc::answer_without_request, "the next call needs a new connection"},
        {errc::http_malformed, "check that the endpoint is that of the service"},
        {errc::http_framing_refused, "check that the endpoint is that of the service"},
        {errc::http_head_too_large, "raise call_options::http_limits"},
        {errc::body_too_large, "raise call_options::http_limits"},
        {errc::not_an_api_response, "check that the endpoint is that of the service"},
        {errc::too_deep, "raise call_options::parse_limits"},
        {errc::too_many_elements, "raise call_options::parse_limits"},
    };
    std::map<errc, std::string_view> advised;
    for (auto const& [code, what_to_do] : rows) advised.emplace(code, what_to_do);
    BOOST_TEST(advised.size() == std::size(rows));
    for (int number = 0; number != slb::errc_count; ++number) {
        auto const code = static_cast<errc>(number);
        auto const found = advised.find(code);
        std::string_view const expected = found == advised.end() ? std::string_view() : found->second;
        BOOST_TEST_CONTEXT(message(code)) {
            BOOST_TEST(advice(code) == expected);
            BOOST_TEST(slb::error(code).advice() == expected);
            // The text ends with it, behind what to do about the call.
            std::string const end = expected.empty() ? "" : "; " + std::string(expected);
            std::string const news = ": " + std::string(message(code));
            // Nothing happened, or the service says what.
            if (code == errc::none || code == errc::service_refused || code == errc::clock_skew) continue;
            BOOST_TEST(text(slb::error(code, delivery::not_sent)) == "not sent" + news + end);
            BOOST_TEST(text(slb::error(code, delivery::rejected)) == "rejected" + news + end);
            BOOST_TEST(text(slb::error(code, delivery::maybe_applied)) ==
                       "maybe applied" + news + "; read the group back before sending it again" + end);
            BOOST_TEST(text(slb::error(code, delivery::applied)) ==
                       "applied" + news + "; do not send it again" + end);
        }
    }
    BOOST_TEST(advice(static_cast<errc>(255)).empty());
}

BOOST_AUTO_TEST_CASE(every_delivery_has_its_words) {
    static_assert(message(delivery::not_sent) == "not sent");
    static_assert(message(delivery::rejected) == "rejected");
    static_assert(message(delivery::maybe_applied) == "maybe applied");
    static_assert(message(delivery::applied) == "applied");
    BOOST_TEST(message(static_cast<delivery>(9)) == "unknown delivery");
    static_assert(advice(delivery::not_sent).empty() && advice(delivery::rejected).empty());
    static_assert(advice(delivery::maybe_applied) == "read the group back before sending it again");
    static_assert(advice(delivery::applied) == "do not send it again");
    BOOST_TEST(advice(static_cast<delivery>(9)).empty());
}

BOOST_AUTO_TEST_CASE(a_new_error_says_that_nothing_is_wrong) {
    constexpr slb::error nothing;
    static_assert(nothing == errc::none && nothing.delivery() == delivery::not_sent);
    static_assert(nothing.path() == slb::wire_path{} && nothing.http_status() == 0);
    static_assert(!nothing.retryable() && nothing.retry_after() == 0);
    static_assert(nothing.service() == nullptr);
    BOOST_TEST(text(nothing) == "no error");
}

BOOST_AUTO_TEST_CASE(an_error_is_compared_with_an_errc) {
    constexpr slb::error late(errc::timed_out);
    static_assert(late == errc::timed_out && errc::timed_out == late);
    static_assert(late != errc::none && errc::none != late);
    BOOST_TEST((late == errc::timed_out));
    BOOST_TEST((late != errc::connection_reset));
}

BOOST_AUTO_TEST_CASE(the_text_of_an_error_shows_what_is_known_and_no_more) {
    struct row {
        slb::error shown;
        std::string_view expected;
    };
    row const rows[] = {
        {slb::error(errc::out_of_memory), "not sent: the allocator has no memory left"},
        {slb::error(errc::timed_out, delivery::maybe_applied),
         "maybe applied: the deadline passed; read the group back before sending it again; check the "
         "network, or allow more time in call_options"},
        {slb::error(errc::id_empty, {"RegionId", {}, -1}), "not sent: RegionId must not be empty"},
        {slb::error(errc::duplicate_server, {"NewBackendServers", {}, 0}),
         "not sent: NewBackendServers[0] must not name the same server twice"},
        {slb::error(errc::port_out_of_range, {"NewBackendServers", "Port", 3}).with_number(70000),
         "not sent: NewBackendServers[3].Port must be between 1 and 65535, is 70000"},
        {slb::error(errc::weight_out_of_range).with_number(0), "not sent: must be between 0 and 100, is 0"},
        {slb::error(errc::weight_out_of_range).with_number(INT64_MIN),
         "not sent: must be between 0 and 100, is -9223372036854775808"},
        {slb::error(errc::weight_out_of_range).with_number(INT64_MAX),
         "not sent: must be between 0 and 100, is 9223372036854775807"},
        {slb::error(errc::member_missing, slb::wire_path{"BackendServers", "Port", 12})
             .with_delivery(delivery::applied)
             .with_http_status(200),
         "applied: BackendServers[12].Port is missing from the response (HTTP 200); do not send it again"},
        {slb::error(errc::member_missing, slb::wire_path{"RequestId", {}, -1})
             .with_delivery(delivery::applied),
         "applied: RequestId is missing from the response; do not send it again"},
        {slb::error(errc::not_an_api_response, delivery::rejected)
             .with_http_status(429)
             .with_retry(true, 7000),
         "rejected: the response is not the API's; a proxy may have sent it (HTTP 429); retry after 7000 ms; "
         "check that the endpoint is that of the service"},
        {slb::error(errc::service_refused, delivery::rejected).with_service(refusal),
         "rejected: the service answered with an error: VServerGroupProcessing: The group is being changed. "
         "(HTTP 400, request id 365F4154-92F6-4AE4-92F8-7FF34B540710)"},
        {slb::error(errc::service_refused, delivery::rejected).with_service(refusal).with_retry(true, 0),
         "rejected: the service answered with an error: VServerGroupProcessing: The group is being changed. "
         "(HTTP 400, request id 365F4154-92F6-4AE4-92F8-7FF34B540710); retry after 3000 ms"},
        {slb::error(errc::service_refused, delivery::rejected)
             .with_service({.code = "Forbidden", .message = "No.", .http_status = 403}),
         "rejected: the service answered with an error: Forbidden: No. (HTTP 403)"},
        {slb::error(errc::service_refused, delivery::rejected)
             .with_service({.code = "Forbidden", .message = "No.", .http_status = 403})
             .with_advice("ask for leave"),
         "rejected: the service answered with an error: Forbidden: No. (HTTP 403); ask for leave"},
        {slb::error(errc::timed_out, delivery::not_sent).with_advice("go faster"),
         "not sent: the deadline passed; go faster"},
        {slb::error(errc::timed_out).with_delivery(delivery::maybe_applied),
         "maybe applied: the deadline passed; read the group back before sending it again; check the "
         "network, or allow more time in call_options"},
    };
    for (auto const& [shown, expected] : rows) BOOST_TEST(text(shown) == expected);
}

BOOST_AUTO_TEST_CASE(the_text_is_made_in_a_constant_expression_too) {
    static constexpr fixed_text<100> shown(
        slb::error(errc::port_out_of_range, {"NewBackendServers", "Port", 3}).with_number(-70000));
    static_assert(shown.view() ==
                  "not sent: NewBackendServers[3].Port must be between 1 and 65535, is -70000");
    BOOST_TEST(shown.view().size() == 74U);
}

BOOST_AUTO_TEST_CASE(the_service_s_words_are_kept_when_it_refused) {
    slb::error const refused = slb::error(errc::service_refused, delivery::rejected).with_service(refusal);
    BOOST_TEST_REQUIRE(refused.service() != nullptr);
    BOOST_TEST(refused.service()->code == "VServerGroupProcessing");
    BOOST_TEST(refused.service()->message == "The group is being changed.");
    BOOST_TEST(refused.service()->request_id == "365F4154-92F6-4AE4-92F8-7FF34B540710");
    BOOST_TEST(refused.service()->host_id == "slb.aliyuncs.com");
    BOOST_TEST(refused.service()->recommendation == "https://error-center.aliyun.com");
    BOOST_TEST(refused.service()->http_status == 400);
    BOOST_TEST(refused.http_status() == 400);
}

BOOST_AUTO_TEST_CASE(an_error_of_our_own_has_no_words_of_the_service) {
    slb::error const own = slb::error(errc::text_malformed, delivery::applied).with_http_status(200);
    BOOST_TEST(own.service() == nullptr);
    BOOST_TEST(own.http_status() == 200);
}

BOOST_AUTO_TEST_CASE(what_the_server_says_about_a_retry_is_kept) {
    constexpr auto busy = slb::error(errc::service_refused).with_retry(true, 250);
    static_assert(busy.retryable() && busy.retry_after() == 250);
    constexpr auto final_word = slb::error(errc::service_refused).with_retry(false, 250);
    static_assert(!final_word.retryable() && final_word.retry_after() == 250);
    // Where the server names no pause, a usual one is given.
    constexpr auto silent = slb::error(errc::service_refused).with_retry(true, 0);
    static_assert(silent.retryable() && silent.retry_after() == slb::error::default_retry_after);
    BOOST_TEST(text(final_word).find("retry") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_server_asked_to_wait_is_told_apart_from_what_is_usual) {
    static_assert(slb::error(errc::service_refused).with_retry(true, 0).asked_to_wait() == 0);
    static_assert(slb::error(errc::service_refused).with_retry(true, 250).asked_to_wait() == 250);
    BOOST_TEST(slb::error(errc::service_refused).with_retry(false, 7).asked_to_wait() == 7);
    BOOST_TEST(slb::error().asked_to_wait() == 0);
}

BOOST_AUTO_TEST_CASE(details_stand_behind_the_sentence_and_stay_one_line) {
    struct row {
        slb::error shown;
        std::string_view expected;
    };
    row const rows[] = {
        {slb::error(errc::credentials_unavailable).with_details("env: not set; config.json: no such file"),
         "not sent: no credentials are to be had: env: not set; config.json: no such file"},
        {slb::error(errc::credentials_unavailable).with_details(""),
         "not sent: no credentials are to be had"},
        {slb::error(errc::credentials_unavailable).with_details("a\nb\x1b[31m\xc2\x9b"),
         "not sent: no credentials are to be had: a?b?[31m?"},
        {slb::error(errc::credentials_unavailable, delivery::maybe_applied).with_number(3).with_details("d"),
         "maybe applied: no credentials are to be had, is 3: d; read the group back before sending it again"},
        {slb::error(errc::resolve_failed).with_details("d"),
         "not sent: the host name could not be resolved: d; check the host name and the DNS"},
    };
    for (auto const& [shown, expected] : rows) BOOST_TEST(text(shown) == expected);
    static_assert(slb::error(errc::credentials_unavailable).with_details("d").details() == "d");
    BOOST_TEST(slb::error(errc::credentials_unavailable).details() == "");
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_too_wrong_is_a_refusal_with_the_time_of_the_server) {
    slb::error const refused = slb::error(errc::service_refused, delivery::rejected)
                                   .with_service({.code = "InvalidTimeStamp.Expired",
                                                  .message = "Expired.",
                                                  .request_id = "R",
                                                  .http_status = 400})
                                   .with_server_time(1700000000);
    BOOST_TEST(refused.server_time() == 1700000000);
    slb::error const skewed = slb::error(refused).with_code(errc::clock_skew).with_number(-90000);
    BOOST_TEST((skewed == errc::clock_skew));
    BOOST_TEST_REQUIRE(skewed.service() != nullptr);
    BOOST_TEST(skewed.service()->code == "InvalidTimeStamp.Expired");
    BOOST_TEST(skewed.server_time() == 1700000000);
    BOOST_TEST((skewed.delivery() == delivery::rejected));
    BOOST_TEST(skewed.http_status() == 400);
    BOOST_TEST(text(skewed) ==
               "rejected: the server's clock differs by more seconds than are corrected, is -90000: "
               "InvalidTimeStamp.Expired: Expired. (HTTP 400, request id R); set the clock");
    // What is no refusal has no words of the service, though it had some.
    BOOST_TEST(slb::error(refused).with_code(errc::timed_out).service() == nullptr);
    static_assert(slb::error().server_time() == 0);
}

BOOST_AUTO_TEST_CASE(control_characters_of_the_server_s_texts_become_question_marks) {
    struct row {
        std::string_view said;
        std::string_view shown;
    };
    using namespace std::string_view_literals;
    row const rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"a\nb", "a?b"},
        {"\r\nINFO all is well\r\n", "??INFO all is well??"},
        {"\0"sv, "?"},
        {"\x1b[31m", "?[31m"},
        {"\x1f \x7e\x7f", "? ~?"},
        {"\t\t\t", "???"},
        // Not control characters: Chinese.
        {"\xe7\x8a\xb6\xe6\x80\x81", "\xe7\x8a\xb6\xe6\x80\x81"},
        // The control characters from U+0080 to U+009F: a terminal takes U+009B for ESC [, U+0085 for an end
        // of line.
        {"a\xc2\x9b"
         "31mb",
         "a?31mb"},
        {"a\xc2\x85", "a?"},
        {"\xc2\x80\xc2\x9f\xc2\xa0", "??\xc2\xa0"},
        {"cut \xc2", "cut \xc2"},
    };
    for (auto const& [said, shown] : rows) {
        slb::error const refused =
            slb::error(errc::service_refused, delivery::rejected)
                .with_service({.code = said, .message = said, .request_id = said, .http_status = 500});
        std::string const expected = "rejected: the service answered with an error: " + std::string(shown) +
                                     (shown.empty() ? "" : ": " + std::string(shown)) + " (HTTP 500" +
                                     (shown.empty() ? "" : ", request id " + std::string(shown)) + ")";
        BOOST_TEST(text(refused) == expected);
    }
}

BOOST_AUTO_TEST_CASE(a_copy_is_cut_at_the_size_and_says_the_whole_length) {
    slb::error const shown(errc::id_empty, {"RegionId", {}, -1});
    std::string_view const whole = "not sent: RegionId must not be empty";
    for (std::size_t size = 0; size <= whole.size() + 3; ++size) {
        // A heap buffer of exactly this size: the address sanitizer sees any byte beyond.
        auto const buffer = std::make_unique<char[]>(size);
        BOOST_TEST(shown.copy(buffer.get(), size) == whole.size());
        std::size_t const kept = size < whole.size() ? size : whole.size();
        BOOST_TEST(std::string_view(buffer.get(), kept) == whole.substr(0, kept));
        for (std::size_t i = kept; i < size; ++i) BOOST_TEST(buffer[i] == '\0');
    }
    BOOST_TEST(shown.copy(nullptr, 0) == whole.size());
}

BOOST_AUTO_TEST_CASE(an_error_goes_into_a_stream) {
    std::ostringstream out;
    out << "call failed: " << slb::error(errc::resolve_failed) << '\n';
    BOOST_TEST(
        out.str() ==
        "call failed: not sent: the host name could not be resolved; check the host name and the DNS\n");
}

BOOST_AUTO_TEST_CASE(an_error_goes_into_anything_that_takes_string_views) {
    struct collector {
        std::string all{};
        collector& operator<<(std::string_view piece) {
            all += piece;
            return *this;
        }
    } log;
    log << slb::error(errc::tls_failed);
    BOOST_TEST(log.all ==
               "not sent: the TLS connection failed; check that the endpoint speaks TLS 1.2 or later");
}

BOOST_AUTO_TEST_CASE(a_result_holds_a_value) {
    constexpr slb::result<int> answer = 42;
    static_assert(answer && answer.value() == 42 && *answer == 42 && answer.error() == errc::none);
    slb::result<std::string> text_result = std::string("abc");
    BOOST_TEST_REQUIRE(static_cast<bool>(text_result));
    BOOST_TEST(text_result->size() == 3U);
    *text_result += "d";
    BOOST_TEST(std::as_const(text_result).value() == "abcd");
    BOOST_TEST(std::as_const(text_result)->back() == 'd');
    BOOST_TEST(*std::as_const(text_result) == "abcd");
    std::string const moved = std::move(text_result).value();
    BOOST_TEST(moved == "abcd");
}

BOOST_AUTO_TEST_CASE(a_result_holds_an_error) {
    constexpr slb::result<int> failed = errc::timed_out;
    static_assert(!failed && failed.error() == errc::timed_out);
    slb::result<std::string> const refused = slb::error(errc::port_out_of_range).with_number(0);
    BOOST_TEST(!refused);
    BOOST_TEST(text(refused.error()) == "not sent: must be between 1 and 65535, is 0");
}

BOOST_AUTO_TEST_CASE(a_result_of_a_type_that_cannot_be_copied_moves) {
    using owner = std::unique_ptr<int>;
    static_assert(!std::is_copy_constructible_v<slb::result<owner>>);
    static_assert(std::is_nothrow_move_constructible_v<slb::result<owner>>);
    slb::result<owner> first = std::make_unique<int>(7);
    slb::result<owner> second = std::move(first);
    BOOST_TEST_REQUIRE(static_cast<bool>(second));
    BOOST_TEST(**second == 7);
    owner const taken = std::move(second).value();
    BOOST_TEST(*taken == 7);

    slb::result<owner> lost = errc::out_of_memory;
    slb::result<owner> const also_lost = std::move(lost);
    BOOST_TEST(!also_lost);
    BOOST_TEST((also_lost.error() == errc::out_of_memory));
}

BOOST_AUTO_TEST_CASE(a_result_destroys_its_value_once) {
    auto const counted = std::make_shared<int>(1);
    {
        slb::result<std::shared_ptr<int>> first = counted;
        BOOST_TEST(counted.use_count() == 2);
        slb::result<std::shared_ptr<int>> const second = std::move(first);
        BOOST_TEST(counted.use_count() == 2);
        slb::result<std::shared_ptr<int>> const error = errc::timed_out;
        BOOST_TEST(!error);
    }
    BOOST_TEST(counted.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_result_of_a_trivial_type_is_copied) {
    static_assert(std::is_copy_constructible_v<slb::result<int>>);
    static_assert(!std::is_copy_constructible_v<slb::result<std::string>>);
    static_assert(!std::is_copy_assignable_v<slb::result<int>>);
    slb::result<int> const one = 1;
    slb::result<int> const copy = one;
    BOOST_TEST(*copy == 1);
}

BOOST_AUTO_TEST_CASE(a_result_without_a_value_says_success_or_why_not) {
    constexpr slb::result<void> good;
    static_assert(good && good.error() == errc::none);
    constexpr slb::result<void> bad = errc::tls_failed;
    static_assert(!bad && bad.error() == errc::tls_failed);
    slb::result<void> const worse = slb::error(errc::timed_out, delivery::maybe_applied);
    BOOST_TEST(!worse);
    BOOST_TEST(text(worse.error()) ==
               "maybe applied: the deadline passed; read the group back before sending it again; check the "
               "network, or allow more time in call_options");
}

BOOST_AUTO_TEST_SUITE_END()
