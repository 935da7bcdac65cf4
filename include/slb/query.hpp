#ifndef SLB_QUERY_HPP
#define SLB_QUERY_HPP

#include <slb/describe.hpp>

#include <cstring>

namespace slb::inline v0_1 {

namespace detail {

/// The bytes that percent-encoding leaves alone: RFC 3986 section 2.3.
constexpr bool is_unreserved(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
}
inline constexpr byte_set unreserved(is_unreserved);

/// Writes `text` percent-encoded, with `percent` for the percent signs: "%25" encodes twice.
constexpr char* escape(char* out, std::string_view text, std::string_view percent) {
    if (!std::is_constant_evaluated() && is_plain(text)) {
        if (!text.empty()) std::memcpy(out, text.data(), text.size());
        return out + text.size();
    }
    for (char c : text) {
        if (unreserved(c)) {
            *out++ = c;
        } else {
            auto const byte = static_cast<unsigned char>(c);
            for (char each : percent) *out++ = each;
            *out++ = "0123456789ABCDEF"[byte >> 4];
            *out++ = "0123456789ABCDEF"[byte & 15];
        }
    }
    return out;
}

} // namespace detail

/// Writes `text` percent-encoded as both signature schemes want it: A-Z a-z 0-9 - _ . ~ stay, every other
/// byte becomes %XX in upper case. Returns the end; `out` has room for 3 * text.size() bytes.
/// Source: aliyun/darabonba-openapi-util, percentEncode.
constexpr char* percent_encode(char* out, std::string_view text) { return detail::escape(out, text, "%"); }

namespace detail {

/// memcpy, but short texts, as nearly all are, go in two moves that may overlap and no call. Returns the end.
inline char* copy(char* out, std::string_view text) {
    std::size_t const size = text.size();
    auto const in_moves_of = [&]<std::size_t Move>(std::integral_constant<std::size_t, Move>) {
        if (size < Move || size > 2 * Move) return false;
        std::memcpy(out, text.data(), Move);
        std::memcpy(out + size - Move, text.data() + size - Move, Move);
        return true;
    };
    bool const copied = in_moves_of(std::integral_constant<std::size_t, 16>{}) ||
                        in_moves_of(std::integral_constant<std::size_t, 8>{}) ||
                        in_moves_of(std::integral_constant<std::size_t, 4>{}) ||
                        in_moves_of(std::integral_constant<std::size_t, 2>{});
    if (!copied && size != 0) std::memcpy(out, text.data(), size);
    return out + size;
}

/// Two sinks for the same text: one measures (an upper bound), one writes. Who writes a text through a sink
/// template states it once.
struct measurer {
    std::size_t size = 0;
    constexpr void put(std::string_view text) { size += text.size(); }
    constexpr void put_encoded(std::string_view text) { size += 3 * text.size(); }
    constexpr void put_encoded_twice(std::string_view text) { size += 5 * text.size(); }
};
struct writer {
    char* out;
    constexpr void put(std::string_view text) {
        if (std::is_constant_evaluated()) {
            for (char c : text) *out++ = c;
        } else {
            out = copy(out, text);
        }
    }
    /// A literal, whose copy is no call.
    template <std::size_t Size>
    constexpr void put(char const (&literal)[Size]) {
        if (std::is_constant_evaluated()) return put(std::string_view(literal, Size - 1));
        std::memcpy(out, literal, Size - 1);
        out += Size - 1;
    }
    /// All of an array.
    template <std::size_t Size>
    constexpr void put_array(char const (&text)[Size]) {
        if (std::is_constant_evaluated()) return put(std::string_view(text, Size));
        std::memcpy(out, text, Size);
        out += Size;
    }
    constexpr void put_encoded(std::string_view text) { out = escape(out, text, "%"); }
    constexpr void put_encoded_twice(std::string_view text) { out = escape(out, text, "%25"); }
};

struct digits {
    constexpr explicit digits(std::uint64_t number) {
        do {
            text_[--begin_] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
    }
    [[nodiscard]] constexpr std::string_view view() const {
        return {text_ + begin_, static_cast<std::size_t>(20 - begin_)};
    }

  private:
    char text_[20] = {};
    int begin_ = 20;
};

/// A text fixed at compile time, as it stands in a query, and as it stands in the string to sign of signature
/// 1.0, which is the query encoded once more. Its sizes are constants, so that a copy is no call.
template <std::size_t Once, std::size_t Twice>
struct query_text {
    char once[Once] = {};
    char twice[Twice] = {};
};
template <std::size_t Capacity>
struct plain_text {
    char text[Capacity] = {};
    std::size_t size = 0;

