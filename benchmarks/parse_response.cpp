// What does it cost to make views of a reply? Ours validates all of the text (UTF-8 and what it skips
// included), refuses a member that stands twice, decodes escapes and entities, and bounds depth and elements.
// The others do as much of the job as they can do fastest, and all fill in the same struct:
//   Boost.JSON DOM    copies all texts into a document, in memory that is used again
//   Boost.JSON SAX    a handler makes the views directly; it checks that what is required is there
//   RapidXML          with its fastest flags: it changes nothing in the text, decodes no entity and does not
//                     compare closing tags

#include "replies.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <memory>
#include <rapidxml/rapidxml.hpp>

namespace slb_benchmarks {
namespace {

/// Ours, into memory that is used again.
class ours {
  public:
    explicit ours(std::vector<std::string> const& texts) {
        std::size_t longest = 0;
        for (auto const& text : texts) longest = std::max(longest, text.size());
        memory_.resize(slb::parse_memory<reply_view>(longest));
    }
    bool parse_json(std::string_view text) {
        reply_ = {};
        return slb::parse_json(text, reply_, memory_, action).code() == slb::errc::none;
    }
    bool parse_xml(std::string_view text) {
        reply_ = {};
        return slb::parse_xml(text, reply_, memory_).code() == slb::errc::none;
    }
    reply_view const& reply() const { return reply_; }

  private:
    std::vector<char> memory_;
    reply_view reply_{};
};

/// What a handler of Boost.JSON's events makes of a reply: views into the text.
class sax_handler {
  public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;
    using text = boost::json::string_view;
    using problem = boost::system::error_code;

    void begin() {
        reply = {};
        servers.clear();
        depth_ = server_depth_ = 0;
        member_ = member::other;
    }
    bool complete() {
        reply.backend_servers = {servers.data(), servers.size()};
        return reply.request_id.data() != nullptr && reply.vserver_group_id.data() != nullptr;
    }

    bool on_document_begin(problem&) { return true; }
    bool on_document_end(problem&) { return true; }
    bool on_object_begin(problem&) {
        ++depth_;
        if (member_ == member::servers) {
            servers.emplace_back();
            server_depth_ = depth_;
        }
        member_ = member::other;
        return true;
    }
    bool on_object_end(std::size_t, problem& why) {
        if (depth_ == server_depth_) {
            if (servers.back().server_id.data() == nullptr || servers.back().port == 0) return fail(why);
            server_depth_ = 0;
            member_ = member::servers; // another one may follow
        }
        --depth_;
        return true;
    }
    bool on_array_begin(problem&) { return true; }
    bool on_array_end(std::size_t, problem&) {
        member_ = member::other;
        return true;
    }
    bool on_key_part(text, std::size_t, problem& why) { return fail(why); } // no key has an escape
    bool on_key(text key, std::size_t, problem&) {
        std::string_view const name(key.data(), key.size());
        member_ = member::other;
        if (server_depth_ != 0 && depth_ == server_depth_) {
            switch (name.size()) {
            case 4:
                if (is(name, "Port")) member_ = member::port;
                if (is(name, "Type")) member_ = member::type;
                break;
            case 6:
                if (is(name, "Weight")) member_ = member::weight;
                break;
            case 8:
                if (is(name, "ServerId")) member_ = member::server_id;
                if (is(name, "ServerIp")) member_ = member::server_ip;
                break;
            case 11:
                if (is(name, "Description")) member_ = member::description;
                break;
            default: break;
            }
        } else {
            switch (name.size()) {
            case 9:
                if (is(name, "RequestId")) member_ = member::request_id;
                break;
            case 13:
                if (is(name, "BackendServer")) member_ = member::servers;
                break;
            case 14:
                if (is(name, "VServerGroupId")) member_ = member::vserver_group_id;
                break;
            default: break;
            }
        }
        return true;
    }
    bool on_string_part(text, std::size_t, problem& why) { return fail(why); } // no text has an escape
    bool on_string(text value, std::size_t, problem& why) {
        std::string_view const view(value.data(), value.size());
        std::int32_t number = 0;
        switch (member_) {
        case member::request_id: reply.request_id = view; break;
        case member::vserver_group_id: reply.vserver_group_id = view; break;
        case member::server_id: servers.back().server_id = view; break;
        case member::type: servers.back().type = view; break;
        case member::server_ip: servers.back().server_ip = view; break;
        case member::description: servers.back().description = view; break;
        case member::port: return read_number(view, servers.back().port) || fail(why);
        case member::weight:
            if (!read_number(view, number)) return fail(why);
            servers.back().weight = number;
            break;
        case member::servers:
        case member::other: break;
        }
        return true;
    }
    bool on_number_part(text, problem&) { return true; }
    bool on_int64(std::int64_t value, text, problem& why) {
        auto const number = static_cast<std::int32_t>(value);
        if (member_ == member::port)
            servers.back().port = number;
        else if (member_ == member::weight)
            servers.back().weight = number;
        return number == value || member_ == member::other || fail(why);
    }
    bool on_uint64(std::uint64_t, text, problem&) { return true; }
    bool on_double(double, text, problem&) { return true; }
    bool on_bool(bool, problem&) { return true; }
    bool on_null(problem&) { return true; }
    bool on_comment_part(text, problem&) { return true; }
    bool on_comment(text, problem&) { return true; }

