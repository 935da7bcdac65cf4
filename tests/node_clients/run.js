// Drives the vendor's Node clients against the emulator: a table of cases times the clients, their schemes
// and the ways in which parameters travel. One line for each; exit code 1 if one fails. Cases of swaps stand
// here, calls of every operation in operations.js.
// usage: node run.js EMULATOR OPERATIONS    (two programs, the other one being that of operations.cpp)
'use strict';

require('./loopback');
const assert = require('assert').strict;
const {clients, Refused} = require('./clients');
const {Emulator} = require('./emulator');
const {Operations} = require('./operations');

const key = {id: 'testid', secret: 'testsecret'};
// Tokens of the real service look like this.
const temporary = {id: 'STS.testid', secret: 'temporary', token: 'CAIS8gF1q6Ft5B2yfSjIr5DeLP/+3Z+V=='};
const the_group = {RegionId: 'cn-hangzhou', VServerGroupId: 'rsp-cige6j5e7p'};
const describe = 'DescribeVServerGroupAttribute';
const modify = 'ModifyVServerGroupBackendServers';

// Texts in which something between a client and the signature could go wrong.
const range = (first, last) =>
    String.fromCodePoint(...Array.from({length: last - first + 1}, (_, index) => first + index));
const texts = {
    'nothing': '',
    'spaces': ' a  b ',
    'a plus': 'a+b +',
    'a star and a tilde': '*~',
    'what JavaScript does not escape': "-_.!~*'()",
    'what separates': '/?#[]@:$&=,;',
    'percent signs': '%41%2B%%zz%e4',
    'quotes and a backslash': '"\'`\\',
    'all of ASCII that is printed': range(0x20, 0x7e),
    'control characters': range(0x00, 0x1f) + '\x7f',
    'lines of a header': 'a\r\nx-acs-action: b\r\n\r\n',
    'C1 and Latin-1': range(0x80, 0xff),
    'many scripts': 'ÄÖ Ελλ Рус עבר عرب ไทย 汉字 かな 한국',
    'emoji': '😀👩‍👩‍👧🇨🇳',
    'the ends of the planes': '\ud7ff\ue000\ufeff\ufffd\uffff\u{10000}\u{10ffff}',
    'a thousand characters': '汉'.repeat(100) + 'x'.repeat(900),
};

// Names that sort differently in other orders than that of the bytes.
const names = ['K_', 'Ka', 'K1', 'KA', 'K.2', 'K.10', 'K.1', 'K-', 'K'];

/// A case swaps servers and reads them back; as it says:
///   count, old                what leaves: so many servers (by default all), or these
///   parameters, description   what is added to the parameters of the call, or to the new servers
///   key, forged, format       as clients.js has them
///   placement                 by default each that the client has
///   refused                   [status, code], and nothing changes
const everywhere = [
    {name: 'servers swapped'},
    {name: 'servers swapped, answer in XML', format: 'XML'},
    {name: 'one server swapped', count: 1},
    {name: 'a temporary key', key: temporary},
    {
        name: 'a wrong secret',
        key: {...key, secret: 'testsecreT'},
        refused: [400, 'SignatureDoesNotMatch'],
    },
    {
        name: 'a wrong secret, told in XML',
        key: {...key, secret: 'testsecreT'},
        format: 'XML',
        refused: [400, 'SignatureDoesNotMatch'],
    },
    {
        name: 'a wrong secret of a temporary key',
        key: {...temporary, secret: 'other'},
        refused: [400, 'SignatureDoesNotMatch'],
    },
    {name: 'an unknown key id', key: {...key, id: 'nobody'}, refused: [404, 'InvalidAccessKeyId.NotFound']},
    {
        name: 'a temporary key without its token',
        key: {...temporary, token: undefined},
        refused: [400, 'MissingSecurityToken'],
    },
    {
        name: 'another token',
        key: {...temporary, token: 'other'},
        refused: [400, 'InvalidSecurityToken.MismatchWithAccessKey'],
    },
    {
        name: 'a time of long ago',
        forged: {time: '2014-05-15T00:00:00Z'},
        refused: [400, 'InvalidTimeStamp.Expired'],
    },
    {
        name: 'a group that does not exist',
        parameters: {VServerGroupId: 'rsp-none'},
        refused: [404, 'InvalidParameter'],
    },
    {
        name: 'a server that is not in the group',
        old: [{ServerId: 'vm-none', Port: 80}],
        refused: [400, 'InvalidParameter'],
    },
    {name: 'a body that does not come', placement: 'GET body', refused: [400, 'SignatureDoesNotMatch']},
];
const signed = [
    ...Object.entries(texts).map(([name, text]) => ({
        name: `signed: ${name}`,
        parameters: {Note: text, Remark: text},
    })),
    {
        name: 'signed: names in the order of their bytes',
        parameters: Object.fromEntries(names.map((name) => [name, name])),
    },
    {
        name: 'signed with a temporary key: all of ASCII that is printed',
        key: temporary,
        parameters: {Note: texts['all of ASCII that is printed'], Remark: texts.emoji},
    },
];
const described = Object.entries(texts)
    .filter(([name]) => name !== 'nothing')
    .map(([name, text]) => ({name: `kept: ${name}`, description: text}));

