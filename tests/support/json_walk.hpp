#ifndef SLB_TESTS_SUPPORT_JSON_WALK_HPP
#define SLB_TESTS_SUPPORT_JSON_WALK_HPP

#include "generated_replies.hpp"

#include <slb/json_value.hpp>

#include <boost/json.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace slb_test {

inline std::string path_of(slb::json_value const& value) {
    std::string path;
    value.write_path([&](std::string_view piece) { path += piece; });
    return path;
}

/// Walks all of a text with the cursor and asks each value everything. Beside it goes what Boost.JSON made of
/// the same text, if it is given. The rules are written out by hand, on purpose. Gives the first difference.
class json_walk {
  public:
    static std::string compare(slb::json_value const& ours, boost::json::value const& theirs) {
        json_walk walk;
        walk.visit(ours, &theirs, "");
        return walk.problem_;
    }
    /// Without another reader: what the accessors say of the same value must agree.
    static std::string check(slb::json_value const& ours) { return check(ours, slb::delivery::not_sent); }
    /// The same for the answer to a call.
    static std::string check_answer(slb::json_value const& ours) {
        return check(ours, slb::delivery::applied);
    }

  private:
    using value = boost::json::value;

    static std::string check(slb::json_value const& ours, slb::delivery reached) {
        json_walk walk;
        walk.reached_ = reached;
        walk.visit(ours, nullptr, "");
        return walk.problem_;
    }