    reply_view reply{};
    std::vector<server_view> servers{};

  private:
    enum class member {
        other,
        request_id,
        vserver_group_id,
        servers,
        server_id,
        port,
        weight,
        type,
        server_ip,
        description
    };
    static bool fail(problem& why) {
        why = boost::json::error::syntax;
        return false;
    }

    int depth_ = 0;
    int server_depth_ = 0;
    member member_ = member::other;
};

class boost_sax {
  public:
    bool parse(std::string_view text) {
        parser_.reset();
        parser_.handler().begin();
        boost::system::error_code problem;
        std::size_t const used = parser_.write_some(false, text.data(), text.size(), problem);
        return !problem && used == text.size() && parser_.handler().complete();
    }
    reply_view const& reply() { return parser_.handler().reply; }

  private:
    boost::json::basic_parser<sax_handler> parser_{boost::json::parse_options()};
};

/// A document of RapidXML, and one walk over it.
class rapid_xml {
  public:
    bool parse(std::string& text) {
        reply_ = {};
        servers_.clear();
        document_.clear();
        document_.parse<rapidxml::parse_fastest>(text.data());
        node const* root = document_.first_node();
        if (root == nullptr) return false;
        for (node const* child = root->first_node(); child != nullptr; child = child->next_sibling()) {
            std::string_view const name = name_of(child);
            if (is(name, "RequestId")) {
                reply_.request_id = text_of(child);
            } else if (is(name, "VServerGroupId")) {
                reply_.vserver_group_id = text_of(child);
            } else if (is(name, "BackendServers")) {
                for (node const* item = child->first_node(); item != nullptr; item = item->next_sibling())
                    if (is(name_of(item), "BackendServer") && !read_server(item)) return false;
            }
        }
        reply_.backend_servers = {servers_.data(), servers_.size()};
        return reply_.request_id.data() != nullptr && reply_.vserver_group_id.data() != nullptr;
    }
    reply_view const& reply() const { return reply_; }

  private:
    using node = rapidxml::xml_node<char>;

    static std::string_view name_of(node const* of) { return {of->name(), of->name_size()}; }
    static std::string_view text_of(node const* of) { return {of->value(), of->value_size()}; }
    bool read_server(node const* element) {
        server_view& server = servers_.emplace_back();
        for (node const* child = element->first_node(); child != nullptr; child = child->next_sibling()) {
            std::string_view const name = name_of(child);
            std::int32_t number = 0;
            if (is(name, "ServerId")) {
                server.server_id = text_of(child);
            } else if (is(name, "Port")) {
                if (!read_number(text_of(child), server.port)) return false;
            } else if (is(name, "Weight")) {
                if (!read_number(text_of(child), number)) return false;
                server.weight = number;
            } else if (is(name, "Type")) {
                server.type = text_of(child);
            } else if (is(name, "ServerIp")) {
                server.server_ip = text_of(child);
            } else if (is(name, "Description")) {
                server.description = text_of(child);
            }
        }
        return server.server_id.data() != nullptr && server.port != 0;
    }

