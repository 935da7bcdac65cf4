#ifndef SLB_BOOST_JSON_HPP
#define SLB_BOOST_JSON_HPP

#include <slb/json_value.hpp>
#include <slb/response.hpp>
#include <slb/validate.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>

#include <cmath>
#include <string>

namespace slb::inline v0_1 {

namespace detail {

// Only these functions of the library throw: what the memory of a boost::json::value throws.

inline std::string_view view_of_json(boost::json::string const& text) { return {text.data(), text.size()}; }
inline boost::json::string_view key_of_json(std::string_view name) { return {name.data(), name.size()}; }

template <class T>
boost::json::value json_of(T const& from, boost::json::storage_ptr const& storage);

template <class List, class Side>
boost::json::array json_array_of(List const& list, Side side, boost::json::storage_ptr const& storage) {
    boost::json::array made(storage);
    made.reserve(list.size());
    for (auto const& item : list) made.push_back(json_of(side(item), storage));
    return made;
}

/// What a word of a description becomes: one member, two of them, or none.
template <class Word, class Member>
void put_json_member(boost::json::object& out, Word const& word, Member const& member) {
    boost::json::storage_ptr const storage = out.storage();
    auto const put = [&](std::string_view name, auto&& value) {
        out.emplace(key_of_json(name), static_cast<decltype(value)>(value));
    };
    auto const itself = [](auto const& item) -> auto const& { return item; };
    if constexpr (is_maybe<Member>) {
        if (member) put(word.name, json_of(*member, storage));
    } else if constexpr (is_field<Word> || is_object<Word>) {
        put(word.name, json_of(member, storage));
    } else if constexpr (is_items<Word>) {
        boost::json::object list(storage);
        list.emplace(key_of_json(word.item_name), json_array_of(member, itself, storage));
        put(word.name, std::move(list));
    } else if (!member.empty()) {
        if constexpr (is_pairs<Word>) {
            auto const first = [&](auto const& pair) -> auto const& { return pair.*word.first.side; };
            auto const second = [&](auto const& pair) -> auto const& { return pair.*word.second.side; };
            put(word.first.name, json_array_of(member, first, storage));
            put(word.second.name, json_array_of(member, second, storage));
        } else {
            put(word.name, json_array_of(member, itself, storage));
        }
    }
}

template <class T>
boost::json::value json_of(T const& from, boost::json::storage_ptr const& storage) {
    if constexpr (has_description<T>) {
        boost::json::object made(storage);
        made.reserve(described<T>::size);
        for_each_word<T>([&](auto const& word) { put_json_member(made, word, from.*word.member); });
        return boost::json::value(std::move(made));
    } else if constexpr (requires { from.text(); }) {
        return boost::json::value(key_of_json(from.text()), storage);
    } else if constexpr (requires { from.number(); }) {
        return boost::json::value(from.number(), storage);
    } else if constexpr (requires { from.value(); }) {
        return boost::json::value(from.value(), storage);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        return boost::json::value(key_of_json(from), storage);
    } else {
        return boost::json::value(from, storage);
    }
}

/// Says why there is no such value, if there is none.
inline slb::error copy_json(json_value const& from, boost::json::value& out) {
    switch (from.kind()) {
    case json_kind::absent: return from.error();
    case json_kind::null: out = nullptr; return {};
    case json_kind::boolean: out = from.json().front() == 't'; return {};
    case json_kind::text: {
        std::string_view const text = from.text().value();
        out.emplace_string().assign(text.data(), text.size());
        return {};
    }
    case json_kind::number: {
        boost::system::error_code failure;
        boost::json::value number = boost::json::parse(key_of_json(from.json()), failure, out.storage());
        // What is beyond a double has become infinite, which no JSON can say.
        if (failure || (number.is_double() && !std::isfinite(number.get_double())))
            return from.number().error();
        out = std::move(number);
        return {};
    }
    case json_kind::array: {
        boost::json::array& elements = out.emplace_array();
        for (json_value const& element : from) {
            elements.emplace_back(nullptr);
            if (slb::error why = copy_json(element, elements.back()); why.code() != errc::none) return why;
        }
        return {};
    }
    case json_kind::object: {
        boost::json::object& members = out.emplace_object();
        for (json_member const& member : from.members()) {
            auto const [place, fresh] = members.emplace(key_of_json(member.name), nullptr);
            if (!fresh) return from[member.name].error();
            if (slb::error why = copy_json(member.value, place->value()); why.code() != errc::none)
                return why;
        }
        return {};
    }
    }
    return {};
}

/// A number that is whole, however it is written: 80, 80.0 or 8e1.
inline bool take_whole_number(std::int64_t& out, boost::json::value const& from) {
    if (std::uint64_t const* const large = from.if_uint64()) {
        out = saturate(*large);
        return true;
    }
    boost::system::error_code failure;
    out = from.to_number<std::int64_t>(failure);
    return !failure.failed();
}
/// Makes a value of a request. False: it is of another type.
template <class Value>
bool take_json(Value& out, boost::json::value const& from) {
    using input = typename Value::input;
    boost::json::string const* const text = from.if_string();
    if constexpr (std::is_same_v<input, std::string_view>) {
        if (text == nullptr) return false;
        out = runtime(view_of_json(*text));
    } else if constexpr (std::is_same_v<input, bool>) {
        bool truth = false;
        if (bool const* const bare = from.if_bool())
            truth = *bare;
        else if (text == nullptr || !assign(truth, view_of_json(*text)))
            return false;
        out = Value(truth);
    } else {
        std::int64_t number = 0;
        bool const whole =
            text == nullptr ? take_whole_number(number, from) : assign(number, view_of_json(*text));
        if (!whole) return false;
        out = runtime(number);
    }
    return true;
}
template <class Value>
bool take_json(maybe<Value>& out, boost::json::value const& from) {
    Value value{unset_t{}};
    if (!take_json(value, from)) return false;
    out = maybe<Value>(value);
    return true;
}

template <class Value>
struct value_in {
    using type = Value;
};
template <class Value>
struct value_in<maybe<Value>> {
    using type = Value;
};
/// What to do about a value of another type.
template <class Value>
constexpr std::string_view advice_on_type() {
    using input = typename value_in<Value>::type::input;
    if (std::is_same_v<input, std::string_view>) return "give a text";
    return std::is_same_v<input, bool> ? "give true or false" : "give a whole number";
}

/// Fills a request, or says in `why` what is wrong first.
class json_request_reader {
  public:
    slb::error why{};

