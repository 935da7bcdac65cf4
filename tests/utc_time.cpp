#include <slb/utc_time.hpp>
// The header under test comes first: it stands alone.
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(utc_time)

namespace {

using slb::detail::parse_http_date;
using slb::detail::parse_utc_time;
using reader = bool (*)(std::string_view, std::int64_t&);

constexpr std::int64_t unread = -4711;

/// What is read of a text; `unread`: it is none.
std::int64_t seconds_of(reader read, std::string_view text) {
    // Of exactly its size, so that a sanitizer sees what is read beyond.
    std::vector<char> const bytes(text.begin(), text.end());
    std::int64_t seconds = unread;
    bool const is_one = read({bytes.data(), bytes.size()}, seconds);
    BOOST_TEST(is_one == (seconds != unread));
    return seconds;
}
std::string with(std::string text, std::size_t at, std::string_view piece) {
    return text.replace(at, piece.size(), piece);
}

struct time_row {
    std::int64_t unix_seconds;
    std::string_view expected;
};
constexpr time_row times[] = {
    {0, "1970-01-01T00:00:00Z"},
    {1795543533, "2026-11-24T18:05:33Z"},
    {-1, "1969-12-31T23:59:59Z"},
    {946684799, "1999-12-31T23:59:59Z"},
    {951825601, "2000-02-29T12:00:01Z"},
    {1709251199, "2024-02-29T23:59:59Z"},
    {2147483647, "2038-01-19T03:14:07Z"},
    {2147483648, "2038-01-19T03:14:08Z"},
    {4107542399, "2100-02-28T23:59:59Z"},
    {4107542400, "2100-03-01T00:00:00Z"},
    {-11670998400, "1600-02-29T00:00:00Z"},
    {-62135596800, "0001-01-01T00:00:00Z"},
    {-62167219200, "0000-01-01T00:00:00Z"},
    {253402300799, "9999-12-31T23:59:59Z"},
    // Others are cut to that range: always 20 characters.
    {-62167219201, "0000-01-01T00:00:00Z"},
    {253402300800, "9999-12-31T23:59:59Z"},
    {INT64_MIN, "0000-01-01T00:00:00Z"},
    {INT64_MAX, "9999-12-31T23:59:59Z"},
};
constexpr bool all_times_match() {
    for (auto const& [unix_seconds, expected] : times)
        if (slb::utc_time(unix_seconds).view() != expected) return false;
    return true;
}
static_assert(all_times_match());

} // namespace

BOOST_AUTO_TEST_CASE(times_are_written_in_utc_whatever_the_year) {
    for (auto const& [unix_seconds, expected] : times)
        BOOST_TEST(slb::utc_time(unix_seconds).view() == expected);
}

