#ifndef SLB_EMULATOR_CALL_HPP
#define SLB_EMULATOR_CALL_HPP

#include <slb/emulator/json_list.hpp>
#include <slb/emulator/parameters.hpp>
#include <slb/emulator/reply.hpp>

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace slb::inline v0_1 {

/// A call that passed the gateway, as the handler of its action sees it.
struct emulator_call {
    /// The name of the action, as "ModifyVServerGroupBackendServers".
    std::string action;
    /// The id of this call, in the head of its reply and in a refusal. A handler puts it into its response.
    std::string request_id;
    /// The time of the emulator's clock, in seconds since 1970, UTC.
    std::int64_t unix_seconds = 0;
    /// Whether the emulator's mode is emulator_mode::strict.
    bool strict = true;
    /// All that came with the call, decoded; with signature 1.0 the common ones among them.
    std::vector<parameter> parameters{};

    /// The value of a parameter, empty when there is none.
    [[nodiscard]] std::string_view value(std::string_view name) const {
        auto const* const found = detail::find_parameter(parameters, name);
        return found != nullptr ? std::string_view(*found) : std::string_view();
    }
    /// The elements of a list that travels as JSON text in a parameter; none when there is no such parameter.
    template <class T>
    [[nodiscard]] std::variant<decoded_list<T>, list_refusal> list(std::string_view name) const {
        auto const* const found = detail::find_parameter(parameters, name);
        if (found == nullptr) return decoded_list<T>{};
        return decode_list<T>(*found, strict);
    }
};

/// What a handler answers: any described response struct, which is copied while it is converted, so that its
/// views may look into the handler's own variables; or a response as an object; or a refusal.
class emulator_answer {
  public:
    /// Success, with a copy of what `response` and its views hold.
    template <detail::has_description Response>
    emulator_answer(Response const& response)
        : answer_(detail::to_json(detail::table_of<Response>::value, &response)) {}
    /// A response that no struct describes.
    emulator_answer(boost::json::object response) : answer_(std::move(response)) {}
    /// Refuses the call.
    emulator_answer(refusal why) : answer_(std::move(why)) {}

    /// The refusal, or null.
    [[nodiscard]] refusal const* refused() const { return std::get_if<refusal>(&answer_); }
    /// The response, when there is no refusal.
    [[nodiscard]] boost::json::object const& response() const {
        return std::get<boost::json::object>(answer_);
    }

  private:
    std::variant<boost::json::object, refusal> answer_;
};

/// Does what an action does.
using emulator_handler = std::function<emulator_answer(emulator_call const&)>;

} // namespace slb::inline v0_1

#endif
