#ifndef SLB_TESTS_SUPPORT_CREDENTIAL_TESTING_HPP
#define SLB_TESTS_SUPPORT_CREDENTIAL_TESTING_HPP

#include <slb/credential_providers.hpp>
#include <slb/openssl.hpp>

#include <map>
#include <string>
#include <vector>

namespace slb_test {

/// 2030-01-02T03:04:05Z, when the tests of keys take place.
inline constexpr std::int64_t key_time = 1893553445;

/// A file that a process sees.
struct fake_file {
    std::string text{};
    bool readable_by_others = false;
    slb::file_outcome outcome = slb::file_outcome::read;
};

/// A process with variables and files, and what was reported. It must outlive the chains that are told of it.
struct fake_process : slb::observer {
    std::map<std::string, std::string> variables{};
    std::map<std::string, fake_file> files{};
    std::string home = "/home/me";
    /// As "fetched environment 1893457845", one each.
    std::vector<std::string> reports{};
    std::vector<std::string> files_read{};

    [[nodiscard]] slb::credential_environment environment() {
        return {[this](char const* name) -> std::string_view {
                    auto const found = variables.find(name);
                    return found == variables.end() ? std::string_view() : found->second;
                },
                [this](std::string const& path) {
                    files_read.push_back(path);
                    slb::credential_file file;
                    auto const found = files.find(path);
                    if (found == files.end()) return file;
                    file.outcome = found->second.outcome;
                    file.readable_by_others = found->second.readable_by_others;
                    if (file.outcome == slb::file_outcome::read) file.text.assign(found->second.text);
                    return file;
                },
                home};
    }
    void on_credentials(slb::credential_report const& report) override {
        using enum slb::credential_report::kind;
        std::string text = report.what == fetched ? "fetched " : report.what == failed ? "failed " : "open ";
        text.append(report.source);
        if (!report.text.empty()) text.append(": ").append(report.text);
        if (report.what == fetched)
            text += report.expires_at == INT64_MAX ? ", for good" : ", " + std::to_string(report.expires_at);
        reports.push_back(text);
    }
};

/// An answer of a service, or why there is none.
struct canned_answer {
    int status = 0;
    std::string body{};
    slb::errc failed = slb::errc::none;
};
inline canned_answer no_answer(slb::errc why) {
    return {0, {}, why == slb::errc::none ? slb::errc::connection_closed : why};
}

/// What came of a fetch.
struct fetched_key {
    bool done = false;
    slb::access_key key{};
    std::string problem{};
    /// As they were to be sent, behind where to: "https://sts.aliyuncs.com:443 POST /?...".
    std::vector<std::string> requests{};

    /// As "id/secret/token until 1893457845", or the problem.
    [[nodiscard]] std::string text() const {
        if (!done) return problem;
        std::string all;
        all.append(key.id.view()).append("/").append(key.secret.view());
        if (!key.token.empty()) all.append("/").append(key.token.view());
        return key.expires_at == INT64_MAX ? all : all + " until " + std::to_string(key.expires_at);
    }
};

inline constexpr unsigned char key_randomness[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// Drives a chain with answers in the order of its requests; for want of one, nobody can be reached.
inline fetched_key fetch(slb::credential_chain& chain, std::vector<canned_answer> const& answers = {},
                         std::int64_t now = key_time) {
    fetched_key all;
    chain.start();
    for (std::size_t i = 0; i != 100; ++i) {
        slb::credential_step const step = chain.next(now, key_randomness);
        if (step == slb::credential_step::done) {
            all.done = true;
            all.key = chain.take();
        }
        all.problem = chain.problem();
        if (step != slb::credential_step::request) return all;
        slb::credential_request const asked = chain.request();
        all.requests.push_back(std::string(asked.tls ? "https://" : "http://")
                                   .append(asked.endpoint.host())
                                   .append(":")
                                   .append(std::to_string(asked.endpoint.port()))
                                   .append(" ")
                                   .append(asked.message));
        if (i >= answers.size())
            chain.failed(slb::errc::connect_failed);
        else if (answers[i].failed != slb::errc::none)
            chain.failed(answers[i].failed);
        else
            chain.received(answers[i].status, answers[i].body);
    }
    all.problem = "it asks for ever";
    return all;
}

/// A chain of one source.
template <class Source>
slb::credential_chain only(fake_process& process, Source source, slb::credential_options options = {}) {
    slb::credential_chain chain(std::move(source), process.environment(), options);
    chain.report_to(&process);
    return chain;
}

/// The answer of STS with a key, as documented.
inline std::string sts_answer(std::string_view expiration = "2030-01-02T04:04:05Z") {
    return R"({"RequestId":"4C7D6E2F-0000-1111-2222-333344445555","AssumedRoleUser":{"AssumedRoleId":"3:s1",)"
           R"("Arn":"acs:ram::123456789012:role/demo/s1"},"Credentials":{"AccessKeyId":"STS.fakeid",)"
           R"("AccessKeySecret":"stssecret","SecurityToken":"ststoken","Expiration":")" +
           std::string(expiration) + "\"}}";
}
/// The answer of the metadata service, and of a credentials URI, with a key, as documented.
inline std::string key_answer(std::string_view expiration = "2030-01-02T09:04:05Z") {
    return R"({"AccessKeyId":"STS.ecsid","AccessKeySecret":"ecssecret","Expiration":")" +
           std::string(expiration) +
           R"(","SecurityToken":"ecstoken","LastUpdated":"2030-01-02T03:00:00Z","Code":"Success"})";
}
/// What is left of `text` without the one `part` in it.
inline std::string without(std::string text, std::string_view part) {
    std::size_t const at = text.find(part);
    return at == text.npos ? "the part is not there" : text.replace(at, part.size(), "");
}

} // namespace slb_test

#endif
