#ifndef SLB_TESTS_SUPPORT_PRINT_HPP
#define SLB_TESTS_SUPPORT_PRINT_HPP

#include <slb/error.hpp>

#include <ostream>
#include <sstream>
#include <string>

namespace slb::inline v0_1 {

/// So that a failed assertion says what it saw.
inline std::ostream& operator<<(std::ostream& out, errc code) { return out << '"' << message(code) << '"'; }
inline std::ostream& operator<<(std::ostream& out, delivery reached) { return out << message(reached); }

} // namespace slb::inline v0_1

namespace slb_test {

/// The whole text of an error, as "rejected: the service answered with an error: …".
inline std::string text_of(slb::error const& why) {
    std::ostringstream out;
    out << why;
    return out.str();
}
/// The same without what to do, which error.cpp and service_codes.cpp test: what happened, and how far it
/// came.
inline std::string news_of(slb::error const& why) {
    std::string text = text_of(why);
    for (std::string_view what_to_do : {why.advice(), slb::advice(why.delivery())})
        if (!what_to_do.empty() && text.ends_with("; " + std::string(what_to_do)))
            text.resize(text.size() - what_to_do.size() - 2);
    return text;
}
/// Where and what, as "BackendServers[3].Port is missing from the response", without the delivery.
inline std::string problem_of(slb::error const& why) {
    std::string const text = news_of(why);
    std::string const reached = std::string(message(why.delivery())) + ": ";
    if (why.code() == slb::errc::none) return {};
    return text.starts_with(reached) ? text.substr(reached.size()) : text;
}

} // namespace slb_test

#endif