    constexpr explicit plain_text(auto... pieces) { (append(pieces), ...); }
    constexpr void append(std::string_view piece) {
        for (char c : piece) text[size++] = c;
    }
    [[nodiscard]] constexpr std::size_t encoded_size(std::size_t escape_size) const {
        std::size_t encoded = 0;
        for (std::size_t i = 0; i != size; ++i) encoded += unreserved(text[i]) ? 1 : escape_size;
        return encoded;
    }
    template <std::size_t Once, std::size_t Twice>
    [[nodiscard]] constexpr query_text<Once, Twice> encoded() const {
        query_text<Once, Twice> both;
        escape(both.once, {text, size}, "%");
        escape(both.twice, {text, size}, "%25");
        return both;
    }
};
template <auto const& Plain>
inline constexpr auto query_text_of = Plain.template encoded<Plain.encoded_size(3), Plain.encoded_size(5)>();

/// What parameters are written to, piece by piece: a piece that is fixed, a value, a value that encoding
/// leaves as it is, or a separator, which in the query stands bare. This sink measures (upper bounds).
struct query_measurer {
    std::size_t once = 0;
    std::size_t twice = 0;

    static constexpr std::size_t rank(std::string_view) { return 0; }
    constexpr void begin_parameter(std::size_t) {}
    template <std::size_t Once, std::size_t Twice>
    constexpr void put(query_text<Once, Twice> const&) {
        once += Once;
        twice += Twice;
    }
    constexpr void put_value(std::string_view value) {
        once += 3 * value.size();
        twice += 5 * value.size();
    }
    constexpr void put_plain(std::string_view value) {
        once += value.size();
        twice += value.size();
    }
    constexpr void put_separator(char) {
        once += 1;
        twice += 3;
    }
};
/// This one writes the query.
struct query_writer {
    writer once;

