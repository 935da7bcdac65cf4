# Reads the call graph (VCG) and the assembly that g++ has written; see stack_usage.sh.

# The quoted text behind `key: `.
function quoted(key, rest) {
    if (!match($0, key ": \"[^\"]*\"")) return ""
    rest = substr($0, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", rest)
    sub(/"$/, "", rest)
    return rest
}
# A function of one file is titled FILE:SYMBOL.
function symbol(title) {
    sub(/.*:/, "", title)
    return title
}
# `client::invoke`, from the whole signature.
function short(signature, before) {
    sub(/ \[with .*/, "", signature)
    gsub(/<lambda/, "lambda<", signature)
    gsub(/\{anonymous\}::/, "", signature)
    do {
        before = signature
        gsub(/<[^<>()]*>/, "", signature)
        gsub(/\([^<>()]*\)/, "", signature)
    } while (signature != before)
    sub(/ const$/, "", signature)
    sub(/.* /, "", signature)
    gsub(/slb::v[0-9_]*::|detail::/, "", signature)
    return signature
}
function fail(what) {
    print "FAILED " what
    failed = 1
}

/^node: / && /[0-9]+ bytes \(/ {
    name = symbol(quoted("title"))
    split(quoted("label"), line, /\\n/)
    place[name] = line[2]
    called[name] = line[1] ~ /\(/ ? short(line[1]) : line[2] # g++ cuts some.
    sub(/.*\//, "", called[name])
    frame[name] = line[3] + 0
    ++frames
    if (largest == "" || frame[name] > frame[largest]) largest = name
    if (frame[name] > 4096) fail(called[name] " (" place[name] ") has a frame of " frame[name] " bytes at " level)
    if (line[3] ~ /\(dynamic\)/) fail(called[name] " (" place[name] ") has a frame without a bound at " level)
}
/^edge: / {
    from = symbol(quoted("sourcename"))
    to = symbol(quoted("targetname"))
    if (to == "__indirect_call")
        pointers[from]
    else
        calls[from] = calls[from] " " to
}
# An address is taken where a function stands in data, or in code of x86 that neither calls it nor jumps to it.
FILENAME ~ /\.s$/ && !/^[ \t]*(call|jmp|j[a-z]+|\.(type|size|globl|weak|hidden|section|set|cfi_[a-z_]*))[ \t]/ && !/:$/ {
    gsub(/[^A-Za-z0-9_.]+/, " ")
    for (i = split($0, word, " "); i > 0; --i)
        if (word[i] in frame) taken[word[i]]
}

# The deepest stack from a function on, as `BYTES NAME FRAME > NAME FRAME > ...`. What is found in a circle depends on
# how it was reached, and is not remembered.
function deepest(name, i, count, callee, found, best) {
    if (name in known) return known[name]
    if (running[name] == 2) return ""
    ++running[name]
    count = split(calls[name], callee, " ")
    for (i = 1; i <= count; ++i) {
        found = deepest(callee[i])
        if (found + 0 > best + 0) best = found
    }
    --running[name]
    found = frame[name] + best " " called[name] " " frame[name]
    if (best != "") found = found " > " substr(best, index(best, " ") + 1)
    if (!(name in circular)) known[name] = found
    return found
}
# Takes away whatever has no `others`, again and again.
function peel(others, name, i, count, other, left, again) {
    do {
        again = 0
        for (name in circular) {
            left = 0
            count = split(others[name], other, " ")
            for (i = 1; i <= count; ++i) left += other[i] in circular
            if (left == 0) {
                delete circular[name]
                again = 1
            }
        }
    } while (again)
}

END {
    for (name in frame) {
        if (name in pointers)
            for (other in taken) calls[name] = calls[name] " " other
        circular[name]
    }
    for (name in frame) {
        count = split(calls[name], callee, " ")
        calls[name] = ""
        for (i = 1; i <= count; ++i)
            if (callee[i] in frame) {
                calls[name] = calls[name] " " callee[i]
                callers[callee[i]] = callers[callee[i]] " " name
            }
    }
    peel(calls)
    peel(callers)
    for (name in circular)
        if (called[name] !~ /^((json|xml)(_parser::|\.hpp:)|parser_base::parse_list$)/) fail(called[name] " (" place[name] ") is recursive at " level)

    for (name in frame)
        if (called[name] == "client::invoke") {
            found = deepest(name)
            if (found + 0 > chain + 0) chain = found
        }
    if (chain == "") fail("no call was found at " level)
    bytes = chain + 0
    sub(/^[0-9]+ /, "", chain)
    printf "stack usage: %d frames at %s, largest %d bytes (%s), deepest chain of a call %d bytes: %s\n", frames, level,
        frame[largest], called[largest], bytes, chain
    exit failed
}