    rapidxml::xml_document<char> document_{};
    std::vector<server_view> servers_{};
    reply_view reply_{};
};

/// Writes a reply as the service writes it as XML, members in the order of the JSON.
void put_xml(std::string& out, std::string_view name, boost::json::value const& value, std::size_t indent) {
    if (auto const* array = value.if_array()) {
        for (auto const& element : *array) put_xml(out, name, element, indent);
        return;
    }
    std::string const tag(name);
    out += std::string(indent, ' ') + '<' + tag + '>';
    if (auto const* object = value.if_object()) {
        out += '\n';
        for (auto const& [key, member] : *object) put_xml(out, {key.data(), key.size()}, member, indent + 2);
        out += std::string(indent, ' ');
    } else if (auto const* text = value.if_string()) {
        out.append(text->data(), text->size());
    } else {
        out += std::to_string(value.as_int64());
    }
    out += "</" + tag + ">\n";
}
std::string as_xml(std::string_view json) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    put_xml(out, wrapper, boost::json::parse({json.data(), json.size()}), 0);
    return out;
}

using shared_texts = std::shared_ptr<std::vector<std::string>>;
shared_texts share(std::vector<std::string> texts) {
    return std::make_shared<std::vector<std::string>>(std::move(texts));
}

void json_contest(std::string const& name, shared_texts const& texts) {
    auto const mine = std::make_shared<ours>(*texts);
    auto const dom = std::make_shared<boost_dom>();
    auto const sax = std::make_shared<boost_sax>();
    for (auto const& text : *texts) {
        check(mine->parse_json(text) && dom->parse(text) && sax->parse(text), name + " is read");
        check(!mine->reply().backend_servers.empty(), name + " has servers");
        check(mine->reply() == dom->reply(), name + ": ours and Boost.JSON's DOM read the same");
        check(sax->reply() == dom->reply(), name + ": Boost.JSON's SAX and DOM read the same");
    }
    std::size_t const count = texts->size();
    contest("parse JSON", name)
        .ours([=](std::size_t call) { return mine->parse_json((*texts)[call % count]); })
        .against(
            "Boost.JSON SAX, views", [=](std::size_t call) { return sax->parse((*texts)[call % count]); },
            0.9)
        .against("Boost.JSON DOM, copies",
                 [=](std::size_t call) { return dom->parse((*texts)[call % count]); });
}

/// `json` holds the same replies.
void xml_contest(std::string const& name, shared_texts const& texts, std::vector<std::string> const& json) {
    auto const mine = std::make_shared<ours>(*texts);
    auto const rapid = std::make_shared<rapid_xml>();
    boost_dom dom;
    for (std::size_t i = 0; i != texts->size(); ++i) {
        check(mine->parse_xml((*texts)[i]) && rapid->parse((*texts)[i]) && dom.parse(json[i]),
              name + " is read");
        check(!mine->reply().backend_servers.empty(), name + " has servers");
        check(mine->reply() == dom.reply(), name + ": ours reads what the JSON says");
        check(rapid->reply() == dom.reply(), name + ": RapidXML reads what the JSON says");
    }
    std::size_t const count = texts->size();
    contest("parse XML", name)
        .ours([=](std::size_t call) { return mine->parse_xml((*texts)[call % count]); })
        .against(
            "RapidXML, fastest flags", [=](std::size_t call) { return rapid->parse((*texts)[call % count]); },
            0.4);
}

} // namespace

void parse_response() {
    for (std::string const name : {"reply-1", "reply-2", "reply-20", "reply-1-wrapped-strings",
                                   "reply-2-wrapped-strings", "reply-20-wrapped-strings"})
        json_contest(name, share({workload(name + ".json")}));
    for (std::string const name : {"reply-1", "reply-2", "reply-20"}) {
        std::string const json = workload(name + ".json");
        std::string const xml = workload(name + ".xml");
        check(as_xml(json) == xml, name + " as XML");
        xml_contest(name, share({xml}), {json});
    }
    for (std::string const name : {"replies-varied-20", "replies-varied-20-shuffled"}) {
        auto const json = share(workload_lines(name + ".jsonl"));
        check(json->size() == 128, name + " has 128 lines");
        std::vector<std::string> xml;
        for (auto const& line : *json) xml.push_back(as_xml(line));
        json_contest(name, json);
        xml_contest(name, share(xml), *json);
    }
}

} // namespace slb_benchmarks
