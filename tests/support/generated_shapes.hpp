#ifndef SLB_TESTS_SUPPORT_GENERATED_SHAPES_HPP
#define SLB_TESTS_SUPPORT_GENERATED_SHAPES_HPP

#include "generated_replies.hpp"
#include "reply_shapes.hpp"

namespace slb_test {

/// Makes replies of any operation by their shape, and writes each in one of the many ways.
class shaped_generator : public generator {
  public:
    using generator::generator;
    using generator::json;
    using generator::xml;

    json_object make(shapes const& members) {
        json_object made;
        for (shape const& of : members) {
            bool const there = of.required || of.what == shape::kind::object || of.what == shape::kind::list;
            if (there || one_in(2)) made[json_text(of.name)] = make_value(of);
        }
        return made;
    }

    std::string json(json_object const& said, shapes const& members, std::string_view name) {
        std::string root = members_in_json(said, members);
        if (one_in(2)) {
            std::vector<std::string> around{member(std::string(name) + (one_in(2) ? "Response" : ""), root)};
            add_unknown(around);
            root = object(around);
        }
        return joined_in_order({space(), root});
    }
    std::string xml(json_object const& said, shapes const& members, std::string_view name) {
        std::string const root = std::string(name) + (one_in(2) ? "Response" : "");
        std::string const declaration = one_in(2) ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" : "";
        return joined_in_order({declaration, aside(), element(root, members_in_xml(said, members))});
    }

  private:
    static std::string plain(json_value const& text) {
        auto const& said = text.get_string();
        return {said.data(), said.size()};
    }
    static shape element_of(shape const& list) { return {.what = list.element, .members = list.members}; }
    json_value make_value(shape const& of) {
        static constexpr std::int64_t numbers[] = {
            0, 1, -1, 80, 100, 1234567, 12345678, 123456789, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
        switch (of.what) {
        case shape::kind::text: return json_value(json_text(one_in(2) ? word() : text()));
        case shape::kind::int32: return json_value(numbers[below(10)]);
        case shape::kind::int64: return json_value(pick(numbers));
        case shape::kind::truth: return json_value(one_in(2));
        case shape::kind::object: return make(of.members);
        case shape::kind::list: break;
        }
        json_array elements;
        for (std::size_t count = one_in(3) ? 0 : below(5); count != 0; --count)
            elements.push_back(make_value(element_of(of)));
        return json_object{{json_text(of.item), std::move(elements)}};
    }

    std::string members_in_json(json_object const& said, shapes const& shaped) {
        std::vector<std::string> members;
        for (shape const& of : shaped) {
            json_value const* const found = said.if_contains(json_text(of.name));
            if (found != nullptr && !(says_nothing(*found) && one_in(4)))
                members.push_back(member(of.name, value_in_json(*found, of)));
            else if (one_in(8))
                members.push_back(member(of.name, "null"));
        }
        add_unknown(members);
        return object(members);
    }
    std::string value_in_json(json_value const& said, shape const& of) {
        if (of.what == shape::kind::text) return quoted(plain(said));
        if (of.what == shape::kind::object) return members_in_json(said.get_object(), of.members);
        if (of.what == shape::kind::list)
            return elements_in_json(said.at(json_text(of.item)).get_array(), of);
        std::string const word = boost::json::serialize(said);
        return one_in(2) ? word : quoted(word);
    }
    std::string elements_in_json(json_array const& said, shape const& of) {
        std::vector<std::string> elements;
        for (auto const& element : said) elements.push_back(value_in_json(element, element_of(of)));
        std::string list = joined_in_order({"[", space(), joined(elements), "]"});
        if (one_in(4)) return list;
        if (elements.size() == 1 && one_in(2)) list = elements[0];
        if (elements.empty() && one_in(3)) return "{}";
        std::vector<std::string> members{member(of.item, list)};
        add_unknown(members);
        return object(members);
    }

    std::string members_in_xml(json_object const& said, shapes const& shaped) {
        std::vector<std::string> children;
        for (shape const& of : shaped) {
            json_value const* const found = said.if_contains(json_text(of.name));
            if (found == nullptr || (says_nothing(*found) && one_in(4))) continue;
            children.push_back(element(std::string(of.name), value_in_xml(*found, of)));
        }
        if (one_in(3)) children.push_back("<Extra a='1'><Deep>x &amp; y<![CDATA[<]]></Deep></Extra>");
        return mixed(children);
    }
    std::string value_in_xml(json_value const& said, shape const& of) {
        if (of.what == shape::kind::text) return xml_text(plain(said));
        if (of.what == shape::kind::object) return members_in_xml(said.get_object(), of.members);
        if (of.what != shape::kind::list) return xml_text(boost::json::serialize(said));
        std::string made;
        for (auto const& each : said.at(json_text(of.item)).get_array())
            made +=
                joined_in_order({aside(), element(std::string(of.item), value_in_xml(each, element_of(of)))});
        return made + aside();
    }
};

} // namespace slb_test

#endif
