#ifndef SLB_TESTS_SUPPORT_EXPAT_ORACLE_HPP
#define SLB_TESTS_SUPPORT_EXPAT_ORACLE_HPP

#include "replies.hpp"

#include <algorithm>
#include <expat.h>
#include <list>
#include <memory>

namespace slb_test {

/// What Expat and a plain reading of its events make of a document.
struct xml_verdict {
    /// XML_ERROR_NONE: it is well-formed.
    XML_Error problem = XML_ERROR_NONE;
    /// And it holds the reply of the operation, which is this one.
    std::optional<reply> said{};
    /// It has a document type, or declares a version or an encoding that Expat does not mind: Expat was told
    /// to read UTF-8, and takes any version.
    bool has_doctype = false;
    bool other_version = false;
    bool other_encoding = false;
    std::size_t depth = 0;

    [[nodiscard]] bool well_formed() const { return problem == XML_ERROR_NONE; }
    /// Well-formed, but not to be accepted.
    [[nodiscard]] bool unwanted() const { return has_doctype || other_version || other_encoding; }
};

/// Reads with Expat. The rules of the operation are written out by hand, on purpose.
class expat_oracle {
  public:
    static xml_verdict read(std::string_view text) {
        expat_oracle reader(text);
        if (reader.verdict_.well_formed())
            reader.verdict_.said = read_reply(reader.document_.children.front());
        return reader.verdict_;
    }

  protected:
    struct element {
        std::string name{};
        std::list<element> children{};
        std::string text{};
        /// Some of the text is CDATA, or was written as a reference.
        bool marked = false;
    };

    explicit expat_oracle(std::string_view text)
        : text_(text), parser_(XML_ParserCreate("UTF-8"), &XML_ParserFree) {
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(parser_.get(), &on_start, &on_end);
        XML_SetCharacterDataHandler(parser_.get(), &on_text);
        XML_SetStartCdataSectionHandler(parser_.get(), &on_cdata);
        XML_SetStartDoctypeDeclHandler(parser_.get(), &on_doctype);
        XML_SetXmlDeclHandler(parser_.get(), &on_declaration);
        if (XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK)
            verdict_.problem = XML_GetErrorCode(parser_.get());
    }

    static expat_oracle& self(void* user) { return *static_cast<expat_oracle*>(user); }
    static void XMLCALL on_start(void* user, XML_Char const* name, XML_Char const**) {
        auto& open = self(user).open_;
        open.push_back(&open.back()->children.emplace_back(element{name}));
        self(user).verdict_.depth = std::max(self(user).verdict_.depth, open.size() - 1);
    }
    static void XMLCALL on_end(void* user, XML_Char const*) { self(user).open_.pop_back(); }
    static void XMLCALL on_text(void* user, XML_Char const* text, int size) {
        element& inside = *self(user).open_.back();
        inside.text.append(text, static_cast<std::size_t>(size));
        auto const at = static_cast<std::size_t>(XML_GetCurrentByteIndex(self(user).parser_.get()));
        if (self(user).text_[at] == '&') inside.marked = true;
    }
    static void XMLCALL on_cdata(void* user) { self(user).open_.back()->marked = true; }
    static void XMLCALL on_doctype(void* user, XML_Char const*, XML_Char const*, XML_Char const*, int) {
        self(user).verdict_.has_doctype = true;
    }
    static void XMLCALL on_declaration(void* user, XML_Char const* version, XML_Char const* encoding, int) {
        std::string_view const number(version);
        if (number.substr(0, 2) != "1." || number.size() == 2 ||
            number.find_first_not_of("0123456789", 2) != number.npos)
            self(user).verdict_.other_version = true;
        if (encoding != nullptr && !slb::detail::equal_ignoring_case(encoding, "utf-8"))
            self(user).verdict_.other_encoding = true;
    }

    /// Between the elements that such an element is made of, nothing but space stands.
    static bool holds_only_elements(element const& of) {
        return !of.marked && of.text.find_first_not_of(" \t\r\n") == of.text.npos;
    }
    /// False: given twice, or no text.
    static bool read_text(element const& from, std::optional<std::string>& out) {
        if (out || !from.children.empty()) return false;
        out = from.text;
        return true;
    }
    /// An empty element where a number belongs says nothing.
    static bool read_number(element const& from, std::optional<std::int32_t>& out) {
        if (out || !from.children.empty()) return false;
        if (from.text.empty()) return true;
        std::int64_t number = 0;
        if (!read_digits(from.text, number) || number < INT32_MIN || number > INT32_MAX) return false;
        out = static_cast<std::int32_t>(number);
        return true;
    }
    static bool read_server(element const& from, reply& into) {
        if (!holds_only_elements(from)) return false;
        std::optional<std::string> id;
        std::optional<std::int32_t> port;
        server_reply server;
        for (element const& child : from.children) {
            bool const good = child.name == "ServerId"      ? read_text(child, id)
                              : child.name == "Port"        ? read_number(child, port)
                              : child.name == "Weight"      ? read_number(child, server.weight)
                              : child.name == "Type"        ? read_text(child, server.type)
                              : child.name == "ServerIp"    ? read_text(child, server.server_ip)
                              : child.name == "Description" ? read_text(child, server.description)
                                                            : true;
            if (!good) return false;
        }
        if (!id || !port) return false;
        server.server_id = *id;
        server.port = *port;
        into.servers.push_back(server);
        return true;
    }
    static std::optional<reply> read_reply(element const& root) {
        if (!holds_only_elements(root)) return {};
        std::optional<std::string> request_id;
        std::optional<std::string> group_id;
        bool has_list = false;
        reply made;
        for (element const& child : root.children) {
            if (child.name == "RequestId" && !read_text(child, request_id)) return {};
            if (child.name == "VServerGroupId" && !read_text(child, group_id)) return {};
            if (child.name != "BackendServers") continue;
            if (has_list || !holds_only_elements(child)) return {};
            has_list = true;
            for (element const& server : child.children)
                if (server.name == "BackendServer" && !read_server(server, made)) return {};
        }
        if (!request_id || !group_id) return {};
        made.request_id = *request_id;
        made.vserver_group_id = *group_id;
        return made;
    }

    std::string_view text_;
    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
    xml_verdict verdict_{};
    element document_{};
    std::vector<element*> open_{&document_};
};

} // namespace slb_test

#endif
