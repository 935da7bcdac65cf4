# The target docs, where doxygen is: the reference documentation, in docs/html of the build folder. Every warning
# is an error.
find_program(SLB_DOXYGEN doxygen)
mark_as_advanced(SLB_DOXYGEN)
if(SLB_DOXYGEN)
    set(SLB_DOCS_DIR ${PROJECT_BINARY_DIR}/docs)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/Doxyfile.in ${SLB_DOCS_DIR}/Doxyfile @ONLY)
    add_custom_target(docs COMMAND ${SLB_DOXYGEN} ${SLB_DOCS_DIR}/Doxyfile VERBATIM)
endif()
