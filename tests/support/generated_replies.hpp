#ifndef SLB_TESTS_SUPPORT_GENERATED_REPLIES_HPP
#define SLB_TESTS_SUPPORT_GENERATED_REPLIES_HPP

#include "replies.hpp"

#include <algorithm>
#include <initializer_list>
#include <random>

namespace slb_test {

/// Makes replies, the same for the same seed on every platform, and writes each in one of the many ways in
/// which JSON and XML can say it.
class generator {
  public:
    explicit generator(std::uint32_t seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return engine_() % bound; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class T, std::size_t N>
    T const& pick(T const (&choices)[N]) {
        return choices[below(N)];
    }

    reply make_reply() {
        reply made{word(), word(), {}};
        for (std::size_t count = one_in(4) ? 0 : below(5); count != 0; --count)
            made.servers.push_back(make_server());
        return made;
    }

    std::string json(reply const& said) {
        std::vector<std::string> members{member("RequestId", quoted(said.request_id)),
                                         member("VServerGroupId", quoted(said.vserver_group_id))};
        if (!said.servers.empty() || one_in(2)) members.push_back(member("BackendServers", json_list(said)));
        add_unknown(members);
        std::string root = object(members);
        if (one_in(2)) {
            std::vector<std::string> around{
                member(std::string(action) + (one_in(2) ? "Response" : ""), root)};
            add_unknown(around);
            root = object(around);
        }
        return joined_in_order({space(), root});
    }

    std::string xml(reply const& said) {
        std::vector<std::string> children{element("RequestId", xml_text(said.request_id)),
                                          element("VServerGroupId", xml_text(said.vserver_group_id))};
        if (!said.servers.empty() || one_in(2)) {
            std::string items;
            for (auto const& server : said.servers) items += joined_in_order({aside(), xml_server(server)});
            children.push_back(element("BackendServers", items + aside()));
        }
        if (one_in(3)) children.push_back("<Extra a='1'><Deep>x &amp; y<![CDATA[<]]></Deep></Extra>");
        std::string const root = std::string(action) + (one_in(2) ? "Response" : "");
        std::string const declaration = one_in(2) ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" : "";
        return joined_in_order({declaration, aside(), element(root, mixed(children))});
    }

    /// One to three small accidents: a byte changed, put in, taken out, or everything after it cut off.
    std::string mutated(std::string text) {
        for (std::size_t accidents = 1 + below(3); accidents != 0 && !text.empty(); --accidents) {
            std::size_t const at = below(text.size());
            // Bytes that mean something to a parser are more likely than others.
            static constexpr std::string_view telling =
                "{}[]\",:\\/<>&;!?-='#xu0189.eE+ \t\r\n\x7f\x80\xc0\xe4\xed\xf0\xff";
            char const byte = one_in(3) ? static_cast<char>(below(256)) : telling[below(telling.size())];
            switch (below(5)) {
            case 0: text[at] = byte; break;
            case 1: text[at] = static_cast<char>(text[at] ^ (1 << below(8))); break;
            case 2: text.insert(at, 1, byte); break;
            case 3: text.erase(at, 1 + below(3)); break;
            default:
                if (one_in(8))
                    text.resize(at);
                else
                    std::swap(text[at], text[below(text.size())]);
            }
        }
        return text;
    }

  protected:
    /// Unlike the operands of +, the elements of a braced list are made from left to right.
    static std::string joined_in_order(std::initializer_list<std::string> pieces) {
        std::string made;
        for (auto const& piece : pieces) made += piece;
        return made;
    }
    std::string word() {
        std::string made;
        for (std::size_t size = below(20); size != 0; --size)
            made += static_cast<char>("abcdefghijklmnopqrstuvwxyz0123456789-."[below(38)]);
        return made;
    }
    std::string text() {
        static constexpr std::string_view pieces[] = {
            "a",    "Z",  "7", "-",  " ",  "/",  "\"",       "\\",           "<",
            ">",    "&",  "'", "\n", "\t", "]]", "\xc3\xa9", "\xe4\xb8\xad", "\xf0\x9f\x8e\xae",
            "\x7f", "web"};
        std::string made;
        for (std::size_t size = below(12); size != 0; --size) made += pick(pieces);
        return made;
    }
    server_reply make_server() {
        static constexpr std::int32_t numbers[] = {0,   1,  80,         443,         8080,       65535,
                                                   100, -1, 2147483647, -2147483647, 1000000000, 50};
        server_reply made{.server_id = word(), .port = pick(numbers)};
        if (one_in(2)) made.weight = pick(numbers);
        if (one_in(2)) made.type = one_in(2) ? "ecs" : "eni";
        if (one_in(3)) made.server_ip = "192.0.2.11";
        if (one_in(2)) made.description = text();
        return made;
    }

    std::string space() {
        static constexpr std::string_view spaces[] = {"", "", "", "", " ", "\n\t", "\r\n", "        "};
        return std::string(pick(spaces));
    }
    std::string escaped(std::uint32_t unit) {
        std::string_view const digits = one_in(2) ? "0123456789ABCDEF" : "0123456789abcdef";
        return {
            '\\', 'u', digits[unit >> 12], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};
    }
    std::string quoted(std::string_view text) {
        std::string made = "\"";
        bool const escapes = one_in(3);
        for (std::size_t i = 0; i != text.size(); ++i) {
            auto const byte = static_cast<unsigned char>(text[i]);
            if (text[i] == '"' || text[i] == '\\')
                made += std::string("\\") + text[i];
            else if (text[i] == '\n')
                made += one_in(2) ? "\\n" : "\\u000a";
            else if (text[i] == '\t')
                made += "\\t";
            else if (text[i] == '/' && escapes)
                made += "\\/";
            else if (byte < 0x20)
                made += escaped(byte);
            else if (byte >= 0xf0 && escapes) {
                // Four bytes of UTF-8 are a pair of surrogates.
                auto const bits = [&](std::size_t at) { return static_cast<std::uint32_t>(text[at] & 0x3f); };
                std::uint32_t const point =
                    (byte & 7U) << 18 | bits(i + 1) << 12 | bits(i + 2) << 6 | bits(i + 3);
                made += joined_in_order(
                    {escaped(0xd800 + ((point - 0x10000) >> 10)), escaped(0xdc00 + (point & 0x3ff))});
                i += 3;
            } else if (byte < 0x80 && escapes && one_in(4))
                made += escaped(byte);
            else
                made += text[i];
        }
        return made + '"';
    }
    std::string number(std::int32_t value) {
        return one_in(2) ? std::to_string(value) : '"' + std::to_string(value) + '"';
    }
    std::string member(std::string_view name, std::string const& value) {
        std::string const key = one_in(6) ? quoted(name) : '"' + std::string(name) + '"';
        return joined_in_order({key, space(), ":", space(), value});
    }
    std::string object(std::vector<std::string>& members) {
        if (one_in(2)) shuffle(members);
        return joined_in_order({"{", space(), joined(members), "}"});
    }
    std::string joined(std::vector<std::string> const& values) {
        std::string made;
        for (auto const& value : values)
            made += joined_in_order({made.empty() ? "" : "," + space(), value, space()});
        return made;
    }
    void shuffle(std::vector<std::string>& values) {
        for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
    }
    void add_unknown(std::vector<std::string>& members) {
        static constexpr std::string_view values[] = {"true",
                                                      "false",
                                                      "null",
                                                      "-0",
                                                      "1.5e+3",
                                                      "[]",
                                                      "{}",
                                                      "\"\\ud83c\\udfae\"",
                                                      "[[1,2],[{\"a\":[null]}]]",
                                                      "{\"ServerId\":{\"Port\":[0.1,\"x\"]}}",
                                                      "\"\xe4\xb8\xad\""};
        while (one_in(3)) {
            std::string const name = "X" + word();
            members.push_back(member(name, std::string(pick(values))));
        }
    }
    std::string json_server(server_reply const& said) {
        std::vector<std::string> members{member("ServerId", quoted(said.server_id)),
                                         member("Port", number(said.port))};
        auto const add = [&](std::string_view name, std::optional<std::string> const& value) {
            if (value)
                members.push_back(member(name, quoted(*value)));
            else if (one_in(8))
                members.push_back(member(name, "null"));
        };
        if (said.weight) members.push_back(member("Weight", number(*said.weight)));
        add("Type", said.type);
        add("ServerIp", said.server_ip);
        add("Description", said.description);
        add_unknown(members);
        return object(members);
    }
    std::string json_list(reply const& said) {
        if (said.servers.empty() && one_in(3)) return one_in(2) ? "null" : "{}";
        std::vector<std::string> elements;
        for (auto const& server : said.servers) elements.push_back(json_server(server));
        std::string list = joined_in_order({"[", space(), joined(elements), "]"});
        if (one_in(4)) return list;
        if (elements.size() == 1 && one_in(2)) list = elements[0];
        std::vector<std::string> members{member("BackendServer", list)};
        add_unknown(members);
        return object(members);
    }

    std::string aside() {
        static constexpr std::string_view asides[] = {
            "", "", "", " ", "\n  ", "<!-- a - b -->", "<?target data?>"};
        return std::string(pick(asides));
    }
    std::string mixed(std::vector<std::string>& children) {
        if (one_in(2)) shuffle(children);
        std::string made = aside();
        for (auto const& child : children) made += child + aside();
        return made;
    }
    std::string element(std::string const& name, std::string const& content) {
        std::string const attribute = one_in(8) ? " a=\"1 &lt; 2\" b = '\"'" : "";
        if (content.empty() && one_in(2)) return '<' + name + attribute + "/>";
        return '<' + name + attribute + '>' + content + "</" + name + (one_in(8) ? " >" : ">");
    }
    std::string xml_text(std::string_view text) {
        std::string made;
        bool const references = one_in(3);
        // A carriage return survives as a reference only.
        bool const fits_cdata = text.find("]]>") == text.npos && text.find('\r') == text.npos;
        if (!text.empty() && fits_cdata && one_in(5)) return "<![CDATA[" + std::string(text) + "]]>";
        for (char c : text) {
            if (c == '<')
                made += one_in(2) ? "&lt;" : "<![CDATA[<]]>";
            else if (c == '>')
                made += "&gt;";
            else if (c == '\r')
                made += "&#13;";
            else if (c == '&')
                made += one_in(2) ? "&amp;" : "&#38;";
            else if (c == '"' && references)
                made += "&quot;";
            else if (c == '\'' && references)
                made += "&apos;";
            else if (c > ' ' && c < 0x7f && references && one_in(3))
                made += "&#" + std::to_string(c) + ";";
            else
                made += c;
            if (static_cast<unsigned char>(c) < 0x80 && one_in(20)) made += "<!-- between -->";
        }
        return made;
    }
    std::string xml_server(server_reply const& said) {
        std::vector<std::string> children{element("ServerId", xml_text(said.server_id)),
                                          element("Port", std::to_string(said.port))};
        if (said.weight) children.push_back(element("Weight", std::to_string(*said.weight)));
        if (said.type) children.push_back(element("Type", xml_text(*said.type)));
        if (said.server_ip) children.push_back(element("ServerIp", xml_text(*said.server_ip)));
        if (said.description) children.push_back(element("Description", xml_text(*said.description)));
        return element("BackendServer", mixed(children));
    }

  private:
    std::mt19937 engine_;
};

} // namespace slb_test

#endif
