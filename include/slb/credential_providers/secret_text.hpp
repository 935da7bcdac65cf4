#ifndef SLB_CREDENTIAL_PROVIDERS_SECRET_TEXT_HPP
#define SLB_CREDENTIAL_PROVIDERS_SECRET_TEXT_HPP

#include <slb/memory.hpp>
#include <slb/query.hpp>

#include <string_view>
#include <vector>

namespace slb::inline v0_1 {

namespace detail {

/// The free store; what goes back is wiped first.
template <class T>
struct wiping_allocator {
    using value_type = T;

    wiping_allocator() = default;
    template <class U>
    constexpr wiping_allocator(wiping_allocator<U> const&) noexcept {}

    [[nodiscard]] T* allocate(std::size_t count) {
        return static_cast<T*>(::operator new(count * sizeof(T)));
    }
    void deallocate(T* first, std::size_t count) noexcept {
        wipe(first, count * sizeof(T));
        ::operator delete(first);
    }
    template <class U>
    friend constexpr bool operator==(wiping_allocator const&, wiping_allocator<U> const&) noexcept {
        return true;
    }
};

} // namespace detail

/// A text that leaves no copy of itself behind: not when it grows, not when it is moved, not when it dies.
/// (A std::string keeps short texts inside itself, where nobody wipes them.) It does not go into a stream.
/// Out of memory, it throws std::bad_alloc as the standard containers do.
class secret_text {
  public:
    /// Empty.
    secret_text() = default;
    /// A copy of `text`.
    explicit secret_text(std::string_view text) { append(text); }
    /// @{
    /// Moves the bytes; the other is empty then.
    secret_text(secret_text&&) noexcept = default;
    secret_text& operator=(secret_text&&) noexcept = default;
    /// @}
    ~secret_text() = default;

    /// The text, in the clear, until it is changed.
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), bytes_.size()}; }
    /// Whether there is none.
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    /// Adds `text`, which must not lie in this one.
    void append(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
    /// Adds `text` percent-encoded, as percent_encode() writes it. It must not lie in this one.
    void append_encoded(std::string_view text) {
        std::size_t const before = bytes_.size();
        char* const begin = grow(3 * text.size());
        shrink(before + static_cast<std::size_t>(percent_encode(begin, text) - begin));
    }
    /// Replaces what is there by `text`, which must not lie in it.
    void assign(std::string_view text) {
        clear();
        append(text);
    }
    /// Wipes it; empty then.
    void clear() noexcept { shrink(0); }

    /// Adds `count` bytes to write to, and gives the first of them.
    [[nodiscard]] char* grow(std::size_t count) {
        std::size_t const before = bytes_.size();
        bytes_.resize(before + count);
        return bytes_.data() + before;
    }
    /// Wipes and drops all but the first `size` bytes.
    void shrink(std::size_t size) noexcept {
        detail::wipe(bytes_.data() + size, bytes_.size() - size);
        bytes_.erase(bytes_.begin() + static_cast<std::ptrdiff_t>(size), bytes_.end());
    }

  private:
    std::vector<char, detail::wiping_allocator<char>> bytes_{};
};

} // namespace slb::inline v0_1

#endif
