#ifndef SLB_JSON_VALUE_HPP
#define SLB_JSON_VALUE_HPP

#include <slb/json.hpp>

namespace slb::inline v0_1 {

/// What a JSON value is. `absent`: it is not there, or a step on the way to it failed.
enum class json_kind : std::uint8_t { absent, null, boolean, number, text, array, object };

class json_value;
struct json_member;
class json_members;

namespace detail {

json_value answer_in(json_value const& body, std::string_view action = {});

// Steps over a text that has been validated: nothing is checked again, and the brace that closes the whole
// text ends every scan.

inline char const* after_space(char const* at) {
    while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') ++at;
    return at;
}
/// From the opening quote to behind the closing one; `escaped`: there is a backslash between them.
inline char const* after_string(char const* at, bool& escaped) {
    escaped = false;
    for (++at; *at != '"'; ++at)
        if (*at == '\\') {
            escaped = true;
            ++at;
        }
    return at + 1;
}
/// Behind a number or one of the words true, false and null.
inline char const* after_word(char const* at) {
    while (is_letter(*at) || is_digit(*at) || *at == '-' || *at == '+' || *at == '.') ++at;
    return at;
}
inline char const* after_value(char const* at) {
    bool escaped = false;
    if (*at == '"') return after_string(at, escaped);
    if (*at != '{' && *at != '[') return after_word(at);
    for (std::size_t depth = 0;;) {
        if (*at == '"') {
            at = after_string(at, escaped);
            continue;
        }
        if (*at == '{' || *at == '[') ++depth;
        if ((*at == '}' || *at == ']') && --depth == 0) return at + 1;
        ++at;
    }
}
/// From an opening bracket to the first key or element, or from behind one to the next. Null: there is none.
inline char const* next_inside(char const* at) {
    if (*at != '{' && *at != '[') {
        at = after_space(at);
        return *at == ',' ? after_space(at + 1) : nullptr;
    }
    at = after_space(at + 1);
    return *at == '}' || *at == ']' ? nullptr : at;
}
/// From behind a key to its value.
inline char const* after_colon(char const* at) { return after_space(after_space(at) + 1); }

} // namespace detail

/// A value of a JSON text that has been validated, and the way to others inside it: a cursor of a few words.
/// It walks the text at each access, allocates nothing and copies nothing. Its views live as long as the
/// response that it came from, or as the text and memory given to parse_json.
///
///   for (auto balancer : response["LoadBalancers"]["LoadBalancer"])
///       use(balancer["LoadBalancerId"].text(), balancer["Bandwidth"].number());
///
/// Steps do not fail on the spot: one that finds nothing gives a value that is absent, whatever is asked of
/// it further says why, and the error names the place. Null counts as absent. A member that stands twice is
/// refused when it is asked for: which one would be meant?
///
/// As the service may send a list of one as the element alone, every value is a list: an array of its
/// elements, what is absent of none, anything else of itself. (So a loop over what could not be reached for
/// its type meets the error, and does not pass over it.) Iterate where you can: an index is counted out anew.
class json_value {
  public:
    class iterator;

    /// Nothing, and errc::called_out_of_order.
    constexpr json_value() = default;

    /// What stands here.
    [[nodiscard]] json_kind kind() const {
        if (code_ != errc::none) return json_kind::absent;
        switch (*at_) {
        case '{': return json_kind::object;
        case '[': return json_kind::array;
        case '"': return json_kind::text;
        case 't':
        case 'f': return json_kind::boolean;
        case 'n': return json_kind::null;
        default: return json_kind::number;
        }
    }
    /// Whether there is a value, and it is not null.
    [[nodiscard]] explicit operator bool() const { return code_ == errc::none && *at_ != 'n'; }
    /// Whether there is a null.
    [[nodiscard]] bool is_null() const { return kind() == json_kind::null; }
    /// Why there is no value; errc::none: there is one.
    [[nodiscard]] slb::error error() const { return code_ == errc::none ? slb::error{} : because(code_); }

    /// The member of that name. The name must live as long as an error that may come of it.
    template <class Name>
        requires detail::outliving_text<Name&&>
    [[nodiscard]] json_value operator[](Name&& name) const { return member(detail::view_of(name)); }
    template <class Name>
        requires(std::is_convertible_v<Name, std::string_view> && !detail::outliving_text<Name&&>)
    json_value operator[](Name&&) const = delete;
    /// The element at that index.
    template <detail::whole_number Index>
    [[nodiscard]] json_value operator[](Index index) const {
        return element(detail::saturate(index));
    }
    /// @{
    /// The elements, and how many they are, which is counted at each call.
    [[nodiscard]] iterator begin() const;
    [[nodiscard]] iterator end() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const;
    /// @}
    /// The members of an object, as they stand.
    [[nodiscard]] json_members members() const;

