// What engines, toolkits and system headers define before the library is included. Here, each ends the
// compilation where it is used.

// Unreal
#undef check
#define check(x) @hostile
#undef checkf
#define checkf(...) @hostile
#undef verify
#define verify(x) @hostile
#undef verifyf
#define verifyf(...) @hostile
#undef ensure
#define ensure(x) @hostile
#undef TEXT
#define TEXT(x) @hostile
#undef PI
#define PI @hostile
#undef FORCEINLINE
#define FORCEINLINE @hostile
#undef UPROPERTY
#define UPROPERTY(...) @hostile

// Windows
#undef min
#define min(a, b) @hostile
#undef max
#define max(a, b) @hostile
#undef small
#define small @hostile
#undef near
#define near @hostile
#undef far
#define far @hostile
#undef interface
#define interface @hostile
#undef cdecl
#define cdecl @hostile
#undef pascal
#define pascal @hostile
#undef hyper
#define hyper @hostile
#undef IN
#define IN @hostile
#undef OUT
#define OUT @hostile
#undef OPTIONAL
#define OPTIONAL @hostile
#undef CONST
#define CONST @hostile
#undef VOID
#define VOID @hostile
#undef TRUE
#define TRUE @hostile
#undef FALSE
#define FALSE @hostile
#undef ERROR
#define ERROR @hostile
#undef NO_ERROR
#define NO_ERROR @hostile
#undef DELETE
#define DELETE @hostile
#undef IGNORE
#define IGNORE @hostile
#undef INFINITE
#define INFINITE @hostile
#undef STRICT
#define STRICT @hostile
#undef OPAQUE
#define OPAQUE @hostile
#undef TRANSPARENT
#define TRANSPARENT @hostile
#undef ABSOLUTE
#define ABSOLUTE @hostile
#undef RELATIVE
#define RELATIVE @hostile
#undef PASSTHROUGH
#define PASSTHROUGH @hostile
#undef GetObject
#define GetObject @hostile
#undef GetMessage
#define GetMessage @hostile
#undef SendMessage
#define SendMessage @hostile
#undef CreateEvent
#define CreateEvent @hostile
#undef ReportEvent
#define ReportEvent @hostile
#undef DrawText
#define DrawText @hostile
#undef Yield
#define Yield() @hostile

// X11
#undef Status
#define Status @hostile
#undef None
#define None @hostile
#undef Bool
#define Bool @hostile
#undef True
#define True @hostile
#undef False
#define False @hostile
#undef Success
#define Success @hostile
#undef Always
#define Always @hostile
#undef Above
#define Above @hostile
#undef Below
#define Below @hostile
#undef Complex
#define Complex @hostile
#undef Convex
#define Convex @hostile
#undef Unsorted
#define Unsorted @hostile
#undef KeyPress
#define KeyPress @hostile
#undef FocusIn
#define FocusIn @hostile
#undef FocusOut
#define FocusOut @hostile
#undef GenericEvent
#define GenericEvent @hostile
#undef CurrentTime
#define CurrentTime @hostile

// Qt
#undef signals
#define signals @hostile
#undef slots
#define slots @hostile
#undef emit
#define emit @hostile
#undef foreach
#define foreach(variable, container) @hostile
#undef forever
#define forever @hostile

// Unix: <sys/sysmacros.h>, <netdb.h>, GNU's dialect, BSD, kernels
#undef major
#define major(device) @hostile
#undef minor
#define minor(device) @hostile
#undef unix
#define unix @hostile
#undef linux
#define linux @hostile
#undef i386
#define i386 @hostile
#undef stat64
#define stat64 @hostile
#undef HOST_NOT_FOUND
#define HOST_NOT_FOUND @hostile
#undef TRY_AGAIN
#define TRY_AGAIN @hostile
#undef NO_DATA
#define NO_DATA @hostile
#undef likely
#define likely(x) @hostile
#undef unlikely
#define unlikely(x) @hostile
#undef howmany
#define howmany(x, y) @hostile
#undef roundup
#define roundup(x, y) @hostile
#undef countof
#define countof(x) @hostile
#undef container_of
#define container_of(...) @hostile
#undef offset_of
#define offset_of(...) @hostile

// Logging and testing
#undef DEBUG
#define DEBUG @hostile
#undef TRACE
#define TRACE @hostile
#undef INFO
#define INFO @hostile
#undef NOTICE
#define NOTICE @hostile
#undef WARN
#define WARN @hostile
#undef WARNING
#define WARNING @hostile
#undef CRITICAL
#define CRITICAL @hostile
#undef FATAL
#define FATAL @hostile
#undef LOG
#define LOG(x) @hostile
#undef ASSERT
#define ASSERT(x) @hostile
#undef CHECK
#define CHECK(x) @hostile
#undef EXPECT
#define EXPECT(x) @hostile
#undef REQUIRE
#define REQUIRE(x) @hostile
#undef VERIFY
#define VERIFY(x) @hostile
#undef FAIL
#define FAIL(...) @hostile
#undef TEST
#define TEST(...) @hostile
#undef SUCCEED
#define SUCCEED() @hostile
#undef PRIVATE
#define PRIVATE @hostile
#undef PUBLIC
#define PUBLIC @hostile
#undef EXPORT
#define EXPORT @hostile
#undef UNUSED
#define UNUSED(x) @hostile
#undef ENUM
#define ENUM @hostile
#undef MIN
#define MIN(a, b) @hostile
#undef MAX
#define MAX(a, b) @hostile
#undef ARRAY_SIZE
#define ARRAY_SIZE(x) @hostile
