#ifndef SLB_VALUES_HPP
#define SLB_VALUES_HPP

#include <slb/rules.hpp>

namespace slb::inline v0_1 {

namespace detail {

struct unset_t {};

template <class T>
constexpr T make_empty();

/// Converts to anything, to a required value that is not there yet where T has one: counts the members of a
/// struct, and makes one that is to be filled.
struct anything {
    template <class T>
    constexpr operator T() const {
        if constexpr (std::is_constructible_v<T, unset_t>)
            return T(unset_t{});
        else if constexpr (std::is_aggregate_v<T>)
            return make_empty<T>();
        else
            return T{};
    }
};

template <class T, class... Others>
concept none_of = (!std::is_same_v<T, Others> && ...);

/// An lvalue, a literal, or a view of something else: never a string about to die.
template <class S>
concept outliving_text = std::is_convertible_v<S, std::string_view> &&
    (std::is_lvalue_reference_v<S> || std::is_pointer_v<std::decay_t<S>> ||
     std::is_same_v<std::remove_cvref_t<S>, std::string_view>);

/// A null pointer, as std::getenv may give one, is an empty text.
template <class S>
constexpr std::string_view view_of(S& text) {
    if constexpr (std::is_pointer_v<S>)
        return text == nullptr ? std::string_view() : std::string_view(text);
    else
        return std::string_view(text);
}

template <class S>
concept literal_text = std::is_convertible_v<S const&, std::string_view> && none_of<S, anything>;

template <class N>
concept whole_number = std::is_integral_v<N> && none_of < std::remove_cv_t<N>,
bool, char, char8_t, char16_t, char32_t, wchar_t > ;

template <whole_number N>
constexpr std::int64_t saturate(N number) {
    if constexpr (std::is_unsigned_v<N> && sizeof(N) >= sizeof(std::int64_t)) {
        if (number > static_cast<N>(INT64_MAX)) return INT64_MAX;
    }
    return static_cast<std::int64_t>(number);
}

} // namespace detail

/// A text known only at run time: checked when the request is encoded, before anything is sent.
struct runtime_text {
    /// A view of the program's string, which must outlive the call.
    std::string_view text;
};
/// A number known only at run time. Unsigned numbers above the largest int64 count as that one.
struct runtime_number {
    /// Any; the type of the value that is made of it says which are in range.
    std::int64_t number;
};

/// Marks a value that is known only at run time, as fmt::runtime does for format strings. The request holds
/// a view of a text: the string must live until `invoke` returns. A string about to die is refused.
template <class S>
    requires detail::outliving_text<S&&>
constexpr runtime_text runtime(S&& text) { return {detail::view_of(text)}; }
template <class S>
    requires(std::is_convertible_v<S, std::string_view> && !detail::outliving_text<S&&>)
runtime_text runtime(S&&)
= delete;
/// The same for a number: of any integer type but bool and the types of characters.
template <detail::whole_number N>
constexpr runtime_number runtime(N number) {
    return {detail::saturate(number)};
}

/// A text that obeys `Rule`. Inside a JSON list a value is written as it is, so a rule must admit no quote,
/// backslash or control character, or say that it is `free`. From a literal it is checked at compile time,
/// from `runtime(...)` at encoding. It is a view: it copies and owns nothing.
template <class Rule>
class text_value {
  public:
    /// What runtime() turns into such a value.
    using input = std::string_view;

    /// Does not compile: the value is required, and the error names it.
    template <class Required = Rule>
    consteval text_value() {
        Required::missing();
    }
    /// From a literal, which is checked here; a broken rule is an error of the compiler that names it.
    template <detail::literal_text S>
    consteval text_value(S const& literal) : text_(literal), verified_(true) {
        detail::enforce(Rule::broken(text_));
    }
    /// From a text of run time, which nothing checks here.
    constexpr text_value(runtime_text deferred) : text_(deferred.text) {}
    /// Empty and unchecked, for code that fills a request by its description.
    constexpr explicit text_value(detail::unset_t) {}

    /// errc::none, or the rule that is broken.
    [[nodiscard]] constexpr errc broken_rule() const { return verified_ ? errc::none : Rule::broken(text_); }
    /// The text as it was given, whether it obeys the rule or not.
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

    /// Equal texts are equal, checked or not.
    friend constexpr bool operator==(text_value const& left, text_value const& right) {
        return left.text_ == right.text_;
    }

  private:
    std::string_view text_{};
    bool verified_ = false;
};

/// A whole number that obeys `Rule`, as text_value does for texts.
template <class Rule>
class number_value {
  public:
    /// What runtime() turns into such a value.
    using input = std::int64_t;

