#ifndef SLB_BEAST_CALLS_HPP
#define SLB_BEAST_CALLS_HPP

#include <slb/beast/time.hpp>
#include <slb/drive.hpp>
#include <slb/error_code.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace slb::inline v0_1::detail {

/// A call that is under way, as the others see it.
struct ticket {
    explicit ticket(boost::asio::any_io_executor const& executor) : timer(executor) {}

    std::uint64_t id = 0;
    bool entered = false;
    session_step step = session_step::acquire;
    kept_connection* line = nullptr;
    bool cancelled = false;
    /// Whether anything was sent.
    bool sent = false;
    /// Whether it has asked for a key that is not there yet.
    bool key_asked = false;
    /// Waits for a connection, for a key, and for the time to try again.
    boost::asio::steady_timer timer;
};

/// The asynchronous calls of one transport: they share a few connections, and wait for one in turn. All of it
/// happens on one executor, which runs one thing at a time. `Connection` is as beast_connection, `Host` has
/// the clocks and the randomness.
template <class Connection, class Host>
class async_calls : public std::enable_shared_from_this<async_calls<Connection, Host>> {
  public:
    using make_connection = std::function<std::unique_ptr<Connection>()>;

    async_calls(boost::asio::any_io_executor executor, std::size_t most, make_connection make, Host host = {})
        : executor_(std::move(executor)), host_(std::move(host)), lines_(std::max<std::size_t>(most, 1)),
          connections_(lines_.size()), make_(std::move(make)), idle_timer_(executor_) {}

    [[nodiscard]] boost::asio::any_io_executor const& executor() const noexcept { return executor_; }
    [[nodiscard]] Host& host() noexcept { return host_; }

    /// What a call is known by when it is cancelled. (This alone may be asked for on any thread.)
    [[nodiscard]] std::uint64_t new_id() noexcept { return ++last_id_; }
    void enter(ticket& call) {
        under_way_.push_back(&call);
        call.entered = true;
        call.cancelled = closed_;
    }
    /// Gives the call a connection, or a place in the queue.
    void acquire(ticket& call) {
        call.line = pool_.acquire();
        if (call.line == nullptr) queue_.push_back(&call);
    }
    [[nodiscard]] Connection& connection(kept_connection const& line) {
        auto& place = connections_[static_cast<std::size_t>(&line - lines_.data())];
        if (!place) place = make_();
        return *place;
    }
    /// The call is over, or will never go on, as after an exception: the next in the queue goes on.
    void leave(ticket& call) noexcept {
        if (!call.entered) return;
        std::erase(under_way_, &call);
        std::erase(queue_, &call);
        release(call);
    }
    /// The call does without a connection for now: the next in the queue goes on.
    void release(ticket& call) noexcept {
        if (call.line != nullptr) pool_.release(*std::exchange(call.line, nullptr));
        if (queue_.empty()) return;
        ticket& next = *queue_.front();
        next.line = pool_.acquire();
        if (next.line == nullptr) return;
        queue_.pop_front();
        wake(next.timer);
    }
    /// Drops idle connections when they have become too old.
    void watch_idle() {
        std::int64_t const first = pool_.expires_at();
        if (first >= watched_ms_) return;
        // Whatever waits for a later time is woken by that, and finds its place taken.
        idle_timer_.expires_at(time_of(first));
        idle_timer_.async_wait([weak = this->weak_from_this()](boost::system::error_code woken) {
            auto const self = weak.lock();
            if (!self || woken) return;
            self->watched_ms_ = no_deadline;
            while (kept_connection* line = self->pool_.expired(self->host_.steady_ms()))
                self->connection(*line).close();
            self->watch_idle();
        });
        watched_ms_ = first;
    }

    /// There is news for a call that waits, if it still does.
    void wake(std::uint64_t id) noexcept {
        if (ticket* const call = find(id)) wake(call->timer);
    }
    void cancel(std::uint64_t id, boost::asio::cancellation_type type) {
        ticket* const call = find(id);
        if (call == nullptr) return;
        using boost::asio::cancellation_type;
        if (type == cancellation_type::none) return;
        bool const may_have_effect =
            (type & (cancellation_type::terminal | cancellation_type::partial)) != cancellation_type::none;
        if (may_have_effect || !call->sent) cancel(*call);
    }
    /// The transport is gone: also calls that begin later are cancelled.
    void cancel_all() {
        closed_ = true;
        for (ticket* call : under_way_) cancel(*call);
    }
    /// Drops the connections that no call uses.
    void close_idle() {
        while (kept_connection* line = pool_.expired(no_deadline)) connection(*line).close();
        wake(idle_timer_);
        watched_ms_ = no_deadline;
    }

