#ifndef SLB_EMULATOR_JSON_LIST_HPP
#define SLB_EMULATOR_JSON_LIST_HPP

#include <slb/emulator/table.hpp>
#include <slb/emulator/text.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace slb::inline v0_1 {

/// Why a list inside a parameter is refused: the text is no such list (malformed), or a value breaks a rule.
struct list_refusal {
    /// Whether the text is no such list.
    bool malformed = false;
    /// @{
    /// The element, counted from 0, and its member; -1 and empty when the list as a whole is meant.
    int index = -1;
    std::string_view member{};
    /// @}
    /// What is wrong, to stand after the path: "must be between 1 and 65535, is 70000".
    std::string reason{};

    /// `NewBackendServers[3].Port must be between 1 and 65535, is 70000`.
    [[nodiscard]] std::string sentence(std::string_view parameter) const {
        std::string text(parameter);
        if (index >= 0) text.append("[").append(std::to_string(index)).append("]");
        if (!member.empty()) text.append(".").append(member);
        return text.append(" ").append(reason);
    }
};

/// The elements of such a list. Their values are run-time values that view texts owned by this object; they
/// stay valid when it is moved. Not copyable.
template <class T>
struct decoded_list {
    /// In the order of the text.
    std::vector<T> elements{};
    /// What the values of the elements view.
    std::deque<std::string> texts{};

    /// An empty list.
    decoded_list() = default;
    /// @{
    /// Views into `texts` stay valid.
    decoded_list(decoded_list&&) = default;
    decoded_list& operator=(decoded_list&&) = default;
    /// @}
};

namespace detail {

/// A member of an element before its name means anything.
struct raw_member {
    enum class kind : std::uint8_t { text, bare, other };
    std::string name;
    std::string text{};
    kind what = kind::other;
};

/// Takes the events of Boost.JSON's parser for an array of objects. Nested values keep their place, as kind
/// `other`, and lose their content.
class raw_list_handler {
    using text = boost::json::string_view;
    using error_code = boost::json::error_code;

  public:
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;

    std::vector<std::vector<raw_member>> elements{};
    /// False: the text is JSON, but no array of objects.
    bool is_list = true;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code&) { return open(depth_ == 0); }
    bool on_array_end(std::size_t, error_code&) { return close(); }
    bool on_object_begin(error_code&) {
        if (depth_ == 1) elements.emplace_back();
        return open(depth_ == 1);
    }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_key_part(text part, std::size_t, error_code&) { return gather(part); }
    bool on_key(text part, std::size_t, error_code&) {
        gather(part);
        if (depth_ == 2) elements.back().push_back({std::move(gathered_)});
        gathered_.clear();
        return true;
    }
    bool on_string_part(text part, std::size_t, error_code&) { return gather(part); }
    bool on_string(text part, std::size_t, error_code&) {
        gather(part);
        value(std::move(gathered_), raw_member::kind::text);
        gathered_.clear();
        return true;
    }
    bool on_number_part(text, error_code&) { return true; }
    bool on_int64(std::int64_t number, text, error_code&) {
        return value(std::to_string(number), raw_member::kind::bare);
    }
    bool on_uint64(std::uint64_t number, text, error_code&) {
        return value(std::to_string(number), raw_member::kind::bare);
    }
    bool on_double(double, text, error_code&) { return value({}, raw_member::kind::other); }
    bool on_bool(bool truth, error_code&) { return value(truth ? "true" : "false", raw_member::kind::bare); }
    bool on_null(error_code&) { return value({}, raw_member::kind::other); }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

  private:
    bool open(bool expected) {
        if (depth_ < 2 && !expected) is_list = false;
        ++depth_;
        return true;
    }
    bool close() {
        --depth_;
        return true;
    }
    bool gather(text part) {
        gathered_.append(part.data(), part.size());
        return true;
    }
    bool value(std::string shown, raw_member::kind what) {
        if (depth_ < 2) is_list = false;
        // In a document that is no list the depth can be reached without an element.
        if (depth_ != 2 || !is_list) return true;
        elements.back().back().text = std::move(shown);
        elements.back().back().what = what;
        return true;
    }

    std::string gathered_;
    int depth_ = 0;
};

/// Turns the single-quoted strings of the documentation's examples into JSON's.
inline std::string requoted(std::string_view text) {
    std::string json;
    char quote = 0;
    for (std::size_t i = 0; i != text.size(); ++i) {
        char const c = text[i];
        if (quote == 0) {
            if (c == '"' || c == '\'') quote = c;
            json += c == '\'' ? '"' : c;
        } else if (c == '\\' && i + 1 != text.size()) {
            ++i;
            if (text[i] != '\'') json += '\\';
            json += text[i];
        } else if (c == quote) {
            json += '"';
            quote = 0;
        } else {
            if (c == '"') json += '\\';
            json += c;
        }
    }
    return json;
}

inline bool names_member(std::string_view written, std::string_view name, bool strict) {
    if (written == name) return true;
    return !strict && written.size() == name.size() && lower(written[0]) == lower(name[0]) &&
           written.substr(1) == name.substr(1);
}

