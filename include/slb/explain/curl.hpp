#ifndef SLB_EXPLAIN_CURL_HPP
#define SLB_EXPLAIN_CURL_HPP

#include <slb/explain/text.hpp>
#include <slb/http.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// Puts a word of a shell's command: in single quotes, or where it holds a placeholder, in double ones, so
/// that the shell puts in the variable. Nothing else of what can be sent holds a '$': it would be encoded.
template <class Sink>
constexpr void put_shell_word(Sink& sink, std::string_view word) {
    bool const has_variable = word.find('$') != word.npos;
    sink.put(has_variable ? "\"" : "'");
    while (!word.empty()) {
        std::size_t const plain = word.find_first_of(has_variable ? "\"\\`" : "'");
        sink.put(word.substr(0, plain));
        if (plain >= word.size()) break;
        sink.put(has_variable ? "\\" : "'\\");
        sink.put(word.substr(plain, 1));
        sink.put(has_variable ? "" : "'");
        word.remove_prefix(plain + 1);
    }
    sink.put(has_variable ? "\"" : "'");
}

/// Puts the curl command that sends a message, of which `head` has placeholders. What curl would add by
/// itself and the message does not have is switched off; what it must know better (Host, Content-Length) is
/// left to it. The address is always one of https, which an emulator without TLS does not speak.
template <class Sink, class Scratch>
void put_curl(Sink& sink, Scratch& scratch, std::string_view head, std::string_view body) {
    std::string_view const line = head.substr(0, head.find("\r\n"));
    std::string_view const lines = head.substr(line.size() + 2);
    std::string_view target = line.substr(line.find(' ') + 1);
    target = target.substr(0, target.find(' '));
    auto const put_option = [&](std::string_view option) {
        sink.put(" \\\n    ");
        sink.put(option);
        sink.put(" ");
        put_shell_word(sink, scratch.view());
        scratch.cut(0);
    };

    sink.put("curl --http1.1 --request ");
    sink.put(line.substr(0, line.find(' ')));
    for (std::string_view name : {"accept", "content-type"}) {
        if (!find_header(lines, name).empty()) continue;
        scratch.put(name);
        scratch.put(":");
        put_option("--header");
    }
    if (!body.empty()) {
        scratch.put("expect:");
        put_option("--header");
    }
    std::string_view rest = lines;
    std::string_view name;
    std::string_view value;
    while (next_header(rest, name, value)) {
        if (name == "host" || name == "content-length") continue;
        scratch.put(name);
        scratch.put(": ");
        scratch.put(value);
        put_option("--header");
    }
    scratch.put(body);
    put_option("--data-raw");

    // A variable in the query is given apart: curl encodes its value.
    std::string_view query = target;
    std::string_view const path = take_piece(query, "?");
    auto const for_each_parameter = [&](auto f) {
        for (std::string_view left = query; !left.empty();) {
            std::string_view const one = take_piece(left, "&");
            f(one, one.find('$') != one.npos);
        }
    };
    for_each_parameter([&](std::string_view one, bool has_variable) {
        if (!has_variable) return;
        scratch.put(one);
        put_option("--url-query");
    });
    scratch.put("https://");
    scratch.put(find_header(lines, "host"));
    scratch.put(path);
    std::string_view separator = "?";
    for_each_parameter([&](std::string_view one, bool has_variable) {
        if (has_variable) return;
        scratch.put(separator);
        scratch.put(one);
        separator = "&";
    });
    put_option("--url");
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
