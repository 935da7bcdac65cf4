#ifndef SLB_EMULATOR_REQUEST_HPP
#define SLB_EMULATOR_REQUEST_HPP

#include <slb/emulator/call.hpp>
#include <slb/operations/backend_server.hpp>
#include <slb/validate.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace slb::inline v0_1 {

/// A request as a client built it, read back from a call. Its values view the call's parameters, which must
/// outlive it, and `texts`. Not copyable.
template <described_operation Operation>
struct decoded_request {
    /// What the client sent, in values of run time. An optional parameter that was not sent is left out.
    Operation request = detail::make_empty<Operation>();
    /// What the values of lists view.
    std::deque<std::deque<std::string>> texts{};

    /// A request whose required values are empty.
    decoded_request() = default;
    /// @{
    /// Views into `texts` stay valid.
    decoded_request(decoded_request&&) = default;
    decoded_request& operator=(decoded_request&&) = default;
    /// @}
};

namespace detail {

inline refusal invalid_parameter(std::string_view parameter, std::string_view why) {
    return {400, "InvalidParameter", joined({parameter, " ", why, "."})};
}
/// What the service says of a list that it cannot take.
inline refusal refusal_of(list_refusal const& why, std::string_view parameter) {
    bool const servers = parameter.ends_with("BackendServers");
    bool const weight = why.member == wire_name(&backend_server::weight);
    return {400,
            servers && why.malformed ? "BackendServersMalformed"
            : servers && weight      ? "InvalidWeight.Malformed"
                                     : "InvalidParameter",
            why.sentence(parameter) + "."};
}
inline refusal too_many_items(std::string_view parameter, std::size_t given, std::size_t most) {
    bool const servers = parameter.ends_with("BackendServers");
    return {400, servers ? "TooManyBackendServers" : "InvalidParameter",
            joined({parameter, " holds ", std::to_string(given), servers ? " servers" : " items",
                    "; one call takes up to ", std::to_string(most), "."})};
}

// What a call gives, read as decode_request says; each gives the refusal, or nothing. Values view the call's
// parameters.

/// One value. A required one that is empty counts as missing.
template <class Value>
[[nodiscard]] std::optional<refusal> read_value(Value& value, emulator_call const& call,
                                                std::string_view parameter) {
    auto const* const text = find_parameter(call.parameters, parameter);
    if (is_maybe<Value> && text == nullptr) return {};
    if (!is_maybe<Value> && (text == nullptr || text->empty())) return refusal::missing(parameter);
    constexpr bool truth = kind_of<Value>() == shown_value::kind::truth;
    std::string_view meant = *text;
    if (truth && !call.strict) meant = lowered(meant) == "true" ? "true" : "false";
    if (!assign(value, meant))
        return invalid_parameter(parameter, truth ? "must be true or false" : "must be a whole number");
    if (std::string const why = fault_of(value, call.strict); !why.empty())
        return invalid_parameter(parameter, why);
    return {};
}

/// A list that travels as JSON text, of up to `most` elements. Loosely, one that is required may be empty.
template <class Element>
[[nodiscard]] std::optional<refusal> read_list(decoded_list<Element>& list, emulator_call const& call,
                                               std::string_view parameter, bool required, std::size_t most) {
    if (required && find_parameter(call.parameters, parameter) == nullptr) return refusal::missing(parameter);
    auto decoded = call.list<Element>(parameter);
    if (auto const* const no = std::get_if<list_refusal>(&decoded)) return refusal_of(*no, parameter);
    list = std::move(std::get<0>(decoded));
    std::size_t const count = list.elements.size();
    if (count > most) return too_many_items(parameter, count, most);
    if (required && call.strict && count == 0) return invalid_parameter(parameter, message(errc::list_empty));
    return {};
}

/// Elements that are parameters of their own, as Tag.3.Key, by their numbers, which are 1 to `most`, in any
/// order and with gaps. Loosely, what has another number or name is skipped.
template <class Element>
[[nodiscard]] std::optional<refusal> read_numbered(std::map<std::size_t, Element>& items,
                                                   emulator_call const& call, std::string_view name,
                                                   std::size_t most) {
    std::map<std::size_t, std::string_view> found;
    for (auto const& [given, value] : call.parameters) {
        if (!is_numbered_name(given, name)) continue;
        std::string_view part = given;
        part.remove_prefix((std::min)(name.size() + 1, part.size()));
        std::string_view const digits = take_until('.', part);
        std::int64_t number = 0;
        bool const numbered = assign(number, digits) && digits == std::to_string(number) && number >= 1 &&
                              number <= static_cast<std::int64_t>(most);
        bool known = false;
        for_each_word<Element>([&](auto const& word) { known = known || word.name == part; });
        if (numbered && known)
            found.emplace(static_cast<std::size_t>(number), given);
        else if (call.strict)
            return invalid_parameter(given, numbered ? joined({"is no part of a ", lowered(name)})
                                                     : "must be numbered from 1 to " + std::to_string(most));
    }
    std::optional<refusal> refused;
    for (auto const& [number, given] : found) {
        Element item = make_empty<Element>();
        for_each_word<Element>([&, &first = given, &its_number = number](auto const& word) {
            if (refused) return;
            std::string const parameter = joined({name, ".", std::to_string(its_number), ".", word.name});
            bool const required = !is_maybe<std::remove_cvref_t<decltype(item.*word.member)>>;
            if (required && call.value(parameter).empty())
                refused = refusal{400, "MissingParameter",
                                  first == parameter
                                      ? parameter + " is mandatory."
                                      : joined({parameter, " is mandatory where ", first, " is given."})};
            else
                refused = read_value(item.*word.member, call, parameter);
        });
        if (refused) return refused;
        items.emplace(number, item);
    }
    return {};
}

/// Reads the parameters of a call into a request, word by word, up to the first that is refused.
template <class Operation>
class request_reader {
  public:
    request_reader(emulator_call const& call, decoded_request<Operation>& out) : call_(call), out_(out) {}

