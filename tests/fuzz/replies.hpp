#ifndef SLB_TESTS_FUZZ_REPLIES_HPP
#define SLB_TESTS_FUZZ_REPLIES_HPP

#include "../support/exact_bytes.hpp"
#include "../support/generated_shapes.hpp"
#include "../support/print.hpp"
#include "property.hpp"

#include <slb/emulator/call.hpp>
#include <slb/json.hpp>
#include <slb/xml.hpp>

namespace slb_test {

/// What a parser made of a body, copied out.
struct reading {
    slb::error error{};
    json_object said{};

    [[nodiscard]] bool accepted() const { return error == slb::errc::none; }
    friend bool operator==(reading const& left, reading const& right) {
        return problem_of(left.error) == problem_of(right.error) && left.said == right.said;
    }
    friend std::ostream& operator<<(std::ostream& out, reading const& shown) {
        return shown.accepted() ? out << shown.said : out << problem_of(shown.error);
    }
};

/// Calls f with each text that a view shows, and with the bytes of each element of its lists.
template <class View, class F>
void for_each_piece(View const& view, F f) {
    if constexpr (std::is_same_v<View, std::string_view>) {
        f(view);
    } else if constexpr (slb::detail::is_maybe<View>) {
        if (view) for_each_piece(*view, f);
    } else if constexpr (slb::detail::has_description<View>) {
        slb::detail::for_each_word<View>([&](auto const& word) {
            auto const& member = view.*word.member;
            if constexpr (slb::detail::is_items<std::remove_cvref_t<decltype(word)>>)
                for (auto const& element : member) {
                    f({reinterpret_cast<char const*>(&element), sizeof element});
                    for_each_piece(element, f);
                }
            else
                for_each_piece(member, f);
        });
    }
}

/// What holds of the reading and writing of one operation's replies. `of` is their shape.
template <class Operation>
class reply_checks {
  public:
    using view = slb::response_of<Operation>;
    using format = slb::reply_format;
    static constexpr std::string_view name = slb::action_of<Operation>;

    reply_checks(format read_as, shapes const& of) : format_(read_as), of_(of) {}

    [[nodiscard]] reading read_whole(std::string_view text) const { return read_whole(text, format_); }

    /// Checks what holds of a parser for any text and needs no other reader to compare with.
    reading check_parser(std::string_view text, shaped_generator& random) const {
        std::size_t const enough = slb::parse_memory<view>(text.size());
        reading const whole = read_whole(text);
        property(whole.error != slb::errc::out_of_memory, "the memory that a size asks for is enough");
        property_equal(read_in(enough, 1 + random.below(15), text, format_), whole,
                       "memory may begin anywhere");
        for (std::size_t const size :
             {std::size_t{0}, random.below(enough + 1), random.below(text.size() + 1)}) {
            reading const tight = read_in(size, 0, text, format_);
            if (tight.error != slb::errc::out_of_memory)
                property_equal(tight, whole, "less memory gives the whole result or out_of_memory");
        }
        slb::parse_limits const limits{.depth = random.below(10), .elements = random.below(6)};
        reading const limited =
            read_in(slb::parse_memory<view>(text.size(), limits), 0, text, format_, limits);
        if (limited.error != slb::errc::too_deep && limited.error != slb::errc::too_many_elements)
            property_equal(limited, whole, "lower limits give the whole result or say which limit it was");
        if (whole.accepted() && !text.empty()) {
            reading const cut = read_whole(text.substr(0, random.below(text.size())));
            if (cut.accepted()) property_equal(cut, whole, "a prefix that is accepted says the same");
        }
        return whole;
    }

    /// Whatever was read from an accepted text is read again from whichever way it is written.
    void check_writing(std::string_view text, json_object const& said, shaped_generator& random) const {
        exact_bytes memory(slb::parse_memory<view>(text.size()));
        view shown{};
        property(parse(text, shown, memory.span(), format_, {}) == slb::errc::none, "it is read once more");
        auto const reads = [&](format as, std::string const& written, std::string_view what) {
            reading const again = read_whole(written, as);
            if (!again.accepted()) std::cerr << written << '\n' << again << '\n';
            property(again.accepted(), what);
            property_equal(again.said, said, what);
        };
        auto const emulated = [&](format as) {
            return slb::detail::response_body(as, name, slb::emulator_answer(shown).response());
        };
        reads(format::json, random.json(said, of_, name), "a reply written anew in JSON says the same");
        reads(format::json, emulated(format::json), "the emulator's JSON says the same");
        if (!fits_xml(said)) return;
        reads(format::xml, random.xml(said, of_, name), "a reply written anew in XML says the same");
        reads(format::xml, emulated(format::xml), "the emulator's XML says the same");
    }

  private:
    static slb::error parse(std::string_view body, view& out, std::span<char> memory, format as,
                            slb::parse_limits limits) {
        return as == format::json ? slb::parse_json(body, out, memory, name, limits)
                                  : slb::parse_xml(body, out, memory, limits);
    }
    /// Parses in memory of exactly this size, which begins `offset` bytes behind an aligned address.
    static reading read_in(std::size_t memory_size, std::size_t offset, std::string_view text, format as,
                           slb::parse_limits limits = {}) {
        exact_bytes const body(text);
        exact_bytes memory(offset + memory_size);
        view shown{};
        reading made;
        made.error = parse(body.view(), shown, memory.span().subspan(offset), as, limits);
        if (!made.accepted()) return made;
        made.said = tree_of(shown);
        for_each_piece(shown, [&](std::string_view piece) {
            property(piece.empty() || body.holds(piece) || memory.holds(piece),
                     "views lie in the body or in the memory handed in");
        });
        return made;
    }
    static reading read_whole(std::string_view text, format as) {
        return read_in(slb::parse_memory<view>(text.size()), 0, text, as);
    }

    /// XML cannot carry most control characters, nor U+FFFE and U+FFFF, in any way.
    static bool text_fits_xml(std::string_view text) {
        for (std::size_t i = 0; i != text.size(); ++i) {
            auto const byte = static_cast<unsigned char>(text[i]);
            if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return false;
            std::string_view const three = text.substr(i, 3);
            if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") return false;
        }
        return true;
    }
    static bool fits_xml(json_value const& said) {
        bool fits = true;
        if (auto const* const text = said.if_string()) fits = text_fits_xml({text->data(), text->size()});
        if (auto const* const list = said.if_array())
            for (auto const& element : *list) fits = fits && fits_xml(element);
        if (auto const* const members = said.if_object())
            for (auto const& [key, member] : *members) fits = fits && fits_xml(member);
        return fits;
    }

    format format_;
    shapes const& of_;
};

/// Calls check(checks, shape) for the reply that a text may be: what lists groups, with their lists inside,
/// or what shows one group that was changed.
template <class Check>
void with_reply_in(std::string_view text, slb::reply_format format, Check check) {
    if (text.find("VServerGroups") != text.npos)
        check(reply_checks<slb::describe_vserver_groups>(format, groups_shape), groups_shape);
    else
        check(reply_checks<slb::modify_vserver_group_backend_servers>(format, changed_group_shape),
              changed_group_shape);
}

} // namespace slb_test

#endif
