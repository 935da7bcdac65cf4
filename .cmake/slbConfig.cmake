# find_package(slb 0.1 CONFIG REQUIRED)                                  slb::slb, slb::tls
# find_package(slb 0.1 CONFIG REQUIRED COMPONENTS beast json emulator)   slb::beast, slb::json, slb::emulator: they
#                                                                        need Boost

# A scope of its own: what the caller has found of Boost stays as it is.
function(slb_look_for_boost found)
    find_package(Boost 1.81 CONFIG QUIET ${ARGN})
    set(${found} ${Boost_FOUND} PARENT_SCOPE)
endfunction()

foreach(slb_component IN LISTS slb_FIND_COMPONENTS)
    set(slb_${slb_component}_FOUND FALSE)
    if(slb_component STREQUAL "tls")
        set(slb_tls_FOUND TRUE)
    elseif(slb_component STREQUAL "beast")
        set(slb_why "needs Boost 1.81 or later, which was not found")
        slb_look_for_boost(slb_beast_FOUND)
    elseif(slb_component MATCHES "^(json|emulator)$")
        set(slb_why "needs Boost 1.81 or later with Boost.JSON, which was not found")
        slb_look_for_boost(slb_${slb_component}_FOUND COMPONENTS json)
    else()
        set(slb_why "is unknown, there are tls, beast, json and emulator")
    endif()
    if(slb_FIND_REQUIRED_${slb_component} AND NOT slb_${slb_component}_FOUND)
        set(slb_FOUND FALSE)
        set(slb_NOT_FOUND_MESSAGE "The component ${slb_component} of slb ${slb_why}.")
        return()
    endif()
endforeach()

include(CMakeFindDependencyMacro)
find_dependency(OpenSSL 1.1.1)
if(slb_FIND_COMPONENTS)
    find_dependency(Threads)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/slbTargets.cmake)