/// What an emulator serves, and the cases that are tried on it.
const stages = [
    {options: [], cases: [...everywhere, ...signed]},
    {options: ['--https'], cases: everywhere},
    // This mode takes any description, which comes back in the answer.
    {options: ['--loose'], cases: described},
    {options: ['--loose', '--https'], cases: described},
];

let calls = 0;
let failures = 0;
let serial = 0;

async function check(line, test) {
    try {
        await test();
        console.log(`ok ${line}`);
    } catch (error) {
        ++failures;
        console.log(`not ok ${line}\n${String(error.stack).replace(/^/gm, '    ')}`);
    }
}

/// Calls, and checks that the answer is that of the request which the log has under its id.
async function call(emulator, client, action, parameters, wanted) {
    ++calls;
    let answer;
    try {
        answer = await client.call(action, parameters, wanted);
        assert.equal(await emulator.logged(answer.requestId), `${action} ${answer.status} OK`);
    } catch (error) {
        if (error instanceof Refused)
            assert.equal(await emulator.logged(error.requestId), `${action} ${error.status} ${error.code}`);
        throw error;
    }
    assert.equal(answer.status, 200);
    assert.equal(answer.body.VServerGroupId, the_group.VServerGroupId);
    // Theirs can be objects without a prototype, and one element of an XML list is no list.
    return JSON.parse(JSON.stringify([answer.body.BackendServers.BackendServer].flat()));
}

async function refusal(emulator, client, action, parameters, wanted) {
    try {
        await call(emulator, client, action, parameters, wanted);
    } catch (error) {
        if (error instanceof Refused) return [error.status, error.code];
        throw error;
    }
    return 'granted';
}

/// Servers as they come out of XML, which has no numbers and only three control characters; for the others
/// the emulator writes '?'.
function as_xml(servers) {
    const shown = (value) => String(value).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '?');
    return servers.map((server) =>
        Object.fromEntries(Object.entries(server).map(([name, value]) => [name, shown(value)])));
}

/// One case with one client: the servers are swapped as it says, and read back.
async function try_case(emulator, Kind, scheme, placement, one) {
    const client = new Kind(emulator.url, one.key ?? key, scheme, emulator.ca);
    const reader = new Kind(emulator.url, key, scheme, emulator.ca);
    const wanted = {placement, format: one.format, forged: one.forged};
    const read = (format) => call(emulator, reader, describe, the_group, {placement: 'GET query', format});

    const before = await read();
    const old = one.old ?? before.slice(0, one.count);
    const coming = old.map((_, index) => {
        ++serial;
        const server = {ServerId: `vm-${serial}`, Port: 1 + serial, Weight: serial % 101, Type: 'ecs'};
        if (index === 1) Object.assign(server, {Type: 'eni', ServerIp: `10.0.0.${serial % 256}`});
        return one.description === undefined ? server : {...server, Description: one.description};
    });
    const leaving = old.map(({ServerId, Port, Type, ServerIp}) => ({ServerId, Port, Type, ServerIp}));
    const parameters = {
        RegionId: the_group.RegionId,
        NewBackendServers: JSON.stringify(coming),
        VServerGroupId: the_group.VServerGroupId,
        OldBackendServers: JSON.stringify(leaving),
        ...one.parameters,
    };
    if (one.refused) {
        assert.deepEqual(await refusal(emulator, client, modify, parameters, wanted), one.refused);
        assert.deepEqual(await read(), before, 'the group after a refused call');
        return;
    }
    const after = [...before.slice(old.length), ...coming];
    const answered = await call(emulator, client, modify, parameters, wanted);
    assert.deepEqual(answered, one.format === 'XML' ? as_xml(after) : after);
    assert.deepEqual(await read(), after, 'the group after the call');
    if (one.description !== undefined && Kind.formats.includes('XML'))
        assert.deepEqual(await read('XML'), as_xml(after), 'the group in XML');
}