/// Fills the struct at `object` from raw members. Texts go to `texts`.
inline bool fill(void* object, struct_table const& table, std::vector<raw_member> const& members, bool strict,
                 std::deque<std::string>& texts, list_refusal& why) {
    std::vector<bool> seen(table.size);
    for (auto const& raw : members) {
        std::size_t at = 0;
        while (at != table.size && !names_member(raw.name, table.rows[at].name, strict)) ++at;
        if (at == table.size) {
            if (!strict) continue;
            why.malformed = true;
            why.member = {};
            why.reason = joined({"has a member that is not documented: ", raw.name});
            return false;
        }
        member_row const& row = table.rows[at];
        why.member = row.name;
        if (seen[at] && strict) {
            why.malformed = true;
            why.reason = "stands twice";
            return false;
        }
        seen[at] = true;
        bool const scalar = raw.what != raw_member::kind::other;
        if (!scalar || !row.assign(object, texts.emplace_back(raw.text))) {
            why.reason = row.what == shown_value::kind::truth ? "must be true or false"
                         : scalar                             ? "must be a whole number"
                                                              : "must be a text or a whole number";
            return false;
        }
        if (strict && raw.what == raw_member::kind::bare && row.what == shown_value::kind::text) {
            why.reason = "must be a text";
            return false;
        }
    }
    why.member = {};
    for (std::size_t at = 0; at != table.size; ++at) {
        if (!table.rows[at].required || seen[at]) continue;
        why.member = table.rows[at].name;
        why.reason = "must be given";
        return false;
    }
    return true;
}

/// The rules that the loose mode does not apply: those of texts.
constexpr bool is_rule_of_texts(errc broken) {
    switch (broken) {
    case errc::id_too_long:
    case errc::id_alphabet:
    case errc::description_length:
    case errc::description_alphabet:
    case errc::server_address_malformed:
    case errc::listener_protocol_unknown:
    case errc::tag_key_length:
    case errc::tag_value_length:
    case errc::tag_alphabet:
    case errc::tag_reserved: return true;
    default: return false;
    }
}

/// Why a value is refused, to stand after its name; empty: it is not.
template <class Value>
std::string fault_of(Value const& value, bool strict) {
    errc broken = value.broken_rule();
    // Where sources dispute whether names may have Chinese characters, the strict mode says no.
    if constexpr (std::is_same_v<Value, text_value<name_rule>>)
        for (char c : value.text())
            if (static_cast<unsigned char>(c) >= 0x80) broken = errc::description_alphabet;
    if (broken == errc::none || (!strict && is_rule_of_texts(broken))) return {};
    shown_value const shown = show(value);
    return shown.what == shown_value::kind::number
               ? joined({message(broken), ", is ", std::to_string(shown.number)})
               : std::string(message(broken));
}
template <class Value>
std::string fault_of(maybe<Value> const& value, bool strict) {
    return value ? fault_of(*value, strict) : std::string();
}

/// Says in `why` what is wrong with an element, if anything is.
template <class T>
bool judge_element(T const& element, bool strict, list_refusal& why) {
    for_each_word<T>([&](auto const& word) {
        if (!why.reason.empty()) return;
        why.member = word.name;
        why.reason = fault_of(element.*word.member, strict);
    });
    if constexpr (requires { inspect(element); })
        if (finding const found = inspect(element);
            strict && why.reason.empty() && found.broken != errc::none) {
            why.member = found.member;
            why.reason = message(found.broken);
        }
    return why.reason.empty();
}

} // namespace detail

/// Decodes the JSON list that a parameter holds into described elements (backend_server, ...). Numbers may be
/// quoted. Strict: JSON, names as documented, nothing else, and every rule of the values; of names and
/// descriptions only ASCII. Loose, as the service seems to read: single quotes too, the first letter of a
/// name in either case, unknown members skipped, a repeated member's last value counts, and of the rules only
/// those of numbers and types.
template <class T>
[[nodiscard]] std::variant<decoded_list<T>, list_refusal> decode_list(std::string_view text, bool strict) {
    std::string const json = strict ? std::string(text) : detail::requoted(text);
    boost::json::basic_parser<detail::raw_list_handler> parser{boost::json::parse_options{}};
    boost::json::error_code failure;
    std::size_t const parsed = parser.write_some(false, json.data(), json.size(), failure);
    if (failure || parsed != json.size()) return list_refusal{true, -1, {}, "is not JSON"};
    if (!parser.handler().is_list) return list_refusal{true, -1, {}, "is not a list of objects"};

    decoded_list<T> list;
    for (auto const& members : parser.handler().elements) {
        list_refusal why{.index = static_cast<int>(list.elements.size())};
        T element = detail::make_empty<T>();
        if (!detail::fill(&element, detail::table_of<T>::value, members, strict, list.texts, why)) return why;
        if (!detail::judge_element(element, strict, why)) return why;
        list.elements.push_back(element);
    }
    return list;
}

} // namespace slb::inline v0_1

#endif