BOOST_AUTO_TEST_CASE(times_are_written_and_read_as_by_the_c_library_for_ten_thousand_years) {
    int wrong = 0;
    // 19 days, 3 hours and odd seconds: every month and hour, about 190,000 times.
    for (std::int64_t seconds = -62167219200; seconds <= 253402300799;
         seconds += 19 * 86400 + 3 * 3600 + 61) {
        std::time_t const moment = seconds;
        std::tm parts{};
        ::gmtime_r(&moment, &parts);
        char expected[80];
        std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                      parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
        std::int64_t read = 0;
        bool const is_one = slb::detail::parse_utc_time(expected, read);
        if (slb::utc_time(seconds).view() != expected || !is_one || read != seconds) ++wrong;
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(every_time_that_is_written_is_read) {
    for (auto const& [unix_seconds, text] : times) {
        bool const in_range = unix_seconds >= -62167219200 && unix_seconds <= 253402300799;
        if (in_range) BOOST_TEST(seconds_of(parse_utc_time, text) == unix_seconds, text);
    }
    constexpr auto moon = [] {
        std::int64_t seconds = 0;
        return parse_utc_time("1969-07-20T20:17:40Z", seconds) ? seconds : 0;
    }();
    static_assert(moon == -14182940);
    // Each second of a day counts, and so does each day of the years around it.
    int wrong = 0;
    for (std::int64_t seconds = 1709164800; seconds != 1709164800 + 2 * 86400; ++seconds)
        if (seconds_of(parse_utc_time, slb::utc_time(seconds).view()) != seconds) ++wrong;
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_field_out_of_its_range_is_no_time) {
    struct {
        std::size_t at;
        std::vector<std::string_view> wrong;
        std::vector<std::string_view> right;
    } const fields[] = {
        {5, {"00", "13", "99", "1 ", " 1", "-1", "+1", "0a"}, {"01", "12"}},
        {8, {"00", "32", "99", " 1", "-1"}, {"01", "31"}},
        {11, {"24", "25", "99", "-1", "1x"}, {"00", "23"}},
        {14, {"60", "99", "-1", "1:"}, {"00", "59"}},
        {17, {"60", "61", "99", "-1", "1/"}, {"00", "59"}},
        {0, {"-001", "+202", "202 ", "20 2", "2o24", "\xff\xff\xff\xff"}, {"0000", "9999"}},
    };
    for (auto const& [at, wrong, right] : fields) {
        for (auto const piece : wrong) {
            std::string const text = with("2024-01-31T12:00:00Z", at, piece);
            BOOST_TEST(seconds_of(parse_utc_time, text) == unread, text);
        }
        for (auto const piece : right) {
            std::string const text = with("2024-01-31T12:00:00Z", at, piece);
            BOOST_TEST(seconds_of(parse_utc_time, text) != unread, text);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_month_has_its_days_and_a_leap_year_one_more) {
    auto const is_day = [](std::string const& date) {
        return seconds_of(parse_utc_time, date + "T00:00:00Z") != unread;
    };
    int const days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int const year : {2000, 2023, 2024, 2100, 2400, 1900})
        for (int month = 1; month <= 12; ++month)
            for (int day = 0; day <= 40; ++day) {
                bool const leap = year == 2000 || year == 2024 || year == 2400;
                int const last = days[month - 1] + (month == 2 && leap ? 1 : 0);
                char date[40];
                std::snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
                bool const expected = day >= 1 && day <= last;
                if (is_day(date) != expected) BOOST_TEST(is_day(date) == expected, date);
            }
    BOOST_TEST(is_day("2000-02-29"));
    BOOST_TEST(!is_day("1900-02-29"));
}

BOOST_AUTO_TEST_CASE(what_is_longer_shorter_or_otherwise_punctuated_is_no_time) {
    std::string const right = "2026-11-24T18:05:33Z";
    BOOST_TEST(seconds_of(parse_utc_time, right) == 1795543533);
    for (std::size_t size = 0; size != right.size(); ++size)
        BOOST_TEST(seconds_of(parse_utc_time, right.substr(0, size)) == unread);
    BOOST_TEST(seconds_of(parse_utc_time, right + "Z") == unread);
    BOOST_TEST(seconds_of(parse_utc_time, " " + right) == unread);
    BOOST_TEST(seconds_of(parse_utc_time, "") == unread);
    for (std::size_t const at : {4U, 7U, 10U, 13U, 16U, 19U})
        for (std::string_view const other : {" ", "x", "t", "z", "."})
            BOOST_TEST(seconds_of(parse_utc_time, with(right, at, other)) == unread);
    BOOST_TEST(seconds_of(parse_utc_time, "2026-11-24T18:05:33+") == unread);
    BOOST_TEST(seconds_of(parse_utc_time, "20261124T180533.000Z") == unread);
}

BOOST_AUTO_TEST_CASE(a_header_date_is_read_in_the_form_that_may_be_sent) {
    BOOST_TEST(seconds_of(parse_http_date, "Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
    BOOST_TEST(seconds_of(parse_http_date, "Thu, 01 Jan 1970 00:00:00 GMT") == 0);
    BOOST_TEST(seconds_of(parse_http_date, "Tue, 14 Nov 2023 22:13:20 GMT") == 1700000000);
    BOOST_TEST(seconds_of(parse_http_date, "Thu, 29 Feb 2024 23:59:59 GMT") == 1709251199);
    BOOST_TEST(seconds_of(parse_http_date, "Wed, 31 Dec 1969 23:59:59 GMT") == -1);
    constexpr auto at_compile_time = [] {
        std::int64_t seconds = 0;
        return parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", seconds) ? seconds : 0;
    }();
    static_assert(at_compile_time == 784111777);
    std::string_view const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (int i = 0; i != 12; ++i) {
        char text[40];
        std::snprintf(text, sizeof text, "2026-%02d-15T01:02:03Z", i + 1);
        std::string const date = "Mon, 15 " + std::string(months[i]) + " 2026 01:02:03 GMT";
        BOOST_TEST(seconds_of(parse_http_date, date) == seconds_of(parse_utc_time, text), date);
    }
}

BOOST_AUTO_TEST_CASE(any_other_date_is_none) {
    std::string const right = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (std::size_t size = 0; size != right.size(); ++size)
        BOOST_TEST(seconds_of(parse_http_date, right.substr(0, size)) == unread);
    for (std::string_view const wrong : {
             // The two old forms, other zones, other letters.
             "Sunday, 06-Nov-94 08:49:37 GMT",
             "Sun Nov  6 08:49:37 1994",
             "Sun, 06 Nov 1994 08:49:37 UTC",
             "Sun, 06 Nov 1994 08:49:37 gmt",
             "Sun, 06 Nov 1994 08:49:37 GMT ",
             " Sun, 06 Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994 08:49:37 +00",
             "Sun, 06 nov 1994 08:49:37 GMT",
             "Sun, 06 NOV 1994 08:49:37 GMT",
             // No month, though it stands in the list of months.
             "Sun, 06 anF 1994 08:49:37 GMT",
             "Sun, 06 ecJ 1994 08:49:37 GMT",
             "Sun, 06 Now 1994 08:49:37 GMT",
             "Sun, 06 11  1994 08:49:37 GMT",
             // Each field out of range.
             "Sun, 00 Nov 1994 08:49:37 GMT",
             "Sun, 31 Nov 1994 08:49:37 GMT",
             "Sun, 32 Oct 1994 08:49:37 GMT",
             "Wed, 29 Feb 2023 08:49:37 GMT",
             "Sun,  6 Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov   94 08:49:37 GMT",
             "Sun, 06 Nov 1994 24:00:00 GMT",
             "Sun, 06 Nov 1994 08:60:37 GMT",
             "Sun, 06 Nov 1994 08:49:60 GMT",
             "Sun, 06 Nov 1994  8:49:37 GMT",
             // Other signs between them.
             "Sun; 06 Nov 1994 08:49:37 GMT",
             "Sun,-06 Nov 1994 08:49:37 GMT",
             "Sun, 06-Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov-1994 08:49:37 GMT",
             "Sun, 06 Nov 1994T08:49:37 GMT",
             "Sun, 06 Nov 1994 08.49:37 GMT",
             "Sun, 06 Nov 1994 08:49.37 GMT",
             "Sun, 06 Nov 1994 08:49:37-GMT",
         })
        BOOST_TEST(seconds_of(parse_http_date, wrong) == unread, wrong);
}

BOOST_AUTO_TEST_SUITE_END()