    void require(bool holds, std::string_view what, std::string_view path) {
        if (!holds && problem_.empty()) problem_ = std::string(path) + ": " + std::string(what);
    }
    static slb::json_kind kind_of(value const& of) {
        switch (of.kind()) {
        case boost::json::kind::null: return slb::json_kind::null;
        case boost::json::kind::bool_: return slb::json_kind::boolean;
        case boost::json::kind::string: return slb::json_kind::text;
        case boost::json::kind::array: return slb::json_kind::array;
        case boost::json::kind::object: return slb::json_kind::object;
        default: return slb::json_kind::number;
        }
    }
    static std::string_view view(boost::json::string_view text) { return {text.data(), text.size()}; }
    static std::optional<std::string> text_of(value const& of) {
        if (!of.is_string()) return {};
        return std::string(view(of.get_string()));
    }
    static std::optional<std::int64_t> number_of(value const& of) {
        if (of.is_int64()) return of.get_int64();
        if (!of.is_string()) return {};
        std::string_view const digits = view(of.get_string());
        std::string_view const magnitude = digits.substr(digits.starts_with('-') ? 1 : 0);
        if (magnitude.starts_with('0') && magnitude.size() > 1) return {};
        std::int64_t number = 0;
        auto const [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (problem != std::errc() || end != digits.data() + digits.size()) return {};
        return number;
    }
    static std::optional<bool> boolean_of(value const& of) {
        if (of.is_bool()) return of.get_bool();
        auto const text = text_of(of);
        if (text == "true") return true;
        return text == "false" ? std::optional(false) : std::nullopt;
    }

    template <class Result, class Expected>
    void read(Result const& ours, std::optional<Expected> const* theirs, bool null, std::string_view path) {
        if (theirs != nullptr) {
            require(static_cast<bool>(ours) == theirs->has_value(), "one reader gives a value", path);
            if (ours && *theirs) require(*ours == **theirs, "the readers give different values", path);
        }
        if (ours) return;
        require(ours.error() == (null ? slb::errc::member_missing : slb::errc::member_malformed),
                "an error that fits no value", path);
        require(ours.error().delivery() == reached_, "how far the call came", path);
    }

    void visit(slb::json_value const& ours, value const* theirs, std::string const& path) {
        slb::json_kind const kind = ours.kind();
        bool const null = kind == slb::json_kind::null;
        bool const compound = kind == slb::json_kind::array || kind == slb::json_kind::object;
        require(theirs == nullptr || kind == kind_of(*theirs), "the readers see different kinds", path);
        require(kind != slb::json_kind::absent && ours.error() == slb::errc::none, "a value that is there",
                path);
        require(static_cast<bool>(ours) == !null && ours.is_null() == null,
                "null, and only null, counts as absent", path);
        require(path_of(ours) == path, "the path is " + path_of(ours), path);
        require(!ours.json().empty() && ours.json().front() != ' ' && ours.json().back() != ' ',
                "the value as it stands", path);

        auto const text = ours.text();
        auto const number = ours.number();
        auto const boolean = ours.boolean();
        if (theirs != nullptr) {
            auto const said_text = text_of(*theirs);
            auto const said_number = number_of(*theirs);
            auto const said_boolean = boolean_of(*theirs);
            read(text, &said_text, null, path);
            read(number, &said_number, null, path);
            read(boolean, &said_boolean, null, path);
        } else {
            read(text, static_cast<std::optional<std::string> const*>(nullptr), null, path);
            read(number, static_cast<std::optional<std::int64_t> const*>(nullptr), null, path);
            read(boolean, static_cast<std::optional<bool> const*>(nullptr), null, path);
        }
        require(static_cast<bool>(text) == (kind == slb::json_kind::text), "only strings are texts", path);
        require(!compound || (!number && !boolean), "neither arrays nor objects are numbers", path);
        require(ours.text_or("\xff") == (text ? *text : "\xff"), "the text or another", path);
        require(ours.number_or(-7) == (number ? *number : -7), "the number or another", path);
        require(ours.boolean_or(true) == (boolean ? *boolean : true), "true, false or another", path);

        ++depth_;
        visit_elements(ours, kind, theirs, path);
        visit_members(ours, kind, theirs, path);
        --depth_;
    }

    void visit_elements(slb::json_value const& ours, slb::json_kind kind, value const* theirs,
                        std::string const& path) {
        std::size_t count = 0;
        for (slb::json_value const element : ours) {
            if (kind == slb::json_kind::array)
                visit(element, theirs != nullptr ? &theirs->get_array().at(count) : nullptr,
                      path + "[" + std::to_string(count) + "]");
            else
                require(element.json() == ours.json(), "what is no array is a list of itself", path);
            if (count < 3)
                require(ours[count].json() == element.json() && path_of(ours[count]) == path_of(element),
                        "an index gives what the loop gives", path);
            ++count;
        }
        std::size_t expected = kind == slb::json_kind::null ? 0 : 1;
        if (kind == slb::json_kind::array) expected = theirs != nullptr ? theirs->get_array().size() : count;
        require(count == expected, "how many elements a loop meets", path);
        require(ours.size() == count && ours.empty() == (count == 0), "how many elements there are", path);
        require(ours[count].kind() == slb::json_kind::absent &&
                    ours[count].text().error() == slb::errc::member_missing,
                "behind the last element is none", path);
        if (kind != slb::json_kind::null)
            require(path_of(ours[count]) == path + "[" + std::to_string(count) + "]",
                    "the path of an element that is not there", path);
        require(ours[-1].error() == slb::errc::member_missing, "before the first element is none", path);
    }

    void visit_members(slb::json_value const& ours, slb::json_kind kind, value const* theirs,
                       std::string const& path) {
        if (kind != slb::json_kind::object) {
            slb::errc const why =
                kind == slb::json_kind::null ? slb::errc::member_missing : slb::errc::member_malformed;
            require(ours["x"].error() == why && ours["x"]["y"][2].number().error() == why,
                    "what is no object has no members", path);
            std::size_t count = 0;
            for (auto const& [name, member] : ours.members()) {
                require(name.empty() && member.error() == why, "a loop meets the error", path);
                ++count;
            }
            require(count == (kind == slb::json_kind::null ? 0 : 1), "how many errors a loop meets", path);
            return;
        }
        std::vector<std::string> names;
        for (auto const& [name, member] : ours.members()) {
            names.emplace_back(name);
            std::string inner = depth_ == 1 ? "" : path + ".";
            auto const append = [&](std::string_view piece) { inner += piece; };
            slb::detail::write_line(append, name.empty() ? R"("")" : name);
            bool const repeated = std::count(names.begin(), names.end(), name) > 1;
            slb::json_value const found = ours[name];
            if (found.error() == slb::errc::member_repeated)
                require(found.text().error() == slb::errc::member_repeated && !found && found.json().empty(),
                        "a member that stands twice is refused", inner);
            else
                require(!repeated && found.json() == member.json(), "a name gives what the loop gives",
                        inner);
            value const* other = nullptr;
            if (theirs != nullptr) {
                other = theirs->get_object().if_contains({name.data(), name.size()});
                require(other != nullptr, "Boost.JSON has no such member", inner);
            }
            visit(member, other, inner);
        }
        if (theirs != nullptr)
            require(names.size() == theirs->get_object().size(), "how many members there are", path);
        static constexpr char const* absent = "no such member";
        if (std::find(names.begin(), names.end(), absent) == names.end()) {
            slb::json_value const missing = ours[absent];
            require(missing.error() == slb::errc::member_missing && missing["x"][0].empty(),
                    "a member that is not there", path);
            require(path_of(missing) == (depth_ == 1 ? "" : path + ".") + absent,
                    "the path of a member that is not there", path);
        }
    }

    slb::delivery reached_ = slb::delivery::not_sent;
    std::string problem_;
    std::size_t depth_ = 0;
};

/// Any JSON document whose root is an object, the same for the same generator.
class document_generator {
  public:
    explicit document_generator(generator& random) : random_(random) {}

