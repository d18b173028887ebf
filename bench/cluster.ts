import { homedir, loadavg } from 'node:os';
import { join } from 'node:path';
import { signUp } from '@aideator/api/testing/person';
import { Installation } from '@aideator/e2e/cluster/installation';
import { MODELS } from '@aideator/e2e/cluster/scripts';
import { createApiClient } from '@aideator/k8s/client';
import { kubeConfigFiles } from '@aideator/k8s/kube-config';
import { measureLines, measureStarts, measureStops, type Program } from './cluster/measures.ts';
import { Runs } from './cluster/runs.ts';
import { machine } from './machine.ts';
import { median, quantile } from './stats.ts';

/**
 * Measures what a cluster adds: the program as the chart installs it, with two web pods and one Job per model, on the cluster
 * of KUBECONFIG. The node must be this machine, so that all times come from one clock. Prints a table and exits with 1 when a
 * goal is missed.
 */
const { KUBECONFIG = join(homedir(), '.kube', 'config') } = process.env;
const ROUNDS = { starts: 10, lines: 3, stops: 5 };
const GOALS = { firstTokenMs: 700, lineMs: 60 };

interface Row {
  name: string;
  valueMs: number;
  goalMs?: number;
  note: string;
}

const ms = (value: number): string => `${Math.round(value)} ms`;

async function firstTokens(program: Program): Promise<Row[]> {
  await measureStarts(program, MODELS, 1);
  const alone = await measureStarts(program, MODELS.slice(0, 1), ROUNDS.starts);
  const four = await measureStarts(program, MODELS, ROUNDS.starts);
  const straightMs = median(four.straightMs);
  const throughMs = median(four.toTextMs);
  const starts = [
    ['one model', alone],
    ['4 models at once', four],
  ] as const;
  return [
    ...starts.map(([what, { toJobMs, toLineMs, toOwnLineMs }]) => ({
      name: `Job create → the runner's first line, ${what}, p50`,
      valueMs: median(toLineMs),
      note: `p95 ${ms(quantile(toLineMs, 0.95))}; by the runner's clock p50 ${ms(median(toOwnLineMs))}; submit → Job p50 ${ms(median(toJobMs))}`,
    })),
    {
      name: 'first token, 4 models at once, added to the gateway, p50',
      valueMs: throughMs - straightMs,
      goalMs: GOALS.firstTokenMs,
      note: `p95 ${ms(quantile(four.toTextMs, 0.95) - straightMs)}; ${ms(throughMs)} ÷ ${ms(straightMs)} = ${(throughMs / straightMs).toFixed(2)}`,
    },
  ];
}

async function lines(program: Program): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [where, person] of [
    ['collects', program.collecting],
    ['does not collect', program.other],
  ] as const) {
    const times = await measureLines(program, person, ROUNDS.lines);
    rows.push({
      name: `log line → viewer at the web pod that ${where}, p99`,
      valueMs: quantile(times, 0.99),
      goalMs: GOALS.lineMs,
      note: `p50 ${ms(median(times))}, longest ${ms(Math.max(...times))}; ${times.length} lines`,
    });
  }
  return rows;
}

async function stops(program: Program): Promise<Row> {
  const { toAbortMs, toGoneMs } = await measureStops(program, ROUNDS.stops);
  const aborted = `call of the gateway ended p50 ${ms(median(toAbortMs))}, p95 ${ms(quantile(toAbortMs, 0.95))}`;
  const note = `longest of ${toGoneMs.length}: ${ms(Math.max(...toGoneMs))}; ${aborted}`;
  return { name: 'Stop → pod gone, 4 at once, p50', valueMs: median(toGoneMs), note };
}

async function measure(): Promise<Row[]> {
  const scripts = Object.fromEntries(MODELS.map((model) => [model, { text: 'one' }]));
  await using installation = await Installation.create({ gateway: { scripts } });
  const client = createApiClient(kubeConfigFiles(KUBECONFIG));
  try {
    using runs = await Runs.watch(client, installation.runsNamespace);
    const [collecting = '', other = ''] = await installation.addresses();
    const person = await signUp(collecting);
    const { gateway } = installation;
    const program: Program = { gateway, runs, collecting: person, other: person.at(other) };
    return [...(await firstTokens(program)), ...(await lines(program)), await stops(program)];
  } finally {
    client.close();
  }
}

const load = loadavg().map((value) => value.toFixed(1));
const rows = await measure();
console.log(`${machine()}, load before ${load.join(' ')}\n`);
console.log('| What | Measured | Goal | |\n|---|---|---|---|');
for (const { name, valueMs, goalMs, note } of rows)
  console.log(`| ${name} | ${ms(valueMs)} | ${goalMs === undefined ? '' : `≤ ${goalMs} ms`} | ${note} |`);
process.exitCode = rows.every(({ valueMs, goalMs = Infinity }) => valueMs <= goalMs) ? 0 : 1;
