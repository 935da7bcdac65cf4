#ifndef SLB_RESPONSE_HPP
#define SLB_RESPONSE_HPP

#include <slb/memory.hpp>
#include <slb/refusal.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// The part of a response that does not depend on its operation: the block, which holds the bytes as they
/// came and behind them what parsing needs, and the outcome.
template <byte_allocator Allocator>
class response_base {
  public:
    using memory_function = std::size_t (*)(std::size_t body_size, parse_limits);
    using parse_function = slb::error (*)(response_base&, std::string_view body, std::span<char> memory,
                                          bool xml, parse_limits);

    /// Without a parse function it is kept as the message that it is.
    response_base(Allocator const& allocator, memory_function memory, parse_function parse,
                  std::string_view action, bool ambiguous) noexcept
        : block_(allocator), memory_(memory), parse_(parse), action_(action), ambiguous_(ambiguous) {}
    response_base(response_base&& other) noexcept
        : block_(std::move(other.block_)), has_value_(std::exchange(other.has_value_, false)),
          error_(std::exchange(other.error_, slb::error(errc::called_out_of_order))),
          request_id_(other.request_id_), header_lines_(other.header_lines_), body_begin_(other.body_begin_),
          memory_(other.memory_), parse_(other.parse_), action_(other.action_), ambiguous_(other.ambiguous_) {
    }
    response_base& operator=(response_base&& other) noexcept {
        block_ = std::move(other.block_);
        has_value_ = std::exchange(other.has_value_, false);
        error_ = std::exchange(other.error_, slb::error(errc::called_out_of_order));
        request_id_ = other.request_id_;
        header_lines_ = other.header_lines_;
        body_begin_ = other.body_begin_;
        return *this;
    }

    /// Gets ready for the answer to that action.
    void reset(std::string_view action) noexcept {
        block_.resize(0);
        request_id_ = {};
        reads_ = false;
        fail(slb::error(errc::called_out_of_order));
        reads_ = only_reads(action);
    }
    void fail(slb::error why) noexcept {
        has_value_ = false;
        error_ = reads_ ? why.of_reading() : why;
    }

    /// The same error, whose details are a copy in the block, which holds nothing else; none without memory.
    slb::error with_own_details(slb::error why) {
        std::string_view const details = why.details();
        if (details.empty()) return why;
        block_.resize(0);
        if (!block_.reserve(details.size())) return why.with_details({});
        detail::writer{block_.data()}.put(details);
        block_.resize(details.size());
        return why.with_details(block_.view());
    }

    /// Makes value or error of a response that came from elsewhere; the body is copied.
    void receive(std::string_view action, int status, std::string_view header_lines, std::string_view body,
                 parse_limits limits) {
        reset(action);
        if (!block_.reserve(body.size())) {
            fail(slb::error(errc::out_of_memory, slb::delivery::maybe_applied).with_http_status(status));
            return;
        }
        detail::writer{block_.data()}.put(body);
        block_.resize(body.size());
        complete(status, header_lines, 0, limits);
    }
    /// Makes value or error of a whole response, whose body is the last part of the block.
    void complete(int status, std::string_view header_lines, std::size_t body_begin, parse_limits limits) {
        if (parse_ == nullptr) {
            has_value_ = true;
            error_ = slb::error().with_http_status(status);
            header_lines_ = header_lines;
            body_begin_ = body_begin;
            return;
        }
        std::int64_t const pause = status >= 400 ? retry_after(header_lines) : 0;
        std::int64_t const date = status >= 400 ? server_time(header_lines) : 0;
        std::size_t const body_size = block_.size() - body_begin;
        std::size_t const needed = memory_(body_size, limits);
        if (!block_.reserve(block_.size() + needed)) {
            fail(slb::error(errc::out_of_memory, slb::delivery::maybe_applied).with_http_status(status));
            return;
        }
        std::string_view body(block_.data() + body_begin, body_size);
        std::span<char> const memory(block_.data() + block_.size(), needed);
        if (body.substr(0, 3) == "\xef\xbb\xbf") body.remove_prefix(3);
        std::size_t const start = body.find_first_not_of(" \t\r\n");
        char const first = start == body.npos ? '\0' : body[start];
        bool const xml = first == '<';
        bool const success = status >= 200 && status < 300;
        if (!xml && first != '{') return fail_foreign(status, pause);
        // Where the value requires little, a refusal could pass for it.
        bool const refused =
            (ambiguous_ || !success) && refuse(body, memory, xml, status, pause, date, limits);
        if (refused) return;
        if (!success) return fail_foreign(status, pause);
        slb::error unreadable = parse_(*this, body, memory, xml, limits);
        if (unreadable.code() == errc::none) {
            has_value_ = true;
            error_ = {};
        } else if (!ambiguous_ && refuse(body, memory, xml, status, pause, date, limits)) {
            return;
        } else if (is_of_the_api(body)) {
            fail(unreadable.with_delivery(slb::delivery::applied).with_http_status(status));
        } else {
            fail_foreign(status, pause);
        }
    }

