// Stands between a client and the emulator: passes requests and answers on as they are, and keeps what the
// requests asked for.
'use strict';

const http = require('http');

const lists = ['BackendServers', 'NewBackendServers', 'OldBackendServers'];
// What signature 1.0 adds to the parameters of a call.
const common = ['AccessKeyId', 'Format', 'SecurityToken', 'Signature', 'SignatureMethod', 'SignatureNonce',
    'SignatureType', 'SignatureVersion', 'Timestamp'];

async function whole(stream) {
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    return Buffer.concat(pieces);
}

/// A list as its value, in which numbers count as the texts that they are elsewhere: the service takes both.
/// What is no JSON stays as it is.
function list_value(text) {
    try {
        return JSON.parse(text, (_, value) => (typeof value === 'number' ? String(value) : value));
    } catch {
        return text;
    }
}

/// Action, version and parameters of a call, wherever they stand. What is sent twice shows that.
function asked({url, headers}, body) {
    const all = [...new URL(url, 'http://127.0.0.1').searchParams, ...new URLSearchParams(body.toString())];
    const out = {};
    for (const [name, text] of all.filter(([name]) => !common.includes(name))) {
        const value = lists.includes(name) ? list_value(text) : text;
        out[name] = name in out ? ['twice', out[name], value] : value;
    }
    // Of two places, this is the one that signature 1.0 does not look at.
    out.Action ??= headers['x-acs-action'];
    out.Version ??= headers['x-acs-version'];
    return out;
}

class Recorder {
    static async start(emulator) {
        const recorder = new Recorder(emulator);
        await new Promise((resolve) => recorder.server.listen(0, '127.0.0.1', resolve));
        recorder.port = recorder.server.address().port;
        recorder.url = `http://127.0.0.1:${recorder.port}`;
        return recorder;
    }

    constructor(emulator) {
        this.requests = [];
        const {port} = new URL(emulator.url);
        this.server = http.createServer((request, response) => {
            this.pass(port, request, response).catch(() => response.destroy());
        });
    }

    async pass(port, request, response) {
        const body = await whole(request);
        this.requests.push(asked(request, body));
        const answer = await new Promise((resolve, reject) => {
            http.request({
                host: '127.0.0.1',
                port,
                method: request.method,
                path: request.url,
                headers: request.rawHeaders,
                agent: false,
            }, resolve).on('error', reject).end(body);
        });
        response.writeHead(answer.statusCode, answer.rawHeaders);
        response.end(await whole(answer));
    }

    stop() {
        this.server.closeAllConnections();
        this.server.close();
    }
}

exports.Recorder = Recorder;
