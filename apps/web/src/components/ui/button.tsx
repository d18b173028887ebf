import { Button as BaseButton } from '@base-ui/react/button';
import { cva, type VariantProps } from 'class-variance-authority';
import { cn } from '~/lib/cn.ts';

/** Also for links that look like a button: `<Link className={buttonVariants({ variant: 'outline' })}>`. */
export const buttonVariants = cva(
  [
    'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-lg font-medium',
    'transition-[background-color,color,border-color,opacity,transform] duration-150 active:translate-y-px',
    'disabled:pointer-events-none disabled:opacity-50 data-disabled:pointer-events-none data-disabled:opacity-50',
    '[&_svg]:pointer-events-none [&_svg]:shrink-0 [&_svg:not([class*=size-])]:size-4',
  ],
  {
    variants: {
      variant: {
        primary: 'bg-primary text-primary-foreground hover:bg-primary/88',
        brand: 'bg-brand text-brand-foreground hover:bg-brand/90',
        outline: 'border bg-card text-foreground shadow-raised hover:bg-hover',
        secondary: 'bg-muted text-foreground hover:bg-hover',
        ghost: 'text-muted-foreground hover:bg-hover hover:text-foreground data-popup-open:bg-hover',
        destructive: 'bg-destructive text-destructive-foreground hover:bg-destructive/90',
        gold: 'border border-gold bg-gold-soft text-gold-foreground hover:bg-gold/20',
        link: 'text-brand underline-offset-4 hover:underline',
      },
      size: {
        sm: 'h-8 px-3 text-[0.8125rem] touch:h-10',
        md: 'h-9 px-4 text-sm touch:h-10',
        lg: 'h-11 px-5 text-[0.9375rem]',
        icon: 'size-9 touch:size-10',
        'icon-sm': 'size-8 touch:size-10',
        'icon-xs': 'size-7 rounded-md touch:size-10',
      },
    },
    defaultVariants: { variant: 'primary', size: 'md' },
  },
);

type ButtonProps = BaseButton.Props & VariantProps<typeof buttonVariants> & { className?: string };

/** Icon-only sizes need an `aria-label`. `render` applies the look to another element. */
export function Button({ className, variant, size, type = 'button', ...props }: ButtonProps) {
  return <BaseButton type={type} className={cn(buttonVariants({ variant, size }), className)} {...props} />;
}