  private:
    /// Makes an error of a body that says no. False: it does not say so.
    bool refuse(std::string_view body, std::span<char> memory, bool xml, int status, std::int64_t pause,
                std::int64_t date, parse_limits limits) {
        refusal_body const refusal = read_refusal(body, memory, xml, action_, limits);
        if (!refusal.says_no()) return false;
        service_error const said = refusal.said(status);
        request_id_ = said.request_id;
        maybe<service_code> const known = lookup_service_code(said);
        refusal_meaning const meaning = meaning_of(known, status);
        // With a header that asks to wait, any code is throttling: aliyun/darabonba-openapi, Utils.cpp.
        bool const throttled = pause > 0 && !meaning.maybe_applied && !meaning.retryable;
        fail(slb::error(errc::service_refused,
                        meaning.maybe_applied ? slb::delivery::maybe_applied : slb::delivery::rejected)
                 .with_service(said)
                 .with_server_time(date)
                 .with_retry(meaning.retryable || throttled, pause)
                 .with_advice(known && !throttled ? known->advice : std::string_view{}));
        return true;
    }
    /// Whether a body that cannot be read was still written by the service: all its answers have a RequestId,
    /// and no page of a proxy says so.
    static bool is_of_the_api(std::string_view body) {
        return body.find("\"RequestId\"") != body.npos || body.find("<RequestId>") != body.npos;
    }
    /// A page of a proxy, or nothing. A gateway that gave up (5xx) may have passed the call on before.
    void fail_foreign(int status, std::int64_t pause) {
        // So may one that gave up waiting (408, 499).
        bool const refused = status >= 300 && status < 500 && status != 408 && status != 499;
        fail(slb::error(errc::not_an_api_response,
                        refused ? slb::delivery::rejected : slb::delivery::maybe_applied)
                 .with_http_status(status)
                 .with_retry(refused && pause > 0, pause));
    }

  public:
    block<Allocator> block_;
    bool has_value_ = false;
    slb::error error_{errc::called_out_of_order};
    /// Of the answer, where there is one.
    std::string_view request_id_{};
    /// Of a response that is kept as a message.
    std::string_view header_lines_{};
    std::size_t body_begin_ = 0;

  private:
    bool reads_ = false;
    memory_function memory_;
    parse_function parse_;
    /// That of the operation; empty: it may be any.
    std::string_view action_;
    /// Whether a refusal has all that the value requires.
    bool ambiguous_;
};

/// Whether a refusal has all that a T requires: nothing, or a RequestId.
template <class T>
inline constexpr bool may_be_refusal = [] {
    bool may = true;
    for_each_word<T>([&](auto const& word) {
        using word_type = std::remove_cvref_t<decltype(word)>;
        if constexpr (is_field<word_type>)
            if (!is_maybe<typename word_type::member_type> && word.name != "RequestId") may = false;
    });
    return may;
}();

/// What a response, and what sends a request, needs to know of an operation. (A request is checked by
/// `validate` and written by `put_query`, which are found beside it.) See raw_operation.hpp for the others.
///   value_type      what the response holds
///   known_action    the name of the action; empty: each request names it
///   json_only       it reads no XML, so that JSON is asked for
///   ambiguous       a refusal has all that the value requires
///   wrapper         the action after which a wrapper of the answer is named; empty: it may have any name
///   action(request), repeatable(request), parse(body, value, memory, xml, limits)
template <class Operation>
struct operation_traits {};
template <described_operation Operation>
struct operation_traits<Operation> {
    using value_type = response_of<Operation>;
    static constexpr std::string_view known_action = action_of<Operation>;
    static constexpr bool json_only = false;
    static constexpr bool ambiguous = may_be_refusal<value_type>;
    static constexpr std::string_view wrapper = action_of<Operation>;

