/** True if the text has more than white space. The time to the first word counts to the first such piece of an answer. */
export const hasWord = (text: string): boolean => /\S/.test(text);
