#!/usr/bin/env bash
# Traces the system calls of 10000 frames or more of examples/game_loop.cpp beside a peer that stalls within its reply,
# until the call's deadline passes: none of them may wait.
# usage: no_blocking.sh GAME_LOOP EMULATOR
# Where strace may not trace it is skipped (exit code 77), unless SLB_SKIP_NOTHING is set: then it fails.
set -euo pipefail
game_loop=$1
emulator=$2
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! timeout 60 strace -f -o "$work/probe" true >"$work/why" 2>&1; then
    cat "$work/why"
    [ -z "${SLB_SKIP_NOTHING:-}" ] || { echo "FAILED strace cannot trace"; exit 1; }
    echo "skipped: strace cannot trace"
    exit 77
fi

# Reads what `strace -f -o` wrote, and prints each call that waits, or would if there was nothing for it. (The clock is
# read without a system call.) Ends with 1 when there is any.
waiting_calls() {
    awk '
    function refuse() { if (++refused <= 10) print "waits: " text }
    # The last argument but `back`.
    function argument(back,    parts, n) {
        n = split(arguments, parts, /, /)
        return parts[n - back]
    }
    {
        process = $1
        text = $0
        sub(/^[0-9]+ +/, "", text)
        # With several threads a call may take two lines.
        if (text ~ /<unfinished \.\.\.>$/) {
            sub(/ *<unfinished \.\.\.>$/, "", text)
            begun[process] = text
            next
        }
        if (text ~ /^<\.\.\. [a-z0-9_]+ resumed>/) {
            sub(/^<\.\.\. [a-z0-9_]+ resumed>/, "", text)
            text = begun[process] text
        }
        if (text !~ /^[a-z0-9_]+\(/) next
        name = text
        sub(/\(.*/, "", name)
        arguments = text
        sub(/^[a-z0-9_]+\(/, "", arguments)
        result = -1
        if (match(arguments, /\) += /)) {
            result = substr(arguments, RSTART + RLENGTH) + 0
            arguments = substr(arguments, 1, RSTART - 1)
        }
        fd = arguments
        sub(/[^0-9].*/, "", fd)

        # Which descriptors are sockets, and which of them wait.
        if (name == "socket" || name == "accept4" || name == "accept") {
            if (name != "socket" && waits[fd]) refuse()
            if (result >= 0) waits[result] = arguments !~ /SOCK_NONBLOCK/
        } else if (name == "socketpair") {
            refuse()
        } else if (name == "fcntl" && (fd in waits) && arguments ~ /F_SETFL/) {
            waits[fd] = arguments !~ /O_NONBLOCK/
        } else if ((name == "dup" || name == "dup2" || name == "dup3") && (fd in waits)) {
            waits[result] = waits[fd]
        } else if (name == "close") {
            delete waits[fd]
        }

        if (name == "poll" && argument(0) != "0") refuse()
        if (name == "epoll_wait" && argument(0) != "0") refuse()
        if (name == "epoll_pwait" && argument(2) != "0") refuse()
        if (name ~ /^(ppoll|epoll_pwait2|select|pselect6)$/ && arguments !~ /\{tv_sec=0, tv_[un]sec=0\}/) refuse()
        if (name ~ /^(nanosleep|clock_nanosleep|pause|sched_yield|wait4|waitid|rt_sigsuspend|rt_sigtimedwait)$/) refuse()
        if (name ~ /^futex/ && arguments ~ /FUTEX_(WAIT|LOCK_PI)/) refuse()
        if (name ~ /^(connect|read|readv|recvfrom|recvmsg|recvmmsg|write|writev|sendto|sendmsg|sendmmsg|sendfile)$/ &&
            (fd in waits) && waits[fd] && arguments !~ /MSG_DONTWAIT/) refuse()
    }
    END { exit refused != 0 }' "$@"
}

# The checker can say no, and yes.
refused_lines=0
while IFS= read -r lines; do
    printf '%b\n' "$lines" >"$work/line"
    if waiting_calls "$work/line" >/dev/null; then
        echo "FAILED the checker takes what waits: $lines"
        exit 1
    fi
    refused_lines=$((refused_lines + 1))
done <<'LINES'
7 poll([{fd=3, events=POLLIN}], 1, 5) = 0 (Timeout)
7 poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])
7 ppoll([{fd=3, events=POLLIN}], 1, {tv_sec=0, tv_nsec=5000000}, NULL, 8) = 0 (Timeout)
7 ppoll([{fd=3, events=POLLIN}], 1, NULL, NULL, 8) = 1 ([{fd=3, revents=POLLIN}])
7 epoll_wait(4, [], 16, 5) = 0
7 epoll_pwait(4, [], 16, -1, NULL, 8) = 0
7 select(4, [3], NULL, NULL, {tv_sec=0, tv_usec=5000}) = 0 (Timeout)
7 select(4, [3], NULL, NULL, NULL) = 1 (in [3])
7 select(4, [3], NULL, NULL, {tv_sec=1, tv_usec=0}) = 1 (in [3], left {tv_sec=0, tv_usec=0})
7 pselect6(4, [3], NULL, NULL, {tv_sec=1, tv_nsec=0}, NULL) = 0 (Timeout)
7 nanosleep({tv_sec=0, tv_nsec=1}, NULL) = 0
7 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=0, tv_nsec=1}, 0x7ffe) = 0
7 futex(0x7f0010, FUTEX_WAIT_PRIVATE, 2, NULL) = 0
7 futex(0x7f0010, FUTEX_WAIT_BITSET_PRIVATE, 2, NULL <unfinished ...>\n8 getpid() = 7\n7 <... futex resumed>) = 0
7 poll([{fd=3, events=POLLIN}], 1 <unfinished ...>\n8 getpid() = 7\n7 <... poll resumed>, 5) = 0 (Timeout)
7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 connect(3, {sa_family=AF_INET, sin_port=htons(1)}, 16) = 0
7 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3\n7 recvfrom(3, "", 17408, 0, NULL, NULL) = 0
7 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n7 sendto(3, "a = (b", 6, MSG_NOSIGNAL, NULL, 0) = 6
7 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n7 read(3, "a", 1) = 1
7 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n7 write(3, "a", 1) = 1
7 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n7 recvmsg(3, {msg_namelen=0}, 0) = 1
7 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n7 sendmsg(3, {msg_namelen=0}, 0) = 1
7 socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_IP) = 3\n7 fcntl(3, F_SETFL, O_RDWR) = 0\n7 read(3, "a", 1) = 1
LINES
while IFS= read -r lines; do
    printf '%b\n' "$lines" >"$work/line"
    waiting_calls "$work/line" || { echo "FAILED the checker refuses what does not wait: $lines"; exit 1; }
