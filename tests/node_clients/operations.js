// Every operation of the family: a table of calls, made by a client of the vendor's as operations.cpp makes
// them with this library. Each run has an emulator of its own, where the same calls get the same ids and, the
// clock standing still, the same times. So everything must be the same: what the emulator was asked for, and
// each member of each answer.
'use strict';

const assert = require('assert').strict;
const {execFile} = require('child_process');
const fs = require('fs');
const {promisify} = require('util');
const {Refused} = require('./clients');
const {Emulator} = require('./emulator');
const {Recorder} = require('./recorder');

const key = {id: 'testid', secret: 'testsecret'};
const region = {RegionId: 'cn-hangzhou'};
const elsewhere = {RegionId: 'cn-beijing'};
const web = {...region, LoadBalancerId: 'lb-web'};
const used = {...region, VServerGroupId: 'rsp-used'};
// The group that the first call makes.
const made = {...region, VServerGroupId: (answers) => answers[0].VServerGroupId};

const files = {
    'load_balancer.json': {
        LoadBalancerId: 'lb-web',
        VpcId: 'vpc-1',
        Listeners: [
            {ListenerPort: 443, ListenerProtocol: 'https', VServerGroupId: 'rsp-used'},
            {ListenerPort: 53, ListenerProtocol: 'udp', VServerGroupId: 'rsp-used'},
        ],
        Rules: [
            {RuleId: 'rule-1', ListenerPort: 443, VServerGroupId: 'rsp-ruled'},
            {RuleId: 'rule-2', RuleName: 'web', Domain: 'a.example', Url: '/b', ListenerPort: 443,
                VServerGroupId: 'rsp-used'},
        ],
    },
    'used.json': {
        VServerGroupId: 'rsp-used',
        VServerGroupName: 'used',
        LoadBalancerId: 'lb-web',
        BackendServers: {BackendServer: [
            {ServerId: 'vm-1', Port: 80},
            {ServerId: 'vm-2', Port: 80, Weight: 0},
        ]},
        Tags: {Tag: [{TagKey: 'kept', TagValue: 'yes'}]},
    },
    'ruled.json': {
        VServerGroupId: 'rsp-ruled',
        LoadBalancerId: 'lb-web',
        BackendServers: {BackendServer: [
            {ServerId: 'eni-3', Port: 81, Type: 'eni', ServerIp: '10.0.0.3'},
            {ServerId: 'eci-4', Port: 81, Type: 'eci', ServerIp: '10.0.0.4'},
        ]},
    },
};
const options = ['--load-balancer', 'load_balancer.json', '--group', 'used.json', '--group', 'ruled.json',
    '--health', 'lb-web:vm-1:80=abnormal', '--quota', '10', '--server', 'vm-unknown=unknown',
    '--server', 'vm-stopped=stopped', '--server', 'vm-far=running@vpc-2'];

const servers = (...ids) => ids.map((ServerId) => ({ServerId, Port: 80}));
const eni = {ServerId: 'eni-12', Port: 7001, Type: 'eni', ServerIp: '10.0.0.12'};
const eci = {ServerId: 'eci-15', Port: 7005, Type: 'eci', ServerIp: '10.0.0.15'};

