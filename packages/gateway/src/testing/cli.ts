import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ScriptedGatewayOptions, startScriptedGateway } from './scripted-gateway.ts';

/**
 * `node src/testing/cli.ts --port 4100 --scenario file.json`
 *
 * The scenario holds the options of `startScriptedGateway` as JSON: `{"scripts": {"model": {"text": "…"}}, "fallback": {…}}`.
 * Without one, models named `scripted/ttft=500&tps=50&tokens=200` still work. Prints the address on one line when it
 * listens and ends on SIGTERM, SIGINT, or the end of standard input with `--until-stdin-ends`.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    scenario: { type: 'string' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});

const scenario: ScriptedGatewayOptions =
  values.scenario === undefined ? {} : JSON.parse(readFileSync(values.scenario, 'utf8'));
const gateway = await startScriptedGateway({ ...scenario, host: values.host, port: Number(values.port) });
process.stdout.write(`${gateway.baseUrl}\n`);

const stop = () => {
  void gateway.close().then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (values['until-stdin-ends']) {
  process.stdin.once('end', stop);
  process.stdin.resume();
}
