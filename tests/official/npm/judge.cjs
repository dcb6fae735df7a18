// Runs every case of the official npm client, and prints what became of each.
//
// Run by the tests as `node judge.cjs GIVEN.json`. The client keeps its server's address in a variable of its module,
// so the module is compiled with another value there; nothing else of it is touched.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const Module = require('node:module');
const path = require('node:path');

const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const ENDPOINT = "'https://api.scaleapi.com/v1/'";

function load() {
  const file = require.resolve('scaleapi', { paths: [given.folder] });
  const source = fs.readFileSync(file, 'utf8');
  assert(source.includes(`SCALE_ENDPOINT = ${ENDPOINT}`));
  const module = new Module(file);
  module.filename = file;
  module.paths = Module._nodeModulePaths(path.dirname(file));
  module._compile(source.replace(ENDPOINT, JSON.stringify(`${given.url}/v1/`)), file);
  return module.exports;
}

const scaleapi = load();
const test = new scaleapi.ScaleClient(given.test);
const live = new scaleapi.ScaleClient(given.live);
// The class of tasks is not exported; a task's own prototype is the only way to it.
let Task;
let current = '';
const calls = [];
const judged = new Set();

function ask(target, name, ...args) {
  return new Promise((resolve, reject) => {
    target[name](...args, (error, found) => (error ? reject(error) : resolve(found)));
  });
}

function record(label) {
  return new Promise((resolve, reject) => {
    http
      .get(`${given.url}/-/record/${label}`, { agent: false }, (answer) => {
        answer.resume();
        answer.on('end', resolve);
      })
      .on('error', reject);
  });
}

async function call(target, name, ...args) {
  const owner = target instanceof scaleapi.ScaleClient ? 'ScaleClient' : 'Task';
  const number = calls.length;
  judged.add(`${owner}.${name}`);
  calls.push({ case: current, name: `${owner}.${name}`, args, kwargs: {}, number });
  await record(number);
  try {
    return await ask(target, name, ...args);
  } finally {
    await record('');
  }
}

async function refused(promise, status, words = '') {
  const error = await promise.then(
    (found) => assert.fail(`no error, but ${JSON.stringify(found)}`),
    (one) => one,
  );
  assert(error instanceof scaleapi.ScaleException, String(error));
  assert.equal(error.errcode, status);
  assert(String(error.message).includes(words), error.message);
}

const SITE = given.requests.categorization;
const UNCHANGED = ['attachment', 'attachments', 'attachment_type', 'objects_to_annotate', 'categories', 'choices'];

const cases = {
  async createTask() {
    const task = await call(test, 'createTask', 'categorization', { ...SITE, unique_id: 'node-1' });
    assert.deepEqual([task.type, task.status, task.unique_id], ['categorization', 'completed', 'node-1']);
    await refused(call(test, 'createTask', 'categorization', { ...SITE, unique_id: 'node-1' }), 409, task.id);
    await refused(ask(new scaleapi.ScaleClient('live_nobody'), 'createTask', 'categorization', SITE), 401);
  },

  async fetchTask() {
    const made = await ask(test, 'createTask', 'categorization', SITE);
    const task = await call(test, 'fetchTask', made.id);
    for (const name of ['id', 'instruction', 'params', 'metadata', 'type', 'created_at', 'response']) {
      assert.deepEqual(task[name], made[name], name);
    }
    await refused(call(test, 'fetchTask', 'fake_id_qwertyuiop'), 404, 'Task with that ID not found.');
  },

  async cancelTask() {
    const made = await ask(live, 'createTask', 'categorization', SITE);
    assert.equal(made.status, 'pending');
    assert.equal((await call(live, 'cancelTask', made.id)).status, 'canceled');
    const done = await ask(test, 'createTask', 'categorization', SITE);
    await refused(call(test, 'cancelTask', done.id), 400);
  },

  async tasks() {
    const made = [];
    for (let n = 0; n < 3; n += 1) {
      made.unshift((await ask(test, 'createTask', 'categorization', SITE)).id);
    }
    const page = await call(test, 'tasks', { limit: 3 });
    assert.deepEqual(page.docs.map((task) => task.id), made);
    assert.deepEqual([page.limit, page.offset, page.has_more], [3, 0, true]);
    const next = await call(test, 'tasks', { limit: 2, offset: 1, type: 'categorization', status: 'completed' });
    assert.deepEqual(next.docs.map((task) => task.id), made.slice(1));
    assert.equal(next.offset, 1);
    const window = { start_time: '2015-10-13T22:38:42Z', end_time: '2016-10-13T22:38:42Z' };
    assert.equal((await call(test, 'tasks', window)).total, 0);
  },

  async taskRefreshAndCancel() {
    const task = await ask(live, 'createTask', 'categorization', SITE);
    assert.equal((await call(task, 'cancel')).status, 'canceled');
    assert.equal(task.status, 'pending');
    await call(task, 'refresh');
    assert.equal(task.status, 'canceled');
  },
};

for (const name of Object.keys(scaleapi.ScaleClient.prototype)) {
  const slug = /^create(.+)Task$/.exec(name)?.[1].toLowerCase();
  if (slug) {
    cases[name] = async () => {
      const request = given.requests[slug];
      const task = await call(test, name, { instruction: 'Look closely.', urgency: 'day', ...request });
      assert.deepEqual([task.type, task.status, task.is_test], [slug, 'completed', true]);
      for (const key of UNCHANGED.filter((one) => one in request)) {
        assert.deepEqual(task.params[key], request[key], key);
      }
      if (slug in given.answers) {
        assert.deepEqual(task.response ?? null, given.answers[slug]);
      }
      assert.deepEqual((await ask(test, 'fetchTask', task.id)).params, task.params);
      await refused(call(test, name, {}), 400);
    };
  }
}

async function main() {
  const outcomes = {};
  for (const [name, run] of Object.entries(cases)) {
    current = name;
    outcomes[name] = await run().then(
      () => null,
      (error) => `${error.stack ?? error}\n${error.message ?? ''} ${error.errcode ?? ''}`,
    );
  }
  Task = Object.getPrototypeOf(await ask(test, 'createTask', 'categorization', SITE));
  const offered = [
    ...Object.keys(scaleapi.ScaleClient.prototype).map((name) => `ScaleClient.${name}`),
    ...Object.keys(Task).map((name) => `Task.${name}`),
  ];
  console.log(JSON.stringify({ outcomes, calls, offered: offered.sort(), judged: [...judged].sort() }));
}

main();
