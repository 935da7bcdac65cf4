# The headers, and what find_package and pkg-config look for. Nothing installed depends on the machine, and the
# installed tree can be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS slb slb_tls slb_beast slb_json slb_emulator_library EXPORT slbTargets FILE_SET HEADERS
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}) # for a CMake before 3.23, which skips file sets
set(config_dir ${CMAKE_INSTALL_DATADIR}/cmake/slb)
install(EXPORT slbTargets NAMESPACE slb:: DESTINATION ${config_dir})
# Before 1.0, a minor version may change the interface.
write_basic_package_version_file(slbConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/slbConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/slbConfigVersion.cmake
        DESTINATION ${config_dir})

set(pc_dir ${CMAKE_INSTALL_FULL_DATADIR}/pkgconfig)
file(RELATIVE_PATH pc_to_include ${pc_dir} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/slb.pc.in slb.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/slb.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