    [[nodiscard]] std::optional<refusal> read() {
        for_each_word<Operation>([&](auto const& word) {
            if (!refused_) read(word, out_.request.*word.member);
        });
        return std::move(refused_);
    }

  private:
    template <class Word, class Member>
    void read(Word const& word, Member& member) {
        if constexpr (is_field<Word>)
            refused_ = read_value(member, call_, word.name);
        else if constexpr (is_numbered<Word>)
            read_numbered_items(word.name, member);
        else if constexpr (is_pairs<Word>)
            read_pairs(word, member);
        else
            for (auto const& element : elements_of<typename Word::element>(word.name, member))
                member.push_back(element);
    }
    /// The elements that travel as JSON text. None after a refusal.
    template <class Element, class List>
    std::vector<Element> elements_of(std::string_view parameter, List const& destination) {
        decoded_list<Element> list;
        refused_ = read_list(list, call_, parameter, is_required_list<List>, destination.capacity());
        if (refused_) return {};
        out_.texts.push_back(std::move(list.texts));
        return std::move(list.elements);
    }
    template <class Word, class List>
    void read_pairs(Word const& word, List& pairs) {
        auto const first = elements_of<typename decltype(word.first)::element>(word.first.name, pairs);
        if (refused_) return;
        auto const second = elements_of<typename decltype(word.second)::element>(word.second.name, pairs);
        if (refused_) return;
        if (first.size() != second.size()) {
            refused_ =
                invalid_parameter(word.first.name, joined({"must hold as many items as ", word.second.name}));
            return;
        }
        for (std::size_t i = 0; i != first.size(); ++i) {
            auto pair = make_empty<typename List::value_type>();
            pair.*word.first.side = first[i];
            pair.*word.second.side = second[i];
            pairs.push_back(pair);
        }
    }
    template <class List>
    void read_numbered_items(std::string_view name, List& list) {
        std::map<std::size_t, typename List::value_type> items;
        refused_ = read_numbered(items, call_, name, list.capacity());
        for (auto const& [number, item] : items) list.push_back(item);
    }

    emulator_call const& call_;
    decoded_request<Operation>& out_;
    std::optional<refusal> refused_{};
};

} // namespace detail

/// Reads a call as the request that a client built, by the description alone; so a handler of an operation
/// that the emulator does not know needs no code to take it apart. Parameters that are not described are
/// ignored. What breaks a rule is refused with InvalidParameter, lists of servers with the codes of the API.
///
/// Strictly, the rules are those of the values, and names are ASCII, as sources dispute more. Loosely, those
/// of texts are left out, flags are true in any letters and else false, and lists are read as by decode_list.
/// Rules between the values of a request, as that no server stands twice, are the handler's to check.
///
/// The operations that the emulator knows read their calls alike, but take more than a request can hold:
/// all members of a server in every list of servers, and loosely lists beyond their documented length and
/// two of unequal length, which are refused here.
template <described_operation Operation>
[[nodiscard]] std::variant<decoded_request<Operation>, refusal> decode_request(emulator_call const& call) {
    decoded_request<Operation> decoded;
    if (auto refused = detail::request_reader<Operation>(call, decoded).read()) return *std::move(refused);
    return decoded;
}

} // namespace slb::inline v0_1

#endif