done <<'LINES'
7 poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)
7 poll([{fd=3, events=POLLIN}], 1, 0) = 1 ([{fd=3, revents=POLLIN}])
7 ppoll([{fd=3, events=POLLIN}], 1, {tv_sec=0, tv_nsec=0}, NULL, 8) = 0 (Timeout)
7 epoll_wait(4, [], 16, 0) = 0
7 epoll_pwait(4, [], 16, 0, NULL, 8) = 0
7 select(4, [3], NULL, NULL, {tv_sec=0, tv_usec=0}) = 0 (Timeout)
7 select(4, [3], NULL, NULL, {tv_sec=0, tv_usec=0}) = 1 (in [3], left {tv_sec=0, tv_usec=0})
7 futex(0x7f0010, FUTEX_WAKE_PRIVATE, 2147483647) = 0
7 openat(AT_FDCWD, "ca.pem", O_RDONLY) = 3\n7 read(3, "-----BEGIN CERTIFICATE-----", 4096) = 600
7 socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_IP) = 3\n7 connect(3, {sa_family=AF_INET}, 16) = -1 EINPROGRESS
7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n7 read(3, "a", 1) = 1
7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 close(3) = 0\n7 read(3, "a", 1) = 1
LINES

export ALIBABA_CLOUD_ACCESS_KEY_ID=testid ALIBABA_CLOUD_ACCESS_KEY_SECRET=testsecret
unset ALIBABA_CLOUD_SECURITY_TOKEN
code=0
bash "$tests/with_emulator.sh" "$emulator" --https --fault stall@1:100 -- \
    strace -f -o "$work/log" "$game_loop" {port} {ca} localhost 10000 >"$work/out" 2>&1 || code=$?
if [ "$code" -ne 12 ] || ! grep -q '^maybe applied: the deadline passed' "$work/out"; then
    cat "$work/out"
    echo "FAILED the call ends with $code, not at its deadline"
    exit 1
fi
calls=$(grep -c '(' "$work/log")
looks=$(grep -c ' recvfrom(.* EAGAIN ' "$work/log" || true)
sent=$(grep -c ' sendto(' "$work/log" || true)
if [ "$looks" -lt 100 ] || [ "$sent" -lt 2 ]; then
    echo "FAILED the game is not seen to look at its socket: $looks times, and $sent times it sends"
    exit 1
fi
waiting_calls "$work/log" || { echo "FAILED the game waits"; exit 1; }
# The same log with one call more.
{ cat "$work/log"; echo '7 poll([{fd=3, events=POLLIN}], 1, 5) = 0 (Timeout)'; } >"$work/longer"
if waiting_calls "$work/longer" >/dev/null; then
    echo "FAILED the checker overlooks a poll that waits"
    exit 1
fi
echo "no blocking: $calls system calls beside a stalled peer, $looks of them looked at a quiet socket; none waits"
echo "no blocking: $refused_lines ways to wait are refused by the checker"
