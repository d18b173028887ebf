import { join } from 'node:path';

/** Our Python modules: what LiteLLM's config names, and the programs that start it. */
export const PYTHON_DIR = join(import.meta.dirname, '..', 'python');

export const REQUIREMENTS_FILE = join(PYTHON_DIR, 'requirements.txt');
export const RUN_LITELLM_FILE = join(PYTHON_DIR, 'run_litellm.py');
export const SMALL_MODELS_FILE = join(PYTHON_DIR, 'small_models.py');

/** The interpreter of the environment that `installGateway` makes under `dir`. */
export function venvPython(dir: string): string {
  return join(dir, 'venv', 'bin', 'python');
}
