#ifndef SLB_ERROR_CODE_HPP
#define SLB_ERROR_CODE_HPP

#include <slb/error.hpp>

#include <boost/system/error_code.hpp>

#include <string>
#include <system_error>

namespace slb::inline v0_1 {

/// The category of errc for Boost.System, and through it for `<system_error>`. A category in a header has no
/// single address once libraries hide their symbols, so this one is known by a number instead.
class error_category final : public boost::system::error_category {
  public:
    constexpr error_category() noexcept : boost::system::error_category(0x8d1f'6a3c'52e0'b947) {}
    /// "slb".
    [[nodiscard]] char const* name() const noexcept override { return "slb"; }
    /// What slb::message says of that errc.
    [[nodiscard]] std::string message(int code) const override {
        return std::string(slb::message(static_cast<errc>(code)));
    }
};

/// The category that make_error_code gives its codes. Every copy of it is equal to every other.
inline constexpr error_category category_of_errc{};

/// Converts to boost::system::error_code, which converts to std::error_code.
inline boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), category_of_errc};
}

/// So that a std::error_code compares with errc, also one that another library made. (Two std::error_codes of
/// libraries that hide their symbols are never equal: the standard knows categories by their addresses only.)
inline std::error_condition make_error_condition(errc code) noexcept {
    return {static_cast<int>(code), category_of_errc};
}

} // namespace slb::inline v0_1

/// @cond
template <>
struct boost::system::is_error_code_enum<slb::errc> : std::true_type {};

template <>
struct std::is_error_condition_enum<slb::errc> : std::true_type {};
/// @endcond

#endif