    /// Does not compile: the value is required, and the error names it.
    template <class Required = Rule>
    consteval number_value() {
        Required::missing();
    }
    /// From a literal, which is checked here; a broken rule is an error of the compiler that names it.
    template <detail::whole_number N>
    consteval number_value(N literal) : number_(detail::saturate(literal)) {
        detail::enforce(Rule::broken(number_));
    }
    /// From a number of run time, which nothing checks here.
    constexpr number_value(runtime_number deferred) : number_(deferred.number) {}
    /// 0 and unchecked, for code that fills a request by its description.
    constexpr explicit number_value(detail::unset_t) {}

    /// errc::none, or the rule that is broken.
    [[nodiscard]] constexpr errc broken_rule() const { return Rule::broken(number_); }
    /// The number as it was given, whether it obeys the rule or not.
    [[nodiscard]] constexpr std::int64_t number() const { return number_; }

    friend constexpr bool operator==(number_value const&, number_value const&) = default;

  private:
    std::int64_t number_ = 0;
};

namespace detail {
struct region_id_rule {
    static constexpr errc broken(std::string_view id) { return check_id(id); }
    static constexpr auto missing = rule::region_id_is_required;
};
struct vserver_group_id_rule {
    static constexpr errc broken(std::string_view id) { return check_id(id); }
    static constexpr auto missing = rule::vserver_group_id_is_required;
};
struct server_id_rule {
    static constexpr errc broken(std::string_view id) { return check_id(id); }
    static constexpr auto missing = rule::server_id_is_required;
};
struct load_balancer_id_rule {
    static constexpr errc broken(std::string_view id) { return check_id(id); }
    static constexpr auto missing = rule::load_balancer_id_is_required;
};
struct name_rule {
    static constexpr errc broken(std::string_view text) { return check_description(text); }
};
struct listener_protocol_rule {
    static constexpr bool plain = true;
    static constexpr errc broken(std::string_view protocol) { return check_listener_protocol(protocol); }
};
struct tag_key_rule {
    static constexpr bool free = true;
    static constexpr errc broken(std::string_view key) { return check_tag_key(key); }
    static constexpr auto missing = rule::tag_key_is_required;
};
struct tag_value_rule {
    static constexpr bool free = true;
    static constexpr errc broken(std::string_view value) { return check_tag_value(value); }
};
struct server_type_rule {
    /// No word of the list needs encoding.
    static constexpr bool plain = true;
    static constexpr errc broken(std::string_view type) { return check_server_type(type); }
};
struct server_address_rule {
    static constexpr errc broken(std::string_view text) { return check_server_address(text); }
};
struct port_rule {
    static constexpr errc broken(std::int64_t port) { return check_port(port); }
    static constexpr auto missing = rule::port_is_required;
};
struct flag_rule {
    static constexpr auto missing = rule::flag_is_required;
};
struct weight_rule {
    static constexpr errc broken(std::int64_t weight) { return check_weight(weight); }
};
} // namespace detail

/// A region, as "cn-hangzhou": 1 to 128 printable ASCII characters without space, quote, backslash. (The
/// service states no grammar for ids; this one, of all ids here, is the library's.)
using region_id = text_value<detail::region_id_rule>;
/// A VServer group, as "rsp-cige6j5e7p": the alphabet of region_id.
using vserver_group_id = text_value<detail::vserver_group_id_rule>;
/// A load balancer, as "lb-bp1qjwo61pqz3": the alphabet of region_id.
using load_balancer_id = text_value<detail::load_balancer_id_rule>;
/// An ECS instance (i-…), elastic network interface (eni-…) or container instance (eci-…): the same alphabet.
using server_id = text_value<detail::server_id_rule>;
/// 1 to 80 letters, digits, - / . _ or Chinese characters (U+4E00 to U+9FFF; only the Chinese pages of the
/// documentation admit them). An empty one is refused: leave it out.
using server_description = text_value<detail::name_rule>;
/// A name of a VServer group; names need not be unique. The alphabet of server_description.
using vserver_group_name = text_value<detail::name_rule>;
/// "ecs" (what the service assumes when it is not given), "eni" or "eci" (which the vendor's current SDK has,
/// and the documentation of 2021 has not).
using server_type = text_value<detail::server_type_rule>;
/// An IPv4 or IPv6 address, as "192.0.2.11", without zone, brackets or port: which address of an ENI or ECI
/// is meant.
using server_address = text_value<detail::server_address_rule>;
/// What a listener speaks: "tcp", "udp", "http" or "https". (The listeners that the API has; where it asks
/// for the protocol it lists no values.)
using listener_protocol = text_value<detail::listener_protocol_rule>;
/// The key of a tag: 1 to 64 characters, not beginning with aliyun or acs:, without `http://` and `https://`.
/// Source: the vendor's SDK, slb-20140515, CreateVServerGroupRequest. UTF-8 without control characters: ours.
using tag_key = text_value<detail::tag_key_rule>;
/// The value of a tag: up to 128 characters, else as tag_key.
using tag_value = text_value<detail::tag_value_rule>;
/// The port that a server or a listener listens on: 1 to 65535. Source of this and of server_weight:
/// documentation of AddVServerGroupBackendServers (2021-03).
using port_number = number_value<detail::port_rule>;
/// A server's share of the requests: 0 to 100; 0 means no new requests.
using server_weight = number_value<detail::weight_rule>;

/// true or false, from a literal or a bool of run time alike: there is no rule it could break. Nothing else
/// converts to it.
class flag {
  public:
    /// What such a value is made of.
    using input = bool;

