import { toast } from 'sonner';
import { errorText } from './errors.ts';

/** Returns an error handler that shows what failed, why, and what to do next. */
export const complain = (title: string) => (error: unknown) => {
  const { text, detail } = errorText(error);
  toast.error(title, { description: detail ? `${text} ${detail}` : text });
};
