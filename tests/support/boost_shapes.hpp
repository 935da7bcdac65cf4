#ifndef SLB_TESTS_SUPPORT_BOOST_SHAPES_HPP
#define SLB_TESTS_SUPPORT_BOOST_SHAPES_HPP

#include "boost_oracle.hpp"
#include "reply_shapes.hpp"

namespace slb_test {

/// What Boost.JSON and a shape make of a text; see oracle_verdict.
struct shaped_json_verdict {
    bool well_formed = false;
    std::optional<json_object> said{};
    bool repeats = false;
    bool exponent_too_large = false;
};

/// Reads the reply of any operation with Boost.JSON, by its shape.
class boost_shapes : boost_oracle {
  public:
    static shaped_json_verdict read(std::string_view text, std::string_view name_of_action,
                                    shapes const& members) {
        boost::json::parse_options options;
        options.max_depth = 64;
        boost::system::error_code problem;
        json_value const root =
            boost::json::parse(json_text(text), problem, boost::json::storage_ptr(), options);
        if (problem) return {.exponent_too_large = problem == boost::json::error::exponent_overflow};
        shaped_json_verdict verdict{.well_formed = true, .repeats = members_in(text) != members_of(root)};
        if (root.is_object())
            verdict.said = read_members(unwrapped(root.get_object(), name_of_action, members), members);
        return verdict;
    }

  private:
    static json_object const& unwrapped(json_object const& root, std::string_view name_of_action,
                                        shapes const& members) {
        for (auto const& [key, member] : root) {
            std::string_view const name(key.data(), key.size());
            bool known = false;
            for (shape const& of : members) known = known || of.name == name;
            if (known && !member.is_null()) break;
            if (member.is_object() &&
                (name == name_of_action || name == std::string(name_of_action) + "Response"))
                return member.get_object();
        }
        return root;
    }
    static std::optional<json_object> read_members(json_object const& from, shapes const& members) {
        json_object made;
        for (shape const& of : members) {
            std::string const name(of.name);
            json_value const* const found = find(from, name.c_str());
            if (found == nullptr) {
                if (of.required) return {};
                if (of.what == shape::kind::object) made[name] = *read_members({}, of.members);
                if (of.what == shape::kind::list)
                    made[name] = json_object{{json_text(of.item), json_array()}};
                continue;
            }
            std::optional<json_value> const said = read_value(*found, of);
            if (!said) return {};
            made[name] = *said;
        }
        return made;
    }
    static std::optional<json_value> read_value(json_value const& from, shape const& of) {
        switch (of.what) {
        case shape::kind::text: return from.is_string() ? std::optional(from) : std::nullopt;
        case shape::kind::int32: return read_whole_number(from, INT32_MIN, INT32_MAX);
        case shape::kind::int64: return read_whole_number(from, INT64_MIN, INT64_MAX);
        case shape::kind::truth:
            if (from.is_string() && (from.get_string() == "true" || from.get_string() == "false"))
                return json_value(from.get_string() == "true");
            return from.is_bool() ? std::optional(from) : std::nullopt;
        case shape::kind::object: {
            if (!from.is_object()) return {};
            auto said = read_members(from.get_object(), of.members);
            return said ? std::optional<json_value>(std::move(*said)) : std::nullopt;
        }
        case shape::kind::list: return read_list(from, of);
        }
        return {};
    }
    static std::optional<json_value> read_whole_number(json_value const& from, std::int64_t least,
                                                       std::int64_t most) {
        std::int64_t number = 0;
        if (from.is_int64()) {
            number = from.get_int64();
        } else {
            auto const* const digits = from.if_string();
            if (digits == nullptr || !read_digits({digits->data(), digits->size()}, number)) return {};
        }
        return number < least || number > most ? std::nullopt : std::optional<json_value>(number);
    }
    static std::optional<json_value> read_list(json_value const& from, shape const& of) {
        json_value const* list = &from;
        json_array made;
        if (from.is_object()) list = find(from.get_object(), std::string(of.item).c_str());
        if (!from.is_object() && !from.is_array()) return {};
        shape const element{.what = of.element, .members = of.members};
        auto const add = [&](json_value const& each) {
            auto said = read_value(each, element);
            if (said) made.push_back(std::move(*said));
            return said.has_value();
        };
        if (list != nullptr && !list->is_array() && !add(*list)) return {};
        if (list != nullptr && list->is_array())
            for (auto const& each : list->get_array())
                if (!add(each)) return {};
        return json_object{{json_text(of.item), std::move(made)}};
    }
};

} // namespace slb_test

#endif
