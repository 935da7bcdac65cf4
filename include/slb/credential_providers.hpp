#ifndef SLB_CREDENTIAL_PROVIDERS_HPP
#define SLB_CREDENTIAL_PROVIDERS_HPP

// Where keys come from: the vendor's chain of sources, and when they are fetched anew. Nothing here does
// network I/O. A driver asks the chain what comes next and carries its requests:
//
//   slb::credential_chain chain(slb::credential_environment::of_process());
//   chain.start();
//   for (;;) {
//       auto const step = chain.next(unix_seconds, random);      // files and variables are read in here
//       if (step != slb::credential_step::request) break;
//       slb::credential_request const ask = chain.request();     // whole HTTP/1.1 bytes, and where they go
//       ... send ask.message to ask.endpoint, over TLS if ask.tls ...
//       answered ? chain.received(status, body) : chain.failed(errc);
//   }
//   // done: chain.take() is the key; failed: chain.problem() says why, of each source
//
// One key at a time is kept in a credential_cache, which says when to fetch:
//
//   if (cache.should_fetch(now)) { run the loop; cache.fetched(chain.take(), now) or
//                                  cache.failed(chain.problem(), now, random); }
//   if (slb::access_key const* key = cache.current(now)) sign with key->view();
//
// None of it throws by itself, locks or starts a thread; each object belongs to one thread at a time. Errors,
// reports and names of sources hold no secret; what does is wiped: requests once they are answered, answers
// once they are read.
//
// The vendor's clients differ from each other; here
//   - config.json is part of the chain, and the instance is asked for its role, unless variables forbid it
//     (the vendor's C++ client does neither);
//   - the source that is remembered is one that gave a key (Go and Node keep the last one after a failure);
//   - a metadata request that fails with a token is not repeated without one (as in Go and PHP), and one
//     token serves all requests of a fetch;
//   - an answer of the metadata service or of a URI must say `Code` "Success", and a key that has ended when
//     it comes is refused;
//   - a section of the ini file needs no `enable`, but one that is not true switches it off;
//   - profiles in a circle are refused, as is any mode or type beyond those that are named in the headers;
//   - when a key is fetched anew: see refresh_schedule.hpp.

#include <slb/credential_providers/access_key.hpp>
#include <slb/credential_providers/chain.hpp>
#include <slb/credential_providers/config_file_source.hpp>
#include <slb/credential_providers/credential_cache.hpp>
#include <slb/credential_providers/credential_environment.hpp>
#include <slb/credential_providers/credential_source.hpp>
#include <slb/credential_providers/ecs_role_source.hpp>
#include <slb/credential_providers/environment_source.hpp>
#include <slb/credential_providers/fixed_source.hpp>
#include <slb/credential_providers/ini_file_source.hpp>
#include <slb/credential_providers/oidc_role_source.hpp>
#include <slb/credential_providers/ram_role_source.hpp>
#include <slb/credential_providers/refresh_schedule.hpp>
#include <slb/credential_providers/secret_text.hpp>
#include <slb/credential_providers/uri_source.hpp>

#endif
