// Random requests and responses of any described operation, the same for the same seed on every platform.
#ifndef SLB_TESTS_SUPPORT_RANDOM_OPERATIONS_HPP
#define SLB_TESTS_SUPPORT_RANDOM_OPERATIONS_HPP

#include <slb/emulator/text.hpp>
#include <slb/query.hpp>
#include <slb/validate.hpp>

#include <deque>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace slb_test {

/// Makes values and owns what they view.
class random_values {
  public:
    explicit random_values(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

    /// A request that is in order.
    template <slb::described_operation Operation>
    Operation request() {
        for (;;) {
            auto made = slb::detail::make_empty<Operation>();
            fill(made);
            if (slb::validate(made).code() == slb::errc::none) return made;
        }
    }
    /// A response with texts of all kinds.
    template <class Response>
    Response response() {
        Response made{};
        fill(made);
        return made;
    }

    /// Every member of a described struct.
    template <class T>
    void fill(T& out) {
        slb::detail::for_each_word<T>([&](auto const& word) { fill_word(word, out.*word.member); });
    }

    // Values of requests: a program's own value types join in by an overload found through their rules.
    template <class Rule>
    void fill_value(slb::text_value<Rule>& out) {
        out = slb::runtime(keep(text_for(Rule{})));
    }
    template <class Rule>
    void fill_value(slb::number_value<Rule>& out) {
        slb::number_value<Rule> made{slb::runtime(0)};
        do made = slb::runtime(below(std::size_t{1} << below(18)));
        while (made.broken_rule() != slb::errc::none);
        out = made;
    }
    void fill_value(slb::flag& out) { out = slb::flag(below(2) == 0); }
    // Values of responses.
    void fill_value(std::string_view& out) { out = keep(any_text()); }
    void fill_value(std::int32_t& out) { out = static_cast<std::int32_t>(random_()) >> below(31); }
    void fill_value(std::int64_t& out) { out = static_cast<std::int64_t>(random_()) >> below(63); }
    void fill_value(bool& out) { out = below(2) == 0; }
    template <class T>
    void fill_value(slb::maybe<T>& out) {
        T value = slb::detail::anything{};
        fill_value(value);
        if (below(3) != 0) out = slb::maybe<T>(value);
    }

  private:
    template <class Word, class Member>
    void fill_word([[maybe_unused]] Word const& word, Member& out) {
        if constexpr (slb::detail::is_field<Word>) {
            fill_value(out);
        } else if constexpr (slb::detail::is_object<Word>) {
            fill(out);
        } else if constexpr (slb::detail::is_items<Word>) {
            using element = typename Member::value_type;
            auto const elements = std::make_shared<std::vector<element>>(below(5));
            for (auto& each : *elements)
                if constexpr (slb::detail::has_description<element>)
                    fill(each);
                else
                    fill_value(each);
            out = {elements->data(), elements->size()};
            lists_.push_back(elements);
        } else {
            using element = typename Member::value_type;
            for (std::size_t count = below(below(4) == 0 ? out.capacity() + 1 : 4); count != 0; --count) {
                auto made = slb::detail::make_empty<element>();
                if constexpr (slb::detail::is_pairs<Word>) {
                    fill_in_order(made.*word.first.side);
                    fill_in_order(made.*word.second.side);
                } else {
                    fill_in_order(made);
                }
                out.push_back(made);
            }
        }
    }
    template <class Element>
    void fill_in_order(Element& out) {
        slb::error why;
        do fill(out = slb::detail::make_empty<Element>());
        while (!slb::detail::verify_element(out, {}, -1, why));
    }

    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
    std::string letters_of(std::string_view alphabet, std::size_t least, std::size_t most) {
        std::string text;
        for (std::size_t size = least + below(below(4) == 0 ? most - least + 1 : (most - least) / 8 + 1);
             size != 0; --size)
            text += alphabet[below(alphabet.size())];
        return text;
    }
    std::string id() {
        return letters_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./"
                          ":;<=>?@[]^_`{|}~-----",
                          1, 128);
    }
    std::string text_for(slb::detail::region_id_rule) { return below(4) == 0 ? id() : "cn-hangzhou"; }
    std::string text_for(slb::detail::vserver_group_id_rule) { return id(); }
    std::string text_for(slb::detail::load_balancer_id_rule) { return id(); }
    std::string text_for(slb::detail::server_id_rule) { return id(); }
    std::string text_for(slb::detail::name_rule) { return letters_of("abcXYZ0189-/._", 1, 80); }
    std::string text_for(slb::detail::server_type_rule) {
        constexpr char const* types[] = {"ecs", "eni", "eci"};
        return types[below(3)];
    }
    std::string text_for(slb::detail::listener_protocol_rule) {
        constexpr char const* protocols[] = {"tcp", "udp", "http", "https"};
        return protocols[below(4)];
    }
    std::string text_for(slb::detail::server_address_rule) {
        if (below(2) == 0) return "2001:db8::" + letters_of("123456789abcdef", 1, 4);
        return "192.0.2." + std::to_string(below(256));
    }
    std::string text_for(slb::detail::tag_key_rule) { return "k" + any_text(3, ""); }
    std::string text_for(slb::detail::tag_value_rule) { return any_text(6, ""); }

    /// Pieces that need an escape somewhere, or have more bytes than characters.
    std::string any_text(std::size_t most = 12, std::string_view control = "\n\t\r") {
        constexpr std::string_view pieces[] = {"a",
                                               "Z",
                                               "0",
                                               "9",
                                               "-",
                                               " ",
                                               "+",
                                               "%",
                                               "&",
                                               "=",
                                               "<",
                                               ">",
                                               "\"",
                                               "'",
                                               "\\",
                                               "/",
                                               "]]>",
                                               "\xc3\xa9",
                                               "\xe4\xb8\xad",
                                               "\xf0\x9f\x8e\xae",
                                               "true",
                                               "null",
                                               "12"};
        std::string text;
        for (std::size_t count = below(most + 1); count != 0; --count) {
            std::size_t const at = below(std::size(pieces) + control.size());
            text += at < std::size(pieces) ? pieces[at] : control.substr(at - std::size(pieces), 1);
        }
        return text;
    }

    slb::detail::splitmix64 random_;
    std::deque<std::string> texts_;
    std::deque<std::shared_ptr<void>> lists_;
};

/// A request as it stands in a query: equal requests have equal ones.
template <slb::described_operation Operation>
std::string query_of(Operation const& request) {
    slb::detail::query_measurer measured;
    slb::detail::put_query(measured, request);
    std::string query(measured.once, '\0');
    slb::detail::query_writer sink{{query.data()}};
    slb::detail::put_query(sink, request);
    query.resize(static_cast<std::size_t>(sink.once.out - query.data()));
    return query;
}

} // namespace slb_test

#endif