    /// The members of an object: those of the request, or, where `place` names a list and an index, of one of
    /// its elements.
    template <class T>
    void read(T& out, boost::json::object const& from, wire_path const& place) {
        // First, because a name that is misspelt explains the one that is missing.
        for (auto const& member : from) {
            std::string_view const name(member.key().data(), member.key().size());
            if (!knows<T>(name)) return fail(errc::parameter_unknown, inside(place, name));
        }
        for_each_word<T>([&](auto const& word) {
            if (why.code() == errc::none) read_word(out.*word.member, word, from, place);
        });
    }

  private:
    void fail(errc code, wire_path const& path) { why = slb::error(code, path); }
    void mistyped(wire_path const& path, std::string_view advice) {
        why = slb::error(errc::parameter_mistyped, path).with_advice(advice);
    }
    static wire_path inside(wire_path const& place, std::string_view name) {
        return place.index < 0 ? wire_path{name} : wire_path{place.parameter, name, place.index};
    }
    template <class T>
    static bool knows(std::string_view name) {
        bool known = false;
        for_each_word<T>([&](auto const& word) {
            if constexpr (is_pairs<std::remove_cvref_t<decltype(word)>>)
                known = known || word.first.name == name || word.second.name == name;
            else
                known = known || word.name == name;
        });
        return known;
    }
    /// What is null counts as left out.
    static boost::json::value const* find(boost::json::object const& from, std::string_view name) {
        boost::json::value const* const found = from.if_contains(key_of_json(name));
        return found == nullptr || found->is_null() ? nullptr : found;
    }

