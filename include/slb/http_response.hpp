#ifndef SLB_HTTP_RESPONSE_HPP
#define SLB_HTTP_RESPONSE_HPP

#include <slb/response.hpp>

namespace slb::inline v0_1 {

/// The answer to a message of one's own, as it came: see session::start(message, ...). It owns its bytes,
/// views live as long as it does, and they are wiped.
template <byte_allocator Allocator = heap_allocator>
class http_response : detail::response_base<Allocator> {
    using base = detail::response_base<Allocator>;

  public:
    /// Of no exchange yet: the error is errc::called_out_of_order.
    explicit http_response(Allocator const& allocator = Allocator()) noexcept
        : base(allocator, nullptr, nullptr, {}, false) {}

    /// Whether a whole response came, whatever its status.
    [[nodiscard]] explicit operator bool() const noexcept { return this->has_value_; }
    /// The status; 0 where there was none.
    [[nodiscard]] int status() const noexcept { return this->error_.http_status(); }
    /// The value of the first header of that name, in which letters may be large or small; empty: none.
    [[nodiscard]] std::string_view header(std::string_view name) const& {
        return this->has_value_ ? detail::find_header(this->header_lines_, name) : std::string_view();
    }
    /// The body, without its framing.
    [[nodiscard]] std::string_view body() const& {
        return this->has_value_ ? this->block_.view().substr(this->body_begin_) : std::string_view();
    }
    std::string_view header(std::string_view name) const&& = delete;
    std::string_view body() const&& = delete;
    /// What went wrong; errc::none when there is a response.
    [[nodiscard]] slb::error const& error() const& noexcept { return this->error_; }
    slb::error const& error() const&& = delete;

  private:
    friend detail::response_access;
};

} // namespace slb::inline v0_1

#endif