  private:
    [[nodiscard]] ticket* find(std::uint64_t id) noexcept {
        auto const found =
            std::find_if(under_way_.begin(), under_way_.end(), [&](ticket* call) { return call->id == id; });
        return found == under_way_.end() ? nullptr : *found;
    }
    void cancel(ticket& call) noexcept {
        call.cancelled = true;
        wake(call.timer);
        if (call.line == nullptr) return;
        auto const& place = connections_[static_cast<std::size_t>(call.line - lines_.data())];
        if (place) place->cancel();
    }
    static void wake(boost::asio::steady_timer& timer) noexcept {
        try {
            timer.cancel();
        } catch (boost::system::system_error const&) {
            // Then it wakes at its time.
        }
    }

    boost::asio::any_io_executor executor_;
    Host host_;
    std::vector<kept_connection> lines_;
    std::vector<std::unique_ptr<Connection>> connections_;
    make_connection make_;
    slb::pool pool_{lines_};
    std::vector<ticket*> under_way_{};
    std::deque<ticket*> queue_{};
    boost::asio::steady_timer idle_timer_;
    /// When the idle timer wakes; no_deadline: it does not.
    std::int64_t watched_ms_ = no_deadline;
    bool closed_ = false;
    std::atomic<std::uint64_t> last_id_ = 0;
};

/// One call: what it needs until its handler is called. `Keys` is a reference where they change.
template <class Calls, class Keys, class Allocator>
struct async_call : ticket {
    async_call(std::shared_ptr<Calls> shared, slb::endpoint const& target, call_options const& options,
               Keys key_source, response_base<Allocator>& result, retry_memory& memory,
               Allocator const& allocator)
        : ticket(shared->executor()), calls(std::move(shared)), session(target, options, allocator, &memory),
          keys(key_source), out(result) {}
    ~async_call() { calls->leave(*this); }
    async_call(async_call const&) = delete;
    async_call& operator=(async_call const&) = delete;

    static constexpr bool keys_change = std::is_lvalue_reference_v<Keys>;

    std::shared_ptr<Calls> calls;
    slb::session<Allocator> session;
    Keys keys;
    response_base<Allocator>& out;
};

/// Calls the handler with what came of a call. It runs on the handler's executor.
template <class Handler>
struct call_completion {
    using allocator_type = boost::asio::associated_allocator_t<Handler>;

    Handler handler;
    boost::system::error_code outcome;

    [[nodiscard]] allocator_type get_allocator() const noexcept {
        return boost::asio::get_associated_allocator(handler);
    }
    void operator()() {
        if (auto slot = boost::asio::get_associated_cancellation_slot(handler); slot.is_connected())
            slot.clear();
        std::move(handler)(outcome);
    }
};

/// The driver of a session: it moves on from handler to handler, and owns the call.
template <class Call, class Handler>
class call_driver {
  public:
    using executor_type = boost::asio::any_io_executor;
    using allocator_type = boost::asio::associated_allocator_t<Handler>;

    call_driver(std::unique_ptr<Call> call, Handler handler)
        : call_(std::move(call)), handler_(std::move(handler)),
          work_(boost::asio::make_work_guard(
              boost::asio::get_associated_executor(handler_, call_->calls->executor()))) {}

    [[nodiscard]] executor_type get_executor() const noexcept { return call_->calls->executor(); }
    [[nodiscard]] allocator_type get_allocator() const noexcept {
        return boost::asio::get_associated_allocator(handler_);
    }

    /// On the initiating thread, which need not be that of the calls.
    void begin() {
        auto& calls = *call_->calls;
        call_->id = calls.new_id();
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.assign([weak = calls.weak_from_this(), id = call_->id](boost::asio::cancellation_type type) {
                // The signal may come from the handler's executor, which need not be that of the calls.
                if (auto const shared = weak.lock())
                    boost::asio::dispatch(shared->executor(),
                                          [shared, id, type] { shared->cancel(id, type); });
            });
        boost::asio::dispatch(calls.executor(), beginning{std::move(*this)});
    }
    /// What was under way has ended.
    void operator()(boost::system::error_code failure, std::size_t size = 0) {
        auto& session = call_->session;
        bool const ended_so = call_->cancelled && failure;
        switch (call_->step) {
        case session_step::connect:
            if (call_->cancelled) line().close();
            session.connected(call_->cancelled ? errc::cancelled : line().connected(), line().proves_peer);
            break;
        case session_step::write:
            ended_so ? session.failed(errc::cancelled) : session.wrote(line().wrote(failure, size));
            break;
        case session_step::read:
            ended_so ? session.failed(errc::cancelled) : session.got(line().got(failure, size));
            break;
        default: break;
        }
        proceed();
    }

  private:
    struct beginning {
        call_driver driver;

        using allocator_type = boost::asio::associated_allocator_t<Handler>;
        [[nodiscard]] allocator_type get_allocator() const noexcept { return driver.get_allocator(); }
        void operator()() {
            driver.call_->calls->enter(*driver.call_);
            driver.proceed();
        }
    };