/// Action, parameters and, where that is told here, what comes of it: status and code of a refusal, or
/// members of the answer.
const table = [
    ['CreateVServerGroup', {
        ...web,
        VServerGroupName: 'games.eu_1',
        BackendServers: [
            {ServerId: 'vm-11', Port: 7000, Weight: 0, Description: 'room/1-a_b.c'},
            {...eni, Weight: 100},
            {ServerId: 'vm-13', Port: 65535},
        ],
        Tag: [{Key: 'env', Value: 'test'}, {Key: 'owner'}],
    }],
    ['CreateVServerGroup', web],
    ['DescribeVServerGroups', web],
    ['DescribeVServerGroups', {...web, IncludeListener: true, IncludeRule: true}],
    ['DescribeVServerGroups', {
        ...web,
        IncludeListener: false,
        IncludeRule: true,
        Description: 'games.eu_1',
        Tag: [{Key: 'owner'}, {Key: 'env', Value: 'test'}],
    }],
    ['DescribeVServerGroupAttribute', made],
    ['SetVServerGroupAttribute', {
        ...made,
        VServerGroupName: 'games.eu_2',
        BackendServers: [
            {ServerId: 'vm-11', Port: 7000, Weight: 30},
            {...eni, Weight: 0, Description: 'spare'},
        ],
    }],
    ['SetVServerGroupAttribute', {...used, VServerGroupName: 'in.use'}],
    ['AddVServerGroupBackendServers', {
        ...made,
        BackendServers: [
            {ServerId: 'vm-14', Port: 1, Weight: 1, Type: 'ecs'},
            {...eci, Description: 'added'},
        ],
    }],
    ['RemoveVServerGroupBackendServers', {
        ...made,
        BackendServers: [{ServerId: 'vm-13', Port: 65535}, eni, ...servers('vm-none')],
    }],
    ['ModifyVServerGroupBackendServers', {
        ...made,
        OldBackendServers: [{ServerId: 'vm-14', Port: 1}, eci],
        NewBackendServers: [
            {ServerId: 'vm-16', Port: 8080, Weight: 99},
            {ServerId: 'eni-17', Port: 7007, Weight: 1, Type: 'eni', ServerIp: '10.0.0.17',
                Description: 'swapped'},
        ],
    }],
    ['DescribeVServerGroupAttribute', made, {
        VServerGroupName: 'games.eu_2',
        LoadBalancerId: 'lb-web',
        BackendServers: {BackendServer: [
            {ServerId: 'vm-11', Port: 7000, Weight: 30, Type: 'ecs', Description: 'room/1-a_b.c'},
            {ServerId: 'vm-16', Port: 8080, Weight: 99, Type: 'ecs'},
            {ServerId: 'eni-17', Port: 7007, Weight: 1, Type: 'eni', ServerIp: '10.0.0.17',
                Description: 'swapped'},
        ]},
        Tags: {Tag: [{TagKey: 'env', TagValue: 'test'}, {TagKey: 'owner', TagValue: ''}]},
    }],
    ['DescribeHealthStatus', web],
    ['DescribeHealthStatus', {...web, ListenerPort: 443, ListenerProtocol: 'https'}, {
        BackendServers: {BackendServer: [
            {ListenerPort: 443, Protocol: 'https', ServerId: 'vm-1', Port: 80, ServerHealthStatus: 'abnormal',
                Type: 'ecs'},
            {ListenerPort: 443, Protocol: 'https', ServerId: 'vm-2', Port: 80,
                ServerHealthStatus: 'unavailable', Type: 'ecs'},
            {ListenerPort: 443, Protocol: 'https', ServerId: 'eni-3', Port: 81, ServerIp: '10.0.0.3',
                ServerHealthStatus: 'normal', Type: 'eni', EniHost: '10.0.0.3'},
            {ListenerPort: 443, Protocol: 'https', ServerId: 'eci-4', Port: 81, ServerIp: '10.0.0.4',
                ServerHealthStatus: 'normal', Type: 'eci'},
        ]},
    }],
    ['DeleteVServerGroup', made],

    ['CreateVServerGroup', {...region, LoadBalancerId: 'lb-none'}, [404, 'InvalidLoadBalancerId.NotFound']],
    ['CreateVServerGroup', {...web, BackendServers: servers('vm-unknown')},
        [400, 'InvalidServerId.NotFound']],
    ['DeleteVServerGroup', used, [400, 'RspoolVipExist']],
    ['DeleteVServerGroup', {...region, VServerGroupId: 'rsp-ruled'}, [400, 'RspoolRuleExist']],
    ['DeleteVServerGroup', {...region, VServerGroupId: 'rsp-none'}, [404, 'InvalidParameter']],
    ['DescribeVServerGroups', {...web, ...elsewhere}, [404, 'InvalidLoadBalancerId.NotFound']],
    ['DescribeVServerGroupAttribute', {...used, ...elsewhere}, [404, 'InvalidParameter']],
    ['SetVServerGroupAttribute', {
        ...used,
        VServerGroupName: 'not.kept',
        BackendServers: [{ServerId: 'vm-none', Port: 80, Weight: 5}],
    }, [400, 'InvalidParameter']],
    ['AddVServerGroupBackendServers', {...used, BackendServers: servers('vm-stopped')},
        [400, 'ObtainIpFail']],
    ['AddVServerGroupBackendServers', {...used, BackendServers: servers('vm-5', 'vm-far')},
        [400, 'NetworkConflict']],
    ['AddVServerGroupBackendServers', {
        ...used,
        BackendServers: servers('vm-5', 'vm-6', 'vm-7', 'vm-8', 'vm-9', 'vm-10', 'vm-11', 'vm-12'),
    }, [400, 'InstanceBackendServerNumberOverLimit']],
    ['RemoveVServerGroupBackendServers',
        {...region, VServerGroupId: 'rsp-none', BackendServers: servers('vm-1')}, [404, 'InvalidParameter']],
    ['ModifyVServerGroupBackendServers', {
        ...used,
        OldBackendServers: [{ServerId: 'vm-1', Port: 81}],
        NewBackendServers: servers('vm-5'),
    }, [400, 'InvalidParameter']],
    ['DescribeHealthStatus', {...region, LoadBalancerId: 'lb-none'},
        [404, 'InvalidLoadBalancerId.NotFound']],
    ['DescribeHealthStatus', {...web, ListenerPort: 444}, [404, 'ListenerNotFound']],

    // What all of that has left.
    ['DescribeVServerGroupAttribute', used, {
        VServerGroupName: 'in.use',
        BackendServers: {BackendServer: [
            {ServerId: 'vm-1', Port: 80, Weight: 100, Type: 'ecs'},
            {ServerId: 'vm-2', Port: 80, Weight: 0, Type: 'ecs'},
        ]},
    }],
    ['DescribeVServerGroups', {...web, IncludeListener: true, IncludeRule: true, Description: 'in.use'}, {
        VServerGroups: {VServerGroup: [{
            VServerGroupId: 'rsp-used',
            VServerGroupName: 'in.use',
            ServerCount: 2,
            AssociatedObjects: {
                Listeners: {Listener: [{Port: 443, Protocol: 'https'}, {Port: 53, Protocol: 'udp'}]},
                Rules: {Rule: [{RuleId: 'rule-2', RuleName: 'web', Domain: 'a.example', Url: '/b'}]},
            },
            Tags: {Tag: [{TagKey: 'kept', TagValue: 'yes'}]},
        }]},
    }],
    ['DescribeVServerGroups', web],
];

