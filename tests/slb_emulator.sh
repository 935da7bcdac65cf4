#!/usr/bin/env bash
# slb_emulator.sh EMULATOR PORT
#
# What the options of the program slb_emulator say is so at the port, where it runs with those of CMakeLists.txt;
# and EMULATOR refuses options that are wrong. The calls are signed by OpenSSL's own program.
set -euo pipefail
export LC_ALL=C
emulator=$1
port=$2
checks=0
encode() {
    local text=$1 i
    for ((i = 0; i < ${#text}; ++i)); do
        case ${text:i:1} in
        [A-Za-z0-9._~-]) printf %s "${text:i:1}" ;;
        *) printf %%%02X "'${text:i:1}" ;;
        esac
    done
}
# call ACTION [NAME=VALUE...]
call() {
    local query signature one
    query=$(for one in "Action=$1" AccessKeyId=testid Format=JSON RegionId=cn-hangzhou SignatureMethod=HMAC-SHA1 \
        "SignatureNonce=$$-$checks" SignatureVersion=1.0 "Timestamp=$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
        Version=2014-05-15 "${@:2}"; do
        echo "${one%%=*}=$(encode "${one#*=}")"
    done | sort | paste -sd '&')
    signature=$(printf %s "GET&%2F&$(encode "$query")" | openssl dgst -sha1 -hmac 'testsecret&' -binary | base64)
    curl --silent --show-error --max-time 60 "http://127.0.0.1:$port/?$query&Signature=$(encode "$signature")"
}
# says TEXT COMMAND...: its output holds the text
says() {
    local output
    output=$("${@:2}" 2>&1) || true
    [[ $output == *"$1"* ]] || {
        echo "FAILED ${*:2}: '$1' is not in: $output"
        exit 1
    }
    checks=$((checks + 1))
}
add() { call AddVServerGroupBackendServers VServerGroupId=rsp-1 "BackendServers=[{\"ServerId\":\"$1\",\"Port\":80}]"; }

says '"Message":"In a moment, please.@1"' call DescribeVServerGroups LoadBalancerId=lb-1
says '"Listener":[{"Port":443,"Protocol":"https"}]},"Rules":{"Rule":[{"RuleId":"rule-1","RuleName":"api","Url":"/api"}]' \
    call DescribeVServerGroups LoadBalancerId=lb-1 IncludeListener=true IncludeRule=true
says '"Tag":[{"TagKey":"env","TagValue":"test"}]' call DescribeVServerGroups LoadBalancerId=lb-1 Tag.1.Key=env
says '"ServerId":"vm-233","Port":80,"ServerHealthStatus":"unavailable"' call DescribeHealthStatus LoadBalancerId=lb-1
says '"ServerId":"vm-232","Port":90,"ServerHealthStatus":"abnormal"' call DescribeHealthStatus LoadBalancerId=lb-1
says '"Code":"RspoolVipExist"' call DeleteVServerGroup VServerGroupId=rsp-1
says '"Code":"InvalidServerId.NotFound"' add gone
says '"Code":"ObtainIpFail"' add vm-232
says '"Code":"NetworkConflict"' add far
says '"ServerId":"near"' add near
says '"Code":"InstanceBackendServerNumberOverLimit"' add more

says "--fault does not know 'refuse'" "$emulator" --fault refuse
says "--fault takes a status from 400 to 599 and a code, not '200/OK'" "$emulator" --fault 200/OK
says "--fault takes a status from 400 to 599 and a code, not '400/'" "$emulator" --fault 400/
says "--fault takes a number, not 'x'" "$emulator" --fault 409/ServiceIsStopping@x
says "--health takes LB:SERVER:PORT=HEALTH" "$emulator" --health lb-1:vm-1=normal
says "--health takes LB:SERVER:PORT=HEALTH" "$emulator" --health lb-1:vm-1:80
says "--health takes a number, not 'http'" "$emulator" --health lb-1:vm-1:http=normal
says "--health knows normal, abnormal and unavailable" "$emulator" --health lb-1:vm-1:80=fine
says "--server takes ID=STATE[@VPC]" "$emulator" --server vm-1
says "--server knows running, stopped and unknown" "$emulator" --server vm-1=paused@vpc-1
says "--load-balancer: none.json cannot be read" "$emulator" --load-balancer none.json
says "LoadBalancerId must be given" "$emulator" --load-balancer "$(dirname "$0")/emulator_files/group.json" \
    --load-balancer <(echo '{}')
says "--quota takes a number, not 'many'" "$emulator" --quota many
echo "slb_emulator: $checks checks of options passed"
