#include <slb.hpp>
#include <slb/beast.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

// [readme]
/// Each attempt as a line of a log and in counters, and these as a text page of Prometheus.
class metrics final : public slb::observer {
  public:
    void on_attempt(slb::attempt_report const& seen) override {
        std::int64_t const took = seen.connecting_ms + seen.writing_ms + seen.reading_ms;
        std::clog << seen.operation << " at " << seen.endpoint.host() << ", attempt " << seen.attempt << ": "
                  << took << " ms, waited " << seen.waited_ms << " ms, " << seen.bytes_sent << " bytes out, "
                  << seen.bytes_received << " in, request id "
                  << (seen.request_id.empty() ? "-" : seen.request_id) << ": ";
        if (seen.outcome == slb::errc::none)
            std::clog << "ok\n";
        else
            std::clog << seen.outcome << "; " << message(seen.decision.verdict) << '\n';
        ++attempts_["operation=\"" + std::string(seen.operation) + "\",outcome=\"" +
                    outcome_of(seen.outcome) + "\",then=\"" + std::string(message(seen.decision.verdict)) +
                    '"'];
        took_ms_ += took;
        ++count_;
    }
    void on_credentials(slb::credential_report const& seen) override {
        using enum slb::credential_report::kind;
        char const* const what = seen.what == fetched  ? "fetched"
                                 : seen.what == failed ? "failed"
                                                       : "file open to others";
        std::clog << "credentials of " << seen.source << ": " << what << ' ' << seen.text << '\n';
        ++credentials_[what];
    }
    void print(std::ostream& page) const {
        page << "# TYPE slb_attempts_total counter\n";
        for (auto const& [labels, times] : attempts_)
            page << "slb_attempts_total{" << labels << "} " << times << '\n';
        page << "# TYPE slb_attempt_seconds summary\nslb_attempt_seconds_sum "
             << static_cast<double>(took_ms_) / 1000 << "\nslb_attempt_seconds_count " << count_ << '\n';
        page << "# TYPE slb_credentials_total counter\n";
        for (auto const& [what, times] : credentials_)
            page << "slb_credentials_total{what=\"" << what << "\"} " << times << '\n';
    }

  private:
    static std::string outcome_of(slb::error const& why) { // few values, whatever a server says
        slb::service_error const* const said = why.service();
        if (said == nullptr) return std::string(message(why.code()));
        auto const known = slb::lookup_service_code(*said);
        return "refused: " + std::string(known ? message(known->group) : "unknown code");
    }
    std::map<std::string, long> attempts_;
    std::map<std::string, long> credentials_;
    std::int64_t took_ms_ = 0;
    long count_ = 0;
};
// [readme]

// observer HOST PORT CA_FILE: three calls, then the page
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    slb::beast_transport transport{slb::endpoint(argv[1], std::atoi(argv[2])), {.ca_file = argv[3]}};
    metrics seen;
    slb::client client{transport, slb::credentials::from_environment(), {.observer = &seen}};
    slb::describe_vserver_group_attribute const request{.region_id = "cn-hangzhou",
                                                        .vserver_group_id = "rsp-cige6j5e7p"};
    for (int i = 0; i != 3; ++i) static_cast<void>(client.invoke(request));
    seen.print(std::cout);
}
