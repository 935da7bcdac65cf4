#ifndef SLB_SERVICE_CODES_HPP
#define SLB_SERVICE_CODES_HPP

#include <slb/error.hpp>
#include <slb/values.hpp>

namespace slb::inline v0_1 {

/// What kind of refusal a code of the service is.
enum class service_group : std::uint8_t {
    busy,        ///< an earlier change is still being applied
    throttling,  ///< too many calls
    server,      ///< the service failed
    not_found,   ///< what the request names is not there
    input,       ///< a value of the request, or what it says together
    in_use,      ///< something else needs what is to go
    limit,       ///< a quota, or the size of a call
    state,       ///< the state of what is named does not allow it
    network,     ///< VPC, vSwitch or network type
    idempotency, ///< the client token
    order,       ///< orders and payment
    auth,        ///< the key, the signature, permissions
};
/// How many groups there are: their values are 0 to service_group_count - 1.
inline constexpr int service_group_count = static_cast<int>(service_group::auth) + 1;

/// One or two words for each group.
[[nodiscard]] constexpr std::string_view message(service_group group) noexcept {
    switch (group) {
    case service_group::busy: return "busy";
    case service_group::throttling: return "throttling";
    case service_group::server: return "server";
    case service_group::not_found: return "not found";
    case service_group::input: return "input";
    case service_group::in_use: return "in use";
    case service_group::limit: return "limit";
    case service_group::state: return "state";
    case service_group::network: return "network";
    case service_group::idempotency: return "idempotency";
    case service_group::order: return "order";
    case service_group::auth: return "auth";
    }
    return "unknown group";
}

/// Whether the same call may be sent again, and after what.
enum class service_retry : std::uint8_t {
    no,                      ///< it would be refused again
    after_delay,             ///< nothing was changed: wait, then send it again
    after_reading,           ///< it may have been applied: read back first, then send it again if it was not
    after_setting_the_clock, ///< with a timestamp of the server's time
    after_getting_a_key,     ///< with another key, where the access key changes by itself
    unknown,                 ///< the service does not say
};

/// What is known of a code that the service refuses calls with. All texts are static.
struct service_code {
    /// As the documentation spells it.
    std::string_view code{};
    /// The status with which the code means this; 0: with any.
    int http_status = 0;
    /// What kind of refusal it is.
    service_group group = service_group::server;
    /// Whether the same call may be sent again, and after what.
    service_retry retry = service_retry::unknown;
    /// In our words; the service's own are in its message.
    std::string_view meaning{};
    /// What to do; empty where a pause or reading back is all.
    std::string_view advice{};
};

/// What to do about a refusal of the group; empty where a pause or reading back is all.
[[nodiscard]] constexpr std::string_view advice(service_group group) noexcept {
    switch (group) {
    case service_group::busy:
    case service_group::throttling:
    case service_group::server: return {};
    case service_group::not_found: return "check the id, and that it is of this region and account";
    case service_group::input: return "change the request before sending it again";
    case service_group::in_use: return "remove what uses it first";
    case service_group::limit: return "ask for less, or have the quota raised";
    case service_group::state: return "check the state of what is named before sending it again";
    case service_group::network: return "check that VPC, vSwitch and network type fit";
    case service_group::idempotency: return "take a new client token";
    case service_group::order: return "look at the account's orders and bills";
    case service_group::auth: return "check the access key and what it is allowed to do";
    }
    return {};
}

namespace detail {

/// What is known, in pointers, which compile faster than views.
struct service_code_row {
    char const* code;
    short http_status;
    service_group group;
    service_retry retry;
    char const* meaning;
    /// What the service's message must contain, where one code means many things.
    char const* text = "";
    /// Where there is more to say than for the group.
    char const* advice = "";

    [[nodiscard]] constexpr service_code view() const {
        std::string_view const own = advice;
        return {code, http_status, group, retry, meaning, own.empty() ? slb::advice(group) : own};
    }
};

/// Sorted by code in small letters. Of the rows of one code, the first that fits counts: those with a text
/// stand before the one without, those with a status before the one for any.
/// Sources: AlibabaCloudDocs/slb, Common error codes.md and HTTP Requests/Response.md, for nearly all;
/// aliyun/terraform-provider-alicloud, alicloud/errors.go (SlbIsBusy) and its SLB resources, and
/// kubernetes/cloud-provider-alibaba-cloud, pkg/controller/service/clbv1, for codes that no page lists and
/// for which ones are sent again; AlibabaCloudDocs/ecs for those of the gateway. The vendor promises nothing
/// about sending again: where nobody does, and nothing says that it can succeed, it is `no`.
struct service_code_table {
    using enum service_group;
    using enum service_retry;

