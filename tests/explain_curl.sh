#!/usr/bin/env bash
# explain_curl.sh PROGRAM PORT CA_FILE
#
# The curl commands that slb::explain shows (PROGRAM is explain_curl) do what they show: the emulator at the port,
# which has the two keys below, grants them once SIGNATURE is what OpenSSL's own program makes of the string to
# sign, and refuses them with another.
set -euo pipefail
program=$1
port=$2
export CURL_CA_BUNDLE=$3 ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABA_CLOUD_ACCESS_KEY_SECRET ALIBABA_CLOUD_SECURITY_TOKEN
export SIGNATURE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
granted=0
run() { bash -c "$(<"$work/command") --silent --show-error --fail-with-body" >"$work/answer" 2>"$work/error"; }
fail() {
    echo "FAILED $1"
    cat "$work/command" "$work/answer" "$work/error"
    exit 1
}

# Id, secret, token, and the token encoded twice.
while read -r id secret token encoded_token; do
    ALIBABA_CLOUD_ACCESS_KEY_ID=$id ALIBABA_CLOUD_ACCESS_KEY_SECRET=$secret ALIBABA_CLOUD_SECURITY_TOKEN=$token
    for scheme in acs3 hmac_sha1; do
        for placement in query form; do
            "$program" "$port" "$scheme" "$placement" "$granted" "$work"
            text=$(<"$work/string_to_sign")
            text=${text/\$ALIBABA_CLOUD_ACCESS_KEY_ID/$id}
            text=${text/\$ALIBABA_CLOUD_SECURITY_TOKEN/$encoded_token}
            SIGNATURE=$(printf 'wrong' | base64)
            ! run && grep -q SignatureDoesNotMatch "$work/answer" || fail "a wrong signature was not refused"
            if [[ $scheme == acs3 ]]; then
                SIGNATURE=$(printf %s "$text" | openssl dgst -sha256 -hmac "$secret" | sed 's/.* //')
            else
                SIGNATURE=$(printf %s "$text" | openssl dgst -sha1 -hmac "$secret&" -binary | base64)
            fi
            run || fail "$scheme, $placement, $id: not granted"
            granted=$((granted + 1))
            grep -q "\"Port\":\"\?$((80 + granted))\b" "$work/answer" || fail "the port is not $((80 + granted))"
        done
    done
done <<'KEYS'
testid testsecret
STS.id temporary CAIS+token/with=signs CAIS%252Btoken%252Fwith%253Dsigns
KEYS
echo "$granted commands of curl were granted"
