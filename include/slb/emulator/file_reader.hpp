#ifndef SLB_EMULATOR_FILE_READER_HPP
#define SLB_EMULATOR_FILE_READER_HPP

#include <slb/emulator/text.hpp>
#include <slb/rules.hpp>

#include <boost/json/parse.hpp>

#include <optional>
#include <string>
#include <utility>

namespace slb::inline v0_1::detail {

/// Reads the members of a JSON object that a test wrote. The first thing that is wrong stays as problem();
/// what is read after it is left as it was. Members that nobody asks for are skipped.
class file_reader {
  public:
    /// The whole of a text. `what` it is, for the sentence: "group".
    file_reader(std::string_view json, std::string_view what) {
        boost::json::error_code failure;
        boost::json::value tree = boost::json::parse(json, failure);
        if (failure)
            problem_ = joined({"The ", what, " is not JSON: ", failure.message()});
        else if (!tree.is_object())
            problem_ = joined({"The ", what, " is not a JSON object"});
        else
            members_ = std::move(tree.get_object());
    }

    /// What is wrong, in a sentence that begins with the member.
    [[nodiscard]] std::optional<std::string> const& problem() const { return problem_; }
    void refuse(std::string sentence) {
        if (!problem_) problem_ = std::move(sentence);
    }
    void refuse(std::string_view member, std::string_view why) { refuse(joined({path_, member, " ", why})); }
    /// A member as sentences name it: `Rules[0].Url`.
    [[nodiscard]] std::string path(std::string_view member) const { return joined({path_, member}); }

    /// The member of that name, or null: there is none, or something was wrong before.
    [[nodiscard]] boost::json::value const* find(std::string_view member) const {
        return problem_ ? nullptr : members_.if_contains(member);
    }
    void read(std::string_view member, std::string& out) {
        auto const* const value = find(member);
        if (value == nullptr) return;
        if (value->is_string())
            out = value->get_string();
        else
            refuse(member, "must be a text");
    }
    boost::json::value const* find_required(std::string_view member) {
        if (find(member) == nullptr) refuse(member, "must be given");
        return find(member);
    }
    void read_required(std::string_view member, std::string& out) {
        find_required(member);
        read(member, out);
    }
    void read_port(std::string_view member, std::int32_t& out) {
        auto const* const value = find(member);
        if (value == nullptr || !value->is_int64() || check_port(value->get_int64()) != errc::none)
            refuse(member, message(errc::port_out_of_range));
        else
            out = static_cast<std::int32_t>(value->get_int64());
    }
    /// Reads the object of that name by a reader of its own.
    template <class Read>
    void within(std::string_view member, Read read_part) {
        auto const* const value = find(member);
        if (value == nullptr) return;
        if (!value->is_object()) return refuse(member, "must be an object");
        file_reader part(value->get_object(), path(member) + ".");
        read_part(part);
        problem_ = part.problem();
    }
    /// Reads each object of the list of that name likewise.
    template <class Read>
    void for_each(std::string_view member, Read read_one) {
        auto const* const value = find(member);
        if (value == nullptr) return;
        if (!value->is_array()) return refuse(member, "must be a list of objects");
        for (std::size_t i = 0; i != value->get_array().size() && !problem_; ++i) {
            auto const& element = value->get_array()[i];
            if (!element.is_object()) return refuse(member, "must be a list of objects");
            file_reader one(element.get_object(), joined({path_, member, "[", std::to_string(i), "]."}));
            read_one(one);
            problem_ = one.problem();
        }
    }

  private:
    file_reader(boost::json::object const& members, std::string path)
        : members_(members), path_(std::move(path)) {}

    boost::json::object members_;
    std::string path_;
    std::optional<std::string> problem_;
};

} // namespace slb::inline v0_1::detail

#endif
