/** A program that does nothing: what every start of the runtime takes. */
export {};
