# cmake -DARGUMENTS=... -P find.cmake: whether find_package accepts them. (The targets cannot be made in a script.)
find_package(slb ${ARGUMENTS} CONFIG REQUIRED)