    static constexpr service_code_row rows[] = {
        {"Abs.VServerGroupIdAndMasterSlaveServerGroupId.MissMatch", 0, input, no,
         "the two parameters of groups exclude each other"},
        {"AccountHasArrearage", 0, order, no, "the account is in arrears"},
        {"AclEntryEmpty", 0, not_found, no, "the access control list has no such entry"},
        {"AclNotExist", 0, not_found, no, "there is no such access control list"},
        {"ActionNotAllowed", 0, state, no, "load balancers of this kind cannot be upgraded",
         "not allow to be upgrade"},
        {"ActionNotAllowed", 0, state, no, "the service has locked the load balancer",
         "Locked for any Business"},
        {"ActionNotAllowed", 0, state, no,
         "a change of the specification locks the load balancer until tomorrow", "Locked for any Operate"},
        {"ActionNotAllowed", 0, state, no, "the listener's access control is off", "AccessControl Status"},
        {"ActionNotAllowed", 0, state, no, "the way of charging cannot be changed", "InternetChargeType"},
        {"ActionNotAllowed", 0, state, no,
         "the state, a lock or the type of the load balancer does not allow it"},
        {"ARREARAGE", 0, order, no, "the account is in arrears"},
        {"AUTH.RAM_AUTH_FAILED", 0, order, no, "the RAM user may not order"},
        {"BACKEND_SERVER_ID_CAN_NOT_EMPTY", 0, input, no, "the id of a server is missing"},
        {"BACKEND_SERVER_PORT_CAN_NOT_EMPTY", 0, input, no, "the port of a server is missing"},
        {"BACKEND_SERVERS_CAN_ONLY_CONTAIN_ONE_MASTER_AND_ONE_SLAVE", 0, input, no,
         "one master and one slave are needed"},
        {"BACKEND_SERVERS_HAVE_SAME_PORT_AND_SERVERID", 0, input, no, "a server and port are given twice"},
        {"BACKEND_SERVERS_NUM_MUST_BE_TWO", 0, input, no, "the number of servers must be two"},
        {"BackendServer.configuring", 0, busy, after_delay,
         "an earlier change of the servers is still being applied", "",
         "send the changes of a load balancer one after another"},
        {"BackendServersMalformed", 0, input, no, "the list of servers cannot be read"},
        {"CertificateAndPrivateKeyIsRefered", 0, in_use, no, "a listener uses the certificate", "",
         "remove the listener first, or give it another certificate"},
        {"CertificateNotMatchPrivateKey", 0, input, no, "the private key is not that of the certificate"},
        {"ChangeLbSpecNotAllowed", 0, order, no, "the load balancer cannot change its specification"},
        {"ChargeTypeViolation", 0, auth, no, "the way of charging does not allow it", "",
         "look at how the load balancer is charged"},
        {"CheckedListenerNotFound", 0, not_found, no, "no listener with health checks has the port"},
        {"COMMODITY.INVALID_COMPONENT", 0, order, no, "a component of the order was refused"},
        {"CommodityCodeNotExists", 400, order, after_delay, "the code of the commodity was not found"},
        {"CreateOrderFailed", 0, order, unknown, "no order was made"},
        {"DomainAlreadyExists", 0, state, no, "the domain is there already"},
        {"DomainExist", 0, state, no, "another rule has the domain and URL"},
        {"DomainExtensionProcessing", 0, busy, after_delay,
         "an earlier change of the additional domains is still being applied"},
        {"DomainMalformed", 0, input, no, "a domain in the list of rules was refused"},
        {"DomainNotExisted", 0, not_found, no, "there is no such domain"},
        {"Forbbiden.SubUser", 0, auth, no, "the RAM user may not do this", "",
         "check that the RAM policy allows it"},
        {"Forbidden", 0, auth, no, "the caller may not do this", "", "check that the RAM policy allows it"},
        {"Forbidden.AccessKeyDisabled", 0, auth, after_getting_a_key, "the access key is disabled", "",
         "enable the access key, or use another"},
        {"Forbidden.NotSupportRAM", 0, auth, no, "the operation is not open to RAM users", "",
         "use a key of the account itself"},
        {"Forbidden.RAM", 0, auth, no, "the RAM user may not do this", "",
         "check that the RAM policy allows it"},
        {"Forbidden.RiskControl", 0, auth, no, "risk control refused it", "", "ask the vendor's support"},
        {"Forbidden.SubUser", 0, auth, no, "the operation is not open to the caller", "",
         "check that the RAM policy allows it"},
        {"Forbidden.Unauthorized", 0, auth, no, "the caller may not do this", "",
         "check that the RAM policy allows it"},
        {"IdempotentParameterMismatch", 0, idempotency, no,
         "the request that had the client token had other parameters"},
        {"IllegalTimestamp", 0, input, after_setting_the_clock, "the timestamp is missing or off", "",
         "set the clock"},
        {"IncompleteSignature", 0, auth, no, "the signature does not match", "",
         "check that the secret is that of the access key id"},
        {"IncorrectListenerAccessControlStatusStatus", 500, state, no,
         "the listener's access control is in a state that does not allow it"},
        {"InstanceBackendServerNumberOverLimit", 0, limit, no,
         "the load balancer has as many servers as it may", "",
         "remove servers first, or replace them in one call"},
        {"INSUFFICIENT_BALANCE", 0, order, no, "the balance is too low"},
        {"InsufficientBalance", 0, input, no, "the balance is too low", "",
         "look at the account's orders and bills"},
        {"InsufficientCapacity", 0, limit, no, "the quota of the load balancer is used up"},
        {"InternalError", 500, server, after_reading, "the service could not look a server up",
         "Query ecs info fail"},
        {"InternalError", 500, auth, after_setting_the_clock, "the timestamp was refused",
         "Illegal timestamp", "set the clock"},
        {"InternalError", 500, auth, no, "the method of the signature was refused", "Illegal sign type"},
        {"InternalError", 500, input, no, "the format was refused", "Illegal format"},
        {"InternalError", 500, server, after_reading, "the service calls itself busy", "Illegal sign"},
        {"InternalError", 500, auth, no, "the account was refused", "Illegal user"},
        {"InternalError", 500, auth, no, "the account's credential was refused", "aliyun idkp"},
        {"InternalError", 0, server, after_reading, "the service failed"},
        {"InternalInvokeError", 0, server, after_reading, "the service failed in a call of its own"},
        {"INVALID_COMPONENT", 0, order, no, "instances of this type cannot be bought"},
        {"INVALID_SERVER_TYPE", 0, input, no, "the type of a server was refused"},
        {"InvalidAccessKeyId", 0, auth, after_getting_a_key, "there is no such access key", "",
         "check that the access key id is right and has not been deleted"},
        {"InvalidAccessKeyId.Inactive", 0, auth, after_getting_a_key, "the access key is disabled", "",
         "enable the access key, or use another"},
        {"InvalidAccessKeyId.NotFound", 0, auth, after_getting_a_key, "there is no such access key", "",
         "check that the access key id is right and has not been deleted"},
        {"InvalidAccount.NotFound", 0, auth, no, "there is no such account"},
        {"InvalidAction", 0, auth, no, "the action was refused", "",
         "check that the endpoint is that of the service"},
        {"InvalidAction.NotFound", 0, input, no, "the service does not know the action", "",
         "check that the endpoint is that of the service"},
        {"InvalidApi.NotFound", 0, input, no, "the service does not know the action", "",
         "check that the endpoint is that of the service"},
        {"InvalidAuthorization", 0, auth, no, "the authorization was refused"},
        {"InvalidAuthorizationStatus", 0, auth, no, "the state of the authorization was refused"},
        {"InvalidBackendServers.Inconsistent", 0, input, no,
         "the servers are not all in one VPC, or not all in the classic network"},
        {"InvalidIdempotenceParameter.Mismatch", 0, idempotency, no,
         "the request that had the client token had other parameters"},
        {"InvalidIdentity", 0, input, no, "the identity of the request was refused"},
        {"InvalidInstanceId.NotFound", 0, not_found, no, "there is no such instance"},
        {"InvalidLoadBalancerId.NotFound", 0, not_found, no, "there is no such load balancer"},
        {"InvalidOwner", 0, input, no, "the owner's id and account exclude each other"},
        {"InvalidOwnerAccount", 0, auth, no, "the owner's account was refused"},
        {"InvalidOwnerId", 0, auth, no, "the owner's id or account was refused"},
        {"InvalidParamater", 0, input, no, "the method or version of the signature was refused"},
        {"InvalidParameter", 400, auth, no, "the caller may not do this", "query.namespace is not auth"},
        {"InvalidParameter", 400, state, unknown, "the state of what is named does not allow it",
         "resource status is invalid"},
        {"InvalidParameter", 400, input, no, "the list of servers was refused", "BackendServers is invalid"},
        {"InvalidParameter", 400, state, unknown, "the state of the load balancer does not allow it",
         "Instance is Not Available"},
        {"InvalidParameter", 400, input, no, "a port is out of range", "should be in [1, 65535]"},
        {"InvalidParameter", 400, network, no, "the network of a server does not fit the load balancer",
         "network type of the ECS"},
        {"InvalidParameter", 400, not_found, no, "something that the request names is not there",
         "resource does not exist"},
        {"InvalidParameter", 400, state, no, "it is there already", "resource already exists"},
        {"InvalidParameter", 400, not_found, no, "there is no such region", "RegionId does not exist"},
        {"InvalidParameter", 400, input, no, "the white list was refused", "SourceItems is invalid"},
        {"InvalidParameter", 400, input, no, "the bandwidth was refused, or is too much in all",
         "Bandwidth is invalid"},
        {"InvalidParameter", 400, input, no, "the address was refused", "Ip is not Supported"},
        {"InvalidParameter", 400, network, no, "the VPC is gone or going", "vpc cloud instance"},
        {"InvalidParameter", 400, input, no, "the list of servers was refused", "RsList is illegal"},
        {"InvalidParameter", 400, input, no, "the port was refused", "port is not valid"},
        {"InvalidParameter", 400, input, no, "the certificate or its key was refused", "ServerCertificate"},
        {"InvalidParameter", 400, input, no, "the service does not know the action or the version",
         "Action or Version", "check that the endpoint is that of the service"},
        {"InvalidParameter", 400, network, no, "the address is taken in the VPC", "vpc Ip is exist"},
        {"InvalidParameter", 400, input, no, "the protocol was refused", "Protocol is not"},
        {"InvalidParameter", 400, input, no, "the address of a server was not found", "Rs IP is empty"},
        {"InvalidParameter", 400, network, no, "the load balancer is in no VPC", "vpc info of LB"},
        {"InvalidParameter", 400, network, no, "the address lies outside the vSwitch", "not in subnet"},
        {"InvalidParameter", 400, input, no, "the id of a server is missing", "VmName is"},
        {"InvalidParameter", 400, input, no, "a value was refused"},
        {"InvalidParameter", 404, not_found, no, "there is no such group", "VServerGroupId does not exist"},
        {"InvalidParameter", 404, not_found, no,
         "something that the request names is not there, probably the group"},
        {"InvalidParameter", 503, server, after_reading, "the service failed for the moment"},
        {"InvalidParameter.Format", 0, input, no, "the format of the response was refused"},
        {"InvalidParameter.IsNull", 0, input, no, "a value is missing"},
        {"InvalidParameter.OwnerAccount", 0, auth, no, "the owner's account was refused"},
        {"InvalidParameter.ResourceOwnerAccount", 0, auth, no,
         "the account of the resource's owner was refused"},
        {"InvalidParameterLength", 0, input, no, "a value is too short or too long"},
        {"InvalidParamLength.HealthCheckExp", 0, input, no, "the answer of the UDP health check is too long"},
        {"InvalidParamLength.HealthCheckReq", 0, input, no,
         "the request of the UDP health check is too long"},
        {"InvalidProduct.NotFound", 0, input, no, "no service has this host", "",
         "check that the endpoint is that of the service"},
        {"InvalidProtocol.NeedSsl", 0, input, no, "plain HTTP was refused", "", "use HTTPS"},
        {"InvalidRegionId.NotFound", 0, not_found, no, "there is no such region"},
        {"InvalidResourceOwnerAccount", 0, auth, no, "the account of the resource's owner was refused"},
        {"InvalidRuleId.NotFound", 0, not_found, no, "there is no such forwarding rule"},
        {"InvalidSecurityToken.Expired", 0, auth, after_getting_a_key, "the security token has expired", "",
         "get new temporary credentials"},
        {"InvalidSecurityToken.Malformed", 0, auth, after_getting_a_key, "the security token cannot be read",
         "", "get new temporary credentials"},
        {"InvalidSecurityToken.MismatchWithAccessKey", 0, auth, after_getting_a_key,
         "the security token belongs to another access key", "", "take id, secret and token from one answer"},
        {"InvalidServerId.NotFound", 0, not_found, no, "there is no such server"},
        {"InvalidSignatureMethod", 0, auth, no, "the method of the signature was refused"},
        {"InvalidTimeStamp.Expired", 0, auth, after_setting_the_clock,
         "the timestamp is off by more than 15 minutes", "", "set the clock"},
        {"InvalidTimeStamp.Format", 0, auth, no, "the timestamp cannot be read"},
        {"InvalidVersion", 0, input, no, "the service does not know the version", "",
         "check that the endpoint is that of the service"},
        {"InvalidWeight.Malformed", 0, input, no, "a weight was refused"},
        {"IpListItemFormatError", 0, input, no, "an address in the list was refused"},
        {"IpNotAvailable", 0, network, no, "the network type of the load balancer was refused"},
        {"KeyFormatError", 0, input, no, "the server's certificate cannot be read"},
        {"LastTokenProcessing", 0, busy, after_delay,
         "the request that had this client token first has not ended"},
        {"LbNotSupportTcpssl", 0, input, no, "the load balancer has no TCPSSL listeners"},
        {"LbSupportTcpsslOnly", 0, input, no, "the load balancer has TCPSSL listeners only"},
        {"ListenerAlreadyExists", 0, state, no, "another listener has the port"},
        {"ListenerNotFound", 0, not_found, no, "no listener has the port"},
        {"ListenerNotSupportRule", 0, input, no, "the listener has no rules"},
        {"ListenerNumberOverLimit", 0, limit, no, "there are too many listeners"},
        {"LX_REQUEST_TOKEN_CONFLICT", 0, idempotency, no, "another request had the client token"},
        {"MissingParameter", 400, input, no, "neither a name nor servers are given",
         "VServerGroupName or BackendServers"},
        {"MissingParameter", 403, input, no, "the parameters of the owner are missing"},
        {"MissingParameter", 0, input, no, "a parameter is missing"},
        {"MissingSecurityToken", 0, auth, no, "the security token is missing", "",
         "give the token of the temporary key too"},
        {"ModifySpecNotAllowed", 0, order, no, "the load balancer cannot have the specification"},
        {"NetworkConflict", 0, network, no, "the networks of what is named do not fit"},
        {"NO_REAL_NAME_AUTHENTICATION", 0, order, no, "the account's owner has not been identified"},
        {"NOCARD", 0, order, no, "the account has no card"},
        {"NoNameAuthentication", 0, order, no, "the account's owner has not been identified"},
        {"ObtainIpFail", 0, input, no, "a server is missing or does not run", "",
         "start the server, or leave it out"},
        {"Operation.NotAllowed", 0, order, no, "an order is open, or the way of charging does not fit"},
        {"OperationBusy", 0, busy, after_delay, "an earlier operation has not ended"},
        {"OperationConflict", 0, busy, after_delay, "an earlier request is in the way"},
        {"OperationFailed.ListenerStatusNotSupport", 0, busy, after_delay,
         "the listener is in between two states"},
        {"ORDER.ACCOUNT_STATUS_ILLEGAL", 0, order, no, "the state of the account does not allow an order"},
        {"ORDER.ARREARAGE", 0, order, no, "the account is in arrears"},
        {"ORDER.BID_USER_ ORDER_FORBIDDEN", 0, order, no, "the account may not order"},
        {"ORDER.INST_HAS_UNPAID_ORDER", 0, order, no, "the instance has an unpaid order"},
        {"ORDER.INST_HAS_UNSETTLED_BILLS", 0, order, no, "the instance has unsettled bills"},
        {"ORDER.INSTANCE_HAS_INACTIVE_CHANGE", 0, order, no,
         "the instance has a change that is not active yet"},
        {"ORDER.NO_REAL_NAME_AUTHENTICATION", 0, order, no, "the account's owner has not been identified"},
        {"ORDER.NOT_ENOUGH_ACTIVITY_STOCK", 0, order, no, "none are left at the special price"},
        {"ORDER.OPEND", 0, order, no, "the order has been opened already"},
        {"ORDER.ORDER_AMOUNT_ILLEGAL", 0, order, no, "the amount of the order was refused"},
        {"ORDER.PERIOD_INVALID", 0, order, no, "the period was refused"},
        {"ORDER.QUANTITY_INVALID", 0, order, no, "the quantity was refused"},
        {"ORDER.QUOTA_EXCEEDED", 0, order, no, "the quota of orders is used up"},
        {"ORDER.SYS_CONSTRAINT_INVALID", 0, order, no, "the order breaks a rule of the system"},
        {"OrderFailed", 400, order, after_delay, "no order was made"},
        {"OssInstanceDataNotFound", 0, not_found, no, "there is no such OSS instance"},
        {"OverQuota", 0, limit, no, "the quota is used up"},
        {"PARAMETER_FIELD_ERROR", 0, input, no, "a parameter was refused"},
        {"PAY.ACCOUNT_BOOK_NOT_EXIST", 0, order, no, "there is no such account book"},
        {"PAY.AMOUNT_LIMIT_EXCEEDED", 0, order, no, "the amount is too large"},
        {"PAY.COUPON_NOT_EXIST", 0, order, no, "there is no such coupon"},
        {"PAY.COUPON_NOT_MEET_CONSUMPTION_RULE", 0, order, no, "the coupon is not good for this"},
        {"PAY.CURRENCY_INCONSISTENCY", 0, order, no, "the currencies differ"},
        {"PAY.CURRENCY_NOT_SUPPORTED", 0, order, no, "the currency is not supported"},
        {"PAY.GET_PAY_URL_ERROR", 0, order, no, "the page to pay on was not found"},
        {"PAY.INSUFFICIENT_BALANCE", 0, order, no, "the balance is too low"},
        {"PAY.INVALID_AMOUNT", 0, order, no, "the amount was refused"},
        {"PAY.INVALID_CREDIT_CARD", 0, order, no, "the credit card was refused"},
        {"PAY.NO_CREDIT_CARD", 0, order, no, "the account has no credit card"},
        {"PAY.PAY_ORDER_FAILED", 0, order, no, "the order could not be paid"},
        {"PAY.PAYMENT_PARAMETER_INVALID", 0, order, no, "a parameter of the payment was refused"},
        {"PAY.QUERY_QUOTA_BOOK_FAILED", 0, order, no, "the quota could not be looked up"},
        {"PAY.REFUND_FAILED", 0, order, no, "the refund failed"},
        {"PAY.STORED_CARD_NOT_EXIST", 0, order, no, "there is no such stored card"},
        {"PAY.TAX_CALC_FAILED", 0, order, no, "the tax could not be calculated"},
        {"PAY.USER_DECLINED", 0, order, no, "the user declined"},
        {"PAY.WITHHOLDING_AGREEMENT_ILLEGAL", 0, order, no, "the agreement on withholding was refused"},
        {"PRICE.INQUIRY_FAILED", 0, order, no, "the price could not be looked up"},
        {"PRICE.INVALID_INQUIRY_PARAMETER", 0, order, no, "a parameter of the inquiry was refused"},
        {"PRICE.PRICING_PLAN_NOT_FOUND", 0, order, no, "there is no such price plan"},
        {"PRICE.PRICING_PLAN_RESULT_NOT_FOUND", 0, order, no, "the price plan has no result"},
        {"PRICE.TAXING_ERROR", 0, order, no, "the tax could not be calculated"},
        {"PrivateKeyEncryption", 0, input, no, "the private key is encrypted"},
        {"ProcessingSameRequest", 0, busy, after_delay, "the same request is being worked on"},
        {"PRODUCT.INSTANCE_RELEASED", 0, order, no, "the instance has been released"},
        {"PRODUCT.INSTANCE_TYPE_NOT_EXIST", 0, order, no, "there is no such type of instance"},
        {"PRODUCT.INSTANCE_TYPE_NOT_SUPPORTED", 0, order, no, "the type of instance is not supported"},
        {"PRODUCT.INSUFFICIENT_STOCK", 0, order, no, "there are none left"},
        {"PRODUCT.NOT_AVAILABLE_IZ", 0, order, no, "the zone does not have it"},
        {"PURCHASE.NO_VAILD_PURCHASE", 0, order, no, "there is no valid purchase"},
        {"PURCHASE.PURCHASE_QUERY_FAILED", 0, order, no, "the purchase could not be looked up"},
        {"RealNameAuthenticationError", 0, auth, no, "the account's owner has not been identified", "",
         "have the account's owner identified"},
        {"RealServerPortNotSupport", 0, input, no, "the port of a server was refused"},
        {"RegionNotSupport", 0, input, no, "the region does not have it"},
        {"Rejected.Throttling", 0, throttling, after_delay, "too many requests in a short time"},
        {"RequestParameterMalformed", 0, input, no, "a parameter is badly encoded"},
        {"RISK.RISK_CONTROL_REJECTION", 0, order, no, "risk control refused the order"},
        {"RspoolRuleExist", 0, in_use, no, "a forwarding rule uses the group", "",
         "remove the rule first, or give it another group"},
        {"RspoolVipExist", 0, in_use, no, "a listener uses the group", "",
         "remove the listener first, or give it another group"},
        {"RuleListMalformed", 0, input, no, "the list of rules cannot be read"},
        {"RuleNotSupport", 0, input, no, "TCP listeners have no forwarding rules"},
        {"SecurityNotSupport", 0, input, no, "the listener has no such security function"},
        {"ServiceIsConfiguring", 0, busy, after_delay,
         "an earlier change of the load balancer is still being applied"},
        {"ServiceIsStopping", 0, busy, after_delay, "a listener is being stopped"},
        {"ServiceUnavailable", 400, network, no, "the vSwitch is not there or has no free address"},
        {"ServiceUnavailable", 503, not_found, no, "the id of an instance was refused",
         "instance id is inva"},
        {"ServiceUnavailable", 503, state, no, "another load balancer has the name", "name has been used",
         "choose another name"},
        {"ServiceUnavailable", 503, server, after_reading, "the VPC service failed", "Vpc Service error"},
        {"ServiceUnavailable", 503, server, after_reading, "the service failed for the moment",
         "temporary failure"},
        {"ServiceUnavailable", 503, server, after_reading, "the service failed", "System exception"},
        {"ServiceUnavailable", 503, network, no, "the region has no VPC", "not support VPC"},
        {"ServiceUnavailable", 503, server, after_delay, "the service cannot be reached", "Illegal Service"},
        {"ServiceUnavailable", 503, server, after_reading, "the service failed for the moment"},
        {"ServiceUnavailable.RegionMaintaining", 0, server, after_delay, "the region is under maintenance"},
        {"ShareSlbHaltSales", 0, state, no, "shared load balancers are not sold any more"},
        {"SignatureDoesNotMatch", 0, auth, no, "the signature does not match", "",
         "check that the secret is that of the access key id"},
        {"SignatureNonceUsed", 0, auth, after_reading, "the nonce was used before", "",
         "draw a new nonce for each attempt"},
        {"SourceItemsQuotaOverLimit", 0, limit, no, "the white list has more than 300 addresses"},
        {"SystemBusy", 0, busy, after_delay, "the service is busy"},
        {"TagCountLimit", 0, limit, no, "there are too many tags"},
        {"TagCreateCountLimit", 0, limit, no, "the call has too many tags"},
        {"TcpNotSupportForHybridLb", 0, input, no, "load balancers of this kind have no TCP listeners"},
        {"Throttling", 0, throttling, after_delay, "too many requests in a short time"},
        {"Throttling.Api", 0, throttling, after_delay, "too many requests for this operation"},
        {"Throttling.User", 0, throttling, after_delay, "too many requests of this account"},
        {"TooManyBackendServers", 0, limit, no, "the call holds more servers than one call takes", "",
         "split the list"},
        {"TooManyListeners", 0, input, no, "more than one listener fits the request", "",
         "name the protocol of the listener too"},
        {"TooManyRules", 0, limit, no, "the listener has too many rules"},
        {"UnknownError", 0, server, unknown, "the service failed, and does not say how"},
        {"UnsupportedHTTPMethod", 0, auth, no, "the method of HTTP was refused", "", "send it with POST"},
        {"UnsupportedOperation", 0, input, no, "the operation is not to be had here"},
        {"UnsupportedOperationonfixedprotocalport", 0, input, no,
         "the protocol of the port does not allow it"},
        {"UnsupportedParameter", 0, input, no, "a parameter is not supported"},
        {"UrlMalformed", 0, input, no, "a URL in the list of rules was refused"},
        {"URLNotSupport", 0, input, no, "the URL of a rule was refused"},
        {"UserNotAllowed", 0, auth, no, "the account may not use this function"},
        {"UserProfileNotComplete", 0, order, no, "the account's profile is not complete"},
        {"VipNotMatchRspool", 0, input, no, "the group does not fit the protocol of the listener"},
        {"VipNotSupportQuicVersion", 0, input, no, "the listener has no QUIC version"},
        {"VipTooManyListeners", 0, limit, no, "the call names too many listeners"},
        {"VpcStatusError", 0, busy, after_delay, "the VPC is still being made"},
        {"VpcZoneNotSupportCreate", 0, network, no, "the zone has no VPC"},
        {"VServerGroupEmpty", 0, input, no, "the group has no servers"},
        {"VServerGroupProcessing", 0, busy, after_delay,
         "an earlier change of the group is still being applied", "",
         "send the changes of a group one after another"},
        {"VSwitchAvailableIpNotExist", 0, network, no, "the vSwitch has no free address", "",
         "take another vSwitch"},
    };
};

constexpr bool less_ignoring_case(std::string_view left, std::string_view right) {
    for (std::size_t i = 0; i != left.size() && i != right.size(); ++i)
        if (lower(left[i]) != lower(right[i])) return lower(left[i]) < lower(right[i]);
    return left.size() < right.size();
}

constexpr maybe<service_code> find_service_code(std::string_view code, int http_status,
                                                std::string_view message) {
    auto const& rows = service_code_table::rows;
    constexpr std::size_t size = sizeof rows / sizeof rows[0];
    std::size_t at = 0;
    for (std::size_t end = size; at != end;) {
        std::size_t const middle = at + (end - at) / 2;
        if (less_ignoring_case(rows[middle].code, code))
            at = middle + 1;
        else
            end = middle;
    }
    for (; at != size && equal_ignoring_case(rows[at].code, code); ++at) {
        bool const status_fits = rows[at].http_status == 0 || rows[at].http_status == http_status;
        if (status_fits && message.find(rows[at].text) != message.npos) return rows[at].view();
    }
    return {};
}

} // namespace detail

/// What is known of a refusal, by its code, its status and, where one code means many things, what its
/// message says; nothing where nothing is known. Letters of a code may be large or small, since the service
/// spells some in two ways; and whatever begins with Throttling is throttling.
///
///   if (auto const known = slb::lookup_service_code(*response.error().service()))
///       if (known->group == slb::service_group::in_use) ...
[[nodiscard]] constexpr maybe<service_code> lookup_service_code(std::string_view code, int http_status,
                                                                std::string_view message = {}) {
    constexpr std::string_view throttling = "Throttling";
    auto const known = detail::find_service_code(code, http_status, message);
    if (known || !detail::equal_ignoring_case(code.substr(0, throttling.size()), throttling)) return known;
    return detail::find_service_code(throttling, http_status, message);
}
/// The same of a refusal as error::service() gives it.
[[nodiscard]] constexpr maybe<service_code> lookup_service_code(service_error const& said) {
    return lookup_service_code(said.code, said.http_status, said.message);
}

} // namespace slb::inline v0_1

#endif
