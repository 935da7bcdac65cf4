#ifndef SLB_REFUSAL_HPP
#define SLB_REFUSAL_HPP

#include <slb/describe.hpp>
#include <slb/http.hpp>
#include <slb/json_value.hpp>
#include <slb/service_codes.hpp>
#include <slb/utc_time.hpp>
#include <slb/xml.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// What a refusal means for a caller who wants to try again.
struct refusal_meaning {
    bool retryable = false;
    bool maybe_applied = false;
};
constexpr refusal_meaning meaning_of(maybe<service_code> const& known, int http_status) {
    if (known && known->retry == service_retry::after_delay) return {.retryable = true};
    if (known && known->retry == service_retry::after_reading) return {.maybe_applied = true};
    // A failure that nothing is said of, whatever the status.
    if (known && known->retry == service_retry::unknown && known->group == service_group::server)
        return {.maybe_applied = true};
    // A server that failed may have failed in the middle, unless it is known to say no with this status.
    bool const expected = known && known->http_status == http_status;
    return {.maybe_applied = http_status >= 500 && !expected};
}

/// How long the server asks to wait, in milliseconds; 0: it does not say. The vendor's gateway says it in
/// x-acs-retry-after (ms) or, earlier, as TimeLeft (ms) of a rate limit; proxies in Retry-After (s).
/// Source: aliyun/darabonba-openapi, cpp/src/Utils.cpp.
constexpr std::int64_t retry_after(std::string_view header_lines) {
    constexpr std::int64_t longest = 24 * 3600 * 1000;
    std::int64_t asked = 0;
    auto const consider = [&](std::string_view digits, std::int64_t unit) {
        std::int64_t number = 0;
        if (!parse_integer(digits, number) || number <= 0) return;
        std::int64_t const ms = number < longest / unit ? number * unit : longest;
        if (ms > asked) asked = ms;
    };
    consider(find_header(header_lines, "x-acs-retry-after"), 1);
    if (asked != 0) return asked;
    for (std::string_view name : {"x-ratelimit-user-api", "x-ratelimit-user"}) {
        constexpr std::string_view key = "TimeLeft:";
        std::string_view const limit = find_header(header_lines, name);
        std::size_t const at = limit.find(key);
        if (at == limit.npos) continue;
        std::string_view const left = limit.substr(at + key.size());
        consider(trim(left.substr(0, left.find(','))), 1);
    }
    if (asked == 0) consider(find_header(header_lines, "retry-after"), 1000);
    return asked;
}

/// The time of day at the server, from its header Date, in seconds since 1970; 0: it does not say.
constexpr std::int64_t server_time(std::string_view header_lines) {
    std::int64_t unix_seconds = 0;
    parse_http_date(find_header(header_lines, "date"), unix_seconds);
    return unix_seconds;
}

/// The body of a refusal. Everything is optional, and two spellings occur.
/// Source: aliyun/darabonba-openapi accepts both.
struct refusal_body {
    maybe<std::string_view> code{};
    maybe<std::string_view> message{};
    maybe<std::string_view> request_id{};
    maybe<std::string_view> host_id{};
    maybe<std::string_view> recommendation{};
    maybe<std::string_view> small_code{};
    maybe<std::string_view> small_message{};
    maybe<std::string_view> small_request_id{};

    /// Whether there is a code, and not one of success, which some services of the vendor name too (as its
    /// Node client expects).
    [[nodiscard]] constexpr bool says_no() const {
        std::string_view const said = code.value_or(small_code.value_or(""));
        return !said.empty() && said != "200" && !equal_ignoring_case(said, "OK") &&
               !equal_ignoring_case(said, "Success");
    }
    /// What it says.
    [[nodiscard]] constexpr service_error said(int http_status) const {
        return {code.value_or(small_code.value_or("")),
                message.value_or(small_message.value_or("")),
                request_id.value_or(small_request_id.value_or("")),
                host_id.value_or(""),
                recommendation.value_or(""),
                http_status};
    }
};
constexpr auto describe(type<refusal_body>) {
    using body = refusal_body;
    return members<body>(field("Code", &body::code), field("Message", &body::message),
                         field("RequestId", &body::request_id), field("HostId", &body::host_id),
                         field("Recommend", &body::recommendation), field("code", &body::small_code),
                         field("message", &body::small_message), field("requestId", &body::small_request_id));
}

/// @{
/// What of it matters most, each alone.
struct refusal_code {
    maybe<std::string_view> text{};
    maybe<std::string_view> lower_text{};
};
struct refusal_request_id {
    maybe<std::string_view> text{};
    maybe<std::string_view> lower_text{};
};
constexpr auto describe(type<refusal_code>) {
    using part = refusal_code;
    return members<part>(field("Code", &part::text), field("code", &part::lower_text));
}
constexpr auto describe(type<refusal_request_id>) {
    using part = refusal_request_id;
    return members<part>(field("RequestId", &part::text), field("requestId", &part::lower_text));
}
/// @}

/// Every member that is a text and stands there once.
inline refusal_body refusal_in(json_value const& object) {
    refusal_body out;
    if (!object["Code"] && !object["code"]) return out;
    for_each_word<refusal_body>([&](auto const& word) {
        if (auto const text = object[word.name].text()) out.*word.member = *text;
    });
    return out;
}
inline refusal_body refusal_in_json(std::string_view body, std::span<char> memory, std::string_view action,
                                    parse_limits limits) {
    // Most answers name no code, which is soon seen.
    if (body.find('\\') == body.npos && body.find("\"Code\"") == body.npos &&
        body.find("\"code\"") == body.npos)
        return {};
    json_value whole;
    if (parse_json(body, whole, memory, limits).code() != errc::none) return {};
    refusal_body const bare = refusal_in(whole);
    return bare.says_no() ? bare : refusal_in(answer_in(whole, action));
}
inline refusal_body refusal_in_xml(std::string_view body, std::span<char> memory, parse_limits limits) {
    refusal_body out;
    slb::error const broken = parse_xml(body, out, memory, limits);
    if (broken.code() == errc::none) return out;
    out = refusal_body{};
    if (broken.code() != errc::member_malformed && broken.code() != errc::member_repeated) return out;
    // One of them cannot be read. These two lie apart in the body, so that they need no more memory than one
    // pass does.
    arena space(memory.data(), memory.size());
    refusal_code code;
    if (!xml_parser(body, space, limits).parse_root(code)) return out;
    out.code = code.text;
    out.small_code = code.lower_text;
    refusal_request_id id;
    if (!xml_parser(body, space, limits).parse_root(id)) return out;
    out.request_id = id.text;
    out.small_request_id = id.lower_text;
    return out;
}
/// What a body says that may be a refusal, in a wrapper or not. Its code decides whether it is one, whatever
/// the other members are: in JSON those are left out that cannot be read, in XML then all but the request id.
/// The memory is that of parse_memory<refusal_body>.
inline refusal_body read_refusal(std::string_view body, std::span<char> memory, bool xml,
                                 std::string_view action, parse_limits limits) {
    return xml ? refusal_in_xml(body, memory, limits) : refusal_in_json(body, memory, action, limits);
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