    static constexpr std::string_view action(Operation const&) { return action_of<Operation>; }
    static constexpr bool repeatable(Operation const&) { return repetition_of<Operation>().safe; }
    static slb::error parse(std::string_view body, value_type& value, std::span<char> memory, bool xml,
                            parse_limits limits) {
        return xml ? parse_xml(body, value, memory, limits)
                   : parse_json(body, value, memory, action_of<Operation>, limits);
    }
};

struct response_access;

} // namespace detail

/// What a client can be asked for: an operation that is described, or a raw_operation.
template <class T>
concept callable_operation = requires {
    typename detail::operation_traits<T>::value_type;
};

/// What a call came to: the views of the operation's response, or an error. It owns one block of memory in
/// which the bytes received, the elements of lists and the error's texts lie; views live as long as the
/// response and survive its move. Used again for another call, the block is used again: in steady state
/// nothing is allocated. Views of a temporary would dangle, so a temporary gives none.
template <callable_operation Operation, byte_allocator Allocator = heap_allocator>
class response : detail::response_base<Allocator> {
    using base = detail::response_base<Allocator>;
    using traits = detail::operation_traits<Operation>;

  public:
    /// What a success holds: the struct or cursor that belongs to the operation.
    using value_type = typename traits::value_type;

    /// Of no call yet: the error is errc::called_out_of_order. Memory is taken from `allocator` when there is
    /// something to keep.
    explicit response(Allocator const& allocator = Allocator()) noexcept
        : base(allocator, &memory_needed, &parse, traits::wrapper, traits::ambiguous) {}

    /// Whether the call succeeded.
    [[nodiscard]] explicit operator bool() const noexcept { return this->has_value_; }

    /// @{
    /// The views; there must be a value. (Where there is none, the program is ended with a message.)
    [[nodiscard]] value_type const& operator*() const& {
        if (!this->has_value_) detail::die("slb: the value of a failed response was read\n");
        return value_;
    }
    [[nodiscard]] value_type const* operator->() const& { return &**this; }
    /// @}
    value_type const& operator*() const&& = delete;
    value_type const* operator->() const&& = delete;
    /// Of a response that is a cursor, the member of that name; there must be a value.
    template <class Name>
        requires requires(value_type const& value, Name&& name) { value[static_cast<Name&&>(name)]; }
    [[nodiscard]] auto operator[](Name&& name) const& { return (**this)[static_cast<Name&&>(name)]; }
    template <class Name>
    void operator[](Name&& name) const&& = delete;

    /// What went wrong; errc::none after a success, errc::called_out_of_order before any call.
    [[nodiscard]] slb::error const& error() const& noexcept { return this->error_; }
    slb::error const& error() const&& = delete;

  private:
    friend detail::response_access;

    static std::size_t memory_needed(std::size_t body_size, parse_limits limits) {
        std::size_t const of_value = parse_memory<value_type>(body_size, limits);
        std::size_t const of_refusal = parse_memory<detail::refusal_body>(body_size, limits);
        return of_value > of_refusal ? of_value : of_refusal;
    }
    static slb::error parse(base& self, std::string_view body, std::span<char> memory, bool xml,
                            parse_limits limits) {
        value_type& value = static_cast<response&>(self).value_;
        value = value_type{};
        slb::error const broken = traits::parse(body, value, memory, xml, limits);
        if constexpr (requires { value.request_id.size(); })
            self.request_id_ = value.request_id;
        else if constexpr (requires { value["RequestId"].text(); })
            if (auto const id = value["RequestId"].text()) self.request_id_ = *id;
        return broken;
    }

    value_type value_{};
};

namespace detail {

/// The way of the machines to the inside of a response.
struct response_access {
    template <class Operation, class Allocator>
    static response_base<Allocator>& base(response<Operation, Allocator>& whole) {
        return whole;
    }
    template <class Message>
    static auto& base_of_message(Message& whole) {
        return static_cast<typename Message::base&>(whole);
    }
};

} // namespace detail

/// Reads an answer that stands alone, from a log, say, or a proxy: JSON or XML, of a success or a refusal,
/// as it would be read with that HTTP status. The bytes are copied.
template <callable_operation Operation, byte_allocator Allocator = heap_allocator>
[[nodiscard]] response<Operation, Allocator> parse(std::string_view body, int http_status = 200,
                                                   Allocator const& allocator = Allocator(),
                                                   parse_limits limits = {}) {
    response<Operation, Allocator> out(allocator);
    detail::response_access::base(out).receive(detail::operation_traits<Operation>::known_action, http_status,
                                               {}, body, limits);
    return out;
}

} // namespace slb::inline v0_1

#endif