    [[nodiscard]] auto& line() { return call_->calls->connection(*call_->line); }

    void proceed() {
        Call& call = *call_;
        auto& session = call.session;
        auto& host = call.calls->host();
        for (;;) {
            call.step = session.next(host.steady_ms());
            bool const may_end = call.step != session_step::close && call.step != session_step::done;
            if (call.cancelled && may_end) {
                session.failed(errc::cancelled);
                continue;
            }
            std::int64_t const deadline = session.deadline();
            switch (call.step) {
            case session_step::key:
                // Others need not wait for the key of this one.
                let_go();
                if (!has_key()) return wait_until(deadline);
                break;
            case session_step::acquire:
                if (call.line == nullptr) call.calls->acquire(call);
                if (call.line == nullptr) return wait_until(deadline);
                if (call.line->open() && !line().usable()) {
                    line().close();
                    call.line->dropped();
                }
                session.use(*call.line);
                break;
            case session_step::connect: return line().async_connect(deadline, std::move(*this));
            case session_step::begin:
                call.keys.with_signer([&](auto const& with) { session.begin(with, host); });
                break;
            case session_step::write: {
                std::string_view const bytes = session.output();
                call.sent = true;
                return line().async_write(bytes, deadline, std::move(*this));
            }
            case session_step::read: {
                std::span<char> const space = session.input();
                if (!space.empty()) return line().async_read(space, deadline, std::move(*this));
                break;
            }
            case session_step::close:
                line().close();
                session.dropped();
                break;
            case session_step::retry: session.decide(host); break;
            case session_step::wait: let_go(); return wait_until(deadline);
            case session_step::done: return complete();
            }
        }
    }
    void let_go() {
        call_->calls->release(*call_);
        call_->calls->watch_idle();
    }
    void wait_until(std::int64_t deadline) {
        auto& timer = call_->timer;
        timer.expires_at(time_of(deadline));
        timer.async_wait(std::move(*this));
    }
    /// False: there is none yet, and the call is woken when there is news.
    bool has_key() {
        Call& call = *call_;
        if constexpr (Call::keys_change) {
            // Posted, so that it finds the call waiting.
            auto const wake = [weak = call.calls->weak_from_this(), id = call.id] {
                if (auto const calls = weak.lock())
                    boost::asio::post(calls->executor(), [calls, id] { calls->wake(id); });
            };
            bool const refused = call.session.key_refused() && !call.key_asked;
            call.key_asked =
                !call.keys.async_renew(call.calls->host().unix_seconds(), refused, wake,
                                       [&](result<void> const& outcome) { call.session.keyed(outcome); });
            return !call.key_asked;
        } else {
            call.session.keyed({});
            return true;
        }
    }
    void complete() {
        errc const code = call_->out.error_.code();
        call_completion<Handler> done{std::move(handler_), {}};
        if (code == errc::cancelled)
            done.outcome = boost::asio::error::operation_aborted;
        else if (code != errc::none)
            done.outcome = make_error_code(code);
        auto const executor = boost::asio::get_associated_executor(done.handler, call_->calls->executor());
        auto const calls = call_->calls;
        call_.reset();
        boost::asio::post(executor, std::move(done));
        calls->watch_idle();
    }

    std::unique_ptr<Call> call_;
    Handler handler_;
    boost::asio::executor_work_guard<
        boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>>
        work_;
};

/// Encodes the request now, `start(session)`, and makes the call when the token says so. Without calls it
/// fails at once.
template <class Keys, class Calls, class Allocator, class Start, class Token>
auto async_start(std::shared_ptr<Calls> const& calls, slb::endpoint const& target,
                 call_options const& options, Keys keys, response_base<Allocator>& out, retry_memory& memory,
                 Allocator const& allocator, Start start, Token&& token) {
    using call_type = async_call<Calls, Keys, Allocator>;
    std::unique_ptr<call_type> call;
    if (calls) {
        call = std::make_unique<call_type>(calls, target, options, static_cast<Keys>(keys), out, memory,
                                           allocator);
        start(call->session);
    } else {
        out.fail(slb::error(errc::executor_missing));
    }
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
        [](auto handler, std::unique_ptr<call_type> started) {
            using handler_type = decltype(handler);
            if (started)
                return call_driver<call_type, handler_type>(std::move(started), std::move(handler)).begin();
            auto const executor = boost::asio::get_associated_executor(handler);
            call_completion<handler_type> done{std::move(handler), make_error_code(errc::executor_missing)};
            // Without any executor there is no later and no other place than here, but threads of Asio's.
            if constexpr (std::same_as<decltype(executor), boost::asio::system_executor const>)
                boost::asio::dispatch(executor, std::move(done));
            else
                boost::asio::post(executor, std::move(done));
        },
        token, std::move(call));
}

} // namespace slb::inline v0_1::detail

#endif