    /// Does not compile: the value is required.
    template <class Required = detail::flag_rule>
    consteval flag() {
        Required::missing();
    }
    /// From a bool; whatever else converts to bool does not compile.
    constexpr flag(std::same_as<bool> auto value) : value_(value) {}
    /// false, for code that fills a request by its description.
    constexpr explicit flag(detail::unset_t) {}

    /// errc::none, always.
    [[nodiscard]] static constexpr errc broken_rule() { return errc::none; }
    /// What was given.
    [[nodiscard]] constexpr bool value() const { return value_; }

    friend constexpr bool operator==(flag const&, flag const&) = default;

  private:
    bool value_ = false;
};

/// Checks a run-time value early: `checked<port_number>(n)` is the value, or the rule that it breaks.
template <class Value, class Input>
constexpr result<Value> checked(Input&& input) {
    Value const value{runtime(static_cast<Input&&>(input))};
    if (errc const broken = value.broken_rule(); broken != errc::none) {
        slb::error why{broken};
        if constexpr (std::is_same_v<typename Value::input, std::int64_t>) why.with_number(value.number());
        return why;
    }
    return value;
}

/// A value that may be left out. Left out is not zero: the wire then carries no such member at all.
template <class T>
class maybe {
  public:
    /// The value that may be there.
    using value_type = T;

    /// Left out.
    constexpr maybe() : none_(0) {}
    /// From a literal, which is checked at compile time as T itself does it.
    template <class Literal>
        requires(detail::none_of<Literal, detail::anything, detail::unset_t, maybe, T, runtime_text,
                                 runtime_number, bool>&& std::is_constructible_v<T, Literal const&>)
    consteval maybe(Literal const& literal) : value_(literal), has_value_(true) {}
    /// @{
    /// From a value, from a bool where T is a flag, or from what runtime() gives.
    constexpr maybe(T const& value) : value_(value), has_value_(true) {}
    constexpr maybe(std::same_as<bool> auto value) requires std::is_same_v<T, flag> : value_(value),
                                                                                      has_value_(true) {}
    template <class Deferred>
        requires(std::is_same_v<Deferred, runtime_text> || std::is_same_v<Deferred, runtime_number>)
    constexpr maybe(Deferred deferred) : value_(deferred), has_value_(true) {}
    /// @}

    /// @{
    /// Whether there is a value.
    constexpr explicit operator bool() const { return has_value_; }
    [[nodiscard]] constexpr bool has_value() const { return has_value_; }
    /// @}
    /// @{
    /// The value; there must be one. (Where there is none, the program is ended with a message.)
    [[nodiscard]] constexpr T const& operator*() const {
        if (!has_value_) detail::die("slb: a value that was left out was read\n");
        return value_;
    }
    [[nodiscard]] constexpr T const* operator->() const { return &**this; }
    /// @}
    /// @{
    /// The value, or `fallback` where there is none. A string about to die is none for a view.
    [[nodiscard]] constexpr T value_or(T const& fallback) const { return has_value_ ? value_ : fallback; }
    template <class Text>
        requires(std::is_same_v<T, std::string_view>&& std::is_convertible_v<Text, std::string_view> &&
                 !detail::outliving_text<Text&&>)
    T value_or(Text&&)
    const = delete;
    /// @}

    /// Whether both are left out, or both hold equal values.
    friend constexpr bool operator==(maybe const& left, maybe const& right) {
        if (left.has_value_ != right.has_value_) return false;
        return !left.has_value_ || left.value_ == right.value_;
    }
    /// What is left out equals no value.
    template <class Value>
        requires(detail::none_of<std::remove_cvref_t<Value>, maybe, T>&& requires(T const& value,
                                                                                  Value const& other) {
            { value == other } -> std::same_as<bool>;
        })
    friend constexpr bool operator==(maybe const& left, Value const& right) {
        return left.has_value_ && left.value_ == right;
    }

