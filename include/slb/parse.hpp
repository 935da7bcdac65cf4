#ifndef SLB_PARSE_HPP
#define SLB_PARSE_HPP

#include <slb/describe.hpp>

#include <bit>
#include <cstring>
#include <span>

namespace slb::inline v0_1 {

/// What a response may make the parser do. The service allows 200 servers behind one load balancer.
struct parse_limits {
    /// How deeply arrays, objects or tags may nest, those that are skipped included: at most 64.
    std::size_t depth = 64;
    /// How many elements all lists of a response may hold together.
    std::size_t elements = 4096;
};

namespace detail {

/// Gives a described value the text that stands on the wire for it. False: it cannot be such a value.
constexpr bool assign(std::string_view& value, std::string_view text) {
    value = text;
    return true;
}
constexpr bool assign(std::int32_t& value, std::string_view text) { return parse_integer(text, value); }
constexpr bool assign(std::int64_t& value, std::string_view text) { return parse_integer(text, value); }
constexpr bool assign(bool& value, std::string_view text) {
    value = is(text, "true");
    return value || is(text, "false");
}
constexpr bool assign(flag& value, std::string_view text) {
    bool truth = false;
    bool const good = assign(truth, text);
    value = flag(truth);
    return good;
}
template <class Rule>
constexpr bool assign(text_value<Rule>& value, std::string_view text) {
    value = runtime_text{text};
    return true;
}
template <class Rule>
constexpr bool assign(number_value<Rule>& value, std::string_view text) {
    std::int64_t number = 0;
    if (!parse_integer(text, number)) return false;
    value = runtime_number{number};
    return true;
}
template <class T>
constexpr bool assign(maybe<T>& value, std::string_view text) {
    T present = anything{};
    if (!assign(present, text)) return false;
    value = maybe<T>(present);
    return true;
}

/// The memory of one parse, handed in: elements of lists grow from the bottom, texts that had to be decoded
/// come from the top.
class arena {
  public:
    arena(char* bottom, std::size_t size) : bottom_(bottom), top_(bottom + size) {}

    /// Room for one more object; contiguous with the last one of the same size. Null: no room.
    void* push(std::size_t size, std::size_t alignment) {
        auto const misaligned = reinterpret_cast<std::uintptr_t>(bottom_) % alignment;
        std::size_t const padding = misaligned == 0 ? 0 : alignment - misaligned;
        if (static_cast<std::size_t>(top_ - bottom_) < padding + size) return nullptr;
        void* const object = bottom_ + padding;
        bottom_ += padding + size;
        return object;
    }
    /// Room for a text of at most `size` bytes. Null: no room.
    char* begin_text(std::size_t size) {
        return static_cast<std::size_t>(top_ - bottom_) < size ? nullptr : top_ - size;
    }
    /// Keeps the text that was written from begin_text(size) on.
    void keep_text(char* begin) { top_ = begin; }

    [[nodiscard]] char* mark() const { return bottom_; }
    /// Moves the last `size` bytes that were pushed since the mark to the top, so that the list around them
    /// stays contiguous. There is always room: they may lie where they are moved to.
    void* set_aside(char* mark, std::size_t size, std::size_t alignment) {
        char* const from = bottom_ - size;
        top_ -= size;
        top_ -= reinterpret_cast<std::uintptr_t>(top_) % alignment;
        std::memmove(top_, from, size);
        bottom_ = mark;
        return top_;
    }

  private:
    char* bottom_;
    char* top_;
};

/// The fewest bytes that an element of a list takes on the wire, the lists in it not counted: in JSON as
/// `{"Name":""},`, in XML as `<Item><Name/></Item>`.
template <class T>
constexpr std::size_t smallest_element(std::string_view item_name) {
    if constexpr (!has_description<T>) {
        return 2;
    } else {
        std::size_t json = 2;
        std::size_t xml = 2 * item_name.size() + 5;
        for_each_word<T>([&](auto const& word) {
            using word_type = std::remove_cvref_t<decltype(word)>;
            if constexpr (is_field<word_type>) {
                using member_type = typename word_type::member_type;
                constexpr bool text = std::is_same_v<member_type, std::string_view>;
                if (is_maybe<member_type>) return;
                json += word.name.size() + (text ? 6 : 5);
                xml += text ? word.name.size() + 3 : 2 * word.name.size() + 6;
            }
        });
        // `{},` and `<I/>` where nothing is required.
        if (json == 2) return 3;
        return json < xml ? json : xml;
    }
}

/// What the elements of the lists of a response take in memory and on the wire.
struct element_costs {
    /// Of the elements that take most memory for their length on the wire.
    std::size_t memory = 0;
    std::size_t on_wire = 1;
    /// The most that any takes.
    std::size_t largest = 0;
    /// One of each list: of each, the last one may be cut.
    std::size_t unfinished = 0;
    /// What is lost where lists begin.
    std::size_t padding = 0;

