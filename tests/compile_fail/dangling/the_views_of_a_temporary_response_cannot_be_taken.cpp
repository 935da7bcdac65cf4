// expect: deleted
// twin: *client.invoke(request) -> *response
#include <slb/client.hpp>
#include <slb/openssl.hpp>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

/// A connection of the program's own.
struct line {
    slb::endpoint const& endpoint();
    slb::result<void> connect(std::int64_t deadline);
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline);
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline);
    void close() noexcept;
    std::int64_t unix_seconds();
    std::int64_t steady_ms();
    bool random(std::span<unsigned char> bytes);
    void wait(std::int64_t ms);
};

std::size_t shown(slb::client<line>& client) {
    slb::modify_vserver_group_backend_servers const request{.region_id = "cn-hangzhou",
                                                            .vserver_group_id = "rsp-cige6j5e7p"};
    auto const response = client.invoke(request);
    auto const& group = *client.invoke(request);
    return response ? group.backend_servers.size() : 0;
}
