#ifndef SLB_TESTS_SUPPORT_EXPAT_SHAPES_HPP
#define SLB_TESTS_SUPPORT_EXPAT_SHAPES_HPP

#include "expat_oracle.hpp"
#include "reply_shapes.hpp"

namespace slb_test {

/// What Expat and a shape make of a document: what xml_verdict says of it, and the reply that it holds.
struct shaped_xml_verdict : xml_verdict {
    std::optional<json_object> shown{};
};

/// Reads the reply of any operation with Expat, by its shape.
class expat_shapes : expat_oracle {
  public:
    static shaped_xml_verdict read(std::string_view text, shapes const& members) {
        expat_shapes const reader(text);
        shaped_xml_verdict verdict{reader.verdict_};
        if (verdict.well_formed()) verdict.shown = read_members(reader.document_.children.front(), members);
        return verdict;
    }

  private:
    using expat_oracle::expat_oracle;

    static std::optional<json_object> read_members(element const& from, shapes const& members) {
        if (!holds_only_elements(from)) return {};
        json_object made;
        for (element const& child : from.children)
            for (shape const& of : members) {
                if (of.name != child.name) continue;
                if (made.contains(child.name)) return {};
                std::optional<json_value> const said = read_element(child, of);
                if (!said) return {};
                // An empty element where a number or a truth belongs says nothing.
                if (!said->is_null()) made[child.name] = *said;
            }
        for (shape const& of : members) {
            boost::json::string_view const name = json_text(of.name);
            if (made.contains(name)) continue;
            if (of.required) return {};
            if (of.what == shape::kind::object) made[name] = *read_members({}, of.members);
            if (of.what == shape::kind::list) made[name] = json_object{{json_text(of.item), json_array()}};
        }
        return made;
    }
    static std::optional<json_value> read_element(element const& from, shape const& of) {
        bool const plain = of.what != shape::kind::object && of.what != shape::kind::list;
        if (plain && !from.children.empty()) return {};
        if (plain && of.what != shape::kind::text && from.text.empty()) return json_value();
        std::int64_t number = 0;
        switch (of.what) {
        case shape::kind::text: return json_value(json_text(from.text));
        case shape::kind::int32:
            if (!read_digits(from.text, number) || number < INT32_MIN || number > INT32_MAX) return {};
            return json_value(number);
        case shape::kind::int64:
            return read_digits(from.text, number) ? std::optional<json_value>(number) : std::nullopt;
        case shape::kind::truth:
            if (from.text != "true" && from.text != "false") return {};
            return json_value(from.text == "true");
        case shape::kind::object: {
            auto said = read_members(from, of.members);
            return said ? std::optional<json_value>(std::move(*said)) : std::nullopt;
        }
        case shape::kind::list: break;
        }
        if (!holds_only_elements(from)) return {};
        json_array made;
        for (element const& child : from.children) {
            if (child.name != of.item) continue;
            auto said = read_element(child, {.what = of.element, .members = of.members});
            if (!said || said->is_null()) return {};
            made.push_back(std::move(*said));
        }
        return json_object{{json_text(of.item), std::move(made)}};
    }
};

} // namespace slb_test

#endif
