// A client that makes calls of all kinds, over and over, and judges each answer.
#ifndef SLB_TESTS_SUPPORT_BUSY_CLIENT_HPP
#define SLB_TESTS_SUPPORT_BUSY_CLIENT_HPP

#include <slb.hpp>
#include <slb/emulator.hpp>

#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace slb_test {

inline constexpr std::string_view busy_region = "cn-hangzhou";
inline constexpr std::string_view busy_balancer = "lb-busy";
inline constexpr std::string_view resident_group = "rsp-resident";

/// What an emulator must hold for busy clients: a balancer with a listener, and a group that is only read.
inline void furnish(slb::emulator& served) {
    auto problem = served.load_balancers().load(
        R"({"LoadBalancerId":"lb-busy","ListenerPortsAndProtocol":{"ListenerPortAndProtocol":[]}})");
    if (!problem)
        problem = served.groups().load(
            R"({"VServerGroupId":"rsp-resident","VServerGroupName":"resident","LoadBalancerId":"lb-busy",)"
            R"("BackendServers":{"BackendServer":[{"ServerId":"vm-233","Port":80,"Weight":100},)"
            R"({"ServerId":"vm-232","Port":90,"Weight":50}]}})");
    if (problem) throw std::runtime_error(*problem);
}

inline slb::call_options busy_options(std::size_t kind) {
    // Whatever time passes between two calls, the connection is kept.
    return {.scheme =
                kind % 2 == 0 ? slb::signature_scheme::acs3_hmac_sha256 : slb::signature_scheme::hmac_sha1,
            .format = kind / 2 % 2 == 0 ? slb::response_format::json : slb::response_format::xml,
            .idle_timeout_ms = slb::no_deadline,
            .retry = slb::retry_options::never()};
}

/// Its calls are the life of a group, again and again, and what can go wrong in it. Values differ from round
/// to round, their sizes do not: all memory that it ever needs, it needs in its first round.
template <slb::transport Transport, slb::byte_allocator Allocator>
class busy_client {
  public:
    /// The calls of a round.
    static constexpr std::size_t round = 22;

    /// `own`: the emulator, where nobody else calls it; faults are planned there. Null: there are none.
    busy_client(Transport& transport, slb::call_options const& options, slb::emulator* own,
                Allocator const& allocator)
        : transport_(transport), options_(options), own_(own), allocator_(allocator),
          client_(transport, access_, options, allocator) {}