    static constexpr std::size_t rank(std::string_view) { return 0; }
    constexpr void begin_parameter(std::size_t) {}
    template <std::size_t Once, std::size_t Twice>
    constexpr void put(query_text<Once, Twice> const& text) {
        once.put_array(text.once);
    }
    constexpr void put_value(std::string_view value) { once.put_encoded(value); }
    constexpr void put_plain(std::string_view value) { once.put(value); }
    constexpr void put_separator(char c) { *once.out++ = c; }
};

template <class Sink, class Rule>
constexpr void put_value(Sink& sink, text_value<Rule> const& value) {
    if constexpr (requires { Rule::plain; })
        sink.put_plain(value.text());
    else
        sink.put_value(value.text());
}
template <class Sink, class Rule>
constexpr void put_value(Sink& sink, number_value<Rule> const& value) {
    sink.put_plain(digits(static_cast<std::uint64_t>(value.number())).view());
}

/// What stands in front of a member's value in a JSON object, and between and around objects. All values are
/// quoted.
template <class Element, std::size_t Index, bool First>
inline constexpr plain_text<described<Element>::template word<Index>().name.size() + 6>
    member_prefix(std::string_view(First ? "{\"" : "\",\""), described<Element>::template word<Index>().name,
                  std::string_view("\":\""));
inline constexpr plain_text<2> object_end(std::string_view("\"}"));
inline constexpr plain_text<2> empty_object(std::string_view("{}"));
inline constexpr plain_text<1> list_begin(std::string_view("["));
inline constexpr plain_text<1> list_comma(std::string_view(","));
inline constexpr plain_text<1> list_end(std::string_view("]"));

/// One element of a JSON list, as `{"ServerId":"i-1","Port":"80"}`: numbers are quoted, as the documented
/// examples quote them, and no value needs a JSON escape, because no rule admits a quote or a backslash.
template <class Sink, class Element>
constexpr void put_element(Sink& sink, Element const& element) {
    bool first = true;
    auto const put_member = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
        auto const put_present = [&](auto const& value) {
            if (first)
                sink.put(query_text_of<member_prefix<Element, Index, true>>);
            else
                sink.put(query_text_of<member_prefix<Element, Index, false>>);
            put_value(sink, value);
            first = false;
        };
        auto const& value = element.*described<Element>::template word<Index>().member;
        if constexpr (is_maybe<std::remove_cvref_t<decltype(value)>>) {
            if (value) put_present(*value);
        } else {
            put_present(value);
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (put_member(std::integral_constant<std::size_t, I>{}), ...);
    }
    (typename described<Element>::words::indices{});
    if (first)
        sink.put(query_text_of<empty_object>);
    else
        sink.put(query_text_of<object_end>);
}

/// A parameter of a request: which word it comes from, and which side where the word describes pairs.
struct parameter_slot {
    std::string_view name;
    std::size_t word = 0;
    bool second = false;
};
template <class Request>
constexpr std::size_t parameter_count() {
    std::size_t count = 0;
    for_each_word<Request>(
        [&](auto const& word) { count += is_pairs<std::remove_cvref_t<decltype(word)>> ? 2U : 1U; });
    return count;
}
template <class Request>
struct parameter_table {
    static constexpr std::size_t size = parameter_count<Request>();
    parameter_slot rows[size];
};
/// The parameters of a request in the order of the canonical query: by name, bytewise.
template <class Request>
inline constexpr parameter_table<Request> sorted_parameters = [] {
    parameter_table<Request> table{};
    std::size_t count = 0;
    std::size_t word_index = 0;
    auto const insert = [&](parameter_slot slot) {
        std::size_t at = count++;
        for (; at != 0 && slot.name < table.rows[at - 1].name; --at) table.rows[at] = table.rows[at - 1];
        table.rows[at] = slot;
    };
    for_each_word<Request>([&](auto const& word) {
        if constexpr (is_pairs<std::remove_cvref_t<decltype(word)>>) {
            insert({word.first.name, word_index, false});
            insert({word.second.name, word_index, true});
        } else {
            insert({word.name, word_index, false});
        }
        ++word_index;
    });
    return table;
}();

template <class Sink, class List, class Side>
constexpr void put_json_list(Sink& sink, List const& list, Side side) {
    sink.put(query_text_of<list_begin>);
    bool first = true;
    for (auto const& item : list) {
        if (!first) sink.put(query_text_of<list_comma>);
        put_element(sink, side(item));
        first = false;
    }
    sink.put(query_text_of<list_end>);
}

template <class Request, std::size_t Slot>
inline constexpr plain_text<sorted_parameters<Request>.rows[Slot].name.size()>
    parameter_name(sorted_parameters<Request>.rows[Slot].name);

/// Writes the parameters of a request that is in order, encoded and sorted: `A=1&B=2`. This text is the
/// canonical query of the one scheme, a part of the other's, and what travels in the target or the body.
template <class Sink, class Request>
constexpr void put_query(Sink& sink, Request const& request) {
    bool first = true;
    auto const put_parameter = [&]<std::size_t Slot>(std::integral_constant<std::size_t, Slot>) {
        constexpr parameter_slot slot = sorted_parameters<Request>.rows[Slot];
        constexpr std::size_t rank = Sink::rank(slot.name);
        auto const& word = described<Request>::template word<slot.word>();
        auto const& member = request.*word.member;
        using word_type = std::remove_cvref_t<decltype(word)>;
        auto const begin = [&] {
            sink.begin_parameter(rank);
            if (!first) sink.put_separator('&');
            sink.put(query_text_of<parameter_name<Request, Slot>>);
            sink.put_separator('=');
            first = false;
        };
        if constexpr (is_field<word_type>) {
            if constexpr (is_maybe<std::remove_cvref_t<decltype(member)>>) {
                if (!member) return;
                begin();
                put_value(sink, *member);
            } else {
                begin();
                put_value(sink, member);
            }
        } else if (!member.empty()) {
            begin();
            if constexpr (!is_pairs<word_type>)
                put_json_list(
                    sink, member, [](auto const& item) -> auto const& { return item; });
            else if constexpr (slot.second)
                put_json_list(
                    sink, member, [&](auto const& item) -> auto const& { return item.*word.second.side; });
            else
                put_json_list(
                    sink, member, [&](auto const& item) -> auto const& { return item.*word.first.side; });
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (put_parameter(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<parameter_table<Request>::size>{});
}

// Each of these says whether all is well, and fills in `why` only when it is not: an error is a large object.

template <class Value>
constexpr bool verify_value(Value const& value, std::string_view parameter, std::string_view member,
                            int index, slb::error& why) {
    if constexpr (is_maybe<Value>) {
        return !value || verify_value(*value, parameter, member, index, why);
    } else {
        errc const broken = value.broken_rule();
        if (broken == errc::none) return true;
        why = slb::error(broken, wire_path{parameter, member, index});
        if constexpr (std::is_same_v<typename Value::input, std::int64_t>) why.with_number(value.number());
        return false;
    }
}

template <class Element>
constexpr bool verify_element(Element const& element, std::string_view parameter, int index,
                              slb::error& why) {
    bool good = true;
    for_each_word<Element>([&](auto const& word) {
        good = good && verify_value(element.*word.member, parameter, word.name, index, why);
    });
    if constexpr (requires { inspect(element); }) {
        if (!good) return false;
        if (finding const found = inspect(element); found.broken != errc::none) {
            why = slb::error(found.broken, wire_path{parameter, found.member, index});
            return false;
        }
    }
    return good;
}

template <class List, class Side>
constexpr bool verify_list(List const& list, std::string_view name, Side side, slb::error& why) {
    if (list.overfull()) {
        why = slb::error(errc::too_many_items, wire_path{name, {}, -1});
        return false;
    }
    int index = 0;
    for (auto const& item : list) {
        if (!verify_element(side(item), name, index, why)) return false;
        if constexpr (requires { same_server(side(item), side(item)); })
            for (auto const* earlier = list.begin(); earlier != &item; ++earlier)
                if (same_server(side(*earlier), side(item))) {
                    why = slb::error(errc::duplicate_server, wire_path{name, {}, index});
                    return false;
                }
        ++index;
    }
    return true;
}

template <class Pairs, class List>
constexpr bool verify_pairs(Pairs const& word, List const& list, slb::error& why) {
    auto const first = [&](auto const& pair) -> auto const& { return pair.*word.first.side; };
    auto const second = [&](auto const& pair) -> auto const& { return pair.*word.second.side; };
    if (!verify_list(list, word.first.name, first, why) || !verify_list(list, word.second.name, second, why))
        return false;
    int index = 0;
    if constexpr (requires { same_server(first(*list.begin()), second(*list.begin())); })
        for (auto const& pair : list) {
            if (same_server(first(pair), second(pair))) {
                why = slb::error(errc::server_replaced_by_itself, wire_path{word.first.name, {}, index});
                return false;
            }
            ++index;
        }
    return true;
}

} // namespace detail

/// Checks a request against the rules of its values and those between them. The error names the wire
/// parameter; errc::none: the request can be sent.
template <described_operation Request>
constexpr slb::error validate(Request const& request) {
    slb::error why;
    bool good = true;
    detail::for_each_word<Request>([&](auto const& word) {
        if (!good) return;
        using word_type = std::remove_cvref_t<decltype(word)>;
        auto const& member = request.*word.member;
        if constexpr (detail::is_field<word_type>)
            good = detail::verify_value(member, word.name, {}, -1, why);
        else if constexpr (detail::is_pairs<word_type>)
            good = detail::verify_pairs(word, member, why);
        else
            good = detail::verify_list(
                member, word.name, [](auto const& item) -> auto const& { return item; }, why);
    });
    return why;
}

} // namespace slb::inline v0_1

#endif
