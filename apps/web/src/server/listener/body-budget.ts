interface BudgetLimits {
  totalBytesMax: number;
  /** The share of the total that one address may use at a time. */
  addressBytesMax: number;
}

/** Bounds the bytes of all request bodies that are being read at the same time. */
export class BodyBudget {
  readonly #limits: BudgetLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** Reserves bytes and returns a function that frees them, or undefined if they do not fit now. */
  reserve(address: string, bytes: number): (() => void) | undefined {
    const used = this.#byAddress.get(address) ?? 0;
    const { totalBytesMax, addressBytesMax } = this.#limits;
    if (this.#total + bytes > totalBytesMax || used + bytes > addressBytesMax) return undefined;
    this.#add(address, bytes);
    let isFreed = false;
    return () => {
      if (isFreed) return;
      isFreed = true;
      this.#add(address, -bytes);
    };
  }

  #add(address: string, bytes: number): void {
    this.#total += bytes;
    const used = (this.#byAddress.get(address) ?? 0) + bytes;
    if (used > 0) this.#byAddress.set(address, used);
    else this.#byAddress.delete(address);
  }
}