/// A value of the table as a client is given it.
function given(name, value, answers) {
    if (typeof value === 'function') return value(answers);
    return name.endsWith('BackendServers') ? JSON.stringify(value) : value;
}

/// A value as their XML parsers show it: all is text, and lists are only where several elements are.
function as_xml(value) {
    if (Array.isArray(value)) return value.length === 1 ? as_xml(value[0]) : value.map(as_xml);
    if (typeof value !== 'object') return String(value);
    const members = Object.entries(value).filter(([, member]) => !Array.isArray(member) || member.length > 0);
    if (members.length === 0) return '';
    return Object.fromEntries(members.map(([name, member]) => [name, as_xml(member)]));
}

function same(actual, wanted, what) {
    const text = (value) => JSON.stringify(value, null, 2);
    assert.deepEqual(actual, wanted, `${what}: ${text(actual)}\ninstead of ${text(wanted)}`);
}

/// Gives `use` an emulator with a recorder before it, and then what the recorder saw and `use` gave.
async function recorded(program, clock, use) {
    const emulator = await Emulator.start(program, [...options, '--clock', String(clock)]);
    const recorder = await Recorder.start(emulator);
    const answers = await use(recorder, emulator);
    recorder.stop();
    assert.equal(await emulator.stop(), 0);
    return {requests: recorder.requests, answers};
}

class Operations {
    calls = 0; // of their clients

    /// emulator, ours: the programs, ours being operations.cpp.
    constructor(emulator, ours) {
        Object.assign(this, {emulator, ours, clock: Math.floor(Date.now() / 1000)});
        for (const [name, content] of Object.entries(files)) fs.writeFileSync(name, JSON.stringify(content));
    }

    /// Our calls. Those of the first time are what the others are compared with.
    async try_ours(...how) {
        const called = await recorded(this.emulator, this.clock, async (recorder) => {
            const {stdout} = await promisify(execFile)(this.ours, [String(recorder.port), ...how]);
            return stdout.trim().split('\n').map((line) => JSON.parse(line));
        });
        this.expected ??= called;
        this.compare(called, (answer) => answer);
        table.forEach(([action, , outcome], index) => {
            const which = `of call ${index + 1}, ${action}`;
            const wanted = Array.isArray(outcome) ? {refused: outcome} : {refused: undefined, ...outcome};
            same(called.requests[index].Action, action, `the action ${which}`);
            for (const [name, value] of Object.entries(wanted))
                same(called.answers[index][name], value, `${name} ${which}`);
        });
    }

    async try_theirs(Kind, scheme, placement, format) {
        const called = await recorded(this.emulator, this.clock, async (recorder, emulator) => {
            const client = new Kind(recorder.url, key, scheme);
            const answers = [];
            for (const [action, parameters, outcome] of table) {
                const values = Object.entries(parameters)
                    .map(([name, value]) => [name, given(name, value, answers)]);
                // They read a refusal in XML only where they sign with ACS3.
                const readable = Array.isArray(outcome) && scheme === 'HMAC-SHA1' ? 'JSON' : format;
                ++this.calls;
                try {
                    const {body} = await client.call(action, Object.fromEntries(values),
                        {placement, format: readable});
                    answers.push(JSON.parse(JSON.stringify(body)));
                    // The log, too, says of each call what its client was told.
                    assert.equal(await emulator.logged(body.RequestId), `${action} 200 OK`);
                } catch (error) {
                    if (!(error instanceof Refused)) throw error;
                    const {requestId, status, code, text} = error;
                    answers.push({RequestId: requestId, Message: text, refused: [status, code]});
                    assert.equal(await emulator.logged(requestId), `${action} ${status} ${code}`);
                }
            }
            return answers;
        });
        this.compare(called, (answer) => (format === 'XML' && !answer.refused ? as_xml(answer) : answer));
    }

    /// shown: how an answer of ours is to look among the answers of `called`.
    compare({requests, answers}, shown) {
        same([requests.length, answers.length], [table.length, table.length], 'requests and answers');
        table.forEach(([action], index) => {
            const which = `of call ${index + 1}, ${action}`;
            same(requests[index], this.expected.requests[index], `the parameters ${which}`);
            same(answers[index], shown(this.expected.answers[index]), `the answer ${which}`);
        });
    }
}

exports.Operations = Operations;