  private:
    static_assert(std::is_trivially_copyable_v<T>);
    union {
        char none_;
        T value_;
    };
    bool has_value_ = false;
};

namespace detail {

template <class T, std::size_t>
using repeat = T;

/// The storage of a list, and one constructor for each count: so a braced list knows its element type, and
/// literals and run-time values mix.
template <class T, std::size_t Max, class Indices>
class counted_list;

template <class T, std::size_t Max>
class counted_list<T, Max, std::index_sequence<>> {
  public:
    constexpr counted_list() : none_(0) {}

    /// Adds an item. More than `capacity()` are counted, and refused at encoding.
    void push_back(T const& item) {
        if (size_ < Max) ::new (static_cast<void*>(items_ + size_)) T(item);
        ++size_;
    }
    constexpr void clear() { size_ = 0; }
    /// How many items are held.
    [[nodiscard]] constexpr std::size_t size() const { return size_ < Max ? size_ : Max; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    [[nodiscard]] static constexpr std::size_t capacity() { return Max; }
    /// Whether more were added than are held.
    [[nodiscard]] constexpr bool overfull() const { return size_ > Max; }
    /// How many were added, those beyond the capacity too.
    [[nodiscard]] constexpr std::size_t added() const { return size_; }
    [[nodiscard]] constexpr T const* begin() const { return items_; }
    [[nodiscard]] constexpr T const* end() const { return items_ + size(); }
    /// The item at `index`, which must be below size().
    [[nodiscard]] constexpr T const& operator[](std::size_t index) const { return items_[index]; }
    [[nodiscard]] constexpr T& operator[](std::size_t index) { return items_[index]; }

  private:
    static_assert(std::is_trivially_copyable_v<T>);
    union {
        char none_;
        T items_[Max];
    };
    std::size_t size_ = 0;
};

template <class T, std::size_t Max, std::size_t... Indices>
class counted_list<T, Max, std::index_sequence<Indices...>>
    : public counted_list<T, Max, std::make_index_sequence<sizeof...(Indices) - 1>> {
    using base = counted_list<T, Max, std::make_index_sequence<sizeof...(Indices) - 1>>;

  public:
    using base::base;
    constexpr counted_list() = default;
    counted_list(repeat<T, Indices> const&... items) {
        enforce_capacity<sizeof...(Indices), Max>();
        (this->push_back(items), ...);
    }
};

} // namespace detail

/// Up to `Max` items, held in place. `list<T, 20> l{a, b}` and `l.push_back(c)`; one literal too many does
/// not compile, one pushed item too many is refused when the request is encoded, with errc::too_many_items.
/// Nothing is allocated. Its members, beside those of any range (begin, end, size, empty, [] unchecked):
///
///   push_back(item)   adds a copy at the end; one that finds no room is only counted
///   clear()           takes all items out, and forgets the count
///   capacity()        Max
///   overfull()        whether more were added than it holds
///   added()           how many were added, those without room too
template <class T, std::size_t Max>
class list : public detail::counted_list<T, Max, std::make_index_sequence<Max + 1>> {
  public:
    /// What an item is.
    using value_type = T;
    using detail::counted_list<T, Max, std::make_index_sequence<Max + 1>>::counted_list;
};

/// A list that must hold something: one that is left out or empty does not compile. Made of a `list`, which
/// a program fills at run time, it is refused at encoding when that is empty.
template <class T, std::size_t Max>
class required_list : public list<T, Max> {
  public:
    using list<T, Max>::list;
    /// Does not compile: the list must be given.
    consteval required_list() { detail::enforce_items<0>(); }
    /// A copy of `items`. That it holds something is checked when the request is encoded.
    constexpr required_list(list<T, Max> const& items) : list<T, Max>(items) {}
    /// Empty, for code that fills a request by its description.
    constexpr explicit required_list(detail::unset_t) {}
};

/// The list of a response: contiguous elements in the response's block, valid as long as the response.
template <class T>
class list_view {
  public:
    /// What an element is.
    using value_type = T;

    /// Of nothing.
    constexpr list_view() = default;
    /// Of `size` elements that stand at `begin` and outlive the view, as a test may have them.
    constexpr list_view(T const* begin, std::size_t size) : begin_(begin), size_(size) {}

    /// @{
    /// How many elements there are, and where they stand, in the order of the response.
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    [[nodiscard]] constexpr T const* begin() const { return begin_; }
    [[nodiscard]] constexpr T const* end() const { return begin_ + size_; }
    /// @}
    /// The element at `index`, which must be below size().
    [[nodiscard]] constexpr T const& operator[](std::size_t index) const { return begin_[index]; }

    /// Whether both hold equal elements in the same order.
    friend constexpr bool operator==(list_view const& left, list_view const& right) {
        if (left.size_ != right.size_) return false;
        for (std::size_t i = 0; i != left.size_; ++i)
            if (!(left[i] == right[i])) return false;
        return true;
    }

  private:
    T const* begin_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace slb::inline v0_1

#endif