    /// Makes the next call. Throws a sentence when it does not come out as it must.
    void call() {
        std::size_t const step = number_ % round;
        // As the ids of servers: of one size.
        std::string const first = id(2 * number_);
        std::string const second = id(2 * number_ + 1);
        slb::port_number const port = slb::runtime(static_cast<std::int32_t>(10000 + number_ % 50000));
        slb::server_weight const weight = slb::runtime(static_cast<std::int32_t>(10 + number_ % 90));
        slb::backend_server const one{.server_id = slb::runtime(first), .port = port, .weight = weight};
        slb::backend_server const other{.server_id = slb::runtime(second), .port = port, .weight = weight};
        switch (step) {
        case 0:
            granted(client_.invoke(slb::create_vserver_group{.region_id = slb::runtime(busy_region),
                                                             .load_balancer_id = slb::runtime(busy_balancer),
                                                             .vserver_group_name = slb::runtime(first)},
                                   made_),
                    made_.error());
            group_ = made_->vserver_group_id;
            expect(made_->backend_servers.empty(), "the new group is empty");
            break;
        case 1:
            granted(client_.invoke(slb::add_vserver_group_backend_servers{region(), group(), {one, other}},
                                   added_),
                    added_.error());
            holds(added_->backend_servers, first, second);
            keep(first, second, port.number());
            break;
        case 2:
            granted(client_.invoke(slb::describe_vserver_group_attribute{region(), group()}, described_),
                    described_.error());
            expect(described_->vserver_group_id == group_, "the group that was asked for");
            holds(described_->backend_servers, kept_first_, kept_second_);
            break;
        case 3: {
            slb::set_vserver_group_attribute request{.region_id = region(), .vserver_group_id = group()};
            request.vserver_group_name = slb::runtime(second);
            granted(client_.invoke(request, set_), set_.error());
            expect(set_->vserver_group_name.value_or("") == second, "the new name");
            break;
        }
        case 4:
            granted(client_.invoke(
                        slb::modify_vserver_group_backend_servers{
                            .region_id = region(),
                            .vserver_group_id = group(),
                            .replace = {{.from = {slb::runtime(kept_first_), slb::runtime(kept_port_)},
                                         .to = one},
                                        {.from = {slb::runtime(kept_second_), slb::runtime(kept_port_)},
                                         .to = other}}},
                        modified_),
                    modified_.error());
            holds(modified_->backend_servers, first, second);
            expect(modified_->backend_servers[0].weight.value_or(0) == weight.number(), "the weight");
            keep(first, second, port.number());
            break;
        case 5:
            granted(
                client_.invoke(slb::describe_vserver_groups{.region_id = region(),
                                                            .load_balancer_id = slb::runtime(busy_balancer)},
                               listed_),
                listed_.error());
            lists(kept_first_.empty() ? 0 : 2);
            break;
        case 6: {
            slb::raw_operation describe{"DescribeVServerGroupAttribute"};
            describe.with("RegionId", slb::runtime(busy_region)).with("VServerGroupId", slb::runtime(group_));
            granted(client_.invoke(describe, raw_), raw_.error());
            expect(raw_["BackendServers"]["BackendServer"][0]["ServerId"].text_or("") == kept_first_,
                   "the first server");
            break;
        }
        case 7: {
            // Into a response of its own: memory comes and goes.
            auto const fresh =
                client_.invoke(slb::describe_vserver_group_attribute{region(), slb::runtime(resident_group)});
            granted(static_cast<bool>(fresh), fresh.error());
            holds(fresh->backend_servers, "vm-233", "vm-232");
            break;
        }
        case 8: {
            // As a program that makes a client for each call.
            slb::client<Transport, slb::default_crypto, Allocator> other_client(
                transport_, slb::credentials("testid", "wrong"), options_, allocator_);
            auto const refused =
                other_client.invoke(slb::describe_vserver_group_attribute{region(), group()});
            refuses(refused, "SignatureDoesNotMatch");
            transport_.close(); // of which the client of the other calls was not told
            break;
        }
        case 9:
            // It finds its connection gone.
            if (client_.invoke(slb::describe_vserver_group_attribute{region(), group()}, described_))
                holds(described_->backend_servers, kept_first_, kept_second_);
            else
                expect(described_.error().code() != slb::errc::service_refused, "a lost connection");
            break;
        case 10:
            client_.invoke(slb::describe_vserver_group_attribute{region(), "rsp-none"}, described_);
            refuses(described_, "InvalidParameter");
            break;
        case 11: {
            slb::backend_server wrong = one;
            wrong.port = slb::runtime(70000);
            client_.invoke(slb::add_vserver_group_backend_servers{region(), group(), {wrong}}, added_);
            fails(added_, slb::errc::port_out_of_range);
            break;
        }
        case 12: troubled({.kind = slb::fault_kind::throttling}, slb::errc::service_refused); break;
        case 13: troubled({.kind = slb::fault_kind::server_error}, slb::errc::service_refused); break;
        case 14: troubled({.kind = slb::fault_kind::reset}, slb::errc::reused_connection_lost); break;
        case 15:
            troubled({.kind = slb::fault_kind::reset, .byte = 1 + number_ % 300},
                     slb::errc::connection_reset);
            break;
        case 16:
            troubled({.kind = slb::fault_kind::close, .byte = 1 + number_ % 300},
                     slb::errc::connection_closed);
            break;
        case 17: troubled({.kind = slb::fault_kind::applied_then_lost}, slb::errc::connection_closed); break;
        case 18:
            troubled({.kind = slb::fault_kind::stall, .byte = number_ % 300}, slb::errc::timed_out);
            break;
        case 19: {
            std::string ids[18];
            slb::list<slb::backend_server, 20> many;
            for (std::size_t i = 0; i != std::size(ids); ++i) {
                ids[i] = id(1'000'000'000 + number_ + i);
                many.push_back({.server_id = slb::runtime(ids[i]), .port = port, .weight = weight});
            }
            granted(client_.invoke(slb::add_vserver_group_backend_servers{region(), group(), many}, added_),
                    added_.error());
            expect(added_->backend_servers.size() == 20 && added_->backend_servers[19].server_id == ids[17],
                   "twenty servers");
            break;
        }
        case 20:
            granted(client_.invoke(
                        slb::remove_vserver_group_backend_servers{
                            region(), group(), {{slb::runtime(kept_first_), slb::runtime(kept_port_)}}},
                        removed_),
                    removed_.error());
            expect(removed_->backend_servers.size() == 19 &&
                       removed_->backend_servers[0].server_id == kept_second_,
                   "nineteen servers");
            break;
        case 21:
            granted(client_.invoke(slb::delete_vserver_group{region(), group()}, deleted_), deleted_.error());
            break;
        default: break;
        }
        ++number_;
        if (own_ != nullptr) own_->advance(30'000); // so that the emulator need not remember all nonces
    }

  private:
    [[nodiscard]] static slb::region_id region() { return slb::runtime(busy_region); }
    [[nodiscard]] slb::vserver_group_id group() const { return slb::runtime(group_); }
    [[nodiscard]] static std::string id(std::size_t number) {
        std::string const digits = std::to_string(number);
        return "vm-" + std::string(11 - digits.size(), '0') + digits;
    }

    void keep(std::string const& first, std::string const& second, std::int64_t port) {
        kept_first_ = first;
        kept_second_ = second;
        kept_port_ = port;
    }
    void expect(bool good, std::string_view what) const {
        if (!good) fail(what);
    }
    [[noreturn]] void fail(std::string_view what) const {
        std::ostringstream text;
        text << "call " << number_ << ", step " << number_ % round << ": not as expected: " << what;
        throw std::runtime_error(text.str());
    }
    void granted(bool good, slb::error const& why) const {
        if (good) return;
        std::ostringstream text;
        text << "granted: " << why;
        fail(text.str());
    }
    template <class Response>
    void refuses(Response const& response, std::string_view code) const {
        fails(response, slb::errc::service_refused);
        expect(response.error().service()->code == code, response.error().service()->code);
        expect(!response.error().service()->request_id.empty(), "a request id");
    }
    template <class Response>
    void fails(Response const& response, slb::errc code) const {
        expect(!response, "an error");
        expect(response.error().code() == code, slb::message(response.error().code()));
    }
    template <class Servers>
    void holds(Servers const& servers, std::string_view first, std::string_view second) const {
        expect(servers.size() == 2 && servers[0].server_id == first && servers[1].server_id == second,
               "these two servers");
    }
    /// Others may have groups on the balancer as well.
    void lists(std::int64_t count) const {
        bool found = false;
        for (auto const& each : listed_->vserver_groups)
            found |= each.vserver_group_id == group_ && each.server_count.value_or(-1) == count;
        expect(found, "the group on its balancer");
    }
    /// A call that meets a fault, and what comes of it.
    void troubled(slb::fault fault, slb::errc outcome) {
        slb::describe_vserver_group_attribute const request{region(), group()};
        if (own_ == nullptr) {
            granted(client_.invoke(request, described_), described_.error());
            return holds(described_->backend_servers, kept_first_, kept_second_);
        }
        fault.call = 1;
        own_->inject(fault);
        client_.invoke(request, described_);
        fails(described_, outcome);
        if (fault.kind == slb::fault_kind::throttling) refuses(described_, "Throttling.User");
        if (fault.kind == slb::fault_kind::server_error) refuses(described_, "InternalError");
    }

    Transport& transport_;
    slb::call_options options_;
    slb::emulator* own_;
    Allocator allocator_;
    static constexpr slb::credentials access_{"testid", "testsecret"};
    slb::client<Transport, slb::default_crypto, Allocator> client_;
    template <class Operation>
    using kept = slb::response<Operation, Allocator>;
    kept<slb::create_vserver_group> made_{allocator_};
    kept<slb::delete_vserver_group> deleted_{allocator_};
    kept<slb::describe_vserver_groups> listed_{allocator_};
    kept<slb::describe_vserver_group_attribute> described_{allocator_};
    kept<slb::set_vserver_group_attribute> set_{allocator_};
    kept<slb::add_vserver_group_backend_servers> added_{allocator_};
    kept<slb::remove_vserver_group_backend_servers> removed_{allocator_};
    kept<slb::modify_vserver_group_backend_servers> modified_{allocator_};
    kept<slb::raw_operation> raw_{allocator_};
    std::string group_{};
    std::string kept_first_{};
    std::string kept_second_{};
    std::int64_t kept_port_ = 0;
    std::size_t number_ = 0;
};

} // namespace slb_test

#endif