    /// The text of a string, decoded.
    [[nodiscard]] result<std::string_view> text() const {
        std::string_view text;
        errc const broken = read(text);
        return broken == errc::none ? result<std::string_view>(text) : because(broken);
    }
    /// A whole number, given as a number or as its digits in quotes.
    [[nodiscard]] result<std::int64_t> number() const {
        std::int64_t number = 0;
        errc const broken = read(number);
        return broken == errc::none ? result<std::int64_t>(number) : because(broken);
    }
    /// true or false, in quotes or not.
    [[nodiscard]] result<bool> boolean() const {
        bool truth = false;
        errc const broken = read(truth);
        return broken == errc::none ? result<bool>(truth) : because(broken);
    }
    /// @{
    /// The same, or `fallback` where the value is absent or of another type. A text must live as long as what
    /// comes of it.
    template <class Text>
        requires detail::outliving_text<Text&&>
    [[nodiscard]] std::string_view text_or(Text&& fallback) const {
        return read_or(detail::view_of(fallback));
    }
    template <class Text>
        requires(std::is_convertible_v<Text, std::string_view> && !detail::outliving_text<Text&&>)
    std::string_view text_or(Text&&)
    const = delete;
    [[nodiscard]] std::int64_t number_or(std::int64_t fallback) const { return read_or(fallback); }
    [[nodiscard]] bool boolean_or(bool fallback) const { return read_or(fallback); }
    /// @}
    /// The value as it stands in the text; empty when there is none.
    [[nodiscard]] std::string_view json() const {
        return code_ == errc::none ? between(at_, detail::after_value(at_)) : std::string_view();
    }

    /// Hands the whole path, as `LoadBalancers.LoadBalancer[3].Bandwidth`, to `sink` piece by piece:
    /// `sink(std::string_view)`. An error's own path names the innermost list and member only.
    template <class Sink>
    void write_path(Sink&& sink) const;

  private:
    /// A step that is part of the path, and not in the text.
    enum class step : std::uint8_t { none, member, element };

    friend json_members;
    friend json_value detail::answer_in(json_value const& body, std::string_view action);
    friend slb::error parse_json(std::string_view body, json_value& out, std::span<char> memory,
                                 parse_limits limits);

    static std::string_view between(char const* begin, char const* end) {
        return {begin, static_cast<std::size_t>(end - begin)};
    }
    /// The text of a string, whose opening quote stands at `quote`, and the end of it.
    std::string_view text_at(char const* quote, char const*& end) const {
        bool escaped = false;
        end = detail::after_string(quote, escaped);
        if (!escaped) return between(quote + 1, end - 1);
        char const* const text = decoded_ + (quote - root_);
        return between(text, static_cast<char const*>(
                                 std::memchr(text, static_cast<unsigned char>(detail::json_parser::no_utf8),
                                             static_cast<std::size_t>(end - quote))));
    }
    errc missing_or_mistyped() const {
        if (code_ != errc::none) return code_;
        return *at_ == 'n' ? errc::member_missing : errc::member_malformed;
    }
    slb::error because(errc code) const {
        bool const of_root = code != errc::called_out_of_order && path_ == wire_path{};
        slb::error why(code, of_root ? wire_path{detail::json_parser::whole} : path_);
        if (code == errc::called_out_of_order) return why;
        return of_call_ ? why.with_delivery(slb::delivery::applied) : why.without_call();
    }
    json_value failed(errc code) const {
        json_value made = *this;
        if (code_ == errc::none) made.code_ = code;
        return made;
    }
    /// A step that leads nowhere: the last of the path is not in the text.
    json_value lost(errc code, wire_path const& path, step last) const {
        json_value made = failed(code);
        made.path_ = path;
        made.beyond_ = last;
        return made;
    }
    json_value moved(char const* to, wire_path const& path) const {
        json_value made = *this;
        made.at_ = to;
        made.path_ = path;
        return made;
    }
    json_value as_answer() const {
        json_value made = moved(at_, {});
        made.of_call_ = true;
        made.root_ = at_;
        if (decoded_ != nullptr) made.decoded_ += at_ - root_;
        return made;
    }
    /// A name as it is shown.
    static std::string_view shown(std::string_view name) { return name.empty() ? "\"\"" : name; }
    wire_path path_to_member(std::string_view name) const {
        name = shown(name);
        if (!path_.member.empty()) return {path_.member, name};
        if (!path_.parameter.empty() || path_.index >= 0) return {path_.parameter, name, path_.index};
        return {name};
    }
    wire_path path_to_element(std::int64_t index) const {
        int const shown = index < INT32_MAX ? static_cast<int>(index) : INT32_MAX;
        return {path_.member.empty() ? path_.parameter : path_.member, {}, shown};
    }

