// Lets connections go to 127.0.0.1 only, whatever a client is told or finds in its environment.
'use strict';

const net = require('net');

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
    // Node's own modules pass the arguments as one array.
    const [options] = Array.isArray(args[0]) ? args[0] : args;
    if (typeof options !== 'object' || options.host !== '127.0.0.1')
        throw new Error(`a client wants to connect to ${JSON.stringify(options.host ?? options)}`);
    return connect.apply(this, args);
};
