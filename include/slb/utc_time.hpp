#ifndef SLB_UTC_TIME_HPP
#define SLB_UTC_TIME_HPP

#include <slb/version.hpp>

#include <cstdint>
#include <string_view>

namespace slb::inline v0_1 {

/// The time of a signature, as 2026-11-24T18:05:33Z: always 20 characters, UTC, no locale.
class utc_time {
  public:
    /// `unix_seconds`: from year 0 to 9999; others are cut to that range.
    constexpr explicit utc_time(std::int64_t unix_seconds) {
        constexpr std::int64_t first = -62167219200;
        constexpr std::int64_t last = 253402300799;
        unix_seconds = unix_seconds < first ? first : unix_seconds > last ? last : unix_seconds;
        std::int64_t const since_year_0 = unix_seconds - first;
        std::int64_t const second = since_year_0 % 86400;
        // Days from 1 March of year 0, so that the leap day ends a year; 400 years are 146097 days.
        std::int64_t const day = since_year_0 / 86400 + (146097 - 60);
        std::int64_t const era = day / 146097;
        std::int64_t const day_of_era = day % 146097;
        std::int64_t const year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        std::int64_t const day_of_year =
            day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        std::int64_t const shifted_month = (5 * day_of_year + 2) / 153;
        std::int64_t const month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
        std::int64_t const year = year_of_era + 400 * (era - 1) + (month <= 2 ? 1 : 0);
        put(0, 4, year);
        put(5, 2, month);
        put(8, 2, day_of_year - (153 * shifted_month + 2) / 5 + 1);
        put(11, 2, second / 3600);
        put(14, 2, second / 60 % 60);
        put(17, 2, second % 60);
    }
    /// The text, as long as this object lives.
    [[nodiscard]] constexpr std::string_view view() const { return {text_, 20}; }

  private:
    constexpr void put(int at, int width, std::int64_t number) {
        for (; width != 0; number /= 10) text_[at + --width] = static_cast<char>('0' + number % 10);
    }
    char text_[21] = "0000-00-00T00:00:00Z";
};

namespace detail {

/// Reads such a text. False: it is none.
constexpr bool parse_utc_time(std::string_view text, std::int64_t& unix_seconds) {
    if (text.size() != 20) return false;
    auto const number = [&](std::size_t at, std::size_t width) {
        std::int64_t value = 0;
        for (char c : text.substr(at, width)) value = value * 10 + (c - '0');
        return value;
    };
    std::int64_t const month = number(5, 2);
    // Years from March on, so that the leap day ends a year; 400 more, so that none is negative.
    std::int64_t const year = number(0, 4) + 400 - (month <= 2 ? 1 : 0);
    std::int64_t const day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + number(8, 2) - 1;
    std::int64_t const day =
        365 * year + year / 4 - year / 100 + year / 400 + day_of_year - (719468 + 146097);
    std::int64_t const seconds = day * 86400 + number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2);
    // Whatever was no digit, no date or no time of day does not come back.
    if (utc_time(seconds).view() != text) return false;
    unix_seconds = seconds;
    return true;
}

/// Reads the time of a header Date, `Sun, 06 Nov 1994 08:49:37 GMT`. False: it is none. (Of the three forms
/// of RFC 9110 the one that may be sent.)
constexpr bool parse_http_date(std::string_view text, std::int64_t& unix_seconds) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return false;
    if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ') return false;
    std::size_t const at = months.find(text.substr(8, 3));
    if (at == months.npos || at % 3 != 0) return false;
    auto const month = static_cast<char>(at / 3 + 1);
    char sorted[] = "0000-00-00T00:00:00Z";
    auto const put = [&](std::size_t to, std::size_t from, std::size_t size) {
        for (std::size_t i = 0; i != size; ++i) sorted[to + i] = text[from + i];
    };
    put(0, 12, 4);
    sorted[5] = month < 10 ? '0' : '1';
    sorted[6] = static_cast<char>('0' + month % 10);
    put(8, 5, 2);
    put(11, 17, 8);
    return parse_utc_time({sorted, 20}, unix_seconds);
}

} // namespace detail

} // namespace slb::inline v0_1

#endif
