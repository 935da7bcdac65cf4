#ifndef SLB_TESTS_FUZZ_REPLIES_HPP
#define SLB_TESTS_FUZZ_REPLIES_HPP

#include "../support/exact_bytes.hpp"
#include "../support/generated_replies.hpp"
#include "../support/print.hpp"
#include "property.hpp"

#include <slb/emulator/call.hpp>
#include <slb/json.hpp>
#include <slb/xml.hpp>

namespace slb_test {

using parse_function = slb::error (*)(std::string_view body, reply_view& out, std::span<char> memory,
                                      slb::parse_limits limits);
inline slb::error parse_json_reply(std::string_view body, reply_view& out, std::span<char> memory,
                                   slb::parse_limits limits) {
    return slb::parse_json(body, out, memory, action, limits);
}
inline slb::error parse_xml_reply(std::string_view body, reply_view& out, std::span<char> memory,
                                  slb::parse_limits limits) {
    return slb::parse_xml(body, out, memory, limits);
}

/// What a parser made of a body, copied out.
struct reading {
    slb::error error{};
    reply said{};

    [[nodiscard]] bool accepted() const { return error == slb::errc::none; }
    friend bool operator==(reading const& left, reading const& right) {
        return problem_of(left.error) == problem_of(right.error) && left.said == right.said;
    }
    friend std::ostream& operator<<(std::ostream& out, reading const& shown) {
        return shown.accepted() ? out << shown.said : out << problem_of(shown.error);
    }
};

/// Parses in memory of exactly this size, which begins `offset` bytes behind an aligned address.
inline reading read_in(std::size_t memory_size, std::size_t offset, parse_function parse,
                       std::string_view text, slb::parse_limits limits = {}) {
    exact_bytes const body(text);
    exact_bytes memory(offset + memory_size);
    reply_view view;
    reading made;
    made.error = parse(body.view(), view, memory.span().subspan(offset), limits);
    if (!made.accepted()) return made;
    made.said = copy_of(view);
    auto const lies_inside = [&](std::string_view value) {
        property(value.empty() || body.holds(value) || memory.holds(value),
                 "views lie in the body or in the memory handed in");
    };
    auto const optional_lies_inside = [&](slb::maybe<std::string_view> const& value) {
        if (value) lies_inside(*value);
    };
    lies_inside(view.request_id);
    lies_inside(view.vserver_group_id);
    for (auto const& server : view.backend_servers) {
        property(memory.holds({reinterpret_cast<char const*>(&server), sizeof server}),
                 "elements lie in the memory handed in");
        lies_inside(server.server_id);
        optional_lies_inside(server.type);
        optional_lies_inside(server.server_ip);
        optional_lies_inside(server.description);
    }
    return made;
}
inline reading read_whole(parse_function parse, std::string_view text) {
    return read_in(slb::parse_memory<reply_view>(text.size()), 0, parse, text);
}

/// Checks what holds of a parser for any text and needs no other reader to compare with.
inline reading check_parser(parse_function parse, std::string_view text, generator& random) {
    std::size_t const enough = slb::parse_memory<reply_view>(text.size());
    reading const whole = read_whole(parse, text);
    property(whole.error != slb::errc::out_of_memory, "the memory that a size asks for is enough");
    property_equal(read_in(enough, 1 + random.below(15), parse, text), whole, "memory may begin anywhere");
    for (std::size_t const size : {std::size_t{0}, random.below(enough + 1), random.below(text.size() + 1)}) {
        reading const tight = read_in(size, 0, parse, text);
        if (tight.error != slb::errc::out_of_memory)
            property_equal(tight, whole, "less memory gives the whole result or out_of_memory");
    }
    slb::parse_limits const limits{.depth = random.below(8), .elements = random.below(4)};
    reading const limited =
        read_in(slb::parse_memory<reply_view>(text.size(), limits), 0, parse, text, limits);
    if (limited.error != slb::errc::too_deep && limited.error != slb::errc::too_many_elements)
        property_equal(limited, whole, "lower limits give the whole result or say which limit it was");
    if (whole.accepted() && !text.empty()) {
        reading const cut = read_whole(parse, text.substr(0, random.below(text.size())));
        if (cut.accepted()) property_equal(cut, whole, "a prefix that is accepted says the same");
    }
    return whole;
}

/// The body that the emulator sends for a reply.
inline std::string emulator_body(reply const& said, slb::reply_format format) {
    auto const text = [](std::optional<std::string> const& value) {
        return value ? slb::maybe<std::string_view>(std::string_view(*value))
                     : slb::maybe<std::string_view>();
    };
    std::vector<slb::backend_server_view> servers;
    for (auto const& server : said.servers)
        servers.push_back(
            {server.server_id, server.port,
             server.weight ? slb::maybe<std::int32_t>(*server.weight) : slb::maybe<std::int32_t>(),
             text(server.type), text(server.server_ip), text(server.description)});
    reply_view const view{said.request_id, said.vserver_group_id, {servers.data(), servers.size()}};
    return slb::detail::response_body(format, action, slb::emulator_answer(view).response());
}

/// XML cannot carry most control characters, nor U+FFFE and U+FFFF, in any way.
inline bool fits_xml(std::string_view text) {
    for (std::size_t i = 0; i != text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return false;
        std::string_view const three = text.substr(i, 3);
        if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") return false;
    }
    return true;
}
inline bool fits_xml(reply const& said) {
    for (auto const& server : said.servers)
        if (!fits_xml(server.server_id) || !fits_xml(server.type.value_or("")) ||
            !fits_xml(server.server_ip.value_or("")) || !fits_xml(server.description.value_or("")))
            return false;
    return fits_xml(said.request_id) && fits_xml(said.vserver_group_id);
}

/// Whatever was read is read again from whichever way it is written.
inline void check_writing(reply const& said, generator& random) {
    auto const reads = [&](parse_function parse, std::string const& text, std::string_view what) {
        reading const again = read_whole(parse, text);
        if (!again.accepted()) std::cerr << text << '\n' << again << '\n';
        property(again.accepted(), what);
        property_equal(again.said, said, what);
    };
    reads(&parse_json_reply, random.json(said), "a reply written anew in JSON says the same");
    reads(&parse_json_reply, emulator_body(said, slb::reply_format::json),
          "the emulator's JSON says the same");
    if (!fits_xml(said)) return;
    reads(&parse_xml_reply, random.xml(said), "a reply written anew in XML says the same");
    reads(&parse_xml_reply, emulator_body(said, slb::reply_format::xml), "the emulator's XML says the same");
}

} // namespace slb_test

#endif