    template <class Member, class Word>
    void read_word(Member& out, Word const& word, boost::json::object const& from, wire_path const& place) {
        if constexpr (is_field<Word>) {
            boost::json::value const* const found = find(from, word.name);
            if (found == nullptr) {
                if (!is_maybe<Member>) fail(errc::parameter_missing, inside(place, word.name));
            } else if (!take_json(out, *found)) {
                mistyped(inside(place, word.name), advice_on_type<Member>());
            }
        } else if constexpr (is_pairs<Word>) {
            read_pairs(out, word, from);
        } else {
            boost::json::array const* const list = find_list(from, word.name, Member::capacity());
            if (list == nullptr && is_required_list<Member> && why.code() == errc::none)
                fail(errc::parameter_missing, {word.name});
            std::size_t const size = list == nullptr ? 0 : list->size();
            for (std::size_t i = 0; i != size && why.code() == errc::none; ++i) {
                auto item = make_empty<typename Member::value_type>();
                read_item(item, *list, i, word.name);
                out.push_back(item);
            }
            if constexpr (is_numbered<Word>)
                if (why.code() != errc::none) why.with_numbered_path();
        }
    }
    /// Null: there is none, or it was refused.
    boost::json::array const* find_list(boost::json::object const& from, std::string_view name,
                                        std::size_t capacity) {
        boost::json::value const* const found = find(from, name);
        if (found == nullptr) return nullptr;
        boost::json::array const* const list = found->if_array();
        if (list == nullptr) {
            mistyped({name}, "give a list of objects");
        } else if (list->size() > capacity) {
            fail(errc::too_many_items, {name});
            why.with_number(static_cast<std::int64_t>(list->size()));
            return nullptr;
        }
        return list;
    }
    template <class Item>
    void read_item(Item& out, boost::json::array const& list, std::size_t index, std::string_view name) {
        wire_path const place{name, {}, static_cast<int>(index)};
        boost::json::object const* const members = list[index].if_object();
        if (members == nullptr) return mistyped(place, "give an object");
        read(out, *members, place);
    }
    template <class List, class Word>
    void read_pairs(List& out, Word const& word, boost::json::object const& from) {
        boost::json::array const* const first = find_list(from, word.first.name, List::capacity());
        if (why.code() != errc::none) return;
        boost::json::array const* const second = find_list(from, word.second.name, List::capacity());
        if (why.code() != errc::none) return;
        auto const size_of = [](auto const* list) { return list == nullptr ? 0 : list->size(); };
        if (size_of(first) != size_of(second)) return fail(errc::lists_unequal, {word.first.name});
        for (std::size_t i = 0; i != size_of(first); ++i) {
            auto pair = make_empty<typename List::value_type>();
            read_item(pair.*word.first.side, *first, i, word.first.name);
            if (why.code() == errc::none) read_item(pair.*word.second.side, *second, i, word.second.name);
            if (why.code() != errc::none) return;
            out.push_back(pair);
        }
    }
};

} // namespace detail

/// A request, the value of a response, or any other described struct as a boost::json::value, with the names
/// of the wire. All texts are copied. What is left out has no member; numbers are numbers, flags are bools.
///
/// Of a request, a list is an array of objects, `{"BackendServers":[{"ServerId":"i-1","Port":80}]}`, also one
/// that is sent as numbered parameters (`"Tag":[{"Key":"env"}]`), and the pairs of a request are its two
/// lists. An empty list has no member. A request that is not in order is written as it stands; of a list with
/// too many items, those that it holds. Of a response, a list is
/// `{"BackendServers":{"BackendServer":[...]}}`, as the service writes it, which parse() below reads again.
///
/// All memory comes from `storage`; what that throws passes through.
template <class T>
    requires detail::has_description<T>
[[nodiscard]] boost::json::value to_json(T const& from, boost::json::storage_ptr storage = {}) {
    return detail::json_of(from, storage);
}

/// What a cursor stands at, with all that is in it; the texts are copied. The error is the cursor's own where
/// there is no value: a step that found nothing. It is errc::member_repeated where a name stands twice, and
/// errc::member_malformed for a number beyond those of a double. Its views live as long as what the cursor
/// reads. A null is a null.
[[nodiscard]] inline result<boost::json::value> to_json(json_value const& from,
                                                        boost::json::storage_ptr storage = {}) {
    boost::json::value made(std::move(storage));
    if (slb::error why = detail::copy_json(from, made); why.code() != errc::none) return why;
    return made;
}

/// Reads a request out of a boost::json::value that has the form which to_json() gives it. Values are those
/// of run time: the request holds views into `from`, which must outlive it, unchanged; so must what is made
/// of an error. (A value about to die does not compile.)
///
///   auto const request = slb::from_json<slb::add_vserver_group_backend_servers>(config.at("servers"));
///
/// Numbers may stand in quotes, and so may true and false; null counts as left out. (Of a name that
/// stands twice in a text, Boost.JSON keeps the last.) Errors name the parameter of the wire, as
/// `NewBackendServers[0].Port` or `Tag.1.Key`:
///
///   parameter_unknown    the request, or an element, has no member of that name
///   parameter_missing    what is required is not there
///   parameter_mistyped   the value is of another type; advice() says which it must be. The path is the name
///   of
///                        the action where it is the whole that is no object
///   lists_unequal        the two lists that make pairs differ in length
///   too_many_items       with the number of them
///   what validate() says of the request, which is in order when there is no error
template <described_operation Operation>
[[nodiscard]] result<Operation> from_json(boost::json::value const& from) {
    boost::json::object const* const members = from.if_object();
    if (members == nullptr)
        return slb::error(errc::parameter_mistyped, wire_path{action_of<Operation>})
            .with_advice("give an object");
    auto request = detail::make_empty<Operation>();
    detail::json_request_reader reader;
    reader.read(request, *members, {});
    if (reader.why.code() == errc::none) reader.why = validate(request);
    if (reader.why.code() != errc::none) return reader.why;
    return request;
}
template <described_operation Operation>
result<Operation> from_json(boost::json::value const&&) = delete;

/// Reads an answer that is a boost::json::value already, of a success or a refusal, as it would be read with
/// that HTTP status. It goes through its text, which the response owns, so `from` may change or die. Numbers
/// that are doubles are no whole numbers.
template <callable_operation Operation, byte_allocator Allocator = heap_allocator,
          std::same_as<boost::json::value> Value>
[[nodiscard]] response<Operation, Allocator> parse(Value const& from, int http_status = 200,
                                                   Allocator const& allocator = Allocator(),
                                                   parse_limits limits = {}) {
    std::string const text = boost::json::serialize(from);
    return parse<Operation, Allocator>(std::string_view(text), http_status, allocator, limits);
}

/// For boost::json::value_from, which finds it for every described struct in namespace slb, and so for
/// containers of them: what to_json() gives. (Beside described structs of your own, say `using
/// slb::tag_invoke;`.) There is none for value_to, which takes temporaries: a request would be left with
/// views of them.
template <class T>
    requires detail::has_description<T>
void tag_invoke(boost::json::value_from_tag const&, boost::json::value& out, T const& from) {
    out = detail::json_of(from, out.storage());
}
/// A cursor does not compile with value_from, which would take it for a list, and has no way to say that
/// there is no value.
template <std::same_as<json_value> Cursor>
void tag_invoke(boost::json::value_from_tag const&, boost::json::value&, Cursor const&) {
    static_assert(!std::same_as<Cursor, json_value>, "a_cursor_must_be_given_to_slb_to_json");
}

} // namespace slb::inline v0_1

#endif