    json_value member(std::string_view name) const {
        if (kind() != json_kind::object) return failed(missing_or_mistyped());
        char const* found = nullptr;
        std::string_view found_name;
        for (char const* key = detail::next_inside(at_); key != nullptr;) {
            char const* end = nullptr;
            std::string_view const text = text_at(key, end);
            char const* const value = detail::after_colon(end);
            if (text == name) {
                if (found != nullptr)
                    return lost(errc::member_repeated, path_to_member(found_name), step::member);
                found = value;
                found_name = text;
            }
            key = detail::next_inside(detail::after_value(value));
        }
        if (found == nullptr) return lost(errc::member_missing, path_to_member(name), step::member);
        return moved(found, path_to_member(found_name));
    }
    json_value element(std::int64_t index) const;

    /// What is read from: the digits of a number, true or false, or a string's text.
    bool is_token(char c) const {
        return *at_ == c || (c == '-' && detail::is_digit(*at_)) || (c == 't' && *at_ == 'f');
    }
    template <class T>
    errc read(T& out) const {
        if (code_ != errc::none) return code_;
        constexpr char start = std::is_same_v<T, bool> ? 't' : '-';
        char const* end = nullptr;
        if (*at_ == '"') {
            std::string_view const text = text_at(at_, end);
            return detail::assign(out, text) ? errc::none : errc::member_malformed;
        }
        if (std::is_same_v<T, std::string_view> || !is_token(start)) return missing_or_mistyped();
        return detail::assign(out, between(at_, detail::after_word(at_))) ? errc::none
                                                                          : errc::member_malformed;
    }
    template <class T>
    T read_or(T fallback) const {
        T value{};
        return read(value) == errc::none ? value : fallback;
    }

    /// The object that the text consists of, and what corresponds to it among the decoded strings.
    char const* root_ = nullptr;
    char const* decoded_ = nullptr;
    /// The value, or the last one that was reached.
    char const* at_ = nullptr;
    wire_path path_{};
    errc code_ = errc::called_out_of_order;
    step beyond_ = step::none;
    /// Whether the text is the answer to a call, which was applied then.
    bool of_call_ = false;
};

/// A member of an object: the name is decoded.
struct json_member {
    /// Its name.
    std::string_view name;
    /// Its value.
    json_value value;
};

/// Goes through the elements of an array. It gives values, not references.
class json_value::iterator {
  public:
    /// @{
    /// What an input iterator has.
    using value_type = json_value;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() = default;
    [[nodiscard]] json_value operator*() const { return value_; }
    iterator& operator++() {
        char const* const next = index_ < 0 ? nullptr : detail::next_inside(detail::after_value(value_.at_));
        if (next != nullptr)
            value_ = value_.moved(next, value_.path_to_element(++index_));
        else
            *this = iterator();
        return *this;
    }
    iterator operator++(int) {
        iterator const before = *this;
        ++*this;
        return before;
    }
    bool operator==(iterator const& other) const { return value_.at_ == other.value_.at_; }
    /// @}

  private:
    friend json_value;

    json_value value_{};
    /// Negative: the value is no array, and the only element itself.
    std::int64_t index_ = -1;
};

inline json_value::iterator json_value::begin() const {
    iterator first;
    if (kind() == json_kind::array) {
        char const* const at = detail::next_inside(at_);
        if (at == nullptr) return first;
        first.value_ = moved(at, path_to_element(0));
        first.index_ = 0;
    } else if (missing_or_mistyped() == errc::member_malformed || code_ == errc::member_repeated) {
        first.value_ = *this;
    }
    return first;
}
inline json_value::iterator json_value::end() const { return {}; }
inline bool json_value::empty() const { return begin() == end(); }
inline std::size_t json_value::size() const {
    std::size_t size = 0;
    for (iterator at = begin(); at != end(); ++at) ++size;
    return size;
}
inline json_value json_value::element(std::int64_t index) const {
    if (code_ != errc::none) return *this;
    if (*at_ == 'n') return failed(errc::member_missing);
    std::int64_t before = 0;
    if (index >= 0)
        for (iterator at = begin(); at != end(); ++at)
            if (before++ == index) return *at;
    return lost(errc::member_missing, path_to_element(index), step::element);
}

/// Goes through the members of an object: `for (auto [name, value] : object.members())`. What is absent has
/// none; where something else stands, the loop meets one without a name that says so.
class json_members {
  public:
    /// It gives values, not references.
    class iterator {
      public:
        /// @{
        /// What an input iterator has.
        using value_type = json_member;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() = default;
        [[nodiscard]] json_member operator*() const {
            if (key_ == nullptr) return {{}, object_};
            char const* end = nullptr;
            std::string_view const name = object_.text_at(key_, end);
            return {name, object_.moved(detail::after_colon(end), object_.path_to_member(name))};
        }
        iterator& operator++() {
            bool escaped = false;
            char const* const next = key_ == nullptr
                                         ? nullptr
                                         : detail::next_inside(detail::after_value(
                                               detail::after_colon(detail::after_string(key_, escaped))));
            if (next != nullptr)
                key_ = next;
            else
                *this = iterator();
            return *this;
        }
        iterator operator++(int) {
            iterator const before = *this;
            ++*this;
            return before;
        }
        bool operator==(iterator const& other) const {
            return object_.at_ == other.object_.at_ && key_ == other.key_;
        }
        /// @}

