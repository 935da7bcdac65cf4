#ifndef SLB_EMULATOR_REQUEST_HPP
#define SLB_EMULATOR_REQUEST_HPP

#include <slb/emulator/call.hpp>
#include <slb/operations/backend_server.hpp>
#include <slb/validate.hpp>

#include <deque>
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
            read_value(member, word.name);
        else if constexpr (is_numbered<Word>)
            read_numbered(member, word.name);
        else if constexpr (is_pairs<Word>)
            read_pairs(word, member);
        else
            for (auto const& element : read_list<typename Word::element>(word.name, member))
                member.push_back(element);
    }

    template <class Value>
    void read_value(Value& value, std::string_view parameter) {
        auto const* const text = find_parameter(call_.parameters, parameter);
        if (text == nullptr) {
            if (!is_maybe<Value>) refused_ = refusal::missing(parameter);
            return;
        }
        slb::error broken;
        bool const typed = assign(value, *text);
        bool const good = typed && (verify_value(value, parameter, {}, -1, broken) ||
                                    (!call_.strict && is_rule_of_texts(broken.code())));
        if (!good) refuse(parameter, typed ? message(broken.code()) : "has a value of another type");
    }
    /// The elements that travel as JSON text. None after a refusal.
    template <class Element, class List>
    std::vector<Element> read_list(std::string_view parameter, List const& destination) {
        auto decoded = call_.template list<Element>(parameter);
        if (auto const* const no = std::get_if<list_refusal>(&decoded)) {
            refused_ = refusal_of(*no, parameter);
            return {};
        }
        auto& list = std::get<0>(decoded);
        if (list.elements.size() > destination.capacity())
            refused_ = too_many_items(parameter, list.elements.size(), destination.capacity());
        else if (is_required_list<List> && list.elements.empty())
            refused_ = refusal::missing(parameter);
        if (refused_) return {};
        out_.texts.push_back(std::move(list.texts));
        return std::move(list.elements);
    }
    template <class Word, class List>
    void read_pairs(Word const& word, List& pairs) {
        auto const first = read_list<typename decltype(word.first)::element>(word.first.name, pairs);
        if (refused_) return;
        auto const second = read_list<typename decltype(word.second)::element>(word.second.name, pairs);
        if (refused_) return;
        if (first.size() != second.size())
            return refuse(word.first.name, joined({"must hold as many items as ", word.second.name}));
        for (std::size_t i = 0; i != first.size(); ++i) {
            auto pair = make_empty<typename List::value_type>();
            pair.*word.first.side = first[i];
            pair.*word.second.side = second[i];
            pairs.push_back(pair);
        }
    }
    /// Elements that are parameters of their own, up to the first number of which there is none.
    template <class List>
    void read_numbered(List& list, std::string_view name) {
        using element = typename List::value_type;
        for (std::size_t number = 1; !refused_; ++number) {
            std::string const prefix = joined({name, ".", std::to_string(number), "."});
            auto const is_of_it = [&](parameter const& one) { return one.name.starts_with(prefix); };
            if (std::none_of(call_.parameters.begin(), call_.parameters.end(), is_of_it)) break;
            auto item = make_empty<element>();
            for_each_word<element>([&](auto const& word) {
                if (!refused_) read_value(item.*word.member, prefix + std::string(word.name));
            });
            list.push_back(item);
        }
        if (list.overfull()) refused_ = too_many_items(name, list.added(), list.capacity());
    }
    void refuse(std::string_view parameter, std::string_view why) {
        refused_ = refusal{400, "InvalidParameter", joined({parameter, " ", why, "."})};
    }

    emulator_call const& call_;
    decoded_request<Operation>& out_;
    std::optional<refusal> refused_{};
};

} // namespace detail

/// Reads a call as the request that a client built, by the description alone; so a handler of an operation
/// that the emulator does not know needs no code to take it apart. Parameters that are not described are
/// ignored. Strict and loose as decode_list; values that break a rule are refused with InvalidParameter,
/// lists of servers with the codes of the API.
template <described_operation Operation>
[[nodiscard]] std::variant<decoded_request<Operation>, refusal> decode_request(emulator_call const& call) {
    decoded_request<Operation> decoded;
    if (auto refused = detail::request_reader<Operation>(call, decoded).read()) return *std::move(refused);
    return decoded;
}

} // namespace slb::inline v0_1

#endif
