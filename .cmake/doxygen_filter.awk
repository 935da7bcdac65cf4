# What doxygen reads instead of a header. No line moves, so that its warnings name the true one.
function put_last() {
    if (NR > 1) print last
}
function complain(of) {
    last = last " /** \\this_" of "_is_not_documented */"
}
# Namespaces called detail are left out, but for those opened with a comment: they hold bases of public classes.
/^namespace (.*::)?detail(::[a-z_]+)? [{]$/ { inside_detail = 1 }
inside_detail {
    if (/^} \/\/ namespace (.*::)?detail/) inside_detail = 0
    $0 = ""
}
{
    # Doxygen does not miss the comment of a namespace or a concept, but leaves it out with all that is in it.
    if (/^ *\/\/\//) commented = 1
    if (/^$/) commented = 0
    if (/^ *(inline )?namespace [a-z0-9_]+ [{]$/ && !commented) complain("namespace")
    if (/^ *concept [a-z0-9_]+ =/ && !commented) complain("concept")
    # The namespace of the version is none that a program names.
    sub(/namespace slb::inline v[0-9_]+/, "namespace slb")
    # How a type looks on the wire is not for programs to ask.
    sub(/^constexpr auto describe\(type</, "static &")
    if (/= default;$/ && (/operator==/ || last ~ /operator==.*,$/)) $0 = $0 " ///< Whether all members are equal."
    # Indented lines of comments are tables and code: they stay as they are.
    indented = $0 ~ /^ *\/\/\/   /
    if (indented && !kept) last = last " @code{.unparsed}"
    if (!indented && kept) last = last " @endcode"
    kept = indented
    put_last()
    last = $0
}
END {
    if (inside_detail) last = "/** \\the_end_of_namespace_detail_bears_no_comment */ int unmarked; }"
    put_last()
}