    template <class T>
    constexpr void add(bool inner = false) {
        for_each_word<T>([&](auto const& word) {
            using word_type = std::remove_cvref_t<decltype(word)>;
            if constexpr (is_items<word_type>) {
                using element = typename word_type::element;
                // A list inside of a list may have one element, and is aligned again when it is moved.
                std::size_t const each = sizeof(element) + (inner ? alignof(element) : 0);
                std::size_t const smallest = smallest_element<element>(word.item_name);
                if (each * on_wire > memory * smallest) {
                    memory = each;
                    on_wire = smallest;
                }
                if (each > largest) largest = each;
                unfinished += each;
                padding += alignof(element);
                if constexpr (has_description<element>) add<element>(true);
            } else if constexpr (is_object<word_type>) {
                add<typename word_type::member_type>(inner);
            }
        });
    }
};
/// The most memory that the elements of T's lists take, for a body of `size` bytes. They share its bytes: no
/// mixture takes more than if all were those that take most for their length.
template <class T>
constexpr std::size_t elements_bound(std::size_t size, std::size_t limit) {
    element_costs costs;
    costs.add<T>();
    std::size_t const fitting = size / costs.on_wire * costs.memory +
                                size % costs.on_wire * costs.memory / costs.on_wire + costs.unfinished;
    std::size_t const most = limit * costs.largest;
    return (fitting < most ? fitting : most) + costs.padding;
}

/// Where in a response a parser stopped, and why.
struct parse_failure {
    errc code = errc::none;
    wire_path path{};
};

/// Writes a code point, which must be one (below U+110000, no surrogate). Returns the end.
constexpr char* put_utf8(char* out, std::uint32_t point) {
    auto const put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xc0 | point >> 6);
        put(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        put(0xe0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    } else {
        put(0xf0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3f));
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    }
    return out;
}

/// What the two parsers share: the text, the memory, the limits, and the first failure. Where a parser stands
/// is an argument and a result of its functions, so that it stays in a register; null: it has failed.
class parser_base {
  public:
    [[nodiscard]] parse_failure failure() const { return failure_; }

  protected:
    using position = char const*;

    parser_base(std::string_view text, arena& memory, parse_limits limits)
        : begin_(text.data()), end_(text.data() + text.size()), memory_(memory), limits_(limits) {
        if (limits_.depth > parse_limits{}.depth) limits_.depth = parse_limits{}.depth;
    }

    position fail(errc code, wire_path path = {}) {
        if (failure_.code == errc::none) failure_ = {code, path};
        return nullptr;
    }
    /// `Name`, or `List[index].Name` inside an element.
    [[nodiscard]] wire_path path_to(std::string_view name) const {
        return index_ < 0 ? wire_path{name, {}, -1} : wire_path{parameter_, name, index_};
    }

    [[nodiscard]] bool starts(position at, std::string_view what) const {
        return static_cast<std::size_t>(end_ - at) >= what.size() &&
               std::memcmp(at, what.data(), what.size()) == 0;
    }
    /// Whether a constant stands at `at`: compared in loads of eight bytes that may overlap, where memcmp
    /// would be a call.
    template <std::size_t Size>
    [[nodiscard]] bool is_here(position at, char const (&constant)[Size]) const {
        if (static_cast<std::size_t>(end_ - at) < Size) return false;
        if constexpr (Size < 8) {
            return std::memcmp(at, constant, Size) == 0;
        } else {
            auto const differ = [&](std::size_t offset) {
                std::uint64_t left = 0;
                std::uint64_t right = 0;
                std::memcpy(&left, at + offset, 8);
                std::memcpy(&right, constant + offset, 8);
                return left ^ right;
            };
            std::uint64_t difference = differ(Size - 8);
            for (std::size_t offset = 0; offset + 8 < Size; offset += 8) difference |= differ(offset);
            return difference == 0;
        }
    }

    /// Whether no required member of T is missing; bit k of `seen` says that its k-th member was there.
    template <class T>
    bool has_all(std::uint64_t seen) {
        constexpr std::uint64_t required = [] {
            std::uint64_t bits = 0;
            std::uint64_t bit = 1;
            for_each_word<T>([&](auto const& word) {
                using word_type = std::remove_cvref_t<decltype(word)>;
                if constexpr (is_field<word_type>)
                    if (!is_maybe<typename word_type::member_type>) bits |= bit;
                bit <<= 1;
            });
            return bits;
        }();
        std::uint64_t missing = required & ~seen;
        if (missing == 0) return true;
        for_each_word<T>([&](auto const& word) {
            if constexpr (is_field<std::remove_cvref_t<decltype(word)>>)
                if ((missing & 1) != 0) fail(errc::member_missing, path_to(word.name));
            missing >>= 1;
        });
        return false;
    }

