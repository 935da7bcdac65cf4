// The vendor's Node clients behind one interface:
//
//   const client = new Kind(url, key, scheme, ca);   // key: {id, secret, token}; ca: PEM or undefined
//   await client.call(action, parameters, {placement, format, forged});
//   // {status, requestId, body}, or throws: Refused by the service, anything else by the connection
//
// A parameter is a text, a number, a truth value or a list of objects, and each client makes texts of it in
// its own way. `placement` says how they travel: 'GET query', 'POST query', 'POST body', 'POST split' (every
// other one in the body). `forged` is what a client makes itself otherwise: {nonce, time}.
'use strict';

const {createRequire} = require('module');

const PopCore = require('@alicloud/pop-core');
const openapiClient = require('@alicloud/openapi-client');
const teaUtil = require('@alicloud/tea-util');
const openapiCore = require('@alicloud/openapi-core');
const darabonba = require('@darabonba/typescript');
// Parts of the client's own, wherever npm has put them.
const openapiRequire = createRequire(require.resolve('@alicloud/openapi-client'));
const teaXml = openapiRequire('@alicloud/tea-xml');
const openapiUtil = openapiRequire('@alicloud/openapi-util');

const version = '2014-05-15';
const patience = 60000; // milliseconds; their default of 3 s can be too short for a busy machine

/// What a client made of a refusal: {status, code, requestId, text}.
class Refused extends Error {
    constructor(status, {code, requestId, data}) {
        super(`${code}, HTTP ${status}: ${data.Message}`);
        Object.assign(this, {status, code, requestId: requestId ?? data.RequestId, text: data.Message});
    }
}

/// Knows HMAC-SHA1 and JSON only, and puts all parameters in one place.
class PopCoreClient {
    static title = 'pop-core';
    static schemes = ['HMAC-SHA1'];
    static placements = ['GET query', 'POST query', 'POST body'];
    static doomed_placements = [];
    static formats = ['JSON'];

    constructor(url, key, scheme, ca) {
        const options = {
            endpoint: url,
            apiVersion: version,
            accessKeyId: key.id,
            accessKeySecret: key.secret,
            securityToken: key.token,
            opts: {timeout: patience, ca},
        };
        this.client = new PopCore(options, true);
    }

    async call(action, parameters, {placement, forged = {}}) {
        // "post" in lower case makes a POST whose parameters stay in the URL.
        const method = {'GET query': 'GET', 'POST query': 'post', 'POST body': 'POST'}[placement];
        const all = {...parameters};
        if (forged.nonce) all.SignatureNonce = forged.nonce;
        if (forged.time) all.Timestamp = forged.time;
        try {
            const [body, {response}] = await this.client.request(action, all, {method});
            return {status: response.statusCode, requestId: body.RequestId, body};
        } catch (error) {
            if (!error.data) throw error;
            throw new Refused(error.entry.response.statusCode, error);
        }
    }
}

/// openapi-client and openapi-core are generated from one source and differ in where their parts are.
function openapi(title, {Client, Config, Params, OpenApiRequest, RuntimeOptions, flat, parseXml}) {
    return class {
        static title = title;
        static schemes = ['ACS3-HMAC-SHA256', 'HMAC-SHA1'];
        static placements = ['GET query', 'POST query', 'POST body', 'POST split'];
        static doomed_placements = ['GET body']; // is signed, but not sent
        static formats = ['JSON', 'XML'];

        constructor(url, key, scheme, ca) {
            const {protocol, host} = new URL(url);
            this.v3 = scheme === 'ACS3-HMAC-SHA256';
            this.client = new Client(new Config({
                endpoint: host,
                protocol: protocol.slice(0, -1),
                accessKeyId: key.id,
                accessKeySecret: key.secret,
                securityToken: key.token,
                signatureAlgorithm: this.v3 ? undefined : 'v2', // their name of HMAC-SHA1
                readTimeout: patience,
                connectTimeout: patience,
                ca,
            }));
        }

        async call(action, parameters, {placement, format = 'JSON', forged = {}}) {
            const [method, place] = placement.split(' ');
            const xml = format === 'XML';
            const request = {query: {}, headers: {}};
            Object.entries(flat(parameters)).forEach(([name, value], index) => {
                const inBody = place === 'body' || (place === 'split' && index % 2 === 1);
                if (inBody) request.body = {...request.body, [name]: value};
                else request.query[name] = value;
            });
            if (xml && this.v3) request.headers.accept = 'application/xml';
            if (xml && !this.v3) request.query.Format = 'XML';
            if (forged.nonce && this.v3) request.headers['x-acs-signature-nonce'] = forged.nonce;
            if (forged.nonce && !this.v3) request.query.SignatureNonce = forged.nonce;
            if (forged.time && this.v3) request.headers['x-acs-date'] = forged.time;
            if (forged.time && !this.v3) request.query.Timestamp = forged.time;
            const params = new Params({
                action,
                version,
                method,
                pathname: '/',
                style: 'RPC',
                authType: 'AK',
                reqBodyType: 'formData',
                bodyType: xml ? 'string' : 'json',
            });
            try {
                const {statusCode, body} =
                    await this.client.callApi(params, new OpenApiRequest(request), new RuntimeOptions({}));
                const read = xml ? parseXml(body)[`${action}Response`] : body;
                return {status: statusCode, requestId: read.RequestId, body: read};
            } catch (error) {
                if (!error.data) throw error;
                throw new Refused(error.statusCode, error);
            }
        }
    };
}

exports.Refused = Refused;
exports.clients = [
    PopCoreClient,
    openapi('openapi-client', {
        Client: openapiClient.default,
        Config: openapiClient.Config,
        Params: openapiClient.Params,
        OpenApiRequest: openapiClient.OpenApiRequest,
        RuntimeOptions: teaUtil.RuntimeOptions,
        flat: openapiUtil.default.query,
        parseXml: (text) => teaXml.default.parseXml(text, null),
    }),
    openapi('openapi-core', {
        Client: openapiCore.default,
        Config: openapiCore.$OpenApiUtil.Config,
        Params: openapiCore.$OpenApiUtil.Params,
        OpenApiRequest: openapiCore.$OpenApiUtil.OpenApiRequest,
        RuntimeOptions: darabonba.RuntimeOptions,
        flat: openapiCore.OpenApiUtil.query,
        parseXml: (text) => darabonba.XML.parseXml(text, null),
    }),
];