/// A request with the nonce of the one before it.
async function try_replay(emulator, Kind, scheme, placement) {
    const client = new Kind(emulator.url, key, scheme, emulator.ca);
    const wanted = {placement, forged: {nonce: `replayed-${++serial}`}};
    await call(emulator, client, describe, the_group, wanted);
    const repeated = await refusal(emulator, client, describe, the_group, wanted);
    assert.deepEqual(repeated, [400, 'SignatureNonceUsed']);
}

/// A client that trusts `ca`, which is not the emulator's, must not send its request.
async function try_distrust(emulator, Kind, scheme, ca) {
    const client = new Kind(emulator.url, key, scheme, ca);
    const seen = emulator.lines.size;
    ++calls;
    await assert.rejects(client.call(describe, the_group, {placement: 'GET query'}),
        /unable to verify the first certificate/);
    assert.equal(emulator.lines.size, seen, 'requests that came through');
}

/// A connection to elsewhere (this address is nobody's) must not be tried.
async function try_elsewhere(Kind, scheme) {
    const client = new Kind('http://127.0.0.2:1', key, scheme);
    await assert.rejects(client.call(describe, the_group, {placement: 'GET query'}),
        /wants to connect to "127.0.0.2"/);
}

/// Whether a client can do what a case asks for.
function can(Kind, scheme, {format, placement, refused}) {
    if (format && !Kind.formats.includes(format)) return false;
    // They read a refusal in XML only where they sign with ACS3.
    if (format && refused && scheme === 'HMAC-SHA1') return false;
    return !placement || Kind.doomed_placements.includes(placement);
}

async function run_stage(program, {options, cases}, other_ca) {
    const keys = [key, temporary].map(({id, secret, token}) => [id, secret, token].filter(Boolean).join(':'));
    const emulator = await Emulator.start(program, [...options, ...keys.flatMap((text) => ['--key', text])]);
    const strict = !options.includes('--loose');
    for (const Kind of clients) {
        for (const scheme of Kind.schemes) {
            const title = [Kind.title, scheme, ...options].join(' ');
            for (const one of cases.filter((one) => can(Kind, scheme, one)))
                for (const placement of one.placement ? [one.placement] : Kind.placements)
                    await check(`${title}, ${placement}: ${one.name}`,
                        () => try_case(emulator, Kind, scheme, placement, one));
            for (const placement of strict ? Kind.placements : [])
                await check(`${title}, ${placement}: a nonce twice`,
                    () => try_replay(emulator, Kind, scheme, placement));
            for (const [name, ca] of emulator.ca ? [['no CA'], ['another CA', other_ca]] : [])
                await check(`${title}: ${name}`, () => try_distrust(emulator, Kind, scheme, ca));
        }
    }
    await check(['emulator', ...options, 'ends well'].join(' '),
        async () => assert.equal(await emulator.stop(), 0));
}

/// Calls of every operation: ours first, with which theirs are compared.
async function run_operations(program, ours) {
    const operations = new Operations(program, ours);
    for (const scheme of ['ACS3-HMAC-SHA256', 'HMAC-SHA1'])
        for (const format of ['JSON', 'XML'])
            for (const placement of ['query', 'body'])
                await check(`every operation by this library, ${scheme}, ${format}, ${placement}`,
                    () => operations.try_ours(scheme, format, placement));
    for (const Kind of clients)
        for (const scheme of Kind.schemes)
            for (const format of Kind.formats)
                for (const placement of Kind.placements)
                    await check(`every operation by ${Kind.title} ${scheme}, ${format}, ${placement}`,
                        () => operations.try_theirs(Kind, scheme, placement, format));
    calls += operations.calls;
}

async function main(program, ours) {
    for (const Kind of clients)
        for (const scheme of Kind.schemes)
            await check(`${Kind.title} ${scheme}: nothing but 127.0.0.1`, () => try_elsewhere(Kind, scheme));
    const other = await Emulator.start(program, ['--https']);
    for (const stage of stages) await run_stage(program, stage, other.ca);
    await other.stop();
    await run_operations(program, ours);
    const failed = failures === 0 ? '' : `, ${failures} cases failed`;
    console.log(`node clients: ${calls} calls, ${clients.length} clients${failed}`);
}

main(process.argv[2], process.argv[3])
    .catch((error) => {
        ++failures;
        console.log(error);
    })
    .finally(() => process.exit(failures === 0 ? 0 : 1));