    std::string document() {
        names_ = 0;
        return space() + object(0) + space();
    }

  private:
    std::string space() {
        static constexpr std::string_view spaces[] = {"", "", "", " ", "\n", "\t\r\n  "};
        return std::string(random_.pick(spaces));
    }
    std::string text() {
        static constexpr std::string_view pieces[] = {"a",
                                                      "Port",
                                                      "\\\"",
                                                      "\\\\",
                                                      "\\/",
                                                      "\\n",
                                                      "\\u0041",
                                                      "\\u00e4",
                                                      "\\ud83c\\udfae",
                                                      "]",
                                                      "}",
                                                      ",",
                                                      ":",
                                                      "{",
                                                      "\xc3\xa9",
                                                      "\xf0\x9f\x8e\xae",
                                                      "\\u0000",
                                                      "1",
                                                      "true",
                                                      "-20"};
        std::string made = "\"";
        for (std::size_t size = random_.below(4); size != 0; --size) made += random_.pick(pieces);
        return made + '"';
    }
    std::string value(std::size_t depth) {
        static constexpr std::string_view words[] = {"true",
                                                     "false",
                                                     "null",
                                                     "0",
                                                     "-0",
                                                     "1.5e+3",
                                                     "9223372036854775807",
                                                     "-9223372036854775808",
                                                     "9223372036854775808",
                                                     "65535",
                                                     "\"65535\"",
                                                     "\"007\"",
                                                     "\"true\"",
                                                     "\"fal\\u0073e\"",
                                                     "0.0"};
        if (depth < 6 && random_.one_in(4)) return object(depth);
        if (depth < 6 && random_.one_in(4)) return array(depth);
        return random_.one_in(2) ? text() : std::string(random_.pick(words));
    }
    std::string array(std::size_t depth) {
        std::string made = "[" + space();
        for (std::size_t size = random_.below(4), i = 0; i != size; ++i) {
            if (i != 0) made += "," + space();
            made += value(depth + 1);
            made += space();
        }
        return made + "]";
    }
    std::string object(std::size_t depth) {
        std::string made = "{" + space();
        for (std::size_t size = random_.below(5), i = 0; i != size; ++i) {
            if (i != 0) made += "," + space();
            // A number makes the name unlike all others; now and then none does.
            std::string name = text();
            if (!random_.one_in(30)) name.insert(name.size() - 1, std::to_string(names_++));
            made += name;
            made += space() + ":" + space();
            made += value(depth + 1);
            made += space();
        }
        return made + "}";
    }

    generator& random_;
    std::size_t names_ = 0;
};

} // namespace slb_test

#endif
