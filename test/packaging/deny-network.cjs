/**
 * Preloaded into the processes of the network test: everything that could leave the machine, start a program or run a text
 * as code is written to the file NETMEM_NETWORK_LOG and then refused. Standard streams and pipes between processes are left alone.
 */
const { appendFileSync } = require('node:fs');

/**
 * @param {string} what
 * @returns {never}
 */
function refuse(what) {
  const stack = new Error(what).stack;
  appendFileSync(process.env.NETMEM_NETWORK_LOG ?? '/dev/stderr', `${what}\n${stack}\n`);
  throw new Error(`no network: ${what}`);
}

const net = require('node:net');
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  // A path is a pipe to another process of this machine.
  if (typeof first === 'string' || first?.path !== undefined) return connect.apply(this, args);
  return refuse('net.Socket.connect');
};
for (const [module, names] of /** @type {const} */ ([
  ['node:net', ['createServer']],
  ['node:http', ['request', 'get', 'createServer']],
  ['node:https', ['request', 'get', 'createServer']],
  ['node:http2', ['connect']],
  ['node:tls', ['connect']],
  ['node:dgram', ['createSocket']],
  ['node:dns', ['lookup', 'resolve']],
  ['node:dns/promises', ['lookup', 'resolve']],
  ['node:child_process', ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']],
  ['node:vm', ['runInThisContext', 'runInNewContext', 'runInContext', 'compileFunction']],
])) {
  const target = require(module);
  for (const name of names) target[name] = () => refuse(`${module}.${name}`);
}
globalThis.fetch = () => refuse('fetch');
globalThis.eval = () => refuse('eval');
globalThis.Function = new Proxy(Function, {
  apply: () => refuse('Function'),
  construct: () => refuse('new Function'),
});