      private:
        friend json_members;

        json_value object_{};
        char const* key_ = nullptr;
    };

    /// @{
    /// The members.
    [[nodiscard]] iterator begin() const {
        iterator first;
        if (object_.kind() == json_kind::object) {
            char const* const key = detail::next_inside(object_.at_);
            if (key == nullptr) return first;
            first.object_ = object_;
            first.key_ = key;
        } else if (errc const why = object_.missing_or_mistyped();
                   why == errc::member_malformed || why == errc::member_repeated) {
            first.object_ = object_.failed(errc::member_malformed);
        }
        return first;
    }
    [[nodiscard]] iterator end() const { return {}; }
    /// @}

  private:
    friend json_value;
    explicit json_members(json_value const& object) : object_(object) {}

    json_value object_;
};
inline json_members json_value::members() const { return json_members(*this); }

template <class Sink>
void json_value::write_path(Sink&& sink) const {
    bool first = true;
    auto const write_member = [&](std::string_view name) {
        if (!first) sink(".");
        detail::write_line(sink, shown(name));
    };
    auto const write_element = [&](std::int64_t index) {
        sink("[");
        sink(detail::digits(index).view());
        sink("]");
    };
    // The path is looked up in the text: into whichever value the last one lies in.
    for (char const* at = root_; at != at_;) {
        bool const object = *at == '{';
        std::int64_t index = 0;
        for (char const* next = detail::next_inside(at);;) {
            char const* value = next;
            std::string_view name;
            if (object) {
                name = text_at(next, value);
                value = detail::after_colon(value);
            }
            char const* const end = detail::after_value(value);
            if (at_ < end) {
                object ? write_member(name) : write_element(index);
                first = false;
                at = value;
                break;
            }
            next = detail::next_inside(end);
            ++index;
        }
    }
    if (beyond_ == step::element) write_element(path_.index);
    if (beyond_ == step::member) write_member(path_.member.empty() ? path_.parameter : path_.member);
}

/// How much memory parse_json needs for a body of `size` bytes, in which strings have escapes: with none it
/// needs nothing.
template <>
constexpr std::size_t parse_memory<json_value>(std::size_t size, parse_limits) {
    return size;
}

/// Validates a whole JSON body, which must be an object, and gives a cursor to it. All of the body is checked
/// against RFC 8259, UTF-8 and the limit of the depth included; only names that stand twice are found when
/// they are asked for. Body and `memory` must outlive the cursor and all that comes of it. `memory` has room
/// when it has parse_memory<json_value>(body.size()) bytes. Numbers of elements are not limited, for they
/// take no memory.
inline slb::error parse_json(std::string_view body, json_value& out, std::span<char> memory,
                             parse_limits limits = {}) {
    out = json_value();
    detail::arena space(memory.data(), memory.size());
    detail::json_parser parser(body, space, limits);
    char const* const root = parser.check_root();
    char const* decoded = nullptr;
    if (root == nullptr || !parser.decode_strings(decoded))
        return slb::error(parser.failure().code, parser.failure().path).without_call();
    out.root_ = out.at_ = root;
    if (decoded != nullptr) out.decoded_ = decoded + (root - body.data());
    out.code_ = errc::none;
    return {};
}

namespace detail {

/// The answer of the service in a body: all of it, or, since it may be wrapped, the first member that is an
/// object with a RequestId, which every answer has, or with a name made of `action`, where no RequestId
/// stands before it.
inline json_value answer_in(json_value const& body, std::string_view action) {
    for (auto const& [name, value] : body.members()) {
        if (name == "RequestId" && !value.is_null()) break;
        if (value.kind() != json_kind::object) continue;
        if (json_parser::is_wrapper(name, action) || value["RequestId"]) return value.as_answer();
    }
    return body.as_answer();
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