    /// To the next of `Stops`, control character or byte that is not ASCII; eight bytes at a time. (Of the
    /// marked bytes the lowest is exact, those above it need not be.)
    template <char... Stops>
    [[nodiscard]] position skip_ascii(position at) const {
        constexpr std::uint64_t ones = 0x0101010101010101;
        constexpr std::uint64_t highs = 0x8080808080808080;
        auto const mark_zeros = [](std::uint64_t x) { return (x - ones) & ~x; };
        if constexpr (std::endian::native == std::endian::little) {
            while (end_ - at >= 8) {
                std::uint64_t word = 0;
                std::memcpy(&word, at, 8);
                std::uint64_t const special =
                    ((mark_zeros(word ^ ones * Stops) | ...) | (word - ones * 0x20) | word) & highs;
                if (special != 0) return at + std::countr_zero(special) / 8;
                at += 8;
            }
        }
        // As a signed number a byte that is not ASCII is below 0x20; char is unsigned on some machines.
        while (at != end_ && static_cast<signed char>(*at) >= 0x20 && ((*at != Stops) && ...)) ++at;
        return at;
    }

    /// A number of one to seven digits, as ports and weights have, read in one go. Null: no such number here.
    [[nodiscard]] position parse_small_number(position at, std::int32_t& out) const {
        std::uint64_t word = 0;
        if constexpr (std::endian::native != std::endian::little) return nullptr;
        if (end_ - at < 8) return nullptr;
        std::memcpy(&word, at, 8);
        // Digits become 0 to 9; the lowest byte that is none has one of its upper bits set then.
        constexpr std::uint64_t ones = 0x0101010101010101;
        word ^= '0' * ones;
        std::uint64_t const others = ((word + 0x76 * ones) | word) & 0x80 * ones;
        int const digits = std::countr_zero(others) / 8;
        if (digits == 0 || digits > 7 || (*at == '0' && digits != 1)) return nullptr;
        // The digits move to the end of the word, behind zeros; then pairs, fours and eights are added up.
        word <<= 64 - 8 * digits;
        word = word * 10 + (word >> 8);
        word = ((word & 0x000000ff000000ff) * 0x000f424000000064 +
                (word >> 16 & 0x000000ff000000ff) * 0x0000271000000001) >>
               32;
        out = static_cast<std::int32_t>(word);
        return at + digits;
    }

    /// Reads one list with `parse(at, first, size)`, which pushes its elements. Inside an element of another
    /// list they are moved out of its way.
    template <class Element, class Parse>
    position parse_list(position at, list_view<Element>& out, std::string_view name, Parse parse) {
        static_assert(std::is_trivially_copyable_v<Element>);
        std::string_view const outer_parameter = std::exchange(parameter_, name);
        int const outer_index = std::exchange(index_, -1);
        char* const mark = memory_.mark();
        bool const inner = std::exchange(in_list_, true);
        Element const* first = nullptr;
        std::size_t size = 0;
        at = parse(at, first, size);
        if (at != nullptr && inner && size != 0)
            first = static_cast<Element const*>(
                memory_.set_aside(mark, size * sizeof(Element), alignof(Element)));
        in_list_ = inner;
        parameter_ = outer_parameter;
        index_ = outer_index;
        out = list_view<Element>(first, size);
        return at;
    }
    /// Room for the next element of a list. Null after fail().
    void* push_element(std::size_t size, std::size_t alignment) {
        if (++elements_ > limits_.elements) {
            fail(errc::too_many_elements);
            return nullptr;
        }
        void* const element = memory_.push(size, alignment);
        if (element == nullptr) fail(errc::out_of_memory);
        return element;
    }

    position begin_;
    position end_;
    arena& memory_;
    parse_limits limits_;
    std::size_t depth_ = 0;
    /// The list and the element that is being read.
    std::string_view parameter_{};
    int index_ = -1;

  private:
    bool in_list_ = false;
    parse_failure failure_{};
    std::size_t elements_ = 0;
};

} // namespace detail

/// How much memory parsing a body of `size` bytes into a T takes at most.
template <class T>
constexpr std::size_t parse_memory(std::size_t size, parse_limits limits = {}) {
    return size + detail::elements_bound<T>(size, limits.elements);
}

} // namespace slb::inline v0_1

#endif
