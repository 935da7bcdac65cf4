// The emulator as a child: where it listens, its CA, and what its log says about a request.
'use strict';

const {spawn} = require('child_process');
const fs = require('fs');
const readline = require('readline');

const patience = 60000; // milliseconds

function within(promise, sentence) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(sentence)), patience);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

class Emulator {
    static async start(program, options) {
        const emulator = new Emulator(program, options);
        await within(emulator.listening, `the emulator does not listen (${options.join(' ')})`);
        return emulator;
    }

    constructor(program, options) {
        this.lines = new Map(); // by request id: "ACTION STATUS CODE"
        this.waiting = new Map();
        this.stderr = '';
        this.child = spawn(program, [...options, '--port', '0'], {stdio: ['ignore', 'pipe', 'pipe']});
        const kill = () => this.child.kill();
        process.once('exit', kill);
        this.ended = new Promise((resolve) => {
            this.child.once('exit', (code, signal) => {
                process.off('exit', kill);
                resolve(code ?? signal);
            });
        });
        this.listening = new Promise((resolve, reject) => {
            this.child.once('error', reject);
            this.ended.then((code) => reject(new Error(`the emulator ended with ${code}:\n${this.stderr}`)));
            readline.createInterface({input: this.child.stdout}).on('line', (line) => {
                const url = /^listening on (http.*)$/.exec(line);
                const ca = /^ca (.*)$/.exec(line);
                if (url) this.url = url[1];
                if (ca) this.ca = fs.readFileSync(ca[1], 'utf8');
                if (this.url && (this.ca || this.url.startsWith('http:'))) resolve();
            });
        });
        readline.createInterface({input: this.child.stderr}).on('line', (line) => {
            const [requestId, ...rest] = line.split(' ');
            this.stderr += `${line}\n`;
            this.lines.set(requestId, rest.join(' '));
            if (this.waiting.has(requestId)) this.waiting.get(requestId)();
        });
    }

    /// What the log says about a request; its line can come after the response.
    async logged(requestId) {
        if (!/^[0-9A-F-]{36}$/.test(requestId)) throw new Error(`no request id: ${requestId}`);
        const written = new Promise((resolve) => this.waiting.set(requestId, resolve));
        if (!this.lines.has(requestId))
            await within(written, `the emulator's log has no request ${requestId}`);
        this.waiting.delete(requestId);
        return this.lines.get(requestId);
    }

    /// Gives the exit code.
    stop() {
        this.child.kill('SIGTERM');
        return within(this.ended, 'the emulator does not end');
    }
}

exports.Emulator = Emulator;
